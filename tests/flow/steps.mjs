// tests/flow/steps.mjs - kill -9 between any two steps: one process after another is ended at its first, second,
// third ... write, fsync or message (tests/peers/killer.c) while a member's certificate is issued, changed, and
// finished by the clerk, or the disk fails it there; and `troth run` while it makes a site.
// limit: 7200
//
//	STEPS=n	so many steps of each, spread evenly (2); 0 is all of them, of finishing and of a first start some dozens

import assert from "node:assert/strict";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { kindle } from "./_fire.mjs";
import { attempt, enter, mailCertificate, naming, take } from "./_life.mjs";
import { Sweeper } from "./_sweep.mjs";
import { audit } from "./_books.mjs";
import { password, verified } from "./_people.mjs";
import { Killer } from "../peers/killer.mjs";

const some = Number(process.env.STEPS ?? 2);
const world = await kindle();
const { killer } = world;
const sweeper = new Sweeper(world, some);
const { ann } = sweeper, people = [ann];
await sweeper.settle();
console.log(`  # STEPS=${some}`);

// ---- issuing and changing ----

for (const [act, ...victims] of [
	["a certificate for mail", ["troth-keeper"], ["troth-signer"], ["troth-portal", { children: true }], ["troth-clerk", { patience: 1200, most: 40 }]],
	["a certificate for a server", ["troth-keeper"], ["troth-signer"], ["troth-prover"], ["troth-portal", { children: true }]],
	["a revocation", ["troth-keeper"], ["troth-signer"], ["troth-portal", { children: true }], ["troth-clerk", { patience: 1200, most: 40 }]],
	["a correction", ["troth-keeper"], ["troth-portal", { children: true }]],
	["a sign-in", ["troth-keeper"], ["troth-keeper", { children: true }]],
	["a copy", ["troth-keeper", { patience: 1200, most: 40 }], ["troth-keeper", { children: true, patience: 1200 }]]])
	for (const [program, options] of victims)
		await test(`${act}: ${program} dies at each step`, () => sweeper.sweep(act, program, options));

for (const [program, options] of [["troth-keeper"], ["troth-signer"], ["troth-clerk", { patience: 1200, most: 20 }]])
	await test(`a certificate for mail: ${program}'s disk fails at each step`, () =>
		sweeper.sweep("a certificate for mail", program, { ...options, fails: true }));

await test("a copy: troth-keeper's disk fails at each step", () => sweeper.sweep("a copy", "troth-keeper", { patience: 1200, most: 20, fails: true }));

/* Signals and streams do as they like; a descriptor is not to be had. */
const odd = [["a certificate for mail", "troth-signer", "interrupted"], ["a certificate for mail", "troth-keeper", "short"], ["a revocation", "troth-clerk", "scarce", { patience: 1200, most: 6 }]];
for (const [program, options] of some === 0 ? [["troth-keeper"], ["troth-signer"], ["troth-portal", { children: true }], ["troth-clerk", { patience: 600, most: 40 }]] : [])
	for (const manner of ["interrupted", "short"])
		odd.push(["a certificate for mail", program, manner, options], ["a revocation", program, manner, options]);
for (const [act, program, manner, options] of odd)
	await test(`${act}: ${program} meets "${manner}" at each step`, () => sweeper.sweep(act, program, { ...options, [manner]: true }));

await test("a clock set back by a day: nothing is written, and it is said; set right, all goes on", async () => {
	killer.wall(-86400);
	const v = new Visitor(world.site);
	await v.get("/sign-in", { fetchSite: "none" });
	await v.send({ address: ann.address, password }, "/sign-in");
	assert.equal(v.page.status, 503);
	assert.match(v.words, /The clock is wrong.*nothing is written and nothing is shown until it is set right/);
	assert.equal((await v.request("GET", `/status?serial=${"0".repeat(32)}`)).status, 200);
	killer.wall(0);
	await enter(ann);
	await take(ann, "clock", naming("Clock"));
});

