// tests/flow/names.mjs - a member's names, the level of a certificate and the name in it, on a real site.
// limit: 240

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { finish, startSite, temporaryFolder, test } from "./site.mjs";
import { again, download, enrol, mailCertificate, member, openssl, request, verified } from "./_people.mjs";
import { compare, makeAssurers, makeCode, note, numberOf, restart, sign, sql, takeCode, wordRows } from "./_trust.mjs";
import { peer } from "../peers/start.mjs";

const dns = await peer("dns");
for (const zone of ["example.org", "org"])		/* CAA climbs to the top */
	await dns.tell("zone", { zone, signed: true });
const anchors = path.join(temporaryFolder(), "anchors");
writeFileSync(anchors, (await dns.tell("anchors")).text);
const sets = ["nginx.posts_per_minute=60000", "limit.mails_per_hour=10000",
	`prover.stub=example.org=127.0.0.1@${dns.port},org=127.0.0.1@${dns.port}`, `prover.trust_anchor=${anchors}`];
const site = await startSite({ sets }), { dir } = site;
const address = (v) => `${v.login}@example.org`;
async function person(login, data) {
	const v = await member(site, `${login}@example.org`);
	v.login = login;
	if (data !== null)
		await enrol(v, { document: null, questions: null, ...data });
	v.number = await numberOf(site, address(v));
	return v;
}
const indexes = (v) => sql(dir, `SELECT idx FROM person_name WHERE member = ${v.number} ORDER BY idx`).map(Number);
const { csr } = request({ subject: "/" });

const ann = await person("ann", { given: "Annegret", family: "Zwitscherling" });
const ben = await person("ben", { given: "Ben", family: "Berg" }), cleo = await person("cleo", null);
const few = await person("few", { given: "Wenig", family: "Punkte" });
const young = await person("young", { given: "Jung", family: "Spund", birth: ["1", "6", "2012"] });
const barred = await person("barred", { given: "Ge", family: "Sperrt" });

/* ---- names of one's own ---- */

await test("further names are added, changed, put first and erased", async () => {
	await ann.own("/names");
	assert.match(ann.words, /Annegret Zwitscherling shown first as on the papers Nobody has vouched for it yet/);
	await ann.own("/names/add");
	await ann.send({ sort: "birth", given: "Annegret", family: "Meise" }, "/names/add");
	assert.match(ann.words, /Annegret Meise name of birth/);
	await ann.own("/names/change/1");
	assert.equal(ann.form("/names/change/1").fields.find((f) => f.name === "family").value, "Meise");
	assert.ok(ann.form("/names/change/1").fields.find((f) => f.name === "sort" && f.value === "birth").checked);
	await ann.send({ sort: "married", family: "Kohlmeise" }, "/names/change/1");
	assert.match(ann.words, /Annegret Kohlmeise name of marriage/);
	await ann.send({}, "/names/first");
	assert.match(ann.words, /Annegret Kohlmeise shown first/);
	assert.equal((await ann.own("/home")).status, 200);
	await ann.own("/data");
	assert.match(ann.words, /Family name Kohlmeise/);
	assert.match(ann.words, /Further names Annegret Zwitscherling/);
	await ann.own("/names/erase/1");
	await ann.send({}, "/names/erase/1");
	assert.equal(ann.page.status, 422);
	assert.match(ann.words, /Please check/);
	await ann.send({ sure: true }, "/names/erase/1");
	assert.doesNotMatch(ann.words, /Kohlmeise/);
	assert.match(ann.words, /Annegret Zwitscherling shown first/);
	assert.deepEqual(indexes(ann), [0]);
});

await test("what is no further name is told on its form, and what was typed stays", async () => {
	for (const [values, says] of [[{ given: "", family: "" }, /at least one name/], [{ given: "Annegret", family: "Бриян" }, /one script/],
		[{ given: "annegret", family: "ZWITSCHERLING" }, /entered this already/], [{ given: "Anne<b>", family: "Meise" }, /does not look like a name/]]) {
		await ann.own("/names/add");
		await ann.send({ sort: "artist", ...values }, "/names/add");
		assert.equal(ann.page.status, 422, ann.words);
		assert.match(ann.words, says);
		assert.equal(ann.form("/names/add").fields.find((f) => f.name === "family").value, values.family);
		assert.ok(ann.form("/names/add").fields.find((f) => f.name === "sort" && f.value === "artist").checked);
	}
	for (const where of ["/names/change/7", "/names/change/x", "/names/erase/16", "/names/erase/00"])
		assert.equal((await ann.own(where)).status, 404, where);
	assert.deepEqual(indexes(ann), [0]);
});

