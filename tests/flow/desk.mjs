// tests/flow/desk.mjs - the support desk: a member's whole case, a visitor's, a field opened and told, two of staff at once,
// a case closed while a field is open, what waits too long, and a term that ends.
// limit: 300

import assert from "node:assert/strict";
import { finish, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deliver, speak } from "./_post.mjs";
import { download, enrol, formToken, freshen, health, mailCertificate, member, openssl, request, search, signIn } from "./_people.mjs";
import { officers, open, openField, openVisiting, staff, take, told } from "./_desk.mjs";
import { assurerRows, compare, numberOf, restart, sql, takeCode, wordRows } from "./_trust.mjs";

const FAMILY = 4, BIRTH = 6;
const maildir = mkdtempSync(path.join(temporaryFolder(), "maildir-"));
mkdirSync(`${maildir}/new`);
const site = await startSite({ sets: ["post.lmtp=yes", `post.maildir=${maildir}`, "post.most_bytes=65536", "nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const three = await officers(site), [olu] = three;
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

await test("an auditor sees seats, votes and what was written about the site, and nobody's data", async () => {
	const nia = await staff(site, three, "nia", "auditor");
	assert.match((await nia.own("/home")).text, /\/audit"/);
	await nia.own("/audit");
	assert.equal(nia.page.status, 200, nia.words);
	assert.match(nia.words, /A seat of an auditor agreed \d{4}-\d\d-\d\d \d{4}-\d\d-\d\d 2 0/);
	assert.match(nia.words, /Officers \d{4}-\d\d-\d\d held now/);
	assert.match(nia.words, /No disclosure waits to be told/);
	assert.match(nia.words, /Sites that link here .* None was counted often enough/);
	assert.match(nia.words, /No officer of a partner community has sat here/);
	const numbers = await Promise.all(["ann", "sue", "olu"].map((who) => numberOf(site, `${who}@example.org`)));
	const clean = () => [...numbers, "Annegret", "Zwirbel", "ann@", "sue@", "We have talked"].forEach((word) => assert.ok(!nia.page.text.includes(String(word)), String(word)));
	clean();
	await nia.own("/audit/holds");
	assert.match(nia.words, /Audit › Erasure holds/);
	assert.doesNotMatch(nia.page.text, /\/officers/);
	await nia.own("/audit/lines");
	assert.match(nia.words, /ceremony/i);
	assert.match(nia.words, /decision \d+: a vote for it/);
	clean();
	for (const v of [olu, ann])
		assert.equal((await v.own("/audit")).status, 403);
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
	assert.doesNotMatch(sue.words, /Annegret|Zwirbel|ann@|\b1984\b/);
});

await test("a button pressed twice, and once more: one case, one message and one certificate", async () => {
	const dot = await member(site, "dot@example.org"), { csr } = request({ subject: "/" });
	const pressed = async (where, values) => {
		const body = new URLSearchParams({ form: formToken(dot.root, where), ...values }).toString();
		const press = () => dot.request("POST", dot.root + where, { body });
		const all = [...await Promise.all([press(), press()]), await press()], [{ headers: { location } }] = all;
		assert.deepEqual(all.map((a) => [a.status, a.headers.location]), all.map(() => [303, location]), where);
		return location.slice(dot.root.length);
	};
	const where = await pressed("/cases/new", { kind: "complaint", words: "It took long." });
	await pressed(where, { words: "Any news?" });
	await pressed("/certs/mail", { address: "dot@example.org", level: "robot", name: "0", request: csr });
	await dot.own(where);
	assert.equal(dot.words.split("Any news?").length, 2, dot.words);
	await dot.own("/cases");
	assert.equal(new Set(dot.page.text.match(/\/cases\/\d{8}/g)).size, 1);
	await dot.own("/certs");
	assert.equal(new Set(dot.page.text.match(/\/certs\/show\/[0-9a-f]{32}/g)).size, 1);
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
	assert.match(sue.words, /waits for who opened it/);
	const mail = await site.mail((m) => m.to.includes("ann@example.org") && /case of yours/.test(m.subject));
	assert.doesNotMatch(mail.text, /Since when|Which lists|newsletter/);
	assert.ok(!mail.text.includes(number) && !mail.subject.includes(number));
	await ann.own("/home");
	assert.match(ann.words, /Answer in your case/);
	await ann.own(`/cases/${number}`);
	assert.match(ann.words, /waits for your answer.*Since when do you get mail\?/);
	assert.doesNotMatch(ann.words, /newsletter/);
	await ann.send({ words: "" }, `/cases/${number}`);
	assert.equal(ann.page.status, 422);
	await ann.own(`/cases/${number}`);
	await ann.send({ words: "Since May, every week." }, `/cases/${number}`);
	assert.equal(ann.page.status, 200);
	await ann.own("/home");
	assert.doesNotMatch(ann.words, /Answer in your case/);
	await sue.own(`/desk/case/${number}`);
	assert.match(sue.words, /Since May, every week\./);
});

await test("a field: closed at first, one click with a reason opens it, and its owner reads why", async () => {
	assert.match(sue.words, /●●●●●/);
	const later = await signIn(new Visitor(site), "sue@example.org");	/* whose password is asked for in between */
	await later.own(`/desk/case/${number}`);
	await openField(later, number, FAMILY, "a reason that is not to be lost");
	assert.match(later.words, /Your password, please.*It was not sent/s);
	assert.match(later.page.text, />\s*a reason that is not to be lost<\/textarea>/);
	await later.send({ password: "somebody else's hats" }, "/password");
	assert.match(later.words, /Password: This is not your password\./);
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

await test("a visitor's button pressed twice opens one case; two visitors who say the same have two", async () => {
	const press = async (v, form) => {
		v.page = form;
		await v.send({ kind: "complaint", words: "It took long." }, "/case/new");
		return told(v);
	};
	const v = new Visitor(site), other = new Visitor(site);
	const [form, others] = [await v.get("/case/new"), await other.get("/case/new")];
	const [one, again, two] = [await press(v, form), await press(v, form), await press(other, others)];
	assert.deepEqual([again.number, again.phrase, again.visit], [one.number, one.phrase, one.visit]);
	assert.notEqual(two.number, one.number);
	assert.equal((await v.get(one.visit)).status, 200);
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

/* Cases on the list, by the eyes of staff. */
const listed = async (v) => {
	await v.own("/desk");
	return [...v.page.text.matchAll(/\/desk\/case\/(\d{8})"/g)].map((m) => m[1]);
};

await test("a mail opens a case: its answer has number, pass-phrase and code, and not a word of it", async () => {
	const before = await listed(sue);
	assert.match(await deliver(site, { from: "maud@example.net", head: { "Message-ID": "<first@mx.example.net>", Subject: "=?utf-8?q?W=C3=BCnsche?=", "Content-Type": "text/plain; charset=iso-8859-1",
		"Content-Transfer-Encoding": "quoted-printable" }, body: "Bitte l=F6schen Sie den Zeppelin=\nkatalog.\n.dot" }), /^250 /);
	const mail = await site.mail((m) => m.to.includes("maud@example.net"));
	assert.doesNotMatch(mail.text + mail.subject, /Zeppelin|l.schen|maud/);
	assert.deepEqual(["auto-submitted", "in-reply-to", "references"].map((h) => mail.headers[h]), ["auto-replied", "<first@mx.example.net>", "<first@mx.example.net>"]);
	assert.doesNotMatch(mail.text, /first@/);
	const code = mail.subject.match(/\[([0-9A-Z-]{19})\]$/)[1], [phrase] = mail.text.match(/^> [0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/m);
	const number = mail.text.match(/^> (\d{8})$/m)[1];
	assert.notEqual(code, phrase.slice(2));
	assert.deepEqual((await listed(sue)).filter((n) => !before.includes(n)), [number]);
	await take(sue, number);
	assert.match(await until("its text", async () => (await sue.own(`/desk/case/${number}`), /Zeppelin/.test(sue.words) && sue.words)), /Not sorted yet/);
	assert.match(sue.words, /Bitte löschen Sie den Zeppelinkatalog\.\s+\.dot/);
	assert.match(sue.words, /by mail/);
	/* The answer that says something is new has the same code and says nothing else. */
	await sue.send({ as: "answer", message: "Which catalogue?" }, `/desk/say/${number}`);
	const news = await site.mail((m) => m.to.includes("maud@example.net") && /Something new/.test(m.subject));
	assert.ok(news.subject.includes(code) && !/catalogue/.test(news.text) && !news.text.includes(number));
	/* The same code adds to it, once, however often the mail comes; read it can be by number and pass-phrase alone. */
	const again = { from: "maud@example.net", head: { "Subject": `AW: Re: ${news.subject}`, "Message-ID": "<again@mx.example.org>" }, body: "The blue one." };
	assert.match(await deliver(site, again), /^250 /);
	assert.match(await deliver(site, again), /^250 /);
	const v = new Visitor(site);
	await v.get("/case");
	await v.send({ number, phrase: code }, "/case");
	assert.equal(v.page.status, 422);
	await v.send({ number, phrase: phrase.slice(2) }, "/case");
	await until("the second text", async () => (await v.get(new URL(v.url).pathname), /The blue one/.test(v.words)));
	assert.equal(v.words.split("The blue one").length, 2);
	/* Another code, and a second case on one day: later, please. */
	assert.match(await deliver(site, { from: "maud@example.net", head: { Subject: `[${phrase.slice(2)}]` }, body: "x" }), /^450 /);
	assert.deepEqual((await listed(sue)).filter((n) => !before.includes(n)), [number]);
});

await test("loops, lists, absences and bounces open nothing and are answered by nothing; what is too large or wordless is refused", async () => {
	const before = await listed(sue), mails = site.mails().length;
	for (const [from, head] of [["", {}], ["list@example.net", { "List-Id": "<x.example.net>" }], ["away@example.net", { "Auto-Submitted": "auto-replied" }], ["owner-talk@example.net", {}],
		["bulk@example.net", { Precedence: "bulk" }], ["loop@example.net", { "Message-ID": "<0123@localhost>" }], ["loop@example.net", { "X-Loop": "troth" }]])
		assert.match(await deliver(site, { from, head, body: "I am away" }), /^250 /, JSON.stringify(head));
	assert.match(await deliver(site, { from: "big@example.net", body: "x".repeat(70) + ("\n" + "y".repeat(70)).repeat(2000) }), /^552 5\.3\.4/);
	assert.match(await deliver(site, { from: "none@example.net", head: { "Content-Type": "image/png" }, body: "abc" }), /^554 /);
	assert.match(await deliver(site, { from: "odd\"quoted @example.net", body: "abc" }), /^50[13] |^554 /);
	const said = await speak(site, ["LHLO mx\r\n", "MAIL FROM:<a@example.net> SIZE=50000000\r\n", "MAIL FROM:<a@example.net>\r\n", "RCPT TO:<other@localhost>\r\n", "DATA\r\n", "QUIT\r\n"]);
	assert.deepEqual(said.map((a) => a.slice(0, 3)), ["220", "250", "552", "250", "550", "503", "221"]);
	assert.deepEqual(await listed(sue), before);
	assert.equal(site.mails().length, mails);
});

await test("a Maildir: a mail goes when it is sealed, what cannot be a case is put aside", async () => {
	const before = await listed(sue);
	writeFileSync(`${maildir}/new/1.mail`, "Return-Path: <nell@example.net>\nMessage-ID: <m1@example.net>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Dear <b>Otterbein</b></p>\n--b\nContent-Type: image/png\n\nx\n--b--\n");
	writeFileSync(`${maildir}/new/2.mail`, "Message-ID: <m2@example.net>\nReturn-Path: <pia@example.net>\nContent-Type: image/png\n\n\n");
	await until("the folder to be empty", () => readdirSync(`${maildir}/new`).length === 0);
	assert.deepEqual(readdirSync(`${maildir}/refused`), ["2.mail"]);
	const [fresh] = (await listed(sue)).filter((n) => !before.includes(n));
	await take(sue, fresh);
	await until("its text", async () => (await sue.own(`/desk/case/${fresh}`), /Dear Otterbein/.test(sue.words)));
	assert.match(sue.words, /Parts of this mail were left out/);
});

await test("signed with a member's own certificate: marked so; the member reads of it; it opens nothing", async () => {
	const { key, csr } = request({ subject: "/CN=x", args: ["-newkey", "rsa:2048"] });
	const serial = await mailCertificate(ann, "ann@example.org", csr), folder = mkdtempSync(path.join(temporaryFolder(), "smime-"));
	writeFileSync(`${folder}/key`, key);
	writeFileSync(`${folder}/cert`, await download(ann, serial));
	const sign = (name, ...more) => {
		writeFileSync(`${folder}/words`, `Content-Type: text/plain\n\nPlease send me the Wombat list.\n\n${name}\n`);
		openssl("cms", "-sign", "-in", `${folder}/words`, "-signer", `${folder}/cert`, "-inkey", `${folder}/key`, "-out", `${folder}/${name}`, ...more);
		return readFileSync(`${folder}/${name}`, "utf8");
	};
	const post = async (from, raw) => {
		const before = await listed(sue);
		assert.match(await deliver(site, { from, raw: `From: <${from}>\nMessage-ID: <${from}>\n${raw}` }), /^250 /);
		const [fresh] = (await listed(sue)).filter((n) => !before.includes(n));
		await take(sue, fresh);
		await until("its text", async () => (await sue.own(`/desk/case/${fresh}`), /Wom.?bat list/.test(sue.words)));
		return fresh;
	};
	const first = sign("detached"), detached = await post("s1@example.net", first);
	assert.match(sue.words, /signed by a member/);
	assert.doesNotMatch(sue.words, /Annegret|Zwirbel|ann@/);
	await post("s2@example.net", sign("opaque", "-nodetach"));
	assert.match(sue.words, /signed by a member/);
	await post("s3@example.net", sign("changed").replace("Wombat list", "Wom-bat list"));
	assert.doesNotMatch(sue.words, /signed by a member/);
	/* Sent again by somebody else, signed by another CA's certificate, beside another text, signed with a revoked certificate: no mark. */
	await post("s4@example.net", first);
	assert.doesNotMatch(sue.words, /signed by a member/);
	const longer = first.replace(/(filename="smime\.p7s"\n\n)([A-Za-z0-9+\/=\n]+)/, (_, head, body) =>
		`${head}${Buffer.concat([Buffer.from(body, "base64"), Buffer.alloc(1)]).toString("base64").replace(/.{64}/g, "$&\n")}\n\n`);
	assert.notEqual(longer, first);
	await post("s8@example.net", longer);	/* the same signature with a byte behind it is the same */
	assert.doesNotMatch(sue.words, /signed by a member/);
	openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", `${folder}/other.key`, "-out", `${folder}/other.crt`, "-subj", "/CN=x", "-addext", "keyUsage=digitalSignature", "-addext", "extendedKeyUsage=emailProtection");
	openssl("cms", "-sign", "-in", `${folder}/words`, "-signer", `${folder}/other.crt`, "-inkey", `${folder}/other.key`, "-out", `${folder}/foreign`);
	await post("s5@example.net", readFileSync(`${folder}/foreign`, "utf8"));
	assert.doesNotMatch(sue.words, /signed by a member/);
	/* The issuer's key was stolen: another key under the serial of a member's certificate. */
	writeFileSync(`${folder}/ext`, "keyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n");
	openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", `${folder}/thief.key`, "-out", `${folder}/thief.csr`, "-subj", "/CN=x");
	openssl("x509", "-req", "-in", `${folder}/thief.csr`, "-CA", `${site.dir}/signer/robot-mail.crt`, "-CAkey", `${site.dir}/signer/robot-mail.key`, "-set_serial", `0x${serial}`, "-days", "30", "-extfile", `${folder}/ext`, "-out", `${folder}/thief.crt`);
	openssl("cms", "-sign", "-in", `${folder}/words`, "-signer", `${folder}/thief.crt`, "-inkey", `${folder}/thief.key`, "-out", `${folder}/forged`);
	await post("s9@example.net", readFileSync(`${folder}/forged`, "utf8"));
	assert.doesNotMatch(sue.words, /signed by a member/);
	await post("s6@example.net", sign("beside", "-nodetach").replace(/^([^]*?)\n\n([^]*)$/, (_, head, body) =>
		`MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n${head.replace(/MIME-Version.*\n/, "")}\n\n${body}\n--b\nContent-Type: text/plain\n\nThe Wombat list, says somebody else.\n--b--\n`));
	assert.doesNotMatch(sue.words, /signed by a member/);
	assert.match(sue.words, /says somebody else/);
	await freshen(ann);
	await ann.own(`/certs/change/${serial}`);
	await ann.send({ reason: "4" }, `/certs/revoke/${serial}`);
	await post("s7@example.net", sign("late"));
	assert.doesNotMatch(sue.words, /signed by a member/);
	await ann.own("/history");
	assert.match(ann.words, new RegExp(`case ${detached}: opened by a mail signed with a certificate of yours`));
	assert.doesNotMatch(site.log, /roots and issuers/, "what is published is read for each, behind the walls");
});

await test("staff say what a mail is, and type in a letter: its time runs from the day it came", async () => {
	await sue.own("/desk");
	const mailed = sue.page.text.match(/\/desk\/case\/(\d{8})">Not sorted yet</)[1];		/* her own come first */
	await sue.own(`/desk/case/${mailed}`);
	await sue.send({ kind: "access" }, `/desk/sort/${mailed}`);
	assert.match(sue.words, /What you hold about me/);
	assert.doesNotMatch(sue.page.text, /\/desk\/sort\//);
	await sue.own("/desk/letter");
	const ago = new Date(Date.now() - 3 * 86400000), date = { day: `${ago.getUTCDate()}`, month: `${ago.getUTCMonth() + 1}`, year: `${ago.getUTCFullYear()}` };
	for (const wrong of [{ ...date, day: "31", month: "2" }, { ...date, year: "2019" }, { ...date, year: `${ago.getUTCFullYear() + 1}` }]) {
		await sue.own("/desk/letter");
		await sue.send({ kind: "complaint", words: "Dear Ibexes", ...wrong }, "/desk/letter");
		assert.equal(sue.page.status, 422);
		assert.match(sue.words, /There is no such day/);
		assert.match(sue.page.text, /Dear Ibexes/);
	}
	await sue.send({ kind: "correction", words: "Dear Ibexes, it took long.", ...date }, "/desk/letter");
	assert.match(sue.words, /Correct something.*by letter.*answers go by post.*Dear Ibexes, it took long/s);
	const written = sue.url.match(/(\d{8})$/)[1];
	assert.match(sue.words, new RegExp(`Case ${written}`));
	await sam.own(`/desk/case/${written}`);
	assert.doesNotMatch(sam.words, /Ibexes/);
	/* A report is the officers'. */
	await sue.own("/desk/letter");
	await sue.send({ kind: "report", words: "Somebody looks too much.", ...date }, "/desk/letter");
	assert.equal(sue.page.status, 403);
});

await test("killed at any moment: each mail becomes one case, and its words are there", async () => {
	const before = await listed(sue), all = [0, 1, 2, 3, 4, 5];
	for (const i of all)
		writeFileSync(`${maildir}/new/k${i}`, `Return-Path: <k${i}@example.net>\nMessage-ID: <k${i}@example.net>\n\nWords number ${i}.\n`);
	for (const name of ["postbox", "keeper", "clerk", "postbox"]) {
		const old = await until(name, () => site.running(name));
		process.kill(old, "SIGKILL");
		await until(`${name} again`, () => ![0, old].includes(site.running(name)));
	}
	await until("the folder to be empty", () => readdirSync(`${maildir}/new`).length === 0, 60000);
	const fresh = (await listed(sue)).filter((n) => !before.includes(n)), said = [];
	for (const one of fresh) {
		await take(sue, one);
		await until("its words", async () => (await sue.own(`/desk/case/${one}`), /Words number \d/.test(sue.words)));
		said.push(sue.words.match(/Words number (\d)/)[1]);
	}
	assert.deepEqual(said.sort(), all.map(String));
});

await test("a mail that came back marks its address until it is proved again; only a real one does", async () => {
	const bo = await member(site, "bo@example.org");
	const mail = site.mails().find((m) => m.to.includes("bo@example.org")), id = mail.headers["message-id"].slice(1, -1);
	const bounce = (of, status = "5.1.1", action = "failed") => deliver(site, { from: "", head: { "Content-Type": "multipart/report; report-type=delivery-status; boundary=r" },
		body: `--r\n\nsorry\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; bo@example.org\nAction: ${action}\nStatus: ${status}\n\n--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <${of}>\n--r--\n` });
	for (const one of [["0".repeat(32) + "@localhost"], [id, "4.2.2", "delayed"], [id, "2.0.0", "delivered"]])
		assert.match(await bounce(...one), /^250 /);
	await bo.own("/addresses");
	assert.doesNotMatch(bo.words, /came back/);
	assert.match(await bounce(id), /^250 /);
	await bo.own("/addresses");
	assert.match(bo.words, /Mail to it came back/);
	await bo.send({}, "/addresses/again");
	const link = (await site.mail((m) => m.to.includes("bo@example.org") && m !== mail && m.links.some((l) => l.includes("/verify/")) && m.subject !== mail.subject)).links.find((l) => l.includes("/verify/"));
	const v = new Visitor(site);
	await v.get(link);
	await v.send({}, new URL(link).pathname);
	await bo.own("/addresses");
	assert.doesNotMatch(bo.words, /came back/);
	await bo.own("/history");
	assert.match(bo.words, /a mail to an address of yours came back/);
});

await test("what is written in cases lies in no file in the clear", async () => {
	await until("texts to be written", async () => (await health(site))["mails waiting"] === 0);
	assert.deepEqual(search(site.dir, ["Since May, every week", "neither password nor mailbox", "probably the newsletter", "On one list; you are off", "Zeppelin", "Otterbein", "Wombat", "Ibexes", "maud@example.net"], (f) => f.includes("outbox")), []);
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
	await signIn(olu, "olu@example.org");
	await olu.own("/desk");
	assert.match(olu.page.text, new RegExp(`/desk/case/${number}"`));
	assert.match(olu.words, /waits too long/);
	await olu.own(`/desk/case/${number}`);
	assert.doesNotMatch(olu.words, /Which lists/);
	/* Extended, with a reason and a notice. */
	await signIn(sue, "sue@example.org");
	await sue.own(`/desk/case/${number}`);
	await sue.send({ months: "2", because: "The other list is kept elsewhere." }, `/desk/extend/${number}`);
	assert.match(sue.words, /How it stands takes longer/);
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
