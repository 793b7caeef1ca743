// Promise 10: anyone can see, correct, export, restrict and erase what is held on them, without asking anybody.
// limit: 240
import assert from "node:assert/strict";
import { finish, startSite, test, until, Visitor } from "../flow/site.mjs";
import { again, confirm, enrol, member, password, signIn } from "../flow/_people.mjs";
import { makeCode } from "../flow/_trust.mjs";

const site = await startSite({ sets: ["argon.memory=8192", "argon.passes=1"] });
const ann = await enrol(await member(site, "ann@example.org"), { given: "Annika", family: "Briain" });
/* Every step below is the member's own: nobody else signs in, and no operator's command is used. */
const at = async (where) => {
	await ann.own(where);
	await again(ann);
	await ann.own(where);
	assert.equal(ann.page.status, 200, `${where}: ${ann.words}`);
	return ann.words;
};

await test("all of it begins on one page, which home and the menu lead to", async () => {
	await at("/home");
	assert.match(ann.page.text, /<nav class="own"[^]*href="[^"]*\/rights"[^]*<\/nav>/);
	await at("/rights");
	for (const where of ["/data", "/names", "/history", "/addresses", "/rights/take", "/rights/restrict", "/rights/erase"])
		assert.ok(ann.page.text.includes(`${where}"`), where);
});

await test("see: what is held, and who opened it for what", async () => {
	const words = await at("/data");
	assert.ok(words.includes("Annika") && words.includes("Briain"));
	assert.match(await at("/history"), /You looked at your data/);
});

await test("correct: what nobody vouched for changes at once", async () => {
	await at("/data/names");
	await ann.send({ given: "Annika Zoë", family: "Briain" }, "/data/names");
	assert.match(await at("/data"), /Annika Zoë/);
});

await test("restrict: nothing goes on but what is theirs, and it is lifted by a click", async () => {
	await at("/handover");
	const before = ann.page;
	await at("/rights/restrict");
	await ann.send({}, "/rights/restrict");
	assert.equal(ann.page.status, 422, "not without the tick");
	await ann.send({ sure: true }, "/rights/restrict");
	assert.match(ann.words, /What is done with your data is restricted/);
	await site.mail((m) => /What is done with your data/.test(m.subject) && /restricted/.test(m.text));
	for (const where of ["/home", "/data", "/history", "/points", "/certs", "/sessions", "/settings", "/rights", "/handover", "/events/mine"])
		await at(where);
	await at("/handover");
	assert.match(ann.words, /You have restricted what is done with your data/);
	assert.doesNotMatch(ann.words, /How will you show it/, "no form for what is barred");
	ann.page = before;		/* one that was drawn before is refused */
	await ann.send({ kind: "screen" }, "/handover");
	assert.equal(ann.page.status, 403);
	assert.match(ann.words, /Your rights/);
	await at("/data/names");
	await ann.send({ given: "Annika", family: "Briain" }, "/data/names");
	assert.equal(ann.page.status, 200, "correcting goes on");
	await at("/rights/restrict");
	await ann.send({}, "/rights/restrict/lift");
	assert.match(await makeCode(ann), /-/);
});

await test("ask me first: on and off", async () => {
	await at("/rights");
	await ann.send({}, "/rights/ask-first");
	assert.match(ann.words, /Ask me first .* It is on/);
	await ann.send({}, "/rights/ask-first");
	assert.match(ann.words, /Ask me first .* It is off/);
});

await test("erase, and another mind: on the page and by the link", async () => {
	for (const stop of ["page", "link"]) {
		const known = new Set(site.mails().map((m) => m.text));
		await at("/rights/erase");
		await ann.send({ when: "later", sure: true }, "/rights/erase");
		assert.match(ann.words, /Your account is to be erased/);
		assert.match(await at("/rights"), /is to be erased/);
		const mail = await until("the mail", () => site.mails().find((m) => /is to be erased/.test(m.subject) && !known.has(m.text)));
		if (stop === "page") {
			await at("/rights/erase");
			await ann.send({}, "/rights/erase/stop");
		} else {
			const v = new Visitor(site);
			await confirm(v, mail.links.find((l) => l.includes("/verify/")));
			assert.match(v.words, /The erasure is stopped/);
		}
		assert.doesNotMatch(await at("/rights"), /is to be erased/);
		await makeCode(ann);
	}
});

await test("erase at once", async () => {
	await at("/rights/erase");
	await ann.send({ when: "now", sure: true }, "/rights/erase");
	const mail = await site.mail((m) => /at once/.test(m.subject));
	const v = new Visitor(site), link = mail.links.find((l) => l.includes("/erase/"));
	await v.get(link);
	await v.send({ sure: true }, "/" + link.split("/").slice(3).join("/"));
	assert.match(v.words, /Your account is being erased/);
	await assert.rejects(signIn(new Visitor(site), "ann@example.org", password));
	assert.equal(await site.stop(), 0);
});

finish();
