// tests/flow/adversaries.mjs - each adversary of the design, played: what they get is what we say they get.
// limit: 240
//
// A visitor; who stole a session's address; a shell in the portal's place; a seized clerk; a thief of
// everything on the disk; an operator without root; a reader of the logs.  Their victim is Vic, whose
// data are words that stand nowhere else, so that they can be searched for.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { command, finish, sleep, startSite, temporaryFolder, test, Visitor } from "./site.mjs";
import { asker, download, enrol, bytesOf, filesOf, formToken, mailCertificate, member, again, password, request, routes, search, signIn, verified, health } from "./_people.mjs";
import { makeCode } from "./_trust.mjs";
import { kept, ops, tryAsk, walls } from "./_shell.mjs";
import { Client, Pack, Unpack } from "../peers/ipc.mjs";

const dir = path.join(temporaryFolder(), "state");
const sets = ["nginx.posts_per_minute=60000"];
let site = await startSite({ dir, sets });
const said = () => site.log + site.said;
let logs = "";

// ---- Vic, and Mallory who is a member too ----

const vic = { address: "canary.vic@example.org", second: "canary.second@example.org", given: "Canarina", family: "Zwitscherling",
	birth: ["17", "3", "1971"], nationality: "NL", document: ["passport", "CANARYDOC7781"], label: "canarylabel for the laptop",
	questions: [["Canary question about boats", "canaryanswer Albatros"], ["Canary question about chess", "canaryanswer Uncle Piet"],
		["Canary question about songs", "canaryanswer Paloma"], ["Canary question about doors", "canaryanswer Ox-blood"], ["Canary question about school", "canaryanswer Lindenweg"]],
	password: "canarypassword of seven wooden hats", domain: "canarydomain.example.org" };
const words = [vic.address, "canary.second", vic.given, vic.family, vic.document[1], "1971-03-17", vic.label, vic.password, vic.domain,
	...vic.questions.flat(), "canaryanswer", "canaryquery", "CanaryBrowser", "canary.unknown"];

const v = new Visitor(site, { headers: { "user-agent": "CanaryBrowser/1.0", referer: "https://canaryquery.example/" } });
await v.get("/join", { fetchSite: "none" });
await v.send({ address: vic.address, password: vic.password, again: vic.password, agree: true }, "/join");
const link = (await site.mail((m) => m.to.includes(vic.address))).links.find((l) => l.includes("/verify/"));
await v.get(link);
await v.send({}, new URL(link).pathname);
await signIn(v, vic.address, vic.password);
await enrol(v, vic);
await v.own("/addresses");
await v.send({ address: vic.second }, "/addresses");
await v.own("/domains");
await v.send({ name: vic.domain }, "/domains");
const vicKey = request();
const serial = await mailCertificate(v, vic.address, vicKey.csr, { label: vic.label }, "/certs/sign-in");
const vicPem = (await download(v, serial)).toString();
const vicDer = new crypto.X509Certificate(vicPem.match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0]).raw;
let vicRoot = v.root;

const mallory = await member(site, "mallory@example.org");
const malloryKey = request(), otherKey = request();
const malloryToken = () => Buffer.from(mallory.root.slice(2), "base64url");
const rows = await routes();

/* None of Vic's words, in any shape of answer. */
function clean(bytes, what) {
	const text = Buffer.from(bytes).toString("latin1");
	for (const w of words)
		assert.ok(!text.includes(Buffer.from(w).toString("latin1")), `${what}: shows "${w}"`);
}

// ---- a visitor ----

const ask = asker(site, site.http);

await test("a visitor: no page, no status, no failure tells whether Vic is here", async () => {
	for (const row of rows.filter((r) => r.method === "GET" && !r.own))
		clean((await ask("GET", row.path.replace("*", "A".repeat(32)))).text, row.path);
	const answers = {};
	for (const address of [vic.address, "nobody.here@example.org"]) {
		const e = new Visitor(site);
		const plain = (p) => `${p.status} ${p.text.replaceAll(address, "ADDRESS").replace(/name="form" value="[^"]*"/g, "")}`;
		answers[address] = [];
		await e.get("/sign-in");
		await e.send({ address, password: "a wrong but long password" }, "/sign-in");
		answers[address].push(plain(e.page));
		await e.get("/forgot");
		await e.send({ address }, "/forgot");
		answers[address].push(plain(e.page));
		await e.get("/join");
		await e.send({ address, password, again: password, agree: true }, "/join");
		answers[address].push(plain(e.page));
	}
	assert.deepEqual(answers[vic.address], answers["nobody.here@example.org"]);
});

