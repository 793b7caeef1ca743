// Promise 4: the five answers serve their owner's way back in; nobody can read them.
import assert from "node:assert/strict";
import { command, finish, startSite, test, Visitor } from "../flow/site.mjs";
import { enrol, formToken, member, memoryHolds, routes, search, asker } from "../flow/_people.mjs";

const answers = ["Quittenbaum", "Zwiebelturm", "Schaukelpferd", "Mondscheingasse", "Haferbrei"];
const questions = ["Tree behind the old house", "What I drew at school", "What stood in the attic", "Where we met for the first time", "Breakfast at my aunt's"].map((q, i) => [q, answers[i]]);
const site = await startSite();
const ann = await enrol(await member(site, "ann@example.org"), { questions });

await test("their owner reads the questions, and no page gives an answer", async () => {
	await ann.own("/questions");
	assert.ok(questions.every(([q]) => ann.words.includes(q) || ann.page.text.includes(q.replace("'", "&#39;"))), ann.words);
	const ask = asker(site, site.http);
	for (const row of (await routes()).filter((r) => r.method === "GET"))
		for (const tail of row.path.endsWith("*") ? ["1", "5", "9", "12"] : [""]) {
			const text = (await ask("GET", (row.own ? ann.root : "") + row.path.replace("*", tail))).text;
			for (const a of answers)
				assert.ok(!text.includes(a), `${row.path} shows an answer`);
		}
	ask.close();
});

await test("they stand nowhere on the disk and in no process, in no disguise", async () => {
	const forms = answers.flatMap((a) => [a, a.toLowerCase()]);
	assert.deepEqual(search(site.dir, forms), []);
	for (const name of ["keeper", "portal", "clerk", "signer"])
		assert.deepEqual(memoryHolds(site.pid(name), forms), [], `${name} remembers an answer`);
	const said = await command(["doctor", "--state", site.dir]);
	assert.ok(!answers.some((a) => said.out.includes(a)));
});

await test("three of them, judged together, let their owner in; a wrong one says nothing about the others", async () => {
	const v = new Visitor(site);
	await v.get("/forgot");
	await v.send({ address: "ann@example.org" }, "/forgot");
	const mail = await site.mail((m) => m.links.some((l) => l.includes("/reset/")));
	await v.get(mail.links.find((l) => l.includes("/reset/")));
	const asked = [1, 2, 3].map((n) => questions.findIndex(([q]) => v.page.text.replace(/&#39;/g, "'").split(`f-answer${n}"`)[1].slice(0, 200).includes(q)));
	assert.ok(asked.every((i) => i >= 0), v.words);
	const password = "quite another set of quiet lanterns";
	const give = (texts) => v.send({ ...Object.fromEntries(texts.map((t, i) => [`answer${i + 1}`, t])), password, again: password }, new URL(v.url).pathname);
	const right = asked.map((i) => answers[i]);
	const faults = [];
	for (const wrong of [[right[0], right[1], "no"], ["no", right[1], right[2]]]) {
		await give(wrong);
		assert.equal(v.page.status, 422);
		faults.push((v.page.text.match(/role="alert"[^]*?<\/ul>/) ?? [""])[0].replace(/#f-\w+/g, ""));
	}
	assert.equal(faults[0], faults[1]);
	await give(right.map((a, i) => (i === 1 ? a.toUpperCase() : a)));
	assert.equal(v.page.status, 200, v.words);
	assert.equal(await site.stop(), 0);
});

finish();
