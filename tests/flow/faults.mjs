// tests/flow/faults.mjs - kill -9 of every process, at moments and at steps picked by chance, while members
// join, prove, correct, get and change certificates.
// limit: 10800
//
// Several members live at once (_life.mjs) while one process after another dies: at some moment, or just
// before its n-th write, fsync or message, or with half of it written (tests/peers/killer.c), or the disk
// fails one of its calls, and it may go on or fall as it likes; now and then
// once more while it comes back, and now and then `troth run` itself with all of them.  After each batch
// everything must agree (_books.mjs).
//
//	KILLS=n	how many deaths (30); SEED=n repeats the choices, though never the moments
//	FAILS=n	one in n of those at a step is a failing disk instead (4; 1: all)

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { finish, sleep, test } from "./site.mjs";
import { kindle } from "./_fire.mjs";
import { newPerson, OnItsWay, steps, take } from "./_life.mjs";
import { audit } from "./_books.mjs";

const kills = Number(process.env.KILLS ?? 30), seed = Number(process.env.SEED ?? Date.now() % 100000);
const failsOneIn = Number(process.env.FAILS ?? 4);
const LANES = 4, BATCH = 150;
let state = seed;
const random = (n) => Math.floor((state = (state * 1103515245 + 12345) % 2147483648) / 65536) % n;

const world = await kindle({ smtp: true });
console.log(`  # SEED=${seed} KILLS=${kills}`);

// ---- whom to kill ----

const childrenOf = (pid) => execFileSync("ps", ["--ppid", String(pid), "-o", "pid="]).toString().trim().split(/\s+/).filter(Boolean).map(Number);
const site = (name) => () => world.site.pid(name);
const childOf = (parent) => () => {
	const all = childrenOf(parent());
	return all[random(all.length)];
};
/* With a program: also at one of its steps, of which it makes so many in one or two acts.  share: how often. */
const victims = [
	{ name: "keeper", share: 6, pid: site("keeper"), program: "troth-keeper", steps: 120 },
	{ name: "signer", share: 5, pid: site("signer"), program: "troth-signer", steps: 30 },
	{ name: "prover", share: 3, pid: site("prover"), program: "troth-prover", steps: 15 },
	{ name: "clerk", share: 3, pid: site("clerk"), program: "troth-clerk", steps: 40 },
	{ name: "portal", share: 1, pid: site("portal") },
	{ name: "worker of the portal", share: 4, pid: childOf(site("portal")), program: "troth-portal", children: true, steps: 20 },
	{ name: "nginx", share: 1, pid: site("nginx") },
	{ name: "worker of nginx", share: 1, pid: childOf(site("nginx")) },
	{ name: "keeper's child", share: 1, pid: childOf(site("keeper")) },
	{ name: "hashing child", share: 1, pid: childOf(childOf(site("keeper"))), program: "troth-keeper", children: true, steps: 3 },
	{ name: "signer's child", share: 1, pid: childOf(site("signer")) },
	{ name: "request child", share: 1, pid: childOf(childOf(site("signer"))), program: "troth-signer", children: true, steps: 3 },
].flatMap((v) => Array(v.share).fill(v));
const dead = {};
let deaths = 0;
const count = (name) => { dead[name] = (dead[name] ?? 0) + 1; deaths++; };

function atMoment(victim) {
	try {
		process.kill(victim.pid(), "SIGKILL");
		count(victim.name);
	} catch { /* it is just being started */ }
}

async function atStep(victim, most, ms) {
	const fails = random(failsOneIn) === 0;
	world.killer.arm(victim.program, { after: random(fails ? Math.ceil(most / 2) : most), children: victim.children, half: random(2) === 0, fails });
	for (const until = Date.now() + ms; world.killer.dead === null && Date.now() < until;)
		await sleep(10);
	const who = world.killer.disarm();
	if (who !== null)
		count(`${victim.name}, ${who.call}${fails ? " fails" : ""}`);
	return who !== null;
}

async function reap(until, goes) {
	while (goes.on && deaths < until) {
		const victim = victims[random(victims.length)];
		await sleep(random(120));
		if (victim.program === undefined || random(3) === 0)
			atMoment(victim);
		/* Coming back it writes too. */
		else if (await atStep(victim, victim.steps, 1500) && random(4) === 0)
			await atStep(victim, 30, 1000);
		await world.serves();
	}
}

// ---- who lives meanwhile ----

const people = [];
let fresh = [];

function nextPerson() {
	const p = newPerson(world, people.length + 1);
	people.push(p);
	fresh.push(p);
	return p;
}

/* Whose certificate is on its way goes on in the next batch. */
let resting = [], rested = [];

/* From step to step, until the batch is over; the rest of a life waits for the next one. */
async function lane(own, goes) {
	while (goes.on) {
		if (own.life === undefined || own.life.at === steps.length)
			own.life = rested.pop() ?? { person: nextPerson(), at: 0 };
		const { person, at } = own.life;
		person.v.site = world.site;
		try {
			await take(person, steps[at]);
			own.life.at++;
		} catch (e) {
			if (!(e instanceof OnItsWay))
				throw e;
			resting.push(own.life);
			own.life = undefined;
		}
	}
}

async function batch(lanes, until) {
	const goes = { on: true };
	const lives = Promise.all(lanes.map((l) => lane(l, goes)));
	lives.catch(() => { goes.on = false; });
	try {
		await reap(until, goes);
	} finally {
		goes.on = false;
		await lives;
	}
}

const since = Date.now();
const lanes = Array.from({ length: LANES }, () => ({}));
for (let done = 0, n = 1; done < kills; n++) {
	const until = Math.min(done + BATCH, kills), crash = n % 2 === 1;
	const good = await test(`deaths ${done + 1} to ${until}: nothing acknowledged is lost or doubled`, async () => {
		await batch(lanes, until);
		await world.again({ crash });
		await audit(world, people, fresh);
		rested = [...rested, ...resting];
		resting = [];
		fresh = [...rested, ...lanes.map((l) => l.life)].flatMap((l) => l?.person ?? []);
	});
	if (!good)
		break;
	done = deaths;
	console.log(`  # ${deaths} deaths, ${people.length} members, ${Math.round((Date.now() - since) / 1000)} s`);
}
console.log(Object.entries(dead).sort().map(([name, n]) => `  # ${String(n).padStart(5)} ${name}`).join("\n"));

await test("the site stops and is whole", () => world.end());
console.log(`  # ${deaths} deaths in all`);

finish();