await test("a visitor: Vic's e-mail certificate is not shown, its status is", async () => {
	const e = new Visitor(site);
	for (const values of [{ serial }, { serial, address: vic.address }, { serial, address: "canary.unknown@example.org" }]) {
		await e.get("/status");
		await e.send(values, "/status");
		assert.equal(e.page.status, 200, e.words);
		clean(e.page.text.replaceAll(vic.address, "").replaceAll("canary.unknown", ""), "status");
		assert.doesNotMatch(e.page.text, /BEGIN CERTIFICATE/);
	}
});

// ---- who has a session's address ----

const curl = (where, ...args) => execFileSync("curl", ["-sS", "--cacert", path.join(dir, "www/root.pem"), "-o", "-", "-w", "\n%{http_code}",
	...args, `${site.https}${where}`], { stdio: ["ignore", "pipe", "pipe"] }).toString();

await test("a pasted, kept or forwarded session address shows the sign-in question, nothing else", () => {
	for (const headers of [[], ["-H", "Sec-Fetch-Site: none"], ["-H", "Sec-Fetch-Site: cross-site"], ["-H", "Sec-Fetch-Site: same-site"]]) {
		const got = curl(`${vicRoot}/home`, ...headers);
		assert.match(got, /\n403$/);
		clean(got, headers.join(" "));
	}
	assert.match(curl(`${vicRoot}/home`, "-H", "Sec-Fetch-Site: same-origin"), /\n200$/);
});

/* The year as a word of its own: an invented number may hold its digits. */
const guarded = [/(?<![0-9A-Za-z]|<span>)1971(?![0-9A-Za-z])/, vic.document[1], "CANARYDOC", ...vic.questions.flat()];
/* A leaf is 52 random groups of four digits: every twentieth history holds a year of birth by chance. */
const leafless = (text) => text.replace(/What strangers see of it<\/dt><dd>[^]*?<\/dd>/, "");
const shows = (text, w) => w instanceof RegExp ? w.test(leafless(text)) : text.includes(w);
const starred = (row) => row.path.replace("*", row.path.startsWith("/certs") ? serial : row.path.startsWith("/password") ? "data" : "1");

/* All pages of a session's address, and every line of its history; none shows what lies behind the password. */
async function look(thief, root) {
	const opened = [];
	for (const row of rows.filter((r) => r.method === "GET" && r.own)) {
		const a = await thief("GET", root + starred(row));
		for (const w of guarded)
			assert.ok(!shows(a.text, w), `${row.path} shows ${w}`);
		assert.ok(row.needs !== "fresh" || a.status >= 400, row.path);
		if (a.status === 200)
			opened.push(row.path);
	}
	/* Old values lie in the history: those behind the password stay there. */
	for (let place = 1; place < 60; place++) {
		const a = await thief("GET", `${root}/history/${place}`);
		for (const w of guarded)
			assert.ok(!shows(a.text, w), `/history/${place} shows ${w}`);
	}
	return opened;
}

/* Every form that `which` names, sent with a good form token and something in each field: { path: status }. */
async function act(thief, root, which, values = {}) {
	const got = {};
	for (const row of rows.filter((r) => r.method === "POST" && r.own && which(r))) {
		const where = starred(row);
		const body = new URLSearchParams({ form: formToken(root, where), ...Object.fromEntries(row.fields.filter((f) => f.kind !== "file").map((f) =>
			[f.name, values[f.name] ?? (f.kind === "tick" ? "1" : f.kind === "choice" ? f.choices[0] : f.kind === "number" ? "1" : password)])) });
		got[row.path] = (await thief("POST", root + where, { body: body.toString() })).status;
	}
	return got;
}

const counts = async () => {
	const all = await health(site);
	return ["members", "officers", "certificates valid", "certificates pending"].map((name) => all[name]);
};

let stolen = "";		/* the address Vic signed in to, and the one before the password */

