// tests/flow/faults.mjs - kill -9 of every process, between and within the steps of a member's life.
// limit: 3600
//
// Each round takes the next step (join, verify, sign in, names, address, certificate, revocation) and
// ends one process some milliseconds after the request left.  What was acknowledged must hold, what was
// not is either done or not done, never half.  At the end the clerk has finished everything and the
// ledger verifies.  LONG=1 kills a thousand times, ROUNDS=n so often.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { command, finish, sleep, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { again, askToJoin, confirm, download, health, mailCertificate, openssl, request, signIn, verified, verifyLink } from "./_people.mjs";

const rounds = Number(process.env.ROUNDS ?? (process.env.LONG ? 1000 : 20));
const seed = Number(process.env.SEED ?? Date.now() % 100000);
let state = seed;
/* Repeatable: the same SEED gives the same choices, though never the same moments. */
const random = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;

const dir = path.join(temporaryFolder(), "state");
const sets = ["nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.certificates_per_day=100000",
	"limit.mails_per_hour=10000"];
let site = await startSite({ dir, sets });
const { csr } = request();
console.log(`  # SEED=${seed} ROUNDS=${rounds}`);

// ---- whom to kill ----

const childrenOf = (pid) => execFileSync("ps", ["--ppid", String(pid), "-o", "pid="]).toString().trim().split(/\s+/).filter(Boolean).map(Number);
const childOf = (name) => () => {
	const all = childrenOf(site.pid(name));
	return all[random(all.length)];
};
const grandchildOf = (name) => () => childrenOf(childOf(name)())[0];
const targets = { keeper: () => site.pid("keeper"), signer: () => site.pid("signer"), prover: () => site.pid("prover"), clerk: () => site.pid("clerk"),
	portal: () => site.pid("portal"), nginx: () => site.pid("nginx"), "a worker of the portal": childOf("portal"), "the keeper's hashing child": childOf("keeper"),
	"the signer's child": childOf("signer"),
	"the child of the keeper's child": grandchildOf("keeper"), "the child of the signer's child": grandchildOf("signer"), "a worker of nginx": childOf("nginx") };
const names = Object.keys(targets);
const last = {};
/* These take their parent with them. */
const group = (name) => ({ "the keeper's hashing child": "keeper", "the signer's child": "signer" })[name] ?? name;

function kill(name) {
	try {
		process.kill(targets[name](), "SIGKILL");
		return true;
	} catch {
		return false;		/* it is just being started */
	}
}

/* Everything answers again: pages, keeper, signer. */
const serves = () => until("the site to serve again", async () => {
	try {
		await health(site);
		const v = new Visitor(site);
		for (const where of ["/", "/status?serial=" + "0".repeat(32)])
			if ((await v.request("GET", where)).status !== 200)
				return false;
		return true;
	} catch {
		return false;
	}
}, 60000);

/* Until it works: for looks that change nothing. */
const look = async (what, f) => {
	for (let i = 0; ; i++)
		try {
			return await f();
		} catch (e) {
			if (i === 20)
				throw new Error(`${what}: ${e.message}`);
			await sleep(250);
		}
};

// ---- a member's life ----

const people = [];
let number = 0, killed = 0;
const acknowledged = { certificates: 0, revoked: 0, attempts: 0 };

const own = async (p, where) => {
	await p.v.own(where);
	if (p.v.page.status !== 200)
		throw new Error(`${where}: ${p.v.page.status} ${p.v.words.slice(0, 120)}`);
	return p.v.page.text;
};

