// tests/flow/many.mjs - a member with as many addresses and domains as the settings let them have, and many readers at once.
// limit: 120

import { startSite, test, finish } from "./site.mjs";
import { enrol, member, peerOf } from "./_people.mjs";
import { Pack } from "../peers/ipc.mjs";
import assert from "node:assert/strict";
import http from "node:http";

const ADDRESS_ADD = 51, DOMAIN_ADD = 61, DOMAINS = 201, ADDRESSES = 65;
const site = await startSite({ sets: ["limit.domains=1000", "limit.addresses=200", "limit.mails_per_hour=1000"] });
const ann = await member(site, "ann@example.org");
await enrol(ann);

/* Through the keeper's door: two hundred forms would take the test's whole time. */
const keeper = await peerOf(site, "keeper", "portal");
const add = async (op, name) => keeper.call(op, new Pack().exact(Buffer.from(ann.root.slice(2), "base64url")).text(name).end());
for (let i = 0; i < DOMAINS; i++)
	await add(DOMAIN_ADD, `d${i}.example.org`);
for (let i = 0; i < ADDRESSES; i++)
	await add(ADDRESS_ADD, `ann-${i}@example.org`);
keeper.close();

await test("each domain is on the list and has its page", async () => {
	const list = (await ann.own("/domains")).text, pages = [...list.matchAll(/\/domains\/show\/(\d+)/g)];
	assert.equal(ann.page.status, 200);
	assert.equal(new Set(pages.map((m) => m[1])).size, DOMAINS);
	assert.equal((await ann.own(`/domains/show/${pages.at(-1)[1]}`)).status, 200);
	assert.equal((await ann.own("/certs/server")).status, 200);
});

await test("each address is on the list", async () => {
	const list = (await ann.own("/addresses")).text;
	assert.equal(ann.page.status, 200);
	for (let i = 0; i < ADDRESSES; i++)
		assert.ok(list.includes(`ann-${i}@example.org`), `${i}`);
	assert.equal((await ann.own("/certs/mail")).status, 200);
});

await test("thousands of pages over a few kept connections: each is answered, none by nginx in our place", async () => {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 48 }), got = {};
	let left = 3000;
	const page = () => new Promise((done, failed) => http.get(`${site.http}/status`, { agent }, (answer) => {
		answer.resume();
		answer.on("end", () => done(answer.statusCode));
	}).on("error", failed));
	await Promise.all(Array.from({ length: 48 }, async () => {
		while (left-- > 0) {
			const status = await page();
			got[status] = (got[status] ?? 0) + 1;
		}
	}));
	agent.destroy();
	assert.deepEqual(got, { 200: 3000 });
});

assert.equal(await site.stop(), 0, site.log);
finish();