await test("a stolen address, just after Vic signed in: no field behind the password opens, nothing that needs it is done", async () => {
	const code = await makeCode(await signIn(v, vic.address, vic.password), "printed");
	await signIn(v, vic.address, vic.password);
	stolen = v.root;
	const before = await counts();
	const opened = await look(ask, stolen);
	/* By a code the thief's own assurer would be shown all of it. */
	assert.ok(!(await ask("GET", `${stolen}/handover`)).text.includes(code), "a code that waits is shown");
	assert.ok(opened.includes("/home") && opened.includes("/data") && opened.length > 5, "this is Vic's session until it ends");
	const refused = await act(ask, stolen, (r) => r.needs === "fresh", { code: site.codes[0], password: "the thief's own password", again: "the thief's own password" });
	for (const where of ["/questions", "/role", "/password/change", "/settings/certificate", "/addresses/primary", "/addresses/remove/*", "/domains/remove/*", "/certs/revoke/*", "/handover", "/ttp", "/events/sign-up/*"])
		assert.ok(where in refused, `${where} asks for no password`);
	for (const [where, status] of Object.entries(refused))
		assert.equal(status, 403, where);
	assert.deepEqual(await act(ask, stolen, (r) => r.path === "/cases/new", { kind: "access" }), { "/cases/new": 403 }, "staff may open the birth date");
	/* Nor is what lies there changed or erased, one field after the other. */
	for (const [where, values] of [["/data/birth", { day: "1", month: "1", year: "1990" }], ["/data/nationality", { nationality: "FR" }], ["/data/document", { kind: "passport", number: "THIEF1" }],
		...[6, 7, 8, 9, 10].map((field) => ["/data/erase", { field: String(field) }])])
		assert.deepEqual(await act(ask, stolen, (r) => r.path === where, values), { [where]: 403 }, JSON.stringify(values));
	assert.deepEqual(await act(ask, stolen, (r) => r.path === "/password", { password: "a guess of the thief's" }), { "/password": 422 });
	assert.deepEqual(await counts(), before);
});

await test("a stolen address, when Vic types the password: it shows a page for two minutes, never a guarded field, and acts no more", async () => {
	await v.own("/password/data");
	await v.send({ password: vic.password }, "/password");
	vicRoot = v.root;
	assert.notEqual(vicRoot, stolen);
	assert.match(v.page.text, /CANARYDOC7781/, "Vic sees what lies behind it");
	const before = await counts();
	assert.ok((await look(ask, stolen)).includes("/home"), "for Vic's other tabs");
	for (const [where, status] of Object.entries(await act(ask, stolen, () => true, { password: vic.password, code: site.codes[0], address: "thief@example.org" })))
		assert.ok(status >= 400, `${where} acts for an address before the password: ${status}`);
	assert.deepEqual(await counts(), before);
	const a = await ask("GET", `${vicRoot}/addresses`);
	assert.equal(a.status, 200, "Vic's session lives on");
	assert.ok(!a.text.includes("thief@example.org"));
});

await test("a stolen address, two minutes later: nothing", async () => {
	ask.close();
	logs += said();
	await site.stop();
	site = await startSite({ dir, sets: [...sets, "clock.shift=121"] });
	const thief = asker(site, site.http);
	for (const row of rows.filter((r) => r.method === "GET" && r.own)) {
		const a = await thief("GET", stolen + starred(row));
		assert.equal(a.status, 403, row.path);
		clean(a.text, row.path);
	}
	assert.equal((await thief("GET", `${vicRoot}/home`)).status, 200);
	thief.close();
	for (const one of [mallory, v]) {
		one.site = site;
		one.url = site.https + new URL(one.url).pathname;
	}
	await signIn(mallory, "mallory@example.org");
});

// ---- a shell in the portal's place ----

const { shell, from, secretOf } = walls(dir);

await test("a shell as the portal: reads and lists nothing of the others, nor what it needed before", async () => {
	const files = filesOf(dir).map((f) => path.relative(dir, f)).filter((f) => !f.startsWith("site/"));
	assert.ok(files.includes("keeper/keeper.db") && files.includes("keeper/ticket.key") && files.includes("portal/secrets/keeper"));
	const folders = [".", ...readdirSync(dir, { withFileTypes: true }).filter((d) => d.isDirectory() && d.name !== "site").map((d) => d.name)];
	const lines = [...files.flatMap((f) => [`read ${f}`, `write ${f}`]), ...folders.flatMap((f) => [`list ${f}`, `make ${f}/planted`]),
		"read /etc/passwd", "read /proc/self/environ", `read /proc/${site.pid("keeper")}/mem`, `read /proc/${site.pid("keeper")}/environ`, "read /root", "make /tmp/planted"];
	const got = await shell(lines);
	assert.equal(got.length, lines.length, "it was ended before the end");
	lines.forEach((l, i) => assert.equal(got[i], "EACCES", l));
	assert.deepEqual(await shell(["read site/site.db", "list site"]), ["ok", "ok"], "what it may have");
});

await test("a shell as the portal: no network, no process, no look into another process", async () => {
	const pid = site.pid("keeper");
	assert.deepEqual(await shell(["inet 80", "listen 0"]), ["EAFNOSUPPORT", "EAFNOSUPPORT"]);
	for (const line of [`ptrace ${pid}`, `memory ${pid}`, `kill ${pid}`, "fork", "exec /bin/sh", "exec /usr/bin/env"])
		assert.deepEqual(await shell([line]), ["SIGSYS"], line);
});