/* Each: do (true when the site said that it is done), then holds (throws when it is not). */
const life = {
	join: {
		do: async (p) => { p.joins = (p.joins ?? 0) + 1; return (await askToJoin(p.v, p.address)).status === 200; },
		holds: async (p) => { p.link = await verifyLink(site, p.address, 60000); },
	},
	verify: {
		do: async (p) => (await confirm(p.v, p.link)).status === 200 && p.v.words.includes("Confirmed"),
		holds: async (p) => { await signIn(new Visitor(site), p.address); },
	},
	"sign in": {
		do: async (p) => { p.v = new Visitor(site); await signIn(p.v, p.address); return p.v.root !== ""; },
		holds: async (p) => { await own(p, "/home"); },
	},
	names: {
		do: async (p) => { await own(p, "/data/names"); await p.v.send({ given: `Given${p.letters}`, family: "Family" }, "/data/names"); return p.v.page.status === 200 && !p.v.url.endsWith("/names"); },
		holds: async (p) => assert.match(await own(p, "/data"), new RegExp(`Given${p.letters}`)),
	},
	address: {
		do: async (p) => { await own(p, "/addresses"); await p.v.send({ address: `more-${p.address}` }, "/addresses"); return p.v.page.status === 200; },
		holds: async (p) => assert.equal((await own(p, "/addresses")).split(`more-${p.address}`).length > 1, true),
	},
	certificate: {
		do: async (p) => { acknowledged.attempts++; await own(p, "/certs/mail"); p.serial = await mailCertificate(p.v, p.address, csr); acknowledged.certificates++; return true; },
		holds: async (p) => assert.match((await download(p.v, p.serial)).toString(), /BEGIN CERTIFICATE/),
	},
	revoke: {
		do: async (p) => {
			await p.v.own(`/certs/change/${p.serial}`);
			await again(p.v);
			await p.v.send({ reason: "4" }, `/certs/revoke/${p.serial}`);
			if (p.v.page.status !== 200)
				return false;
			p.revoked = true;
			acknowledged.revoked++;
			return true;
		},
		holds: async (p) => assert.match(await own(p, `/certs/show/${p.serial}`), /badge bad/),
	},
};
const steps = Object.keys(life);

/* One step with one death in it; then again without, until it is done. */
async function round(p, step, name) {
	const { do: act, holds } = life[step];
	let done = false, words = "";
	const wait = random(4) === 0 ? random(120) : random(25);
	const death = sleep(wait).then(() => { killed += kill(name); });
	try {
		done = await act(p);
	} catch (e) {
		words = e.message;
	}
	await death;
	await serves();
	for (let i = 0; !done; i++) {
		/* Not acknowledged: done or not, but a second time must not break what is there. */
		if (p.v.root === "" && !["join", "verify", "sign in"].includes(step))
			await look("sign in again", async () => { p.v = new Visitor(site); await signIn(p.v, p.address); });
		try {
			await holds(p);
			done = step !== "certificate" || p.serial !== undefined;
		} catch {
			done = await act(p).catch((e) => { words = e.message; return false; });
		}
		assert.ok(i < 12, `${step} after the death of ${name} (${wait} ms) never comes about: ${words}`);
		await sleep(i * 100);
	}
	await look(`${step} is acknowledged and lost after the death of ${name} (${wait} ms)`, () => holds(p));
}

await test(`${rounds} deaths: nothing acknowledged is lost`, async () => {
	let person = null, at = 0;
	for (let i = 0; i < rounds; i++) {
		if (person === null || at === steps.length) {
			person = { address: `p${++number}@example.org`, letters: [...String(number)].map((d) => "abcdefghij"[d]).join(""), v: new Visitor(site) };
			people.push(person);
			at = 0;
		}
		/* Whoever fell lately comes back more and more slowly: each is let stand for a while. */
		const rested = () => names.filter((n) => Date.now() - (last[group(n)] ?? 0) > 10500);
		const all = await until("a process that stood for a while", () => rested().length > 0 && rested());
		const name = all[random(all.length)];
		last[group(name)] = Date.now();
		await round(person, steps[at++], name);
	}
	console.log(`  # ${killed} killed, ${people.length} members, ${acknowledged.certificates} certificates of ${acknowledged.attempts} requests`);
});

