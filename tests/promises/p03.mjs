// Promise 3: birth date, nationality and document open to their owner, behind the password, and to an assurer they were
// handed to, for as long as that takes; the birth date also to staff in a case its owner opened and ticked so; the keeper counts each opening.
// limit: 240
import assert from "node:assert/strict";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, Visitor } from "../flow/site.mjs";
import { asker, again, enrol, formToken, freshen, member, peerOf, routes, signIn } from "../flow/_people.mjs";
import { open, openField, take } from "../flow/_desk.mjs";
import { compare, makeAssurers, makeCode, note, sign, takeCode } from "../flow/_trust.mjs";
import { Unpack } from "../peers/ipc.mjs";

const dir = path.join(temporaryFolder(), "state");
const sets = ["limit.mails_per_hour=10000"];
let site = await startSite({ dir, sets });
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
	site = await startSite({ dir, sets: [...sets, "clock.shift=660"] });
	const ask = asker(site, site.http);
	for (const row of rows) {
		const a = await ask("GET", root + row.path.replace("*", "1"));
		assert.doesNotMatch(a.text, /PXX77812|1977-08-23|23 August 1977/, row.path);
	}
	for (let place = 1; place < 30; place++)	/* a hash on the page may hold the year's four digits */
		assert.doesNotMatch((await ask("GET", `${root}/history/${place}`)).text, /PXX77812|1977-0?8|8 1977|August 1977/, `line ${place}`);
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
		assert.doesNotMatch(ben.page.text, /PXX77812|1977-0?8|8 1977|August 1977/, row.path);
		await again(ben);
		if (ben.root === "")
			break;
	}
	assert.deepEqual(await opened(), before);
});

// ---- handed to an assurer ----

const secret = /PXX ?77812|\b1977\b|23 August/;	/* the year as a word: tokens are random letters and digits */
let asa, bo;

/* Every page there is for an assurer's session, with this number where one is asked for, and "show me" sent whatever the page
 * offers: none shows a field, none opens one.  Pages of the assurer's own data open those. */
async function nowhere(v, id) {
	const before = await opened(), ask = asker(site, site.http), show = `/assure/show/${id}`;
	for (const row of rows.filter((r) => !/^\/(data|names|password)\b/.test(r.path) && (r.needs !== "fresh" || r.path.startsWith("/assure")))) {
		await v.own(row.path.replace("*", id));
		assert.doesNotMatch(v.page.text, secret, row.path);
	}
	const a = await ask("POST", v.root + show, { body: new URLSearchParams({ form: formToken(v.root, show) }).toString() });
	ask.close();
	assert.ok(a.status >= 400, `${a.status}`);
	assert.doesNotMatch(a.text, secret, show);
	assert.deepEqual(await opened(), before, "the keeper opened one all the same");
}

await test("assurers see nothing of who handed them nothing", async () => {
	await signIn(ann, "ann@example.org");
	for (const name of ["cleo", "dov", "asa", "bo"])
		await enrol(await member(site, `${name}@example.org`), { questions: null, document: null });
	await member(site, "sue@example.org");
	await makeAssurers(site, ["asa@example.org", "bo@example.org"], { seats: { "sue@example.org": 3 } });
	asa = await freshen(await signIn(new Visitor(site), "asa@example.org"));
	bo = await freshen(await signIn(new Visitor(site), "bo@example.org"));
	await nowhere(asa, "1");
});

let id;
await test("the one it was handed to is told what agrees, and shown the fields when they ask, behind the password", async () => {
	const before = await opened();
	id = await takeCode(asa, await makeCode(ann));
	assert.doesNotMatch(asa.page.text, secret);
	assert.deepEqual(await opened(), before, "a code typed opens nothing");
	await compare(asa, id, { name: "Ann Briain", birth: ["23", "8", "1977"], kind: "passport", number: "PXX77812" });
	assert.doesNotMatch(asa.page.text.replace(/value="[^"]*"/g, ""), secret, "compared, not shown");
	assert.equal((await opened()).nationality, before.nationality);
	await signIn(asa, "asa@example.org");
	await asa.own(`/assure/show/${id}`);
	assert.equal(asa.page.status, 403);
	await again(asa);
	await asa.send({}, `/assure/show/${id}`);
	for (const word of [/1977-08-23/, /Netherlands/, /PXX ?77812/])
		assert.match(asa.words, word);
	const after = await opened();
	for (const name of Object.keys(guarded))
		assert.ok(after[name] > before[name], `${name} was shown and not counted`);
});

await test("meanwhile no other assurer, and no member, gets to them by that number", async () => {
	await nowhere(bo, id);
	const cleo = await signIn(new Visitor(site), "cleo@example.org");
	await nowhere(cleo, id);
});

await test("its owner sees who was shown what, each as a line of the history", async () => {
	await signIn(ann, "ann@example.org");
	await ann.own("/history");
	assert.match(ann.words, /An assurer was shown fields.*shown to an assurer/);
	await ann.own("/handover");
	assert.match(ann.words, /Your fields were shown names, birth date, nationality, document kind, document number/);
});

await test("noted, it is over: the assurer keeps initials, place, day and points", async () => {
	await note(asa, id);
	await nowhere(asa, id);
	await asa.own("/assure/sign");
	await sign(asa, undefined, { draft: true });
	assert.match(asa.words, /Signed: 1\./);
	await freshen(asa);
	await nowhere(asa, id);
	await asa.own("/assurances");
	assert.match(asa.words, /A\. B\. ?points: 10/);
	assert.doesNotMatch(asa.page.text, /Briain|passport PXX|>NL<|Netherlands/);
});

await test("staff see the birth date in a case that its owner opened and ticked so; nationality and document in none", async () => {
	const sue = await freshen(await signIn(new Visitor(site), "sue@example.org"));
	const closed = await open(ann, "access", "What do you hold?"), ticked = await open(ann, "access", "Am I of age?", { birth: true });
	const before = await opened(), ask = asker(site, site.http);
	for (const number of [closed, ticked]) {
		await take(sue, number);
		assert.doesNotMatch(sue.words, secret);
		for (const field of Object.values(guarded).slice(number === closed ? 0 : 1)) {
			const where = `/desk/open/${number}`;
			const a = await ask("POST", sue.root + where, { body: new URLSearchParams({ form: formToken(sue.root, where), field, reason: "I want to know" }).toString() });
			assert.ok(a.status >= 400, `${number}, field ${field}: ${a.status}`);
			assert.doesNotMatch(a.text, secret);
		}
	}
	ask.close();
	assert.deepEqual(await opened(), before, "the keeper opened one all the same");
	await openField(sue, ticked, 6, "To answer the question");
	assert.match(sue.words, /1977-08-23/);
	assert.equal((await opened())["birth date"], before["birth date"] + 1);
	await signIn(ann, "ann@example.org");
	await ann.own("/history");
	assert.match(ann.words, /Staff opened a field of yours for a request of yours/);
});

await test("withdrawn in the middle it ends there", async () => {
	const other = await takeCode(bo, await makeCode(ann));
	await ann.own("/handover");
	await ann.send({}, "/handover/end");
	await freshen(bo);
	await nowhere(bo, other);
	assert.equal(await site.stop(), 0);
});

finish();
