// Promise 11: anyone can ask a certificate's status, by number, fingerprint or file; it stays listed.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, Visitor } from "../flow/site.mjs";
import { again, download, mailCertificate, member, request, signIn } from "../flow/_people.mjs";

const dir = path.join(temporaryFolder(), "state");
let site = await startSite({ dir });
let ann = await member(site, "ann@example.org");
const serials = [];
let leaf, sha;

async function status(values) {
	const v = new Visitor(site);
	await v.get("/status", { fetchSite: "none" });
	await v.send(values, "/status");
	assert.ok([200, 422].includes(v.page.status), v.words);
	return (v.page.text.match(/class="badge \w+"[^>]*>([^<]+)</) ?? [null, null])[1];
}
async function change(act, serial, values = {}) {
	await ann.own(`/certs/change/${serial}`);
	await again(ann);
	await ann.send(values, `/certs/${act}/${serial}`);
	assert.equal(ann.page.status, 200, ann.words);
}

await test("valid: by serial in any spelling, by fingerprint, by file", async () => {
	for (let i = 0; i < 2; i++)
		serials.push(await mailCertificate(ann, "ann@example.org", request().csr));
	const pem = (await download(ann, serials[0])).toString();
	leaf = pem.match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0];
	sha = new crypto.X509Certificate(leaf).fingerprint256;
	for (const values of [{ serial: serials[0] }, { serial: serials[0].toUpperCase().replace(/..(?=.)/g, "$&:") }, { serial: serials[0].replace(/.{4}/g, "$& ") }, { serial: sha },
		{ certificate: { file: leaf, name: "x.pem" } }, { certificate: { file: new crypto.X509Certificate(leaf).raw, name: "x.der" } }, { certificate: { file: pem, name: "chain.pem" } }])
		assert.equal(await status(values), "valid", JSON.stringify(values).slice(0, 60));
});

await test("suspended, resumed, revoked; the other one is untouched", async () => {
	await change("suspend", serials[0]);
	assert.equal(await status({ serial: serials[0] }), "suspended");
	await change("resume", serials[0]);
	assert.equal(await status({ serial: serials[0] }), "valid");
	await change("revoke", serials[0], { reason: "1" });
	assert.equal(await status({ serial: serials[0] }), "revoked");
	assert.equal(await status({ serial: serials[1] }), "valid");
});

await test("what was never issued is not called good", async () => {
	for (const serial of ["0".repeat(32), "7f" + crypto.randomBytes(15).toString("hex"), crypto.randomBytes(32).toString("hex")])
		assert.notEqual(await status({ serial }), "valid");
});

await test("a year later they are still listed: expired, and revoked", async () => {
	await site.stop();
	site = await startSite({ dir, sets: [`clock.shift=${366 * 86400}`] });
	assert.equal(await status({ serial: serials[1] }), "expired");
	assert.equal(await status({ serial: serials[0] }), "revoked");
	assert.equal(await status({ serial: sha }), "revoked");
	ann = await signIn(new Visitor(site), "ann@example.org");
	assert.equal([...(await ann.own("/certs")).text.matchAll(/certs\/show\/[0-9a-f]{32}/g)].length >= 2, true);
	assert.equal(await site.stop(), 0);
});

finish();
