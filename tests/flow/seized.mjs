// tests/flow/seized.mjs - a seized portal and an assurer's own session: what a shell in the portal's place
// gets from the keeper about somebody whom the assurer met, did not meet, or met a while ago.
// limit: 240
//
// Asa and Bo are assurers, Vic is met, Mallory is a member like Vic.  The shell has each one's session while they
// are signed in, and knows Vic's papers as well as whoever saw them: even a right guess gets no answer.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { finish, startSite, test } from "./site.mjs";
import { enrol, freshen, member, peerOf, signIn, verified } from "./_people.mjs";
import { tokenOf } from "./_assurers.mjs";
import { makeAssurers, makeCode, restart } from "./_trust.mjs";
import { kept, ops, tryAsk, walls, whys } from "./_shell.mjs";
import { Pack, Unpack } from "../peers/ipc.mjs";

const { HANDOVER_OVER: OVER, HANDOVER: CODE, HANDOVER_TRIES: TRIES, ROLE } = whys;
const site = await startSite({ sets: ["limit.mails_per_hour=10000", "trust.handover.wrong_per_day=1000"] });
const vic = { given: "Canarina", family: "Zwitscherling", birth: ["17", "3", "1971"], nationality: "NL", document: ["passport", "CANARYDOC7781"] };
const papers = { name: "Canarina Zwitscherling", birth: "1971-03-17", kind: "passport", number: "CANARYDOC7781" };
const words = [vic.given, vic.family, papers.birth, papers.number];
const who = {};
for (const [name, person] of Object.entries({ vic, mallory: { given: "Mallory", family: "Grau", birth: ["1", "1", "1980"] }, cleo: {}, asa: { given: "Asa", family: "Sure" }, bo: { given: "Bo", family: "Berg" } }))
	who[name] = await enrol(await member(site, `${name}@example.org`), { questions: null, document: null, ...person });
await makeAssurers(site, ["asa@example.org", "bo@example.org"]);
for (const name of ["asa", "bo"])
	await signIn(who[name], `${name}@example.org`);
const { from, secretOf } = walls(site.dir);
const portal = kept(() => from("keeper", "portal", secretOf("portal", "keeper")));
const p = (v) => new Pack().exact(tokenOf(v));

/* How often each field was opened since the keeper started. */
async function opened() {
	const c = await peerOf(site, "keeper", "control");
	const u = new Unpack(await c.call(ops.COUNTS));
	const counts = Array.from({ length: u.u32() }, () => [u.u32(), u.i64()]);
	c.close();
	return Object.fromEntries(counts.filter(([field]) => field >= 6 && field <= 9));	/* birth date, nationality, document */
}

const today = new Date().toISOString().slice(0, 10);
/* Each thing that an assurer does with a hand-over, as the portal would ask it, with what is right. */
const steps = (v, id) => ({
	HANDOVER_LOOK: p(v).i64(id).end(),
	HANDOVER_MATCH: p(v).i64(id).text(papers.name).text(papers.birth).text(papers.kind).text(papers.number).end(),
	HANDOVER_SHOW: p(v).i64(id).end(),
	ASSURE_DRAFT: p(v).i64(id).text("Utrecht").text(today).u32(1).u32(1).u8(1).u8(0).u8(0).i64(10).u8(0).u8(0).u8(0).text("").end(),
	HANDOVER_LEAVE: p(v).i64(id).end(),
});

/** None of them gives anything, all say the same, and no field was opened for it. */
async function nothing(v, ids, why = OVER) {
	const before = await opened();
	for (const id of ids)
		for (const [name, body] of Object.entries(steps(v, id)))
			assert.deepEqual(await tryAsk(portal, ops[name], body), { refused: "denied", why }, `${name} of ${id}`);
	assert.deepEqual(await opened(), before, "a field was opened all the same");
}

async function make(v, kind = 1) {
	await freshen(v);
	const c = await portal();
	const u = new Unpack(await c.call(ops.HANDOVER_NEW, p(v).u8(kind).end()));
	c.close();
	u.exact(45);
	return u.i64();
}

