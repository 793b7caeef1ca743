// Promise 15: what of the policy is machine-readable today: security.txt (RFC 9116) and the GPC resource.
import assert from "node:assert/strict";
import { finish, startSite, test, Visitor } from "../flow/site.mjs";

const site = await startSite({ sets: ["site.privacy_contact=privacy@example.org"] });
const v = new Visitor(site);

await test("security.txt names a contact and an end within a year", async () => {
	const a = await v.request("GET", "/.well-known/security.txt", { fetchSite: "none" });
	assert.equal(a.status, 200);
	assert.match(a.headers["content-type"], /^text\/plain; charset=utf-8$/i);
	assert.match(a.text, /^Contact: mailto:privacy@example\.org$/m);
	const expires = Date.parse(a.text.match(/^Expires: (\S+)$/m)[1]);
	assert.ok(expires > Date.now() && expires < Date.now() + 366 * 86400000);
	assert.equal(a.text.match(/^Expires:/gm).length, 1);
});

await test("gpc.json says that the signal is honoured", async () => {
	const a = await v.request("GET", "/.well-known/gpc.json", { fetchSite: "none" });
	assert.equal(a.status, 200);
	assert.match(a.headers["content-type"], /^application\/json/);
	const got = JSON.parse(a.text);
	assert.equal(got.gpc, true);
	assert.match(got.lastUpdate, /^\d{4}-\d\d-\d\d$/);
	assert.equal(await site.stop(), 0);
});

finish();