await test("several at once while processes die", async () => {
	await serves();
	const crowd = Array.from({ length: 6 }, (_, i) => ({ address: `crowd${i}@example.org`, letters: "crowd", v: new Visitor(site) }));
	const ends = Date.now() + (process.env.LONG ? 60000 : 4000);
	const deaths = (async () => {
		while (Date.now() < ends) {
			await sleep(300 + random(700));
			killed += kill(names[random(names.length)]);
		}
	})();
	await Promise.all(crowd.map(async (p) => {
		for (const step of steps)
			for (let i = 0; ; i++) {
				let done = false;
				try {
					done = await life[step].do(p);
				} catch {
					if (p.v.root === "" && !["join", "verify", "sign in"].includes(step))
						await signIn(p.v = new Visitor(site), p.address).catch(() => {});
				}
				try {
					if (step === "revoke" && p.serial === undefined)
						break;
					await life[step].holds(p);
					break;
				} catch (e) {
					assert.ok(i < 60, `${step} never comes about: ${e.message}`);
					assert.ok(!(done && i > 55), `${step} is acknowledged and lost: ${e.message}`);
					await sleep(400);
				}
			}
		people.push(p);
	}));
	await deaths;
	await serves();
});

let before;
await test("the ledger verifies, and the site finds everything as it was", async () => {
	await verified(site);
	before = await health(site);
	const { fingerprint } = site;
	assert.equal(await site.stop(), 0, site.log.slice(-2000));
	await verified(site);
	/* Two minutes later: what an end left open is old enough for the clerk. */
	site = await startSite({ dir, sets: [...sets, "clock.shift=120"] });
	assert.equal(site.fingerprint, fingerprint);
	const after = await health(site);
	assert.equal(after.members, before.members);
	assert.ok(after.members >= people.length, `${after.members} members of ${people.length}`);
	assert.ok(after["ledger entries"] >= before["ledger entries"]);
});

await test("the clerk finishes interrupted issuing and mails", async () => {
	let h;
	await until("nothing left open", async () => {
		h = await health(site);
		return h["tickets open"] === 0 && h["certificates pending"] === 0 && h["mails waiting"] === 0;
	}, 60000).catch((e) => { throw new Error(`${e.message}: ${JSON.stringify(h)}`); });
	/* A mail may come twice, the same one then; never more different ones than were asked for. */
	for (const p of people) {
		const own = site.mails().filter((m) => new RegExp(`(^|<)${p.address}`).test(m.to) && m.links.some((l) => l.includes("/verify/")));
		const different = new Set(own.map((m) => m.headers["message-id"])).size;
		assert.ok(different >= 1 && different <= p.joins, `${different} mails to ${p.address}, who joined ${p.joins} times`);
	}
});

await test("certificates: all that was acknowledged, none twice, revoked ones on the list", async () => {
	let valid = 0, all = 0;
	const revoked = [];
	for (const p of people) {
		p.v = new Visitor(site);
		await signIn(p.v, p.address);
		await p.v.own("/certs");
		const shown = new Set([...p.v.page.text.matchAll(/\/certs\/show\/([0-9a-f]{32})/g)].map((m) => m[1]));
		if (p.serial !== undefined)
			assert.ok(shown.has(p.serial), `${p.address}: ${p.serial} is gone`);
		for (const serial of shown) {
			await p.v.own(`/certs/show/${serial}`);
			const bad = /badge bad/.test(p.v.page.text);
			all++;
			valid += !bad;
			if (serial === p.serial && p.revoked)
				assert.ok(bad, `${p.address}: revoked and back`);
			if (bad && serial === p.serial && p.revoked)
				revoked.push(serial);
		}
	}
	const h = await health(site);
	assert.equal(h["certificates valid"], valid);
	assert.ok(all <= acknowledged.attempts + 6, `${all} certificates of ${acknowledged.attempts} requests`);
	await until("the lists of revoked certificates to hold them", () => {
		const folder = path.join(dir, "www/crl");
		const text = readdirSync(folder).map((f) => openssl("crl", "-inform", "DER", "-in", path.join(folder, f), "-noout", "-text").toString()).join("").toLowerCase().replace(/[^0-9a-f]/g, "");
		return revoked.every((serial) => text.includes(serial));
	}, 70000);
});

await test("doctor and verifier are content", async () => {
	const got = await command(["doctor", "--state", dir]);
	/* What it asks for is the root's key, which is still here. */
	assert.deepEqual(got.out.split("\n").filter((l) => l.startsWith("DO") && !/offline/.test(l)), [], got.out);
	await verified(site);
	assert.equal(await site.stop(), 0);
	await verified(site);
});

finish();
