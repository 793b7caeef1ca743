// tests/flow/instant.mjs - two requests at the same instant about one thing: one wins, the other is told,
// and nothing is recorded twice or half.
// limit: 240

import assert from "node:assert/strict";
import { finish, startSite, test, Visitor } from "./site.mjs";
import { enrol, member, password, signIn, verified } from "./_people.mjs";
import { compare, makeAssurers, makeCode, note, numberOf, sql, takeCode } from "./_trust.mjs";

const site = await startSite({ sets: ["limit.mails_per_hour=10000", "trust.challenge.questions=5", "trust.challenge.retry=0"] });
const people = { asa: { given: "Asa", family: "Sure" }, bo: { given: "Bo", family: "Berg" }, vic: { given: "Vic", family: "Lund" }, cleo: { given: "Cleo", family: "Grau" }, dov: { given: "Dov", family: "Ezra" } };
const who = {};
for (const name of Object.keys(people))
	who[name] = await enrol(await member(site, `${name}@example.org`), { questions: null, document: null, ...people[name] });
await makeAssurers(site, ["asa@example.org", "bo@example.org"]);
const number = {};
for (const name of Object.keys(people))
	number[name] = await numberOf(site, `${name}@example.org`);
for (const name of Object.keys(people))
	await signIn(who[name], `${name}@example.org`);
const birth = ["29", "2", "1984"];
const rows = (where) => sql(site.dir, `SELECT count(*) FROM assurance WHERE ${where}`).map(Number)[0];

/** A second browser of the same person. */
const other = (name) => signIn(new Visitor(site), `${name}@example.org`);

/** Send the form at the same instant from each of them; their answers' words. */
async function atOnce(senders) {
	await Promise.all(senders.map(([v, values, where]) => v.send(values, where)));
	return senders.map(([v]) => v);
}

/** Noted, not signed. */
async function noted(assurer, name, points = "10") {
	const id = await takeCode(assurer, await makeCode(who[name]));
	await compare(assurer, id, { name: `${people[name].given} ${people[name].family}`, birth });
	await note(assurer, id, { points });
	assert.match(assurer.words, /points: \d+/);
}

/** The drafts on the present page. */
const drafts = (v) => v.form("/assure/sign").fields.filter((f) => f.name === "draft").map((f) => f.value);

await test("a code that two assurers type at the same instant is one's, and the other is told what everybody is told", async () => {
	const code = await makeCode(who.vic);
	for (const v of [who.asa, who.bo])
		await v.own("/assure");
	const all = await atOnce([[who.asa, { code }, "/assure"], [who.bo, { code }, "/assure"]]);
	const won = all.filter((v) => /\/assure\/with\/\d+$/.test(new URL(v.url).pathname)), lost = all.filter((v) => !won.includes(v));
	assert.equal(won.length, 1);
	assert.equal(lost[0].page.status, 422);
	assert.match(lost[0].words, /This code is wrong, was used, was withdrawn or is too old/);
	assert.equal(sql(site.dir, `SELECT count(*) FROM handover WHERE member = ${number.vic} AND assurer <> 0`)[0], "1");
	const id = new URL(won[0].url).pathname.split("/").at(-1);
	await won[0].send({}, `/assure/leave/${id}`);
});

await test("the same pair twice at the same instant, from two browsers: one is signed, the other is told", async () => {
	await noted(who.asa, "vic", "10");
	await noted(who.asa, "vic", "9");
	const second = await other("asa");
	for (const v of [who.asa, second])
		await v.own("/assure/sign");
	const [one, two] = drafts(who.asa);
	assert.ok(one && two && one !== two);
	const all = await atOnce([[who.asa, { password, draft: [one] }, "/assure/sign"], [second, { password, draft: [two] }, "/assure/sign"]]);
	assert.equal(all.filter((v) => /Signed: 1\./.test(v.words)).length, 1, all.map((v) => v.words.slice(0, 300)).join("\n"));
	const lost = all.find((v) => !/Signed: 1\./.test(v.words));
	assert.match(lost.words, /Not signed: 1\./);
	assert.match(lost.words, /The two of you have done this already/);
	assert.equal(rows(`giver = ${number.asa} AND member = ${number.vic} AND made_at > 0`), 1);
	await who.vic.own("/points");
	assert.match(who.vic.words, /(10|9) assurance, of 100/);
	await second.own("/assure/sign");
	await second.send({}, "/assure/drop");
	await signIn(who.asa, "asa@example.org");
});