const portal = () => from("keeper", "portal", secretOf("portal", "keeper"));
/* The same peer, without the walls around it: where very many frames are sent, most of which end the connection. */
const plain = () => Client.open(path.join(dir, "run/keeper.sock"), "portal", secretOf("portal", "keeper"));
const atSigner = () => from("signer", "portal", secretOf("portal", "signer"));
const atProver = () => from("prover", "portal", secretOf("portal", "prover"));

await test("a shell as the portal: with its secret it is the portal and nobody else", async () => {
	(await portal()).close();
	for (const [process, open] of [["keeper", secretOf("portal", "keeper")], ["signer", secretOf("portal", "signer")], ["prover", secretOf("portal", "prover")]])
		for (const peer of ["clerk", "control", "keeper", "signer", "root", ""])
			await assert.rejects(from(process, peer, open), `${process} takes it for ${peer}`);
	for (const wrong of [Buffer.alloc(32), crypto.randomBytes(32), secretOf("portal", "signer")])
		await assert.rejects(from("keeper", "portal", wrong));
});

await test("a shell as the portal: without a session each operation of the keeper opens nothing", async () => {
	const bodies = [Buffer.alloc(0), crypto.randomBytes(24), Buffer.alloc(24), ...[1, 4, 8, 9, 12, 16, 18].map((n) => Buffer.concat([crypto.randomBytes(24), Buffer.alloc(n, 1)])),
		new Pack().text(vic.address).bytes(Buffer.from("1.2.3.4")).end(), crypto.randomBytes(64)];
	/* These take anybody; what they answer is the same for all. */
	const anybody = new Set(["READY", "FORGOT", "JOIN"]), held = kept(plain);
	/* Sums, and who holds a seat and shows their name: nobody does here. */
	const open = new Set(["TALLIES", "REPORT", "SEATS"]);
	for (const [name, op] of Object.entries(ops))
		for (const body of bodies) {
			const got = await tryAsk(held, op, body);
			if (got.answer !== undefined)
				assert.ok(got.answer.length === 0 ? anybody.has(name) : open.has(name) && clean(got.answer, name) === undefined, `${name} answers ${got.answer.length} bytes`);
		}
	for (const op of [0, 2, 9, 29, 49, 59, 119, 139, 159, 199, 249, 349, 1000, 0x7fffffff])
		assert.equal((await tryAsk(portal, op, crypto.randomBytes(40))).answer, undefined, `operation ${op}`);
	await health(site);
});

/* Every session operation with a token and objects that are somebody else's. */
function foreign(token) {
	const p = () => new Pack().exact(token);
	const id = Buffer.from(serial, "hex");
	const list = { HISTORY_ENTRY: [], DOMAIN_CHALLENGE: [], DOMAIN_LOOK: [], DOMAIN_PROVED: [], DOMAIN_REMOVE: [], ADDRESS_AGAIN: [], ADDRESS_PRIMARY: [], ADDRESS_REMOVE: [] };
	for (let n = 0; n <= 12; n++) {
		list.DOMAIN_CHALLENGE.push(p().i64(n).u8(2).text("").end());
		list.DOMAIN_LOOK.push(p().i64(n).end());
		list.DOMAIN_PROVED.push(p().i64(n).bytes(crypto.randomBytes(200)).end());
		list.DOMAIN_REMOVE.push(p().i64(n).u8(1).end());
		if (n > 0 && n !== ownAddress) {
			list.ADDRESS_AGAIN.push(p().i64(n).end());
			list.ADDRESS_PRIMARY.push(p().i64(n).end());
			list.ADDRESS_REMOVE.push(p().i64(n).u8(1).end());
		}
	}
	for (const n of [-1, 0, 999, 2 ** 40])
		list.HISTORY_ENTRY.push(p().i64(n).end());
	list.CERT = [p().exact(id).end()];
	list.CERT_CHANGE = [2, 3, 4].map((act) => p().exact(id).u8(act).u8(act === 2 ? 1 : 0).end());
	list.CERT_NOTE = [p().exact(id).u8(1).text("x").u8(0).end(), p().exact(id).u8(3).text("").u8(1).end()];
	list.ONCE_MINT = [1, 2, 3].map((kind) => p().u8(kind).bytes(id).u8(0).end());
	list.SIGN_OUT = [p().u8(2).i64(1).end(), p().u8(2).i64(2).end(), p().u8(2).i64(3).end()];
	list.ROLE_CODE = [p().text("AAAA-AAAA-AAAA-AAAA").end()];
	const ticket = (profile, named, kind, name) => p().u8(profile).exact(crypto.randomBytes(32)).u32(0).u8(named).u8(1).u8(kind).text(name).u8(0).text("").u8(0).exact(crypto.randomBytes(32)).end();
	list.CERT_TICKET = [ticket(2, 0, 2, vic.address), ticket(1, 0, 1, vic.domain), ticket(1, 0, 1, "example.org"), ticket(4, 1, 2, "mallory@example.org"), ticket(3, 0, 1, "mallory@example.org"),
		ticket(9, 0, 2, "mallory@example.org"), ticket(2, 0, 1, "mallory@example.org")];
	return list;
}

