// tests/flow/_sweep.mjs - one act of a member done again and again, each time with another fault in it
// (tests/peers/killer.c), and each time, when the fault is over, until it is done.
//
//	const sweeper = new Sweeper(await kindle(), some);	makes its member
//	await sweeper.sweep("a revocation", "troth-signer", { fails: true })	`some` steps of it, spread evenly; 0: all
//	await sweeper.once(act, program, { after })	who was ended, or null
//	sweeper.total				faults in all

import assert from "node:assert/strict";
import { sleep } from "./site.mjs";
import { attempt, change, copy, enter, life, mailCertificate, naming, newPerson, serverCertificate, steps, take } from "./_life.mjs";

const MOST = 400;		/* steps: what goes on by itself never ends */

export class Sweeper {
	constructor(world, some) {
		Object.assign(this, { world, some, killer: world.killer, ann: newPerson(world, 1), number: 0, total: 0, phase: 0 });
	}

	/** A member with two proved domains, who does some of it many times again. */
	async settle() {
		for (const step of steps.slice(0, steps.indexOf("server certificate")))
			await take(this.ann, step);
		this.ann.done.clear();
	}

	/** Which of so many steps: 0 is the first.  Not the same ones in each sweep. */
	chosen(size, share = this.some) {
		const n = share === 0 || share > size ? size : share;
		this.phase = (this.phase + 0.382) % 1;
		return Array.from({ length: n }, (_, k) => Math.floor((k + (n === size ? 0 : this.phase)) * size / n));
	}

	/** What is done, anew each time: the step's does and holds. */
	async act(name) {
		const { ann, number } = this;
		switch (name) {
		case "a certificate for mail": return mailCertificate(`mail ${number}`, "address");
		case "a certificate for a server": return serverCertificate(`server ${number}`, () => [ann.byDns, `www.${ann.byDns}`, ann.byFile]);
		case "a revocation":
			await take(ann, `mail ${number}`, mailCertificate(`mail ${number}`, "address"));
			return change("revoke", `mail ${number}`, "bad", "revoked", { reason: "1" });
		case "a correction": return naming(`Name${[...String(number)].map((d) => "abcdefghij"[d]).join("")}`);
		case "a copy": return copy;
		case "a sign-in": return life["sign in"];
		default: throw new Error(name);
		}
	}

	/** One act with a fault in it; then again without, until it is done.  Gives who met it, or null. */
	async once(act, program, { patience = 0, ...fault }) {
		const { ann, killer, world } = this;
		this.number++;
		const name = `${act} ${this.number}`, step = await this.act(act);
		killer.arm(program, fault);
		const told = await attempt(ann, name, step).catch(() => false);
		for (let i = 0; killer.dead === null && i < patience; i += 10)
			await sleep(10);
		const who = killer.disarm();
		assert.ok(who !== null || told || fault.refuses, `${name}: nobody died, and it was not done`);
		await world.serves();
		if (ann.v.root === "")
			await enter(ann);
		await take(ann, name, step, told);
		return who;
	}

	/** How many steps an act takes when nobody dies. */
	async measured(act, program, { patience = 0, most = MOST, ...fault }) {
		const { ann, killer } = this;
		this.number++;
		const step = await this.act(act);
		killer.watch(program, fault);
		await attempt(ann, `${act} ${this.number}`, step);
		await sleep(patience);
		const size = killer.steps;
		await take(ann, `${act} ${this.number}`, step, true);
		return Math.min(size, most);
	}

	async sweep(act, program, { most, ...options } = {}) {
		const calls = {};
		let deaths = 0, size;
		/* Other work of the program's may have been counted, so that all that was chosen lies behind the act: count again then. */
		for (let counts = 0; deaths === 0 && counts < 3; counts++) {
			size = await this.measured(act, program, { most, ...options });
			for (const after of this.chosen(size)) {
				const who = await this.once(act, program, { after, half: deaths % 2 === 1, ...options });
				if (who === null)
					continue;	/* it took less steps this time */
				calls[who.call] = (calls[who.call] ?? 0) + 1;
				deaths++;
			}
		}
		this.total += deaths;
		const { children = false } = options, manner = ["fails", "scarce", "interrupted", "short"].find((m) => options[m]);
		console.log(`  # ${deaths} ${manner === undefined ? "deaths" : `times "${manner}"`} of ${program}${children ? "'s children" : ""} at ${size} steps: ${JSON.stringify(calls)}`);
		assert.ok(deaths > 0, "nobody died");
	}
}