const ofCleo = (m) => m.to.includes("cleo@example.org") && /vouched/i.test(m.subject);
await test("one draft signed twice at the same instant is signed once, and counts once", async () => {
	await noted(who.asa, "cleo");
	const second = await other("asa");
	for (const v of [who.asa, second])
		await v.own("/assure/sign");
	const all = await atOnce([who.asa, second].map((v) => [v, { password, draft: true }, "/assure/sign"]));
	assert.equal(all.filter((v) => /Signed: 1\./.test(v.words)).length, 1, all.map((v) => v.words.slice(0, 300)).join("\n"));
	assert.match(all.find((v) => !/Signed: 1\./.test(v.words)).words, /signed, withdrawn or dropped already/);
	await who.cleo.own("/points");
	assert.match(who.cleo.words, /10 assurance, of 100/);
	await site.mail(ofCleo);
	await signIn(who.asa, "asa@example.org");
});

await test("two who vouch for each other at the same instant both do", async () => {
	await noted(who.asa, "bo");
	await noted(who.bo, "asa");
	for (const v of [who.asa, who.bo])
		await v.own("/assure/sign");
	for (const v of await atOnce([who.asa, who.bo].map((v) => [v, { password, draft: true }, "/assure/sign"])))
		assert.match(v.words, /Signed: 1\./);
	assert.equal(rows(`made_at > 0 AND withdrawn_at = 0 AND ((giver = ${number.asa} AND member = ${number.bo}) OR (giver = ${number.bo} AND member = ${number.asa})) AND points = 10`), 2);
});

await test("the last hand-over withdrawn at the instant in which it is noted: over, or noted; never both", async () => {
	for (let round = 0; round < 4; round++) {
		const name = round % 2 === 0 ? "dov" : "cleo", id = await takeCode(who.bo, await makeCode(who[name]));
		await compare(who.bo, id, { name: `${people[name].given} ${people[name].family}`, birth });
		await who[name].own("/handover");
		const before = rows(`giver = ${number.bo} AND member = ${number[name]}`);
		await Promise.all([note(who.bo, id, { points: "10" }).catch(() => {}), who[name].send({}, "/handover/end")]);
		const state = Number(sql(site.dir, `SELECT state FROM handover WHERE id = ${id}`)[0]);
		assert.ok(state === 3 || state === 4, `state ${state}`);		/* done, or withdrawn */
		assert.equal(rows(`giver = ${number.bo} AND member = ${number[name]}`) - before, state === 3 ? 1 : 0);
		if (state === 3) {
			await who.bo.own("/assure/sign");
			await who.bo.send({}, "/assure/drop");
		}
	}
});

await test("a try at the challenge handed in twice at the same instant is judged once", async () => {
	const { dov } = who;
	await dov.own("/challenge");
	await dov.send({}, "/challenge");
	const second = await other("dov");
	for (const v of [dov, second])
		await v.own("/challenge/questions");
	const values = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`q${n}`, ["0"]]));
	await atOnce([[dov, values, "/challenge/questions"], [second, values, "/challenge/questions"]]);
	await dov.own("/history");
	const judged = dov.words.match(/(not )?passed, \d of 5/g) ?? [];
	assert.equal(judged.length, 1, judged.join("; "));
	assert.equal(sql(site.dir, `SELECT count(*) FROM sitting`)[0], "1");
});

await test("the ledger verifies, and nothing of it stands in the log", async () => {
	assert.equal(site.mails().filter(ofCleo).length, 1, "one mail for one assurance");
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /AddressSanitizer|runtime error|inner|Sure|Berg/);
});

finish();