let ownAddress = 0;
await test("a shell as the portal: a member's own session opens no other member's field and moves none of their things", async () => {
	const c = await portal();
	const u = new Unpack(await c.call(ops.ADDRESSES, malloryToken()));
	u.exact(8 + 1 + 4 + 8 + 8 + 8 + 8);
	u.u32();
	ownAddress = u.i64();
	c.close();
	const before = await health(site);
	for (const [name, bodies] of Object.entries(foreign(malloryToken())))
		for (const body of bodies) {
			const got = await tryAsk(portal, ops[name], body);
			/* Ending a session by its number: of one's own, or nothing happens. */
			if (name === "SIGN_OUT")
				clean(got.answer ?? [], name);
			else
				assert.equal(got.answer, undefined, `${name} answers for what is Vic's`);
		}
	for (const name of ["HOME", "DATA", "WHO", "SESSIONS", "SETTINGS", "ADDRESSES", "DOMAINS", "CERTS", "CERT_CHOICES", "QUESTIONS"])
		clean((await tryAsk(portal, ops[name], malloryToken())).answer ?? [], name);
	clean((await tryAsk(portal, ops.HISTORY, new Pack().exact(malloryToken()).i64(0).u32(200).end())).answer ?? [], "HISTORY");
	const after = await health(site);
	for (const count of ["members", "officers", "certificates valid", "certificates pending"])
		assert.equal(after[count], before[count], count);
	/* Vic's session still lives: nobody ended it. */
	assert.equal((await asker(site, site.http)("GET", `${vicRoot}/home`)).status, 200);
});

await test("a shell as the portal: ended and long idle tokens are worth as much as invented ones", async () => {
	const eve = await member(site, "eve@example.org");
	const token = Buffer.from(eve.root.slice(2), "base64url");
	await eve.send({}, "/sign-out");
	for (const name of ["HOME", "DATA", "WHO", "SESSIONS", "CERTS", "QUESTIONS", "CERT_CHOICES"])
		assert.deepEqual(await tryAsk(portal, ops[name], token), { refused: "denied", why: 1 }, name);
});

await test("a shell as the portal: a certificate it knows signs nobody in whose owner did not switch it on", async () => {
	const sha = crypto.createHash("sha256").update(vicDer).digest();
	for (const [hash, number] of [[sha, Buffer.from(serial, "hex")], [crypto.randomBytes(32), Buffer.from(serial, "hex")], [sha, crypto.randomBytes(16)]])
		assert.equal((await tryAsk(portal, ops.SIGN_IN_CERT, new Pack().exact(hash).exact(number).u8(0).bytes(Buffer.from("1.2.3.4")).end())).refused, "denied");
	const shown = await tryAsk(portal, ops.CERT_SHOW, new Pack().exact(Buffer.from(serial, "hex")).text(vic.address).end());
	assert.ok(shown.answer === undefined || shown.answer[0] === 0, "shown without its owner's word");
});

await test("a shell as the portal: what was signed can't be hidden from its owner", async () => {
	/* Only the clerk, on the keeper's word, makes the signer drop the copy from which a lost certificate is finished. */
	assert.equal((await tryAsk(atSigner, 6, crypto.randomBytes(16))).answer, undefined);
	assert.equal((await tryAsk(portal, 129, crypto.randomBytes(16))).answer, undefined);
});

/* The signer's journal tells how often it signed. */
const signed = () => statSync(path.join(dir, "signer/journal")).size;

