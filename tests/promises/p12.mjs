// Promise 12: private keys are made on the member's machine and never arrive; what looks like one is refused and wiped.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { finish, startSite, test, top } from "../flow/site.mjs";
import { asker, processesOf, formToken, member, memoryHolds, request, routes, search } from "../flow/_people.mjs";

const site = await startSite({});
const ann = await member(site, "ann@example.org");
const { key, csr } = request({ args: ["-newkey", "rsa:2048"] });
const middle = key.split("\n")[5];

await test("no form has a place for one", async () => {
	for (const row of await routes())
		for (const f of row.fields)
			assert.doesNotMatch(f.name, /private|pkcs12|p12|pfx/i, row.path);
});

await test("the script that makes keys sends the request and nothing of the key", () => {
	const text = readdirSync(path.join(top, "portal/static")).filter((f) => f.endsWith(".js")).map((f) => readFileSync(path.join(top, "portal/static", f), "utf8")).join("\n");
	/* One way out: the form, by fetch to our own page; its CSP lets it go nowhere else. */
	assert.doesNotMatch(text, /XMLHttpRequest|WebSocket|sendBeacon|EventSource|new Image|importScripts/);
	assert.ok([...text.matchAll(/\bfetch\(/g)].length <= 1);
});

await test("a private key in a request's place is refused, not shown, and the member is told to make a new one", async () => {
	const ask = asker(site, site.http);
	for (const [where, more] of [["/certs/server", {}], ["/certs/mail", { address: "ann@example.org" }], ["/certs/server/issue", { name: "example.org" }]])
		for (const text of [key, key + csr, csr + key]) {
			const a = await ask("POST", ann.root + where, { body: new URLSearchParams({ form: formToken(ann.root, where), request: text, ...more }).toString() });
			assert.ok(a.status >= 400 && a.status < 500, `${where}: ${a.status}`);
			assert.ok(!a.text.includes(middle) && !/BEGIN PRIVATE KEY/.test(a.text), `${where} shows it`);
			assert.match(a.text, where.endsWith("issue") ? /could not be understood|private key|no longer good/i : /private key/i, where);
		}
	ask.close();
	assert.doesNotMatch((await ann.own("/certs")).text, /certs\/show/);
});

await test("it is in no file and in no memory of a process of ours", async () => {
	assert.deepEqual(search(site.dir, [middle]), []);
	for (const pid of processesOf(site))
		assert.deepEqual(memoryHolds(pid, [middle]), [], `process ${pid}`);
	assert.ok(!(site.log + site.said).includes(middle));
	assert.equal(await site.stop(), 0);
});

finish();
