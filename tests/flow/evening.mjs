// tests/flow/evening.mjs - fifty people and six assurers at one event: three hundred assurances, all of them, and nobody waits.
// limit: 180
// alone

import assert from "node:assert/strict";
import { finish, startSite, test, until } from "./site.mjs";
import { verified } from "./_people.mjs";
import { sql } from "./_trust.mjs";
import { hold, prepare } from "./_evening.mjs";

const GUESTS = 50, ASSURERS = 6;
const site = await startSite({ sets: ["limit.mails_per_hour=10000", "nginx.posts_per_minute=60000"] });
const started = performance.now();
const evening = await prepare(site, { guests: GUESTS, assurers: ASSURERS });
console.log(`# ${GUESTS + ASSURERS} people joined and told who they are in ${((performance.now() - started) / 1000).toFixed(1)} s`);

await test("three hundred assurances at one event", async () => {
	const got = await hold(site, evening);
	for (const [what, t] of Object.entries(got.steps))
		console.log(`# ${what.padEnd(13)} ${String(t.n).padStart(4)} times, p50 ${t.p50.toFixed(0)} ms, p99 ${t.p99.toFixed(0)} ms, most ${t.most.toFixed(0)} ms`);
	console.log(`# ${got.vouched} assurances in ${got.seconds.toFixed(1)} s, ${got.rate.toFixed(0)} a second`);
	assert.ok(got.seconds < 60, `${got.seconds} s`);
});

await test("all of them count, each once, and nothing is left to be signed", async () => {
	const one = (text) => sql(site.dir, text)[0];
	assert.equal(one("SELECT count(*) FROM assurance WHERE method = 2 AND made_at > 0"), `${GUESTS * ASSURERS}`);
	assert.equal(one("SELECT count(*) FROM (SELECT DISTINCT giver, member FROM assurance WHERE method = 2)"), `${GUESTS * ASSURERS}`);
	assert.equal(one("SELECT count(*) FROM assurance WHERE made_at = 0"), "0");
	assert.equal(one("SELECT count(*) FROM (SELECT member FROM assurance WHERE method = 2 GROUP BY member HAVING sum(points) = 60)"), `${GUESTS}`);
	assert.equal(one("SELECT count(*) FROM member WHERE points = 60"), `${GUESTS}`);
	await evening.guests[7].v.own("/points");
	assert.match(evening.guests[7].v.words, /met at an event/);
	await evening.assurers[0].v.own("/history");
	assert.equal(evening.assurers[0].v.page.status, 200);
});

await test("everybody who was vouched for gets a mail; the ledger verifies", async () => {
	await until("the mails", () => site.mails().filter((m) => /vouched for/.test(m.subject)).length >= GUESTS * ASSURERS, 90000);
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /AddressSanitizer|runtime error|Person|example\.org/);
});

finish();