/** By the code that its owner sees. */
async function take(v, code) {
	const got = await tryAsk(portal, ops.HANDOVER_TAKE, p(v).text(code).end());
	if (got.answer === undefined)
		return got;
	const u = new Unpack(got.answer);
	u.exact(45);
	return u.i64();
}
const answered = async (v, name, id) => {
	const got = await tryAsk(portal, ops[name], steps(v, id)[name]);
	assert.ok(got.answer !== undefined, `${name}: ${JSON.stringify(got)}`);
	return Buffer.from(got.answer);
};
const shows = (bytes) => words.filter((w) => bytes.includes(Buffer.from(w)));

await test("without any hand-over an assurer's session gets nothing, whatever number is asked for", async () => {
	await freshen(who.asa);
	await nothing(who.asa, [-1, 0, 1, 2, 3, 7, 2 ** 40]);
});

let id, taken;
await test("one that nobody has taken, and one that another assurer has: the same nothing", async () => {
	taken = await makeCode(who.vic);
	await nothing(who.asa, [1, 2, 3]);
	await freshen(who.bo);
	id = await take(who.bo, taken);
	assert.ok(id > 0);
	await nothing(who.asa, [id]);
	assert.deepEqual(await take(who.asa, taken), { refused: "denied", why: CODE }, "the code is Bo's now");
	/* the member's own session is no assurer's, nor is anybody else's */
	await nothing(who.mallory, [id], ROLE);
	await nothing(who.vic, [id], ROLE);
});

await test("the one who has it: comparing tells no field, showing opens what the page says and nothing beside it", async () => {
	assert.deepEqual(shows(await answered(who.bo, "HANDOVER_LOOK", id)), []);
	assert.deepEqual(shows(await answered(who.bo, "HANDOVER_MATCH", id)), [], "what was typed does not come back");
	const before = await opened();
	const all = await answered(who.bo, "HANDOVER_SHOW", id);
	assert.deepEqual(shows(all), words);
	assert.ok(!all.includes("example.org") && !all.includes("Mallory") && !all.includes("Asa"));
	assert.notDeepEqual(await opened(), before, "the count of openings counts");
	assert.deepEqual(shows(await answered(who.bo, "HANDOVER_LOOK", id)), [], "only that one answer shows them");
});

await test("comparing runs out, and neither the code typed again nor another session gives more of it", async () => {
	const match = (v, birth) => tryAsk(portal, ops.HANDOVER_MATCH, p(v).i64(id).text("").text(birth).text("").text("").end());
	for (const birth of ["1971-03-14", "1971-03-15", "1971-03-16"])
		assert.ok((await match(who.bo, birth)).answer !== undefined);
	const out = { refused: "denied", why: TRIES };
	assert.deepEqual(await match(who.bo, papers.birth), out, "the right one no more than a wrong one");
	assert.deepEqual(await match(who.bo, "1971-03-18"), out);
	assert.equal(await take(who.bo, taken), id, "typed again it is the same one");
	assert.deepEqual(await match(who.bo, papers.birth), out);
	await signIn(who.bo, "bo@example.org");
	assert.deepEqual(await match(who.bo, papers.birth), out);
});

await test("once noted, and once signed: nothing", async () => {
	await freshen(who.bo);
	const u = new Unpack(await answered(who.bo, "ASSURE_DRAFT", id));
	u.exact(45);
	const draft = u.i64();
	await nothing(who.bo, [id]);
	/* what is kept of it: initials, place, day and points */
	assert.deepEqual(shows((await tryAsk(portal, ops.DRAFTS, p(who.bo).end())).answer), []);
	/* Asa's session signs, drops and withdraws none of Bo's */
	for (const [name, body] of [["DRAFT_DROP", p(who.asa).i64(draft).end()], ["ASSURANCE_WITHDRAW", p(who.asa).i64(draft).text("a reason of Asa's").end()]])
		assert.equal((await tryAsk(portal, ops[name], body)).answer, undefined, name);
	/* nor Bo's own without the password */
	assert.equal((await tryAsk(portal, ops.ASSURE_SIGN, p(who.bo).text("a guess of the shell's").bytes(Buffer.from([127, 0, 0, 1])).u32(1).i64(draft).end())).answer, undefined);
	await who.bo.own("/assure/sign");
	await who.bo.send({ draft: true, password: "plenty of unrelated wooden hats" }, "/assure/sign");
	assert.match(who.bo.words, /Signed: 1\./);
	await freshen(who.bo);
	await nothing(who.bo, [id]);
	for (const name of ["POINTS", "NAMES", "HOME", "LISTING"])
		assert.deepEqual(shows((await tryAsk(portal, ops[name], p(who.bo).end())).answer), [], name);
	assert.deepEqual(shows((await tryAsk(portal, ops.ASSURANCES, p(who.bo).i64(0).u32(200).end())).answer), []);
	assert.equal((await tryAsk(portal, ops.ASSURANCE_CONFIRM, p(who.bo).i64(draft).end())).answer, undefined, "Vic's word is Vic's");
	assert.equal((await tryAsk(portal, ops.ASSURANCE_OBJECT, p(who.mallory).i64(draft).text("not mine to object to").end())).answer, undefined);
});

