// tests/flow/take.mjs - a member's copy of everything: asked for, made step by step, fetched once, gone, on a real site.
// limit: 300

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { finish, sleep, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { again, enrol, mailCertificate, member, openssl, pairs, password, peerOf, request, signIn, verified } from "./_people.mjs";
import { makeAssurers, makeCode, restart, sql, vouchFor } from "./_trust.mjs";
import { Pack, Unpack } from "../peers/ipc.mjs";

const OPEN = 269, PIECE = 270, GIVEN = 271, NEXT = 272, GO = 273;
const sets = ["argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000", "nginx.posts_per_minute=60000"];
const site = await startSite({ sets });
const python = (...words) => execFileSync("/usr/bin/python3", words, { stdio: "pipe" }).toString();
const out = temporaryFolder();

// ---- what is planted ----

const person = { given: "Annegret", family: "Zwitscherling", birth: ["29", "2", "1984"], nationality: "NL", document: ["passport", "QX77Y1138"] };
const ann = await enrol(await member(site, "ann@example.org"), person);
const asa = await enrol(await member(site, "asa@example.org"), { given: "Asa", family: "Sure", birth: ["3", "4", "1971"], questions: null, document: null });
for (const name of ["ben", "cleo"])
	await enrol(await member(site, `${name}@example.org`), { questions: null, document: null });
await makeAssurers(site, ["asa@example.org"]);
const form = async (where, values, action = where) => {
	await ann.own(where);
	await again(ann);
	await ann.send(values, action);
	assert.equal(ann.page.status, 200, `${where}: ${ann.words.slice(0, 300)}`);
};
await form("/names/add", { sort: "birth", given: "Annegret", family: "Meise-Ötüken" });
await form("/addresses", { address: "second+zeisig@example.org" });
await form("/domains", { name: "zwitscher.example.org" });
await form("/data/nationality", { nationality: "Brazil" });		/* by its name: kept as its code */
const { csr } = request({ subject: "/" });
const label = 'Kästchen "eins" <b>&amp; \\ 日本';
const serial = await mailCertificate(ann, "ann@example.org", csr, { label });
await until("the certificate", async () => { await ann.own(`/certs/show/${serial}`); return !/is on its way/.test(ann.words); });
await vouchFor(asa, ann, person, { place: "Café Zoë" });
const assurance = sql(site.dir, "SELECT max(id) FROM assurance")[0];
await form(`/points/object/${assurance}`, { words: "We never met: I was in Trömsö." });
const code = await makeCode(ann);
await form("/cases/new", { kind: "access", words: "Who has read about Grünspecht?" }, "/cases/new");

const planted = ["Annegret", "Zwitscherling", "Meise-Ötüken", "1984-02-29", "BR", "passport", "QX77Y1138", "ann@example.org",
	"second+zeisig@example.org", "zwitscher.example.org", label, "Café Zoë", "We never met: I was in Trömsö.", "Asa Sure", code, "Who has read about Grünspecht?",
	...pairs.map(([q]) => q), "NL"];
const secrets = [password, ...pairs.map(([, a]) => a).filter((a) => a.length > 6), "$argon2"];

// ---- small steps of the walk ----

const unescapeHtml = (text) => text.replace(/&#(\d+);/g, (_, n) => String.fromCharCode(n)).replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const take = async (v = ann) => { await v.own("/rights/take"); await again(v); return v.words; };
const ask = async (v = ann) => { await take(v); return v.send({}, "/rights/take"); };
const ready = (v = ann) => until("the copy", async () => /Your copy is ready/.test(await take(v)), 60000);
const waiting = () => execFileSync("sqlite3", ["-cmd", ".timeout 5000", path.join(site.dir, "keeper/keeper.db"),
	"SELECT (SELECT count(*) FROM copy) || ' ' || (SELECT count(*) FROM copy_piece)"]).toString().trim().split(/\s+/).slice(-2).map(Number);
const signal = (name, what) => process.kill(site.pid(name), what);
const filled = (action) => new URLSearchParams(ann.form(action).fields.map((f) => [f.name, f.value])).toString();
async function fetchIt(v = ann) {
	await take(v);
	const stands = v.url;
	await v.send({}, "/rights/take/get");
	const got = { ...v.page };
	v.url = stands;
	return got;
}
function unpacked(zip, name) {
	const file = path.join(out, `${name}.zip`), dir = path.join(out, name);
	mkdirSync(dir);
	writeFileSync(file, zip);
	execFileSync("unzip", ["-q", file, "-d", dir]);
	return { file, dir, text: (n) => readFileSync(path.join(dir, n), "utf8") };
}
const history = async (v = ann) => { await v.own("/history"); return v.words; };

// ---- tests ----

await test("it lies behind the password, and nothing is there before it is asked for", async () => {
	await ann.own("/data");
	assert.match(ann.page.text, /href="\/~[\w-]{32}\/rights\/take"/);
	const stale = await signIn(new Visitor(site), "ann@example.org");
	await stale.own("/rights/take");
	assert.equal(stale.page.status, 403);
	assert.match(stale.words, /password/i);
	await again(stale);
	assert.equal(stale.page.status, 200);
	assert.match(stale.words, /What is in it/);
	assert.doesNotMatch(stale.words, /Your copy/);
	const guest = new Visitor(site);
	for (const where of ["/rights/take", "/~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/rights/take"])
		assert.notEqual((await guest.get(where)).status, 200);
});

let zip, address;
await test("asked for, made by the clerk, fetched: everything planted is in it, no secret is", async () => {
	await ask();
	assert.match(ann.words, /Your copy is (being made|ready)/);
	await ready();
	zip = await fetchIt();
	assert.equal(zip.status, 200);
	assert.equal(zip.headers["content-type"], "application/zip");
	assert.match(zip.headers["content-disposition"], /^attachment; filename="my-data-\d{4}-\d\d-\d\d\.zip"$/);
	assert.equal(Number(zip.headers["content-length"]), zip.body.length);
	address = zip.url;
	const u = unpacked(zip.body, "first");
	const json = u.text("data.json"), html = u.text("data.html"), words = unescapeHtml(html);
	for (const value of planted) {
		assert.ok(json.includes(JSON.stringify(value).slice(1, -1)), `data.json lacks ${value}`);
		assert.ok(words.includes(value), `data.html lacks ${value}`);
	}
	for (const value of secrets)
		for (const [name, text] of [["json", json], ["html", html], ["pem", u.text("certificates.pem")]])
			assert.ok(!text.includes(value), `${name} tells ${value}`);
	const hashes = execFileSync("sqlite3", ["-cmd", ".timeout 5000", path.join(site.dir, "keeper/keeper.db"), "SELECT lower(hex(token)) FROM session"]).toString().trim().split("\n");
	for (const hash of hashes.filter((h) => h.length > 20))
		assert.ok(!json.includes(hash));
});

await test("unzip, python3, bsdtar, jq, xmllint and a JSON Schema validator find nothing wrong", async () => {
	const u = { file: path.join(out, "first.zip"), dir: path.join(out, "first") };
	const names = ["data.html", "data.json", "certificates.pem", "data.schema.json"];
	execFileSync("unzip", ["-tq", u.file]);
	assert.deepEqual(execFileSync("unzip", ["-Z1", u.file]).toString().trim().split("\n"), names);
	python("-c", "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); sys.exit(1 if z.testzip() else 0)", u.file);
	assert.deepEqual(execFileSync("bsdtar", ["-tf", u.file]).toString().trim().split("\n"), names);
	assert.equal(execFileSync("jq", ["-r", ".addresses[] | select(.primary) | .address", `${u.dir}/data.json`]).toString().trim(), "ann@example.org");
	execFileSync("xmllint", ["--noout", "--nonet", `${u.dir}/data.html`], { stdio: "pipe" });
	assert.doesNotMatch(readFileSync(`${u.dir}/data.html`, "utf8"), /<script|https?:\/\/|\son[a-z]+=/);
	python("-c", "import json,sys,jsonschema; s=json.load(open(sys.argv[1])); c=jsonschema.validators.validator_for(s); c.check_schema(s);" +
		" c(s, format_checker=jsonschema.FormatChecker()).validate(json.load(open(sys.argv[2])))", `${u.dir}/data.schema.json`, `${u.dir}/data.json`);
	const guest = await new Visitor(site).get("/export/data.schema.json");
	assert.equal(guest.headers["content-type"], "application/schema+json");
	assert.equal(guest.text, readFileSync(`${u.dir}/data.schema.json`, "utf8"));
	const subject = openssl("x509", "-in", `${u.dir}/certificates.pem`, "-noout", "-serial", "-ext", "subjectAltName").toString();
	assert.match(subject.toLowerCase(), new RegExp(`serial=0*${serial.replace(/^0+/, "")}`));
	assert.match(subject, /ann@example\.org/);
});

await test("each line of the history can be checked against the ledger", async () => {
	const copy = JSON.parse(readFileSync(path.join(out, "first/data.json"), "utf8"));
	const none = "00".repeat(32);
	const leaves = new Map(execFileSync("sqlite3", ["-cmd", ".timeout 5000", path.join(site.dir, "keeper/keeper.db"), "SELECT number, lower(hex(entry)) FROM leaf"])
		.toString().trim().split("\n").map((l) => l.split("|")));
	assert.ok(copy.history.length > 20);
	assert.deepEqual(copy.history.map((l) => l.place), copy.history.map((_, i) => copy.history.length - i));
	for (const l of copy.history) {
		const hash = createHash("sha256").update(Buffer.concat([Buffer.from([0x12]),
			...[l.record_inner, l.record_sealed, l.values_inner, l.values_sealed].map((h) => Buffer.from(h ?? none, "hex"))])).digest("hex");
		assert.equal(l.leaf.slice(144, 208), hash, `line ${l.place}`);
		assert.equal(leaves.get(String(l.entry)), l.leaf);
	}
	const corrected = copy.history.find((l) => l.was === "NL");
	assert.equal(corrected.now, "BR");
	assert.deepEqual(corrected.fields, ["nationality"]);
	await again(ann);
	await ann.own(`/history/${corrected.place}`);
	assert.match(ann.words, /Before Netherlands After Brazil/, "the page says them in words, as My data does");
	assert.equal(copy.history[0].object, "a copy begun");
	assert.ok(copy.history.some((l) => l.role === "an assurer" && l.purpose === "match"));
});

await test("what is told is sorted and whole: own copies of vouchings, hand-overs, certificates, decisions", async () => {
	const copy = JSON.parse(readFileSync(path.join(out, "first/data.json"), "utf8"));
	assert.equal(copy.format, "troth-export-1");
	assert.deepEqual(copy.names.map((n) => [n.kind, n.given, n.family]), [["as on my papers", "Annegret", "Zwitscherling"], ["of birth", "Annegret", "Meise-Ötüken"]]);
	assert.deepEqual(copy.addresses.map((a) => [a.address, a.primary]).sort(), [["ann@example.org", true], ["second+zeisig@example.org", false]]);
	assert.equal(copy.vouched_for_by.length, 1);
	assert.equal(copy.vouched_for_by[0].assurer, "Asa Sure");
	assert.equal(copy.vouched_for_by[0].place, "Café Zoë");
	assert.deepEqual(copy.vouched_for_by[0].documents, ["passport"]);
	assert.ok(copy.handovers.some((h) => h.code === code && h.state === "open"));
	assert.ok(copy.handover_uses.some((h) => h.act === "compared with papers"));
	assert.equal(copy.certificates[0].serial, serial);
	assert.equal(copy.certificates[0].label, label);
	assert.equal(copy.decisions[0].kind, "an objection");
	assert.deepEqual(copy.case_texts.map((t) => [t.case, t.by, t.words]), [[copy.cases[0].number, "you", "Who has read about Grünspecht?"]]);
	assert.deepEqual(copy.questions.map((q) => q.question), pairs.map(([q]) => q));
	assert.ok(copy.sealed.some((s) => s.field === "credential" && s.held));
	assert.ok(copy.roles.every((r) => r.role !== "officer"));
});

await test("the address works for one complete answer, then the copy is gone from the store", async () => {
	assert.equal((await new Visitor(site).get(address, { fetchSite: "none" })).status, 404);
	assert.deepEqual(waiting(), [0, 0]);
	assert.doesNotMatch(await take(), /Your copy is ready/);
	const lines = await history();
	for (const says of [/A copy of your data was asked for, made or fetched/, /a copy asked for/, /a copy begun/, /a copy composed/, /a copy being fetched/, /a copy fetched whole/])
		assert.match(lines, says);
	await verified(site);
});

await test("what is public is told with its words; who vouched keeps initials, not the other's data", async () => {
	await asa.own("/directory/mine");
	await asa.send({ region: "Wien" }, "/directory/mine");
	await asa.send({}, "/directory/mine/publish");
	await ask(asa);
	await ready(asa);
	const u = unpacked((await fetchIt(asa)).body, "asa"), copy = JSON.parse(u.text("data.json"));
	assert.deepEqual(copy.published.map((p) => [p.what, p.state]), [["a line in the directory", "public"]]);
	assert.match(copy.published[0].words, /\nWien\n/);
	assert.equal(copy.vouched_for.at(-1).member_initials, "A. Z.");
	assert.equal(copy.vouched_for.at(-1).place, "Café Zoë");
	assert.ok(copy.roles.some((r) => r.role === "assurer"));
	for (const foreign of ["Zwitscherling", "1984-02-29", "QX77Y1138", "ann@example.org"])
		assert.ok(!u.text("data.json").includes(foreign), `another member's ${foreign}`);
	python("-c", "import json,sys,jsonschema; jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))", `${u.dir}/data.schema.json`, `${u.dir}/data.json`);
});

await test("the page is German for who reads German", async () => {
	const anna = new Visitor(site, { language: "de" });
	await signIn(anna, "ann@example.org");
	await anna.own("/rights/take");
	await again(anna);
	await anna.send({}, "/rights/take");
	await until("the copy", async () => { await anna.own("/rights/take"); return anna.page.text.includes("/rights/take/get"); });
	await anna.send({}, "/rights/take/get");
	const u = unpacked(anna.page.body, "german");
	assert.match(u.text("data.html"), /<html lang="de">/);
	assert.match(u.text("data.html"), /Staatsangehörigkeit/);
	assert.equal(JSON.parse(u.text("data.json")).data.find((d) => d.field === "nationality").value, "BR");
	execFileSync("xmllint", ["--noout", "--nonet", `${u.dir}/data.html`], { stdio: "pipe" });
});

await restart(site, () => {}, ["export.step=64"]);
await signIn(ann, "ann@example.org");

await test("taken back half-way nothing is left, and another can be asked for", async () => {
	await take();
	const body = filled("/rights/take"), where = `${ann.root}/rights/take`;
	assert.equal((await ann.request("POST", where, { body })).status, 303);
	await until("a piece", () => waiting()[1] > 3);
	signal("clerk", "SIGSTOP");
	assert.match(await take(), /Your copy is being made/);
	assert.equal(ann.page.headers.refresh, "3");
	const second = await ann.request("POST", where, { body });
	assert.equal(second.status, 409);
	assert.match(second.text, /is being made already/);
	await ann.send({}, "/rights/take/drop");
	assert.match(ann.words, /Make my copy/);
	assert.deepEqual(waiting(), [0, 0]);
	signal("clerk", "SIGCONT");
	await sleep(500);
	assert.deepEqual(waiting(), [0, 0]);
	assert.match(await history(), /a copy taken back/);
});

await test("keeper and clerk die between steps: the copy is the same", async () => {
	await ask();
	for (let i = 0; i < 4; i++) {
		const before = await until("a piece", () => waiting()[1]);
		signal(i % 2 === 0 ? "keeper" : "clerk", "SIGKILL");
		await until("more pieces", async () => { const [copies, n] = waiting(); return copies === 0 || n > before + 2; }, 30000);
	}
	await until("the copy", async () => {
		await ann.own("/rights/take").catch(() => {});
		return /Your copy is ready/.test((await again(ann)) && ann.words);
	}, 90000);
	const u = unpacked((await fetchIt()).body, "killed");
	execFileSync("unzip", ["-tq", u.file]);
	const first = JSON.parse(readFileSync(path.join(out, "first/data.json"), "utf8")), copy = JSON.parse(u.text("data.json"));
	assert.deepEqual(copy.names, first.names);
	assert.deepEqual(copy.certificates, first.certificates);
	assert.deepEqual(copy.history.slice(-first.history.length), first.history);
	execFileSync("xmllint", ["--noout", "--nonet", `${u.dir}/data.html`], { stdio: "pipe" });
	await verified(site);
});

await test("a broken download can be begun again; the clerk's ticket opens nothing", async () => {
	await ask();
	await ready();
	await take();
	const stands = ann.url;
	const answer = await ann.request("POST", `${ann.root}/rights/take/get`, { body: filled("/rights/take/get") });
	assert.equal(answer.status, 303);
	const where = answer.headers.location, once = Buffer.from(where.split("/").pop(), "base64url");
	const portal = await peerOf(site, "keeper", "portal"), clerk = await peerOf(site, "keeper", "clerk");
	const refused = (c, op, body) => assert.rejects(c.call(op, body), (e) => ["absent", "denied", "input"].includes(e.kind) || /closed|ended|reset/i.test(e.message));
	await refused(portal, PIECE, new Pack().exact(once).i64(0).end());		/* before the line in the history */
	await portal.call(OPEN, once);
	assert.ok(new Unpack(await portal.call(PIECE, new Pack().exact(once).i64(0).end())).bytes().length > 0);
	assert.match(await take(), /Fetching began .* did not get to the end/);
	await refused(portal, OPEN, Buffer.alloc(24));
	assert.equal((await new Visitor(site).request("HEAD", where)).status, 405);
	assert.deepEqual([...await clerk.call(NEXT)], [0]);
	await refused(clerk, GO, once);
	ann.url = stands;
	const got = await ann.get(where);
	assert.equal(got.status, 200);
	unpacked(got.body, "again");
	await refused(portal, GIVEN, once);
	portal.close();
	clerk.close();
	ann.url = stands;
});

await test("addresses at which there is nothing keep nobody from a copy", async () => {
	signal("keeper", "SIGSTOP");
	const all = Array.from({ length: 24 }, () => new Visitor(site).request("GET", `/once/copy/${randomBytes(24).toString("base64url")}`));
	await sleep(500);
	signal("keeper", "SIGCONT");
	assert.deepEqual([...new Set((await Promise.all(all)).map((a) => a.status))], [404]);
});

await test("a newer address ends the older one; thrown away is gone", async () => {
	await ask();
	await ready();
	const address = async () => {
		await take();
		return (await ann.request("POST", `${ann.root}/rights/take/get`, { body: filled("/rights/take/get") })).headers.location;
	};
	const older = await address(), newer = await address();
	assert.equal((await new Visitor(site).request("GET", older, { fetchSite: "none" })).status, 404);
	await take();
	await ann.send({}, "/rights/take/drop");
	assert.equal((await new Visitor(site).request("GET", newer, { fetchSite: "none" })).status, 404);
	assert.deepEqual(waiting(), [0, 0]);
});

await test("a day later it is gone, on the ledger", async () => {
	await ask();
	await ready();
	await restart(site, () => {}, ["clock.shift=90000"]);
	await signIn(ann, "ann@example.org");
	assert.match(await take(), /Make my copy/);
	await until("the sweep", () => waiting()[0] === 0, 90000);
	assert.deepEqual(waiting(), [0, 0]);
	assert.match(await history(), /a copy that was too old/);
	await verified(site);
});

await site.stop();
finish();
