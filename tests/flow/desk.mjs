// tests/flow/desk.mjs - the support desk: a member's whole case, a visitor's, a field opened and told, two of staff at once,
// a case closed while a field is open, what waits too long, and a term that ends.
// limit: 300

import assert from "node:assert/strict";
import { finish, startSite, test, until, Visitor } from "./site.mjs";
import { enrol, freshen, health, member, search, signIn } from "./_people.mjs";
import { officers, open, openField, openVisiting, staff, take } from "./_desk.mjs";
import { assurerRows, compare, numberOf, restart, sql, takeCode, wordRows } from "./_trust.mjs";

const FAMILY = 4, BIRTH = 6;
const site = await startSite({ sets: ["nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const three = await officers(site);
const ann = await enrol(await member(site, "ann@example.org"), { given: "Annegret", family: "Zwirbelmeier", document: null });
const sue = await staff(site, three, "sue");
const sam = await staff(site, three, "sam");
let number;

await test("a seat is given by two officers who did not ask, told by mail, and stands on the public list by its term", async () => {
	await site.mail((m) => m.to.includes("sue@example.org") && /support/.test(m.text) && /role/.test(m.subject));
	const v = new Visitor(site);
	await v.get("/seats");
	assert.equal(v.page.status, 200);
	assert.equal(v.page.text.split("One seat").length - 1, 5, v.words);
	assert.doesNotMatch(v.words, /Annegret/);
	assert.match((await sue.own("/home")).text, /\/desk"/);
	assert.equal((await ann.own("/desk")).status, 403);
	assert.match(ann.words, /needs a role/);
});

await test("a member opens a case; staff see that there is one, and read it once they have taken it", async () => {
	number = await open(ann, "access", "Which lists am I on?\n\nPlease tell me all of them.");
	assert.match(ann.words, /Which lists am I on\?/);
	assert.match(ann.words, /To be answered by/);
	await sue.own("/desk");
	assert.match(sue.page.text, new RegExp(`/desk/case/${number}"`));
	assert.doesNotMatch(sue.words, /Annegret|Zwirbel|ann@/);
	await sue.own(`/desk/case/${number}`);
	assert.doesNotMatch(sue.words, /Which lists/);
	await take(sue, number);
	assert.match(sue.words, /Which lists am I on\?/);
	assert.doesNotMatch(sue.words, /Annegret|Zwirbel|ann@|1984/);
});

await test("two at once: one has it, the other is told", async () => {
	const other = await open(ann, "complaint", "It took long.");
	await sue.own(`/desk/case/${other}`);
	await sam.own(`/desk/case/${other}`);
	const both = await Promise.all([sue, sam].map((v) => v.send({}, `/desk/take/${other}`)));
	assert.deepEqual(both.map((a) => a.status).sort(), [200, 409]);
	const loser = both[0].status === 409 ? sue : sam, winner = loser === sue ? sam : sue;
	assert.match(loser.words, /Somebody else works on this case/);
	await loser.own(`/desk/case/${other}`);
	assert.doesNotMatch(loser.words, /It took long/);
	await winner.own(`/desk/case/${other}`);
	await winner.send({ what: "back" }, `/desk/hand/${other}`);
	assert.match(winner.url, /\/desk$/);
	await take(loser, other);
	await loser.send({ outcome: "done", ending: "We are sorry." }, `/desk/close/${other}`);
});

await test("question and answer go through the case; mails say nothing", async () => {
	await sue.own(`/desk/case/${number}`);
	await sue.send({ as: "note", message: "probably the newsletter" }, `/desk/say/${number}`);
	await sue.send({ as: "wait", message: "Since when do you get mail?" }, `/desk/say/${number}`);
	assert.match(sue.words, /waits for an answer/);
	const mail = await site.mail((m) => m.to.includes("ann@example.org") && /case of yours/.test(m.subject));
	assert.doesNotMatch(mail.text, /Since when|Which lists|newsletter/);
	assert.ok(!mail.text.includes(number) && !mail.subject.includes(number));
	await ann.own(`/cases/${number}`);
	assert.match(ann.words, /Since when do you get mail\?/);
	assert.doesNotMatch(ann.words, /newsletter/);
	await ann.send({ words: "" }, `/cases/${number}`);
	assert.equal(ann.page.status, 422);
	await ann.own(`/cases/${number}`);
	await ann.send({ words: "Since May, every week." }, `/cases/${number}`);
	assert.equal(ann.page.status, 200);
	await sue.own(`/desk/case/${number}`);
	assert.match(sue.words, /Since May, every week\./);
});

await test("a field: closed at first, one click with a reason opens it, and its owner reads why", async () => {
	assert.match(sue.words, /●●●●●/);
	await openField(sue, number, FAMILY, "");
	assert.equal(sue.page.status, 422, sue.words);
	await openField(sue, number, FAMILY, "the list is sorted by it");
	assert.equal(sue.page.status, 200, sue.words);
	assert.match(sue.words, /Zwirbelmeier/);
	assert.doesNotMatch(sue.words, /Annegret/);
	const mail = await site.mail((m) => m.to.includes("ann@example.org") && /opened a field/.test(m.subject));
	assert.match(mail.text.replace(/\s+/g, " "), /family name/);
	assert.doesNotMatch(mail.text, /Zwirbelmeier/);
	await ann.own("/history");
	assert.match(ann.words, new RegExp(`Staff opened a field of yours for a request of yours\\. case ${number}: family name: the list is sorted by it`));
	await assert.rejects(openField(sue, number, BIRTH, "out of curiosity"));
	await sam.own(`/desk/case/${number}`);
	assert.doesNotMatch(sam.words, /Zwirbelmeier|Which lists/);
});

await test("closed while a field is open: nothing is open any more; its opener can go on", async () => {
	await sue.own(`/desk/case/${number}`);
	const stale = sue.page.text.match(new RegExp(`action="[^"]*/desk/open/${number}"[^]*?name="form" value="([\\w-]+)"`))[1];
	await sue.send({ outcome: "done", ending: "On one list; you are off it now." }, `/desk/close/${number}`);
	assert.doesNotMatch(sue.words, /Zwirbelmeier/);
	await sue.follow(await sue.request("POST", `${sue.root}/desk/open/${number}`, { body: new URLSearchParams({ form: stale, field: "3", reason: "once more" }).toString() }));
	assert.ok(sue.page.status >= 400, `${sue.page.status}`);
	assert.match(sue.words, /This case is closed/);
	assert.doesNotMatch(sue.words, /Zwirbelmeier|Annegret/);
	await ann.own(`/cases/${number}`);
	assert.match(ann.words, /done as asked/);
	await ann.send({ words: "There came another one." }, `/cases/${number}`);
	assert.match(ann.words, /open again/);
});

await test("a visitor without an account: number and pass-phrase, and a way back with both", async () => {
	const one = await openVisiting(site, "lost", "I have neither password nor mailbox.");
	assert.match(one.number, /^\d{8}$/);
	assert.match(one.phrase, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
	const v = new Visitor(site);
	await v.get("/case");
	await v.send({ number: one.number, phrase: one.phrase.replace(/.$/, (c) => (c === "0" ? "1" : "0")) }, "/case");
	assert.equal(v.page.status, 422);
	assert.ok(!v.page.text.includes(one.phrase));
	await v.send({ number: one.number, phrase: one.phrase.toLowerCase().replaceAll("-", " ") }, "/case");
	assert.equal(v.page.status, 200, v.words);
	assert.match(v.words, /I have neither password nor mailbox/);
	const visit = new URL(v.url).pathname;
	/* The address opens from page to page of this site alone. */
	for (const fetchSite of ["none", "cross-site", null])
		assert.doesNotMatch((await v.request("GET", visit, { fetchSite })).text, /neither password/);
	await take(sue, one.number);
	await sue.send({ how: "address", exactly: "ann@example" }, `/desk/find/${one.number}`);
	assert.match(sue.words, /Nobody was found/);
	await sue.send({ how: "address", exactly: "ann@example.org" }, `/desk/find/${one.number}`);
	assert.match(sue.words, /●●●●●/);
	await sue.send({ as: "answer", message: "Which year did you join?" }, `/desk/say/${one.number}`);
	await v.get(visit);
	assert.match(v.words, /Which year did you join\?/);
	await v.send({ words: "In 2025." }, visit);
	assert.match(v.words, /In 2025\./);
	await ann.own("/history");
	assert.match(ann.words, /Staff found that a case concerns you/);
});

await test("what is written in cases lies in no file in the clear", async () => {
	await until("texts to be written", async () => (await health(site))["mails waiting"] === 0);
	assert.deepEqual(search(site.dir, ["Since May, every week", "neither password nor mailbox", "probably the newsletter", "On one list; you are off"], (f) => f.includes("outbox")), []);
});

await test("twenty days later it waits too long: staff and officers are told, without a word of it", async () => {
	await site.mail((m) => m.to.includes("olu@example.org") && /case waits/.test(m.subject), 100).then(() => assert.fail("told too early"), () => {});
	/* For the test that follows: Annegret was vouched for, and there are two assurers whom she does not know. */
	const assurers = ["asa", "ava"].map((name) => `${name}@example.org`);
	for (const address of assurers)
		await enrol(await member(site, address), { document: null, questions: null });
	const [olu1, pat, quin, annegret, ...both] = await Promise.all(["olu", "pat", "quin", "ann"].map((name) => `${name}@example.org`).concat(assurers).map((a) => numberOf(site, a)));
	await restart(site, (dir) => sql(dir, `BEGIN; ${wordRows([olu1, pat], annegret)} ${both.map((n) => assurerRows(n, [olu1, pat, quin])).join(" ")} COMMIT;`),
		[`clock.shift=${20 * 86400 + 60}`]);
	const mail = await site.mail((m) => m.to.includes("olu@example.org") && /case waits/.test(m.subject), 60000);
	assert.ok(!mail.text.includes(number) && !mail.subject.includes(number));
	await site.mail((m) => m.to.includes("sam@example.org") && /case waits/.test(m.subject));
	const olu = await signIn(new Visitor(site), "olu@example.org");
	await olu.own("/desk");
	assert.match(olu.page.text, new RegExp(`/desk/case/${number}"`));
	assert.match(olu.words, /waits too long/);
	await olu.own(`/desk/case/${number}`);
	assert.doesNotMatch(olu.words, /Which lists/);
	/* Extended, with a reason and a notice. */
	await signIn(sue, "sue@example.org");
	await sue.own(`/desk/case/${number}`);
	await sue.send({ months: "2", because: "The other list is kept elsewhere." }, `/desk/extend/${number}`);
	assert.match(sue.words, /takes longer/);
	await sue.own(`/desk/case/${number}`);
	assert.doesNotMatch(sue.page.text, /\/desk\/extend\//);
	await signIn(ann, "ann@example.org");
	await ann.own(`/cases/${number}`);
	assert.match(ann.words, /The other list is kept elsewhere\./);
});

await test("a lost account: two assurers confirm on a sheet, every address is told, and the case gives a new password", async () => {
	const way = (m) => m.to.includes("ann@example.org") && /way back/.test(m.subject);
	const one = await openVisiting(site, "lost", "Everything is gone.");
	await freshen(sue);
	await take(sue, one.number);
	await sue.send({ how: "address", exactly: "ann@example.org" }, `/desk/find/${one.number}`);
	await sue.send({}, `/desk/lost/${one.number}`);
	assert.match(sue.words, /two assurers are to confirm/);
	const link = (await site.mail(way)).links.find((l) => l.includes("/lost/"));
	const owner = new Visitor(site);
	await owner.get(new URL(link).pathname);
	assert.match(owner.words, new RegExp(`case ${one.number}.*Two assurers are to meet them`));
	const token = one.visit.split("/").pop();
	await one.v.get(one.visit);
	await one.v.send({}, `/case/sheet/${token}`);
	const code = one.v.page.text.match(/<code translate="no">([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</)[1];
	for (const [i, name] of ["asa", "ava"].entries()) {
		const assurer = await freshen(await signIn(new Visitor(site), `${name}@example.org`));
		const id = await takeCode(assurer, code);
		assert.doesNotMatch(assurer.page.text, /assure\/(show|note)\//);
		await compare(assurer, id, { name: "Annegret Zwirbelmeier", birth: ["29", "2", "1984"] });
		assert.doesNotMatch(assurer.words, /Annegret|Zwirbel/);
		await assurer.send({ met: true }, `/assure/confirm/${id}`);
		assert.match(assurer.words, i === 0 ? /second assurer has to confirm/ : /can choose a new password now/);
	}
	await one.v.get(one.visit);
	await one.v.get(`/case/password/${token}`);
	await one.v.send({ password: "six wholly different tin lamps", again: "six wholly different tin lanterns" }, `/case/password/${token}`);
	assert.equal(one.v.page.status, 422);
	await one.v.send({ password: "six wholly different tin lamps", again: "six wholly different tin lamps" }, `/case/password/${token}`);
	assert.match(one.v.words, /new password is set/);
	const back = await signIn(new Visitor(site), "ann@example.org", "six wholly different tin lamps");
	assert.match(back.words, /recovered recently/);
	await back.own("/history");
	assert.match(back.words, /lost the way into your account/);
	await until("every step to be told", () => site.mails().filter(way).length === 4);
	await owner.send({ answer: "stop" }, new URL(link).pathname);	/* too late: nothing is to be stopped any more */
	assert.ok([403, 404, 410].includes(owner.page.status), `${owner.page.status}`);
});

await test("the ledger verifies afterwards", async () => {
	assert.equal(await site.stop(), 0, site.log);
});

finish();