await test("left, and withdrawn by its owner in the middle: nothing", async () => {
	const left = await take(who.bo, await makeCode(who.vic));
	await answered(who.bo, "HANDOVER_LEAVE", left);
	await nothing(who.bo, [left]);
	const code = await makeCode(who.vic), gone = await take(who.bo, code);
	assert.deepEqual(shows(await answered(who.bo, "HANDOVER_SHOW", gone)), words);
	for (const v of [who.mallory, who.asa, who.bo])
		assert.equal((await tryAsk(portal, ops.HANDOVER_END, p(v).i64(gone).end())).answer, undefined, "only its owner ends it");
	await who.vic.own("/handover");
	await who.vic.send({}, "/handover/end");
	await nothing(who.bo, [gone]);
	assert.deepEqual(await take(who.bo, code), { refused: "denied", why: CODE });
});

await test("a code that nobody was given: wrong, used, withdrawn and guessed are one answer, and open nothing", async () => {
	const before = await opened(), open = await makeCode(who.vic);
	const same = open.slice(0, -3), answers = new Set();
	/* the right finder with other secrets, one check sign after the other */
	for (const end of ["7Z7", "000", "A1B"])
		answers.add(JSON.stringify(await take(who.asa, same + end)));
	for (let n = 0; n < 40; n++)
		answers.add(JSON.stringify(await take(who.asa, crypto.randomBytes(8).toString("hex").toUpperCase())));
	assert.deepEqual([...answers], [JSON.stringify({ refused: "denied", why: CODE })]);
	assert.deepEqual(await opened(), before);
});

await test("a member's session makes codes of that member alone, in kinds that are for asking", async () => {
	for (const kind of [0, 3, 4, 5, 6, 255])
		assert.equal((await tryAsk(portal, ops.HANDOVER_NEW, p(who.mallory).u8(kind).end())).answer, undefined, `kind ${kind}`);
	const own = await make(who.mallory);
	await nothing(who.asa, [own]);
	assert.deepEqual(shows((await tryAsk(portal, ops.HANDOVERS, p(who.mallory).end())).answer), []);
});

let late;
await test("two hours after the last step, and a day after it was made: nothing, although the session lives", async () => {
	late = await take(who.bo, await makeCode(who.vic));
	await answered(who.bo, "HANDOVER_LOOK", late);
	await restart(site, () => {}, ["clock.shift=7201"]);
	await signIn(who.bo, "bo@example.org");
	await freshen(who.bo);
	await nothing(who.bo, [late]);
	await signIn(who.vic, "vic@example.org");
	const code = await makeCode(who.vic);
	await restart(site, () => {}, ["clock.shift=93602"]);
	await signIn(who.bo, "bo@example.org");
	await freshen(who.bo);
	assert.deepEqual(await take(who.bo, code), { refused: "denied", why: CODE });
	await nothing(who.bo, [late]);
});

await test("who met is told of each step, and the ledger verifies", async () => {
	await signIn(who.vic, "vic@example.org");
	await who.vic.own("/handover");
	assert.match(who.vic.words, /Your fields were shown/);
	await verified(site);
	assert.equal(await site.stop(), 0);
	for (const w of words)
		assert.ok(!site.log.includes(w));
	assert.doesNotMatch(site.log, /AddressSanitizer|runtime error/);
});

finish();
