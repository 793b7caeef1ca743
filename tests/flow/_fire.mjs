// tests/flow/_fire.mjs - a site whose processes may be ended at any step, and the world around it: name
// server, web server, mail server.
//
//	const world = await kindle({ smtp: true });
//	world.site world.killer world.dns world.web	see site.mjs and tests/peers/
//	await world.mails()		every mail so far, each parsed once
//	await world.serves()		until all of it answers again
//	await world.again({ crash, before })	stopped (or `troth run` itself killed) and started some minutes later;
//				before(): just before it starts
//	await world.settled()		until nothing is left open
//	await world.end()

import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseMail, startSite, temporaryFolder, until, Visitor } from "./site.mjs";
import { health, verified } from "./_people.mjs";
import { Killer } from "../peers/killer.mjs";
import { peer } from "../peers/start.mjs";

const RATE = 30;		/* times faster for those who start the fallen again */
const LATER = 800;		/* seconds: unsigned tickets are over, loans of mails too */

/** Processes whose command line names this folder. */
const alive = (dir) => readdirSync("/proc").filter((n) => /^\d+$/.test(n)).filter((n) => {
	try {
		return readFileSync(`/proc/${n}/cmdline`, "utf8").includes(dir);
	} catch {
		return false;
	}
});

async function surroundings(folder, smtp) {
	const dns = await peer("dns"), web = await peer("http"), post = smtp ? await peer("smtp", path.join(folder, "smtp.pem")) : null;
	/* CAA climbs to the top-level domain. */
	for (const zone of ["example.org", "org"])
		await dns.tell("zone", { zone, signed: true });
	await dns.tell("set", { name: "example.org", type: "CAA", data: [{ tag: "issue", value: "ca.troth.example" }] });
	const anchors = path.join(folder, "anchors");
	writeFileSync(anchors, (await dns.tell("anchors")).text);
	return { dns, web, post, sets: [`prover.stub=example.org=127.0.0.1@${dns.port},org=127.0.0.1@${dns.port}`, `prover.trust_anchor=${anchors}`,
		`prover.http_port=${web.port}`, "prover.allow_private=yes", "prover.caa_identity=ca.troth.example",
		...(smtp ? [`smtp.url=smtp://localhost:${post.port}`, `smtp.ca_file=${folder}/smtp.pem`] : []),
		"nginx.posts_per_minute=60000", "limit.certificates_per_day=100000", "limit.mails_per_hour=10000"] };
}

class World {
	constructor(folder, around) {
		Object.assign(this, around);
		this.dir = path.join(folder, "state");
		this.killer = new Killer(folder);
		this.shift = 0;
		this.letters = [];
		this.asking = Promise.resolve();
	}

	async start() {
		this.site = await startSite({ dir: this.dir, env: this.killer.env, sets: [...this.sets, `clock.shift=${this.shift}`] });
		this.killer.hurry(RATE);
	}

	async mails() {
		if (this.post === null)
			return this.site.mails();
		/* One after the other: each asks from where the last one stopped. */
		this.asking = this.asking.then(async () => {
			const { mails } = await this.post.tell("mails", { from: this.letters.length });
			this.letters.push(...mails.map((m) => parseMail(Buffer.from(m.data))));
		});
		await this.asking;
		return this.letters;
	}

	serves() {
		let words = "";
		return until("the site to serve again", async () => {
			try {
				await health(this.site);
				const v = new Visitor(this.site);
				/* The second asks the signer. */
				for (const where of ["/", `/status?serial=${"0".repeat(32)}`]) {
					const a = await v.request("GET", where);
					words = `${where}: ${a.status}`;
					if (a.status !== 200)
						return false;
				}
				return true;
			} catch (e) {
				words = e.message;
				return false;
			}
		}, 60000).catch((e) => { throw new Error(`${e.message}: ${words}\n${this.site.log.slice(-3000)}`); });
	}

	async stop() {
		this.killer.disarm();
		this.killer.hurry(1);
		assert.equal(await this.site.stop(), 0, this.site.log.slice(-3000));
	}

	async again({ crash = false, before = () => {} } = {}) {
		const { fingerprint } = this.site;
		if (crash) {
			this.killer.disarm();
			this.killer.hurry(1);
			this.site.child.kill("SIGKILL");
			await this.site.ended;
			await until("all processes to be gone", () => alive(this.dir).length === 0, 30000);
		} else
			await this.stop();
		await verified(this.site);
		this.shift += LATER;
		before();
		await this.start();
		assert.equal(this.site.fingerprint, fingerprint);
	}

	async settled() {
		let h;
		await until("nothing left open", async () => {
			h = await health(this.site).catch(() => null);
			return h !== null && h["tickets open"] === 0 && h["certificates pending"] === 0 && h["mails waiting"] === 0;
		}, 90000).catch((e) => { throw new Error(`${e.message}: ${JSON.stringify(h)}\n${this.site.log.slice(-3000)}`); });
		return h;
	}

	async end() {
		await this.stop();
		await verified(this.site);
		await Promise.all([this.dns, this.web, this.post].map((p) => p?.stop()));
	}
}

/** sets: further settings, "name=value".  Whom the killer holds as a debugger does is not taken for one that hangs. */
export async function kindle({ smtp = false, sets = [] } = {}) {
	const folder = temporaryFolder(), around = await surroundings(folder, smtp);
	const world = new World(folder, { ...around, sets: ["process.hang_limit=0", ...around.sets, ...sets] });
	await world.start();
	return world;
}
