// Promise 3: birth date, nationality and document open only to their owner, behind the password; the keeper counts each opening.
import assert from "node:assert/strict";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, Visitor } from "../flow/site.mjs";
import { asker, again, enrol, freshen, member, peerOf, routes, signIn } from "../flow/_people.mjs";
import { Unpack } from "../peers/ipc.mjs";

const dir = path.join(temporaryFolder(), "state");
let site = await startSite({ dir });
const ann = await enrol(await member(site, "ann@example.org"), { birth: ["23", "8", "1977"], nationality: "NL", document: ["passport", "PXX77812"] });
const root = ann.root;
const rows = (await routes()).filter((r) => r.method === "GET" && r.own);
const guarded = { "birth date": 6, nationality: 7, "kind of document": 8, "number of document": 9 };

/* How often each field was opened since the keeper started. */
async function opened() {
	const c = await peerOf(site, "keeper", "control");
	const u = new Unpack(await c.call(145));
	const counts = Object.fromEntries(Array.from({ length: u.u32() }, () => [u.u32(), u.i64()]));
	c.close();
	return Object.fromEntries(Object.entries(guarded).map(([name, field]) => [name, counts[field]]));
}

await test("just after the password their owner sees them", async () => {
	await ann.own("/data");
	assert.match(ann.page.text, /PXX77812/);
	assert.match(ann.page.text, /1977/);
	assert.ok((await opened())["number of document"] > 0);
});

await test("signed in anew and no password since: no page opens them", async () => {
	const before = await opened();
	const other = await signIn(new Visitor(site), "ann@example.org");
	for (const row of rows) {
		await other.own(row.path.replace("*", "1"));
		assert.doesNotMatch(other.page.text, /PXX77812|1977-08-23|23 August 1977/, row.path);
	}
	assert.deepEqual(await opened(), before, "the keeper opened one all the same");
});

await test("eleven minutes later no page opens them", async () => {
	await site.stop();
	site = await startSite({ dir, sets: ["clock.shift=660"] });
	const ask = asker(site, site.http);
	for (const row of rows) {
		const a = await ask("GET", root + row.path.replace("*", "1"));
		assert.doesNotMatch(a.text, /PXX77812|1977-08-23|23 August 1977/, row.path);
	}
	for (let place = 1; place < 30; place++)
		assert.doesNotMatch((await ask("GET", `${root}/history/${place}`)).text, /PXX77812|1977/, `line ${place}`);
	ask.close();
	assert.deepEqual(await opened(), Object.fromEntries(Object.keys(guarded).map((name) => [name, 0])), "the keeper opened one all the same");
});

await test("the password opens them again, and only for their owner", async () => {
	ann.site = site;
	ann.url = `${site.https}${root}/home`;
	await freshen(ann, undefined, "data");
	assert.match(ann.page.text, /PXX77812/);
	const ben = await member(site, "ben@example.org");
	const before = await opened();
	for (const row of rows) {
		await ben.own(row.path.replace("*", "1"));
		assert.doesNotMatch(ben.page.text, /PXX77812|1977/, row.path);
		await again(ben);
		if (ben.root === "")
			break;
	}
	assert.deepEqual(await opened(), before);
	assert.equal(await site.stop(), 0);
});

finish();