await test("a shell as the portal: no signature without the keeper's ticket, none beyond what it says, none twice", async () => {
	const der = (pem) => Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ""), "base64");
	const keyHash = (k) => crypto.createHash("sha256").update(crypto.createPublicKey(k.key).export({ type: "spki", format: "der" })).digest();
	await tryAsk(atSigner, 2, new Pack().bytes(der(malloryKey.csr)).end());
	await tryAsk(atSigner, 2, new Pack().bytes(der(otherKey.csr)).end());
	const p = new Pack().exact(malloryToken()).u8(2).exact(keyHash(malloryKey)).u32(0).u8(0).u8(1).u8(2).text("mallory@example.org").u8(0).text("").u8(0).exact(keyHash(malloryKey)).end();
	const c = await portal();
	const u = new Unpack(await c.call(ops.CERT_TICKET, p));
	c.close();
	u.exact(8 + 1 + 4 + 8 + 8 + 8 + 8);
	const good = Buffer.from(u.bytes());
	const before = signed();
	const issue = (ticket, csr) => tryAsk(atSigner, 3, new Pack().bytes(ticket).bytes(der(csr)).end());
	const blake = (key, body) => crypto.createHash("blake2b512").update(key).update(body).digest().subarray(0, 32);

	assert.equal((await issue(good, otherKey.csr)).answer, undefined, "another key");
	for (let at = 0; at < good.length; at += 7) {
		const bent = Buffer.from(good);
		bent[at] ^= 1;
		assert.equal((await issue(bent, malloryKey.csr)).answer, undefined, `ticket changed at byte ${at}`);
	}
	const swapped = Buffer.from(good);
	const name = swapped.indexOf("mallory@example.org");
	assert.ok(name > 0, "the name stands in the ticket");
	swapped.write("canary1@example.org", name);
	for (const ticket of [swapped, good.subarray(0, good.length - 32), Buffer.concat([good.subarray(0, good.length - 32), Buffer.alloc(32)]), Buffer.alloc(0), crypto.randomBytes(300),
		Buffer.concat([good, good]), Buffer.concat([swapped.subarray(0, -32), blake(secretOf("portal", "signer"), swapped.subarray(0, -32))]),
		Buffer.concat([swapped.subarray(0, -32), blake(Buffer.alloc(32), swapped.subarray(0, -32))])])
		assert.equal((await issue(ticket, malloryKey.csr)).answer, undefined, "an own-made ticket");
	for (let act = 2; act <= 4; act++) {
		const revoke = Buffer.from(good);
		revoke[0] = act;
		Buffer.from(serial, "hex").copy(revoke, 17);
		assert.equal((await tryAsk(atSigner, 4, new Pack().bytes(revoke).end())).answer, undefined, `change ${act}`);
	}
	/* The clerk's and control's operations. */
	for (const [op, body] of [[5, crypto.randomBytes(16)], [9, Buffer.from([1, 0, 0, 0, 0])], [11, new Pack().i64(5).exact(crypto.randomBytes(32)).bytes(Buffer.alloc(32)).end()]])
		assert.equal((await tryAsk(atSigner, op, body)).answer, undefined, `signer's operation ${op}`);
	assert.equal(signed(), before, "it signed something");

	const once = await issue(good, malloryKey.csr);
	assert.ok(once.answer !== undefined, "the keeper's own ticket is honoured");
	const first = new Unpack(once.answer).bytes();
	const x = new crypto.X509Certificate(first);
	assert.match(x.subjectAltName, /mallory@example\.org/);
	const grown = signed();
	assert.ok(grown > before);
	const twice = await issue(good, malloryKey.csr);
	assert.ok(twice.answer === undefined || new Unpack(twice.answer).bytes().equals(first), "a ticket gives one certificate");
	assert.equal(signed(), grown);

	/* The keeper believes no receipt but the signer's. */
	const a = new Unpack(once.answer);
	a.bytes(), a.bytes(), a.bytes();
	const receipt = Buffer.from(a.bytes());
	const forged = Buffer.from(receipt);
	forged[receipt.length - 1] ^= 1;
	assert.equal((await tryAsk(portal, ops.CERT_STORED, new Pack().exact(malloryToken()).bytes(forged).bytes(first).u8(0).end())).answer, undefined);
	assert.equal((await tryAsk(portal, ops.CERT_STORED, new Pack().exact(malloryToken()).bytes(receipt).bytes(vicDer).u8(0).end())).answer, undefined, "another body");
	for (const receipt2 of [forged, crypto.randomBytes(receipt.length), Buffer.alloc(0)])
		assert.equal((await tryAsk(portal, ops.CERT_CHANGED, new Pack().bytes(receipt2).end())).answer, undefined);
});

