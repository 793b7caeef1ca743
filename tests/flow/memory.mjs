// tests/flow/memory.mjs - memory that is refused
import assert from "node:assert/strict";
import { finish, test, until, Visitor } from "./site.mjs";
import { kindle } from "./_fire.mjs";
import { Sweeper } from "./_sweep.mjs";
import { enter } from "./_life.mjs";
import { audit } from "./_books.mjs";

const most = Number(process.env.MEMORY ?? 3), only = process.env.ACT;
const world = await kindle({ sets: ["prover.timeout=2"] });
const { killer } = world;
const sweeper = new Sweeper(world, 0);
await sweeper.settle();
console.log("# settled");
if (process.env.LOUD) { const fs = await import("node:fs"); setInterval(() => fs.writeFileSync("/tmp/faults/site.log", world.site.log), 1000).unref(); }
let seen = 0;
const crashes = () => {
	const fresh = world.site.log.slice(seen);
	seen = world.site.log.length;
	return fresh.split("\n").filter((l) => /ended by signal|AddressSanitizer|runtime error|SUMMARY/.test(l));
};
const times = {};
for (const [act, ...victims] of [
	["a certificate for mail", ["troth-keeper"], ["troth-signer"], ["troth-signer", { children: true }], ["troth-portal", { children: true }], ["troth-clerk", { patience: 300 }]],
	["a certificate for a server", ["troth-keeper"], ["troth-signer"], ["troth-signer", { children: true }], ["troth-prover"], ["troth-portal", { children: true }]],
	["a revocation", ["troth-keeper"], ["troth-signer"], ["troth-portal", { children: true }], ["troth-clerk", { patience: 300 }]],
	["a correction", ["troth-keeper"], ["troth-portal", { children: true }]],
	["a sign-in", ["troth-keeper"], ["troth-keeper", { children: true }], ["troth-portal", { children: true }]]])
	for (const [program, options] of victims) {
		if (only && !`${act} ${program}`.includes(only)) continue;
		await test(`${act}: ${program} ${options?.children ?? ""}`, async () => {
			const since = Date.now();
			let n = 0;
			for (; n < most; n++) {
				const from = world.site.log.length;
				const who = await sweeper.once(act, program, { refuses: true, fresh: 5, ...options }).catch((e) => { console.log(world.site.log.slice(from, from+6000)); process.exit(1); });
				const bad = crashes();
				if (bad.length > 0)
					console.log(`  # CRASH ${program} in ${who?.call}: ${bad.join(" | ")}\n${process.env.FULL ? world.site.log.slice(from) : ""}`);
				if (process.env.LOUD)
					console.log(world.site.log.slice(from));
				if (who === null)
					break;
			}
			console.log(`  # ${n} refusals, ${Date.now() - since} ms`);
		});
	}
await test("agrees", async () => { await world.again(); await audit(world, [sweeper.ann]); });
await test("ends", () => world.end());
finish();