await test("a clock years ahead: nothing is shown or written, no restart writes either; set right, no harm is left", async () => {
	killer.wall(10 * 365 * 86400);
	const v = new Visitor(world.site);
	await v.get("/sign-in", { fetchSite: "none" });
	await v.send({ address: ann.address, password }, "/sign-in");
	assert.equal(v.page.status, 503);
	assert.match(v.words, /The clock is wrong/);
	assert.equal((await v.request("GET", `/status?serial=${"0".repeat(32)}`)).status, 200);
	process.kill(world.site.pid("keeper"), "SIGKILL");
	await until("the keeper refuses to start", () => /the clock says \d{4}-.*set it right; if it is right, start once with --set ledger\.longest_gap=\d+d/.test(world.site.log));
	killer.wall(0);
	await world.serves();
	await enter(ann);
	await take(ann, "clock again", naming("Clock again"));
});

await test("signed, and nobody was told: the order leads to a page that says it comes", async () => {
	let what, size;
	/* Its last steps are those after the signing; the clerk's questions come in between, and may have been counted. */
	for (let i = 0; what === undefined; i++) {
		assert.ok(i < 30, "it never died between signing and answering");
		if (i % 6 === 0)
			size = await sweeper.measured("a certificate for mail", "troth-signer", {});
		await sweeper.once("a certificate for mail", "troth-signer", { after: size - 1 - i % 6, patience: 0 });
		if (!(await ann.v.own(`/certs/show/${ann.orders[`mail ${sweeper.number}`].serials[0]}`)).text.includes("badge good"))
			what = `mail ${sweeper.number}`;
	}
	assert.match(ann.v.words, /being issued.* This certificate is on its way\. Open this page again in two minutes\./);
	assert.doesNotMatch(ann.v.words, /Get it|Set it up|Use it|SHA-256 fingerprint/);
	assert.equal(ann.orders[what].serials.length, 1);
});

await test("everything agrees afterwards", async () => {
	await world.again();
	await audit(world, people);
});

// ---- what nobody comes back for ----

/* The portal's worker dies on the way, and the member leaves: some were signed, some were not. */
async function abandon() {
	for (const after of sweeper.chosen(14, 3)) {
		const what = `left ${++sweeper.number}`, step = mailCertificate(what, "address");
		await enter(ann);
		killer.arm("troth-portal", { after, children: true });
		await attempt(ann, what, step).catch(() => false);
		killer.disarm();
		await world.serves();
	}
}

/* Coming up and finishing: so many steps, of which the last ones may not come. */
for (const [program, size] of [["troth-clerk", 60], ["troth-signer", 40], ["troth-keeper", 160]])
	await test(`interrupted issuing is finished while ${program} dies at each step`, async () => {
		let deaths = 0;
		for (const after of sweeper.chosen(size, some === 0 ? 25 : 1)) {
			await abandon();
			await world.again({ crash: after % 2 === 1, before: () => killer.arm(program, { after, half: after % 3 === 0 }) });
			await until("a death", () => killer.dead !== null, 4000).catch(() => {});
			deaths += killer.disarm() !== null;
			await world.serves();
			/* A mail whose bearer died waits until its loan is over. */
			await world.again();
			await audit(world, people, []);
		}
		sweeper.total += deaths;
		console.log(`  # ${deaths} deaths of ${program}`);
	});

await test("the site stops and is whole", async () => {
	await audit(world, people);
	await world.end();
});

// ---- a first start ----

/* Who died meanwhile, or null; then again, untouched. */
async function firstStart(after) {
	const folder = temporaryFolder(), dir = path.join(folder, "state"), own = new Killer(folder);
	own.arm("troth", { after, half: after % 2 === 1 });
	const torn = await startSite({ dir, env: own.env }).catch(() => null);
	const { steps: made } = own, who = own.disarm();
	own.close();
	if (torn !== null)
		await torn.stop();
	const site = await startSite({ dir });
	assert.equal((await new Visitor(site).get("/")).status, 200);
	await verified(site);
	assert.equal(await site.stop(), 0);
	sweeper.total += who !== null;
	return made;
}

await test("a first start that ends at any step is continued by the next one", async () => {
	const size = await firstStart(-1);
	const tried = sweeper.chosen(size, some === 0 ? 50 : 2);
	for (const after of tried)
		await firstStart(after);
	console.log(`  # ${tried.length} of ${size} steps`);
});

console.log(`  # ${sweeper.total} deaths in all`);
finish();
