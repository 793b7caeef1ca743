// tests/flow/stolen.mjs - who shows that they hold a certificate's key has it revoked, whoever they are; nobody else has.
// limit: 200

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, Visitor } from "./site.mjs";
import { mailCertificate, member, request, search } from "./_people.mjs";

const site = await startSite({ sets: ["nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const ann = await member(site, "ann@example.org");
const dir = mkdtempSync(path.join(temporaryFolder(), "keys-"));
const kinds = { ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], rsa: ["-newkey", "rsa:2048"] };
const certs = {};
for (const [kind, args] of Object.entries(kinds)) {
	const { key, csr } = request({ args });
	writeFileSync(path.join(dir, kind), key, { mode: 0o600 });
	certs[kind] = await mailCertificate(ann, "ann@example.org", csr);
}

/* The page's own command, as somebody would type it. */
function made(kind, word) {
	return execFileSync("openssl", ["req", "-new", "-sha256", "-key", path.join(dir, kind), "-subj", `/CN=${word}`], { stdio: "pipe" }).toString();
}
async function wordFor(serial) {
	const v = new Visitor(site);
	await v.get(`/case/key?serial=${serial}`);
	assert.equal(v.page.status, 200, v.words);
	const word = v.page.text.match(/\/CN=(key-[0-9a-f]{32})/)[1];
	return { v, word };
}
const state = async (serial) => (await new Visitor(site).get(`/status?serial=${serial}`)).text.match(/badge (\w+)/)?.[1];

await test("another key, another word, another certificate's word: nothing is revoked", async () => {
	const { v, word } = await wordFor(certs.ec);
	for (const wrong of [made("rsa", word), made("ec", "key-" + "0".repeat(32)), made("ec", (await wordFor(certs.rsa)).word), made("ec", "x")]) {
		await v.get(`/case/key?serial=${certs.ec}`);
		await v.send({ request: wrong }, "/case/key");
		assert.equal(v.page.status, 422, v.words);
		assert.match(v.words, /was not made with the key of that certificate|does not name the word/);
	}
	assert.equal(await state(certs.ec), "good");
});

await test("a private key that is pasted does not come back, and an unknown serial says no more than a wrong key", async () => {
	const { v } = await wordFor(certs.ec);
	const key = readFileSync(path.join(dir, "ec"), "utf8");
	await v.send({ request: key }, "/case/key");
	assert.equal(v.page.status, 422);
	assert.ok(!v.page.text.includes(key.split("\n")[1]));
	assert.match(v.words, /private key/i);
	const unknown = "01" + "0".repeat(30), other = await wordFor(unknown);
	await other.v.send({ request: made("ec", other.word) }, "/case/key");
	assert.equal(other.v.page.status, 422);
	assert.match(other.v.words, /was not made with the key of that certificate/);
	assert.deepEqual(search(site.dir, [key.split("\n")[1]]), []);
});

await test("the serial is needed: the page says so from the beginning, and when it is left out", async () => {
	const v = new Visitor(site);
	await v.get("/case/key");
	assert.equal(v.page.status, 200);
	assert.doesNotMatch(v.words, /optional/);
	for (const typed of ["", "12ab", "0".repeat(31)]) {
		await v.get(`/case/key?serial=${typed}`);
		assert.equal(v.page.status, 422, typed);
		assert.match(v.page.text, /href="#f-serial">[^<]*</);
		assert.match(v.words, /A serial has 32 hexadecimal digits/);
	}
	const spaced = certs.ec.replace(/(..)/g, "$1:");
	await v.get(`/case/key?serial=${encodeURIComponent(spaced.slice(0, -1).toUpperCase())}`);
	assert.equal(v.page.status, 200);
	assert.match(v.page.text, /\/CN=key-/);
});

for (const kind of Object.keys(kinds))
	await test(`${kind}: with the key it is revoked at once, for a key that is not secret any more, and its owner is told`, async () => {
		const { v, word } = await wordFor(certs[kind]);
		await v.send({ request: made(kind, word) }, "/case/key");
		assert.equal(v.page.status, 200, v.words);
		assert.match(v.words, /Revoked/);
		assert.equal(await state(certs[kind]), "bad");
		await site.mail((m) => m.to.includes("ann@example.org") && /revoked/.test(m.subject));
		await ann.own("/history");
		assert.match(ann.words, new RegExp(`revoke, serial ${certs[kind].slice(0, 4)}`));
	});

await test("a key given up stands in no further certificate", async () => {
	const csr = execFileSync("openssl", ["req", "-new", "-key", path.join(dir, "ec"), "-subj", "/CN=x"], { stdio: "pipe" }).toString();
	await assert.rejects(mailCertificate(ann, "ann@example.org", csr));
	assert.equal(await site.stop(), 0, site.log);
});

finish();