await test("a shell as the portal: the prover's word about one name and nonce proves no other", async () => {
	const c = await portal();
	await c.call(ops.DOMAIN_ADD, new Pack().exact(malloryToken()).text("mallory.example.org").end());
	const u = new Unpack(await c.call(ops.DOMAINS, malloryToken()));
	u.exact(8 + 1 + 4 + 8 + 8 + 8 + 8);
	u.u32();
	const id = u.i64();
	await c.call(ops.DOMAIN_CHALLENGE, new Pack().exact(malloryToken()).i64(id).u8(2).text("").end());
	c.close();
	const got = await tryAsk(atProver, 2, new Pack().u8(2).text("elsewhere.invalid").text("A".repeat(32)).end());
	const statement = got.answer === undefined ? crypto.randomBytes(200) : new Unpack(got.answer).bytes();
	for (const s of [statement, crypto.randomBytes(statement.length), Buffer.alloc(0)])
		assert.equal((await tryAsk(portal, ops.DOMAIN_PROVED, new Pack().exact(malloryToken()).i64(id).bytes(s).end())).answer, undefined);
});

await test("frames that are none end the connection and nothing else", async () => {
	for (const junk of [Buffer.alloc(16, 0xff), Buffer.alloc(4), crypto.randomBytes(64), Buffer.from("GET / HTTP/1.0\r\n\r\n")]) {
		const c = await portal();
		c.socket.write(junk);
		await sleep(20);
		c.close();
	}
	for (const process of ["keeper", "signer", "prover"])
		await assert.doesNotReject(from(process, "portal", secretOf("portal", process)).then((c) => c.call(1).finally(() => c.close())), process);
});

// ---- a seized clerk ----

await test("a seized clerk: its own operations, no session's, no field, no signature", async () => {
	const clerk = () => Client.open(path.join(dir, "run/keeper.sock"), "clerk", secretOf("clerk", "keeper"));
	const his = new Set(["READY", "CERT_STORED", "CERT_CHANGED", "MAIL_NEXT", "MAIL_DONE", "TICKETS_OPEN", "TICKET_CANCEL", "SWEEP", "TREE", "CHECKPOINT", "FACES",
		"PUBLISHED_STANDS", "PUBLISHED_OPEN", "PUBLISHED_OVER", "PUBLISHED_STRAYS", "ERASE_RUN", "ERASE_TOLD", "EXPORT_NEXT", "EXPORT_GO", "ROTATE", "POST_CARRY"]);
	const id = Buffer.from(serial, "hex"), live = Buffer.from(vicRoot.slice(2), "base64url");
	for (const [name, op] of Object.entries(ops))
		for (const body of [Buffer.alloc(0), live, new Pack().exact(live).exact(id).end(), new Pack().exact(live).i64(0).u32(200).end(), new Pack().exact(id).text(vic.address).end()])
			if (!his.has(name))
				assert.equal((await tryAsk(clerk, op, body)).answer, undefined, name);
	for (const [name, body] of [["FACES", new Pack().i64(0).end()], ["TICKETS_OPEN", new Pack().i64(100).end()], ["TREE", new Pack().i64(0).end()], ["SWEEP", Buffer.alloc(0)],
		["PUBLISHED_OPEN", new Pack().i64(100).end()], ["ERASE_RUN", Buffer.alloc(0)], ["EXPORT_NEXT", Buffer.alloc(0)], ["POST_CARRY", new Pack().u32(0).end()], ["PUBLISHED_STRAYS", new Pack().u8(1).i64(1).end()]])
		clean((await tryAsk(clerk, ops[name], body)).answer ?? [], name);
	assert.equal((await tryAsk(clerk, ops.CHECKPOINT, new Pack().i64(3).bytes(Buffer.from("forged\n3\n\n")).end())).answer, undefined, "a checkpoint that nobody signed");
	const signer = () => Client.open(path.join(dir, "run/signer.sock"), "clerk", secretOf("clerk", "signer"));
	const before = signed();
	for (const op of [2, 3, 7, 8])
		assert.equal((await tryAsk(signer, op, crypto.randomBytes(80))).answer, undefined, `signer ${op}`);
	for (const body of [crypto.randomBytes(100), Buffer.alloc(0)])
		assert.equal((await tryAsk(signer, 4, new Pack().bytes(body).end())).answer, undefined);
	assert.equal(signed(), before);
});

await test("a seized postbox: it can have a mail sealed and say that one came back, and gets nothing for it", async () => {
	const postbox = () => Client.open(path.join(dir, "run/keeper.sock"), "postbox", secretOf("postbox", "keeper"));
	const live = Buffer.from(vicRoot.slice(2), "base64url");
	for (const [name, op] of Object.entries(ops))
		for (const body of [Buffer.alloc(0), live, new Pack().exact(live).i64(0).u32(200).end(), new Pack().text("0".repeat(32) + "@localhost").end()])
			assert.ok(["", undefined].includes((await tryAsk(postbox, op, body)).answer?.toString()) || name === "READY", name);
	const mail = new Pack().exact(crypto.randomBytes(32)).text(vic.address).text("en").text("").text("1@example.org").u8(1).exact(Buffer.from(serial, "hex")).exact(crypto.randomBytes(32)).exact(crypto.randomBytes(32)).u32(1).text("Open all of it.").end();
	assert.deepEqual((await tryAsk(postbox, ops.POST_TAKE, mail)).answer, Buffer.from([1]));
	await assert.rejects(from("keeper", "postbox", secretOf("portal", "keeper")));
});

