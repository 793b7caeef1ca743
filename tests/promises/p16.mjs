// Promise 16: whoever reports a violation gets a case with a deadline, and the report never reaches whom it is about.
// limit: 240
import assert from "node:assert/strict";
import { finish, startSite, test, until, Visitor } from "../flow/site.mjs";
import { freshen, health, member, routes, signIn } from "../flow/_people.mjs";
import { officers, staff, take, told } from "../flow/_desk.mjs";
import { numberOf } from "../flow/_trust.mjs";

const site = await startSite({ sets: ["nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const three = await officers(site);
const [olu, pat] = three;
const ann = await member(site, "ann@example.org");
const sue = await staff(site, three, "sue");
const sam = await staff(site, three, "sam");
const mine = (await routes()).filter((r) => r.method === "GET" && r.own);

async function report(against, about, words) {
	await ann.own("/cases/report");
	await ann.send({ against, about, words }, "/cases/report");
	return new URL(ann.url).pathname.match(/\/cases\/(\d{8})$/)[1];
}

/* Nothing that this one can open, and no mail to them, knows of the case. */
async function never(v, name, number, words) {
	await freshen(v);
	for (const row of mine) {
		const where = row.path.replace("*", number);
		if (row.path === "/sign-out")
			continue;
		await v.own(where);
		assert.ok(!v.page.text.includes(words), `${name}: ${where}`);
		assert.ok(row.path.includes("*") || !v.page.text.includes(number), `${name}: ${where} names the case`);
		if (row.path.startsWith("/desk/case") || row.path.startsWith("/cases/*"))
			assert.ok(v.page.status === 404 || v.page.status === 403, `${name}: ${where} (${v.page.status})`);
	}
	for (const form of ["take", "say", "close"]) {
		await v.own("/desk");
		await v.follow(await v.request("POST", `${v.root}/desk/${form}/${number}`, { body: "" }));
		assert.ok(v.page.status >= 400, `${name}: ${form}`);
	}
	for (const m of site.mails().filter((x) => x.to.includes(`${name}@example.org`)))
		assert.ok(!m.text.includes(words) && !m.text.includes(number) && !m.subject.includes(number), `${name}: ${m.subject}`);
}

await test("a report is a case with a month's deadline, and support staff take it", async () => {
	const number = await report("assurer", "", "Somebody sold points on Friday");
	assert.match(ann.words, /To be answered by \d{4}-\d\d-\d\d/);
	await take(sue, number);
	assert.match(sue.words, /sold points on Friday/);
	/* whoever wrote it stays unknown, and nothing is opened of anybody before whom it concerns was found */
	assert.doesNotMatch(sue.page.text, /\/desk\/(open|later)\//);
	assert.match(sue.page.text, /\/desk\/find\//);
});

await test("about support staff: officers alone; support staff find nothing anywhere", async () => {
	await until("earlier mails to leave", async () => (await health(site))["mails waiting"] === 0);
	const number = await report("staff", "", "They opened fields for fun");
	assert.equal((await health(site))["mails waiting"], 0, "somebody is told");
	await never(sue, "sue", number, "opened fields for fun");
	await never(sam, "sam", number, "opened fields for fun");
	await take(olu, number);
	assert.match(olu.words, /opened fields for fun/);
});

await test("about one officer, by number: another officer has it, and that one finds nothing anywhere", async () => {
	const number = await report("officer", String(await numberOf(site, "olu@example.org")), "Olu sold a vote");
	await never(olu, "olu", number, "Olu sold a vote");
	await freshen(await signIn(pat, "pat@example.org"));
	await take(pat, number);
	assert.match(pat.words, /Olu sold a vote/);
});

await test("somebody of staff who is reported as a mere member is kept from it all the same", async () => {
	const number = await report("member", String(await numberOf(site, "sue@example.org")), "Sue lent her code");
	await never(await signIn(sue, "sue@example.org"), "sue", number, "Sue lent her code");
	await take(pat, number);
	assert.match(pat.words, /Sue lent her code/);
});

await test("a report that turns out to be about staff goes to officers, out of the hands of who found that", async () => {
	const number = await report("member", "", "Somebody answered for money");
	await freshen(await signIn(sam, "sam@example.org"));
	await take(sam, number);
	await sam.send({ how: "address", exactly: "sue@example.org" }, `/desk/find/${number}`);
	assert.match(sam.words, /Support desk/);
	for (const [v, name] of [[sam, "sam"], [await signIn(sue, "sue@example.org"), "sue"]]) {
		await v.own(`/desk/case/${number}`);
		assert.equal(v.page.status, 404, name);
	}
	await freshen(await signIn(pat, "pat@example.org"));
	await take(pat, number);
	assert.match(pat.words, /answered for money/);
});

await test("without an account: the same, followed by number and pass-phrase, without an address", async () => {
	const v = new Visitor(site);
	await v.get("/case/report");
	await v.send({ against: "staff", about: "", words: "A stranger writes this" }, "/case/report");
	const one = told(v);
	await never(sam, "sam", one.number, "A stranger writes this");
	await freshen(await signIn(pat, "pat@example.org"));
	await take(pat, one.number);
	await pat.send({ as: "answer", message: "We look into it" }, `/desk/say/${one.number}`);
	await v.get("/case");
	await v.send({ number: one.number, phrase: one.phrase }, "/case");
	assert.match(v.words, /We look into it/);
	assert.equal(await site.stop(), 0, site.log);
});

finish();