await test("the history says what was done, in words", async () => {
	await ann.own("/history");
	for (const words of ["another name comes first", "a name"])
		assert.match(ann.words, new RegExp(words));
});

/* ---- points ---- */

await ann.own("/names/add");
await ann.send({ sort: "artist", given: "", family: "Piepmatz" }, "/names/add");
await restart(site, () => {
	const two = [ben.number, cleo.number];
	sql(dir, [wordRows(two, ann.number), wordRows([ben.number], few.number), wordRows([cleo.number], few.number, { points: 14 }),
		wordRows(two, young.number), wordRows(two, barred.number),
		`UPDATE member SET bar_until = ${Math.floor(Date.now() / 1000) + 3600} WHERE number = ${barred.number}`].join(";\n"));
});

await test("a vouched name and date lead to the page that says how they change", async () => {
	await ann.own("/names");
	assert.match(ann.words, /Annegret Zwitscherling shown first may stand in certificates as on the papers Points of those who vouched for it: 70/);
	assert.match(ann.words, /Piepmatz artist's name Nobody has vouched/);
	assert.match(ann.words, /A name that somebody vouched for is not overwritten/);
	assert.doesNotMatch(ann.page.text, /\/names\/change\/0/);
	await ann.own("/data");
	assert.match(ann.page.text, /href="[^"]*\/names"[^>]*>How this changes/);
	assert.match(ann.page.text, /href="[^"]*\/names\/birth"[^>]*>How this changes/);
	for (const where of ["/data/names", "/names/change/0"]) {
		await ann.own(where);
		assert.equal(new URL(ann.url).pathname, `${ann.root}/names`, where);
	}
	await ann.own("/data/birth");
	await again(ann);
	assert.equal(new URL(ann.url).pathname, `${ann.root}/names/birth`);
});

await test("a new birth date waits beside the vouched one", async () => {
	await ann.own("/names/birth");
	await again(ann);
	await ann.send({ day: "30", month: "2", year: "1984" }, "/names/birth");
	assert.equal(ann.page.status, 422);
	assert.match(ann.words, /no such day/);
	await ann.own("/names/birth");
	await ann.send({ day: "29", month: "2", year: "1984" }, "/names/birth");
	assert.equal(ann.page.status, 422);
	assert.match(ann.words, /entered this already/);
	await ann.own("/names/birth");
	await ann.send({ day: "1", month: "3", year: "1984" }, "/names/birth");
	assert.match(ann.words, /A new birth date waits/);
	await ann.own("/data");
	assert.match(ann.words, /New birth date, proposed 1984-03-01/);
	await ann.own("/names");
	await ann.send({}, "/names/birth/drop");
	assert.doesNotMatch(ann.words, /A new birth date waits/);
	assert.match(ann.words, /Somebody vouched for your birth date/);
});

/* ---- certificates ---- */

const leafOf = async (v, serial) => (await download(v, serial)).toString().match(/-----BEGIN CERTIFICATE[^]*?END CERTIFICATE-----/)[0];
const file = (name, text) => {
	const at = path.join(temporaryFolder(), name);
	writeFileSync(at, text);
	return at;
};
const days = (x) => Math.round((Date.parse(x.validTo) - Date.parse(x.validFrom)) / 86400000);
let named;

await test("an Assured Mail certificate with a name comes out, and strict readers take it", async () => {
	await ann.own("/certs/mail");
	assert.match(ann.words, /It lives 730 days/);
	assert.match(ann.words, /It lives 180 days/);
	const form = ann.form("/certs/mail");
	assert.deepEqual(form.fields.filter((f) => f.name === "name").map((f) => [f.value, f.checked]), [["0", true], ["1", false]]);
	assert.ok(form.fields.find((f) => f.name === "level" && f.value === "assured").checked);
	assert.doesNotMatch(ann.words, /Piepmatz/);
	named = await mailCertificate(ann, "ann@example.org", csr, { level: "assured", name: "1" });
	assert.match(ann.words, /E-mail certificate, Assured/);
	assert.match(ann.words, /Your name in it Annegret Zwitscherling/);
	const pem = await leafOf(ann, named), leaf = file("leaf.pem", pem), x = new crypto.X509Certificate(pem);
	const text = openssl("x509", "-in", leaf, "-noout", "-text", "-nameopt", "RFC2253,utf8,-esc_msb").toString();
	assert.match(text, /Subject: (?=.*GN=Annegret)(?=.*SN=Zwitscherling)(?=.*CN=Annegret Zwitscherling)/);
	assert.match(text, /Issuer: .*Assured Mail/);
	assert.match(text, /2\.23\.140\.1\.5\.4\.2/);		/* individual-validated */
	assert.equal(x.subjectAltName, "email:ann@example.org");
	assert.equal(days(x), 730);
	const chain = file("chain.pem", await download(ann, named, "chain"));
	const root = path.join(dir, "www/root.pem");
	openssl("verify", "-x509_strict", "-purpose", "smimesign", "-CAfile", root, "-untrusted", chain, leaf);
	const read = execFileSync("certtool", ["-i", "--infile", leaf], { stdio: "pipe" }).toString();
	assert.match(read, /Subject: .*CN=Annegret Zwitscherling/);
	const judged = execFileSync("certtool", ["--verify", "--verify-purpose", "1.3.6.1.5.5.7.3.4", "--load-ca-certificate", root, "--infile", chain], { stdio: "pipe" }).toString();
	assert.match(judged, /Chain verification output: Verified/);
	await ann.own("/certs");
	assert.match(ann.words, /E-mail certificate, Assured: its holder was met and vouched for Your name in it: Annegret Zwitscherling/);
});

await test("the same level without a name, and Robot, carry none", async () => {
	for (const [values, lives] of [[{ level: "assured" }, 730], [{ level: "robot" }, 180], [{ level: "assured", name: "0" }, 730]]) {
		const x = new crypto.X509Certificate(await leafOf(ann, await mailCertificate(ann, "ann@example.org", csr, { label: JSON.stringify(values), ...values })));
		assert.ok(!x.raw.includes("Annegret") && !x.raw.includes("Zwitscherling"));
		assert.equal(days(x), lives);
		assert.match(x.issuer, values.level === "robot" ? /Robot Mail/ : /Assured Mail/);
	}
});

async function noneFor(v, values, says) {
	const body = new URLSearchParams({ address: address(v), request: csr, level: "assured", ...values });
	await v.own("/certs/mail");
	body.set("form", v.form("/certs/mail").fields.find((f) => f.name === "form").value);
	await v.get(`${v.root}/certs/mail`);
	const a = await v.request("POST", `${v.root}/certs/mail`, { body: body.toString() });
	assert.equal(a.status, 422, a.text.slice(0, 300));
	assert.match(a.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "), says);
	await v.own("/certs");
	return v.words;
}

await test("49 points, a young person, one within the bar, an unvouched name: none", async () => {
	await few.own("/certs/mail");
	assert.match(few.words, /From 50 points on you can choose Assured, which lives 730 days; you have 49/);
	assert.equal(few.form("/certs/mail").fields.filter((f) => f.name === "level" || f.name === "name").length, 0);
	await noneFor(few, {}, /needs more points/);
	await noneFor(few, { name: "1" }, /needs more points/);
	await young.own("/certs/mail");
	assert.match(young.words, /No name of yours can stand in it now\. Until you are of age/);
	await noneFor(young, { name: "1" }, /Until you are of age/);
	await barred.own("/certs/mail");
	assert.match(barred.words, /No name of yours can stand in it now\. Your password was recovered/);
	const body = { level: "assured", name: "1" };
	await assert.rejects(noneFor(barred, body, /./), /403/);
	for (const v of [few, young, barred])
		assert.doesNotMatch((await v.own("/certs")).text, /certs\/show/);
	await noneFor(ann, { name: "2" }, /more points of its own/);
	await noneFor(ann, { name: "9" }, /more points of its own/);
	await noneFor(ann, { name: "17" }, /Your name in it/);
	await noneFor(ann, { level: "robot", name: "1" }, /in Assured certificates only/);
	await noneFor(ann, { level: "gold" }, /Level/);
});

await test("a server certificate at the Assured level", async () => {
	await ann.own("/domains");
	await ann.send({ name: "example.org" }, "/domains");
	const id = ann.page.text.match(/\/domains\/dns\/(\d+)/)[1];
	await ann.send({}, `/domains/dns/${id}`);
	const value = ann.page.text.match(/_troth-challenge[^]*?([A-Za-z0-9_-]{43})/)[1];
	await dns.tell("set", { name: "_troth-challenge.example.org", type: "TXT", data: [value] });
	await ann.send({ method: "dns" }, `/domains/check/${id}`);
	const server = request({ subject: "/", extra: ["-addext", "subjectAltName=DNS:www.example.org"] });
	for (const [level, lives] of [["assured", 199], ["robot", 90]]) {
		await ann.own("/certs/server");
		await ann.send({ request: server.csr }, "/certs/server");
		assert.match(ann.words, /It lives 199 days/);
		await ann.send({ level, label: level }, "/certs/server/issue");
		const serial = new URL(ann.url).pathname.match(/\/certs\/show\/([0-9a-f]{32})$/)[1];
		const x = new crypto.X509Certificate(await leafOf(ann, serial));
		assert.match(x.issuer, level === "robot" ? /Robot TLS/ : /Assured TLS/);
		assert.equal(x.subject, "CN=www.example.org");
		assert.equal(days(x), lives);
		assert.ok(!x.raw.includes("Zwitscherling"));
	}
});

await test("a name whose CAA records forbid is named, with what was seen, and the request stays", async () => {
	const names = ["a", "b", "c"].map((n) => `${n}.host.example.org`);
	const server = request({ subject: "/", extra: ["-addext", `subjectAltName=${names.map((n) => `DNS:${n}`).join(",")}`] });
	await dns.tell("set", { name: names[1], type: "CAA", data: [{ tag: "issue", value: "ca.other.example" }] });
	await ann.own("/certs/server");
	await ann.send({ request: server.csr }, "/certs/server");
	await dns.tell("log");
	await ann.send({ level: "robot", label: "x" }, "/certs/server/issue");
	assert.equal(ann.page.status, 422);
	assert.match(ann.words, /CAA records do not allow us to issue.* b\.host\.example\.org CAA at b\.host\.example\.org does not name us/);
	assert.match(ann.page.text, /BEGIN CERTIFICATE REQUEST/);
	const { asked } = await dns.tell("log");
	assert.deepEqual(names.map((n) => asked.includes(`${n} CAA`)), [true, true, false], "what comes behind is not asked any more");
	await ann.own("/certs/server");
	assert.doesNotMatch(ann.words, /host\.example\.org/);
});

/* ---- a change of name ---- */

await test("an assurer who sees the deed links the old name to the new one: what was vouched for carries over", async () => {
	await makeAssurers(site, ["ben@example.org"]);
	await ann.own("/names/add");
	await ann.send({ sort: "married", given: "Annegret", family: "Kohlmeise" }, "/names/add");
	const id = await takeCode(ben, await makeCode(ann));
	await compare(ben, id, { name: "Annegret Kohlmeise", birth: ["29", "2", "1984"] });
	await ben.own(`/assure/note/${id}`);
	assert.doesNotMatch(ben.words, /Does a deed show a change/);
	await compare(ben, id, { name: "Annegret Zwitscherling" });
	await note(ben, id, { name: "2", deed: true, link: "0-2" });
	await sign(ben);
	await ann.own("/names");
	assert.match(ann.words, /Annegret Kohlmeise shown first may stand in certificates name of marriage Points of those who vouched for it: 70/);
	assert.doesNotMatch(ann.words, /Zwitscherling/);
	assert.deepEqual(indexes(ann), [1, 2]);
	await ann.own("/certs/mail");
	assert.deepEqual(ann.form("/certs/mail").fields.filter((f) => f.name === "name").map((f) => f.value), ["0", "3"]);
	await ann.own(`/certs/show/${named}`);
	assert.match(ann.words, /Your name in it Annegret Zwitscherling/);
	await ann.own("/points");
	assert.match(ann.page.text, new RegExp(`/certs/show/${named}`));	/* it stands on a name that is gone */
	await ann.own("/home");
	assert.match(ann.words, /Annegret/);
});

await test("what others keep of a linked name is the new one: the old name and its initials are nowhere", async () => {
	/* Ben vouched for the old name and for the new one: his lists name neither way of writing the old one */
	await ben.own("/assurances");
	assert.match(ben.words, /A\. K\. points: \d+/);
	assert.doesNotMatch(ben.words, /A\. Z\.|Zwitscherling/);
	await ben.own("/assure/sign");
	assert.doesNotMatch(ben.words, /A\. Z\.|Zwitscherling/);
	await ben.own("/history");
	assert.doesNotMatch(ben.words, /A\. Z\.|Zwitscherling|Kohlmeise/);
	/* and whom Ann took points from sees the others' names as before */
	await ann.own("/points");
	assert.match(ann.words, /Ben Berg/);
	/* another assurer who takes a code gets to the new name alone */
	await enrol(cleo, { given: "Cleo", family: "Lund", document: null, questions: null });
	await makeAssurers(site, ["cleo@example.org"]);
	const id = await takeCode(cleo, await makeCode(ann));
	await compare(cleo, id, { name: "Annegret Zwitscherling" });
	assert.match(cleo.words, /differs/);
	assert.doesNotMatch(cleo.words, /matches/);
	await cleo.own(`/assure/show/${id}`);
	await again(cleo);
	await cleo.send({}, `/assure/show/${id}`);
	assert.match(cleo.words, /Kohlmeise/);
	assert.doesNotMatch(cleo.words, /Zwitscherling/);
	await cleo.own(`/assure/with/${id}`);
	await cleo.send({}, `/assure/leave/${id}`);
});

await test("an assurer who sees the deed links the old birth date to the proposed one, from the note page", async () => {
	await ann.own("/names/birth");
	await again(ann);
	await ann.send({ day: "1", month: "3", year: "1984" }, "/names/birth");
	assert.match(ann.words, /A new birth date waits/);
	const id = await takeCode(cleo, await makeCode(ann));
	const link = (values) => note(cleo, id, { name: "2", deed: true, link: "birth", ...values });
	/* the old date agrees: there is nothing yet to link it by, and the page does not offer it */
	await compare(cleo, id, { name: "Annegret Kohlmeise", birth: ["29", "2", "1984"] });
	await cleo.own(`/assure/note/${id}`);
	assert.ok(!cleo.form(`/assure/note/${id}`).fields.some((f) => f.name === "link" && f.value === "birth"), "offered before the new date was seen");
	await compare(cleo, id, { birth: ["1", "3", "1984"] });
	await link({ deed: false });
	assert.equal(cleo.page.status, 422, "without the deed");
	await ann.own("/points");
	const before = ann.words.match(/(\d+) assurance, of 100/)[1];
	await link({});
	assert.equal(cleo.page.status, 200, cleo.words);
	await ann.own("/data");
	assert.match(ann.words, /1984-02-29/, "noted is not signed");
	await sign(cleo);
	assert.match(cleo.words, /Signed: 1\./);
	await ann.own("/data");
	assert.match(ann.words, /1984-03-01/);
	assert.doesNotMatch(ann.words, /1984-02-29|New birth date/);
	/* what was vouched for with the old date stands for the new one */
	await ann.own("/points");
	assert.equal(ann.words.match(/(\d+) assurance, of 100/)[1], before);
	assert.match((await site.mail((m) => m.to.includes("ann@example.org") && /birth date/i.test(m.subject + m.text))).text, /./);
	for (const v of [ben, cleo]) {
		await v.own("/assurances");
		assert.doesNotMatch(v.words, /1984-0[23]/);
	}
});

await test("an erased name stands in no further one", async () => {
	await ann.own("/names/erase/2");
	assert.match(ann.words, /Assurers vouched for this name/);
	await ann.send({ sure: true }, "/names/erase/2");
	assert.doesNotMatch(ann.words, /Kohlmeise/);
	await noneFor(ann, { name: "3" }, /needs more points/);	/* what they said was of that name */
	await ann.own("/names/add");
	await ann.send({ sort: "papers", given: "Annegret", family: "Kohlmeise" }, "/names/add");
	await noneFor(ann, { name: "4" }, /needs more points/);
	assert.deepEqual(indexes(ann), [1, 3]);
});

await test("the ledger holds", async () => {
	await verified(site);
	assert.equal(await site.stop(), 0);
	await dns.stop();
});

finish();