// ---- an operator, logs, a thief ----

await test("an operator without root: the commands show counts, never people", async () => {
	for (const words of [["doctor"], ["config", "--explain"], ["config", "--check"], ["role"], ["notice", "list"]]) {
		const got = await command([...words, "--state", dir]);
		clean(got.out + got.err, words.join(" "));
		assert.doesNotMatch(got.out + got.err, /mallory/, words.join(" "));
	}
	clean(await verified(site), "verify");
	const control = () => Client.open(path.join(dir, "run/keeper.sock"), "control", secretOf("control", "keeper"));
	for (const [name, op] of Object.entries(ops).filter(([n]) => !["OFFICER_CODES", "SYSTEM_ENTRY", "MAIL_TEST"].includes(n)))
		for (const body of [Buffer.alloc(0), Buffer.from(vicRoot.slice(2), "base64url")])
			clean((await tryAsk(control, op, body)).answer ?? [], name);
});

await test("logs: no address, no token, no query, no browser", async () => {
	const a = asker(site, site.http), t = asker(site, site.https);
	for (const one of [a, t]) {
		for (const where of [`/status?serial=canaryquery`, `${vicRoot}/home?canaryquery=1`, `${vicRoot}/nothing`, "/canaryquery", `/~${"c".repeat(32)}/canaryquery`, "/static/canaryquery", "/%zzcanaryquery"])
			await one("GET", where, { headers: { "user-agent": "CanaryBrowser/2", referer: "https://canaryquery.example/", "x-forwarded-for": "203.0.113.77" } }).catch(() => {});
		await one("POST", "/join", { body: "x".repeat(300000) + "canaryquery" }).catch(() => {});
		await one("POST", `${vicRoot}/data/names`, { body: "canaryquery=%zz&form=canaryquery" });
	}
	/* A dead keeper, a dead portal: everything that complains does so now. */
	process.kill(site.pid("keeper"), "SIGKILL");
	await Promise.all(Array.from({ length: 6 }, () => a("GET", `${vicRoot}/home?canaryquery`).catch(() => {})));
	const workers = execFileSync("ps", ["--ppid", String(site.pid("portal")), "-o", "pid="]).toString().trim().split(/\s+/).map(Number);
	for (const pid of workers)
		process.kill(pid, "SIGKILL");
	await Promise.all(Array.from({ length: 6 }, () => t("GET", `${vicRoot}/data?canaryquery`).catch(() => {})));
	await sleep(1500);
	a.close();
	t.close();
	const all = logs + said();
	for (const w of [...words, vicRoot.slice(2), stolen.slice(2), mallory.root.slice(2), "mallory", "127.0.0.1:", "203.0.113.77", "::1", new URL(link).pathname.split("/").at(-1), serial])
		assert.ok(!all.includes(w), `the log holds "${w}": ${all.split("\n").find((l) => l.includes(w))}`);
	assert.doesNotMatch(all, /client:|referrer:|upstream:|"(GET|POST) /);
});

await test("a thief of the whole folder, running or stopped: none of Vic's words, in no disguise", async () => {
	/* The outbox is the mail server's place on a machine for development: clear text, and said so. */
	const skip = (name) => name.startsWith("outbox/");
	const tokens = [vicRoot.slice(2), stolen.slice(2), mallory.root.slice(2), new URL(link).pathname.split("/").at(-1), Buffer.from(vicRoot.slice(2), "base64url").toString("latin1")];
	const texts = [...words, ...tokens.slice(0, 4), "mallory@example.org", vicKey.key.split("\n")[1]];
	assert.deepEqual(search(dir, texts, skip), []);
	for (const file of filesOf(dir).filter((f) => !skip(path.relative(dir, f))))
		assert.ok(!bytesOf(file).includes(Buffer.from(vicRoot.slice(2), "base64url")), `${path.relative(dir, file)} holds the session's token`);
	assert.ok(search(dir, [vic.address]).length > 0, "the search itself finds what is there");
	logs += said();
	assert.equal(await site.stop(), 0);
	assert.deepEqual(search(dir, texts, skip), []);
	assert.ok(!existsSync(path.join(dir, "nginx/tmp/body")) || filesOf(path.join(dir, "nginx/tmp/body")).length === 0);
});

finish();
