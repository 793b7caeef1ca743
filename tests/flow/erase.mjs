// tests/flow/erase.mjs - an account is erased at once, by its owner and through the pages: what goes, what
// stays, what is left in the files, and the receipt that anybody checks.
// limit: 420

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { command, finish, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { again, askToJoin, confirm, enrol, freshen, mailCertificate, member, password, request, search, signIn, verified } from "./_people.mjs";
import { makeAssurers, makeCode, takeCode, vouchFor } from "./_trust.mjs";

const site = await startSite({ sets: ["argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const own = {
	address: "quirindra@example.org", second: "quirindra.second@example.org", given: "Quirindra", family: "Oberzwiebel",
	document: "PZ 4471 Q9", question: "Which kite flew over the old quarry", label: "the kite's own laptop",
};
const ann = await enrol(await member(site, own.address), { given: own.given, family: own.family, birth: ["29", "2", "1984"],
	document: ["passport", own.document], questions: [[own.question, "Windvogel"], ["B question long", "Bananarama"], ["C question long", "Cornwallis"], ["D question long", "Dandelion"], ["E question long", "Eglantine"]] });
const asa = await enrol(await member(site, "asa@example.org"), { given: "Asa", family: "Sure", birth: ["3", "4", "1971"], questions: null, document: null });
const bob = await enrol(await member(site, "bob@example.org"), { given: "Bob", family: "Lund", birth: ["5", "6", "1968"], questions: null, document: null });
for (const name of ["cem", "dee"])
	await member(site, `${name}@example.org`);
await makeAssurers(site, ["asa@example.org", own.address]);
await vouchFor(asa, ann, { given: own.given, family: own.family, birth: ["29", "2", "1984"] });
await vouchFor(ann, bob, { given: "Bob", family: "Lund", birth: ["5", "6", "1968"] });
const mailTo = (address, subject) => site.mails().filter((m) => m.to.includes(address) && subject.test(m.subject));
const points = async (v) => Number((await v.own("/points"), v.words).match(/(\d+) points?/i)?.[1] ?? -1);
let serial, code, receipt, key, before;

await test("a second address, a certificate with a note, a code that somebody took", async () => {
	await ann.own("/addresses");
	await ann.send({ address: own.second }, "/addresses");
	const mail = await site.mail((m) => m.to.includes(own.second));
	await confirm(new Visitor(site), mail.links.find((l) => l.includes("/verify/")));
	serial = await mailCertificate(ann, own.address, request().csr, { label: own.label });
	await takeCode(asa, await makeCode(ann));
	await bob.own("/points");
	assert.match(bob.words, new RegExp(`${own.given} ${own.family}`));
	before = bob.words.match(/points: (\d+)/g);
});

await test("a trusted contact agrees and asks that the account be closed; a link from any address stops it", async () => {
	await freshen(ann);
	await ann.own("/settings/trusted");
	assert.match(ann.words, /You have named nobody/);
	await ann.send({ address: "nobody at all" }, "/settings/trusted");
	assert.equal(ann.page.status, 422);
	await ann.send({ address: "bob@example.org" }, "/settings/trusted");
	assert.match(ann.words, /They have not answered/);
	assert.match((await until("bob's mail", () => mailTo("bob@example.org", /trusted contact/)[0])).text.replace(/\s+/g, " "), new RegExp(own.address.replace(".", "\\.")));
	await freshen(bob);
	await bob.own("/settings/trusted");
	await bob.send({ answer: "yes" }, "/settings/trusted/answer");
	assert.match(bob.words, /you agreed/);
	await bob.send({}, "/settings/trusted/close");
	assert.match(bob.words, /On \d{4}-\d\d-\d\d the erasure begins, unless its owner signs in/);
	const mail = await until("the notice to the second address", () => mailTo(own.second, /be closed/)[0]);
	await confirm(new Visitor(site), mail.links.find((l) => l.includes("/verify/")));
	await bob.own("/settings/trusted");
	assert.doesNotMatch(bob.words, /On \d{4}-\d\d-\d\d the erasure begins, unless its owner signs in/);
});

await test("the way there: home, your rights, what goes and what stays", async () => {
	await ann.own("/home");
	assert.match(ann.page.text, /href="[^"]*\/rights"/);
	await ann.own("/rights");
	for (const where of ["/data", "/history", "/rights/take", "/rights/restrict", "/rights/erase"])
		assert.ok(ann.page.text.includes(where), where);
	await ann.own("/rights/erase");
	await again(ann);
	await ann.own("/rights/erase");
	assert.match(ann.words, /certificates in force, 1, are revoked/);
	assert.match(ann.words, /How often you gave some: 1\./);
	/* Nothing chosen, nothing done. */
	await ann.send({ sure: true }, "/rights/erase");
	assert.equal(ann.page.status, 422);
	assert.match(ann.words, /When\?: Choose one/);
});

await test("asked for: every proved address is told, nothing is done with the data any more", async () => {
	await ann.send({ when: "now", sure: true }, "/rights/erase");
	assert.match(ann.words, /The link is on its way to your primary address/);
	assert.equal(ann.page.status, 200, ann.words);
	code = ann.words.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/)[0];
	for (const address of [own.address, own.second])
		await site.mail((m) => m.to.includes(address) && /is to be erased/.test(m.subject) && m.text.includes(code));
	await ann.own("/handover");
	assert.match(ann.words, /withdrawn by you|withdrawn/);
	assert.doesNotMatch(ann.words, /How will you show it/);
	for (const page of ["/home", "/certs", "/certs/mail"]) {
		await ann.own(page);
		assert.match(ann.words, /Your account is to be erased: no vouching, no code and no new certificate/, page);
		assert.doesNotMatch(ann.page.text, /New e-mail certificate<\/a>|name="request"|\/assure"/, page);
	}
	await ann.own("/history");
	assert.equal(ann.page.status, 200);
});

await test("at once, by the link to the primary address", async () => {
	const mail = await site.mail((m) => m.to.includes(own.address) && /at once/.test(m.subject));
	const link = mail.links.find((l) => l.includes("/erase/"));
	assert.deepEqual(mailTo(own.second, /at once/), []);
	const v = new Visitor(site);
	await v.get(link);
	assert.match(v.words, /no way back/);
	await v.send({}, "/" + link.split("/").slice(3).join("/"));
	assert.equal(v.page.status, 422, "without the tick nothing happens");
	await v.send({ sure: true }, "/" + link.split("/").slice(3).join("/"));
	assert.equal(v.page.status, 200, v.words);
	assert.ok(v.words.includes(code));
	await v.get(link);
	assert.equal(v.page.status, 404);
	await ann.own("/home");
	assert.match(ann.words, /session is over/i);
	for (const address of [own.address, own.second])
		await site.mail((m) => m.to.includes(address) && /is being erased/.test(m.subject) && m.text.includes(code));
});

await test("the receipt, for whoever has the code", async () => {
	const v = new Visitor(site);
	await until("a receipt", async () => {
		await v.get("/receipt", { fetchSite: "none" });
		await v.send({ code: code.toLowerCase().replaceAll("-", " ") }, "/receipt");
		return /The erasure is done/.test(v.words);
	}, 120000);
	const today = new Date().toISOString().slice(0, 10);
	assert.ok(v.words.includes(today), v.words);
	await v.send({}, "/receipt/file");
	assert.match(v.page.headers["content-disposition"], /attachment; filename="erasure-\d+\.tlog-proof"/);
	receipt = v.page.text;
	assert.match(receipt, /^c2sp\.org\/tlog-proof@v1\nextra /);
	await v.get("/receipt", { fetchSite: "none" });
	await v.send({ code: "7KQM-3V9X-D2TP-84HQ" }, "/receipt");
	assert.equal(v.page.status, 422);
	assert.match(v.words, /No erasure has this code/);
});

await test("anybody checks it: good, tampered with, could not be checked", async () => {
	const dir = mkdtempSync(path.join(temporaryFolder(), "receipt-"));
	const at = (name, text) => { writeFileSync(path.join(dir, name), text); return path.join(dir, name); };
	const check = (file, by) => command(["check", file, "--key", by], { program: "troth-ledger" });
	const v = new Visitor(site);
	await v.get("/ledger.pub", { fetchSite: "none" });
	key = v.page.text.trim();
	assert.equal(v.page.status, 200);
	let got = await check(at("good", receipt), key);
	assert.equal(got.code, 0, got.out + got.err);
	assert.match(got.out, /^good: entry \d+ of \S+ \(\d+ entries then\) says: erasure \d+: sealed off \d{4}-\d\d-\d\d, gone from backups \d{4}-\d\d-\d\d\n$/);
	assert.equal((await check(at("good", receipt), at("key", `${key}\n`))).code, 0, "the key in a file");
	/* Another day in it. */
	const extra = receipt.match(/^extra (\S+)$/m)[1], bytes = Buffer.from(extra, "base64");
	bytes[bytes.length - 1] ^= 1;
	got = await check(at("other words", receipt.replace(extra, bytes.toString("base64"))), key);
	assert.equal(got.code, 1);
	assert.match(got.out, /^tampered: /);
	/* Which of the two it is depends on whether the proof's length fits that place in the tree. */
	assert.notEqual((await check(at("other place", receipt.replace(/^index (\d+)$/m, (_, n) => `index ${Number(n) - 1}`)), key)).code, 0);
	assert.equal((await check(at("other key", receipt), "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")).code, 1);
	for (const [what, text, by] of [["half", receipt.slice(0, 300), key], ["nothing", "", key], ["no key", receipt, "nonsense"]])
		assert.equal((await check(at(what, text), by)).code, 2, what);
	assert.equal((await check(path.join(dir, "missing"), key)).code, 2);
});

await test("the certificate is revoked and stays listed, without a name", async () => {
	const v = new Visitor(site);
	await v.get(`/status?serial=${serial}`, { fetchSite: "none" });
	assert.match(v.words, /revoked/i);
	assert.ok(!v.words.includes(own.given));
});

await test("whom they vouched for keeps the points, and who vouched for them the experience", async () => {
	await bob.own("/points");
	assert.match(bob.words, /somebody who has left/);
	assert.ok(!bob.words.includes(own.family));
	assert.deepEqual(bob.words.match(/points: (\d+)/g), before);
	await asa.own("/assurances");
	assert.match(asa.words, /somebody who has left/);
	await asa.own("/history");
	assert.ok(!asa.words.includes(own.family));
});

await test("nothing of it stands in any file, in no disguise; mails that were written aside", async () => {
	const values = [own.address, own.second, own.given, own.family, own.document, own.question, own.label, "Windvogel", "1984-02-29"];
	await until("nothing to be left", () => search(site.dir, values, (f) => f.startsWith("outbox/")).length === 0, 100000)
		.catch(() => assert.deepEqual(search(site.dir, values, (f) => f.startsWith("outbox/")), []));
});

await test("ledger and journals agree, and count it", async () => {
	await until("the signer to be told", async () => /[1-9]\d* tombstones/.test(await verified(site)) && !/\([1-9]\d* open\)/.test(await verified(site)), 30000);
	const doctor = await command(["doctor", "--state", site.dir]);
	assert.ok(!/tamper|does not agree/i.test(doctor.out), doctor.out);
});

await test("the address can join anew, as somebody new", async () => {
	const v = new Visitor(site), old = mailTo(own.address, /./).length;
	await v.get("/sign-in", { fetchSite: "none" });
	await v.send({ address: own.address, password }, "/sign-in");
	assert.equal(v.page.status, 422, v.words);
	await askToJoin(v, own.address);
	const mail = await until("a mail", () => mailTo(own.address, /./)[old]);
	await confirm(v, mail.links.find((l) => l.includes("/verify/")));
	await signIn(v, own.address);
	await v.own("/data");
	assert.ok(!v.words.includes(own.family));
	assert.equal(await site.stop(), 0, site.log);
});

finish();
