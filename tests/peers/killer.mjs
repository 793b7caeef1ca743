// tests/peers/killer.mjs - to end a process of a site at a step of its own: killer.c's other half.
//
//	const killer = new Killer(folder);
//	const site = await startSite({ env: killer.env });
//	killer.arm("troth-keeper", { after: 12 });	the 13th step from now on is its last, and is not done
//	killer.arm("troth-portal", { after: 3, children: true, half: true });	of what it writes, half arrives
//	killer.arm("troth-signer", { after: 3, fails: true });	the 4th call to the disk fails (EIO), and nobody dies
//	killer.arm("troth-keeper", { after: 3, refuses: true })	the 4th request for memory is refused; every: 5, and each 5th after it
//	killer.arm("troth-keeper", { refuses: true, fresh: 5 })	the next one that came by a way of 5 functions by which none was
//	killer.arm("troth-portal", { children: true, scarce: true })	the next descriptor, process or thread is not to be had
//	killer.arm("troth-signer", { interrupted: true, every: 3 })	EINTR from what waits; short: a byte of a stream, not all
//	killer.refused		how many requests were refused, calls interrupted ...
//	killer.wall(-3600)	everybody's clock goes an hour behind, from now on
//	killer.disarm()		null, or { pid, call } of who was ended, or was failed
//	killer.steps		how many steps the one named last has made since
//	killer.hurry(10)	those who start the fallen again believe that time passes so much faster; 1: no more

import { closeSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const library = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../build/tests/peers/killer.so");
/* Where each word of struct orders stands. */
const WHO = 32, MANNER = 36, LEFT = 40, STEPS = 44, DEAD = 48, CALL = 52, SINCE = 72, RATE = 80, AHEAD = 88,
	EVERY = 96, FRESH = 100, REFUSED = 104, ERROR = 108, WALL = 112, SIZE = 120, WAYS = 8192;
const MANNERS = ["half", "fails", "refuses", "scarce", "interrupted", "short"];	/* enum manner */

export class Killer {
	constructor(folder) {
		const file = path.join(folder, "killer");
		writeFileSync(file, Buffer.alloc(SIZE + 8 * WAYS));
		this.fd = openSync(file, "r+");
		/* The sanitizer would like to be the first library of all; nothing depends on it. */
		this.env = { LD_PRELOAD: library, LD_KILLER: file, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? "detect_leaks=0"}:verify_asan_link_order=0` };
		this.ahead = 0n;
	}

	put(at, bytes) {
		writeSync(this.fd, bytes, 0, bytes.length, at);
	}

	put32(at, value) {
		const b = Buffer.alloc(4);
		b.writeInt32LE(value);
		this.put(at, b);
	}

	put64(at, value) {
		const b = Buffer.alloc(8);
		b.writeBigInt64LE(value);
		this.put(at, b);
	}

	read() {
		const b = Buffer.alloc(SIZE);
		readSync(this.fd, b, 0, SIZE, 0);
		return b;
	}

	arm(program, { after = 0, children = false, every = 0, fresh = 0, error = 0, ...manner }) {
		const name = Buffer.alloc(32);
		name.write(program);
		this.put32(LEFT, 0);
		this.put(0, name);
		this.put32(WHO, children ? 2 : 1);
		this.put32(MANNER, 1 + MANNERS.findLastIndex((m) => manner[m]));
		this.put32(EVERY, every);
		this.put32(FRESH, fresh);
		this.put32(ERROR, error);
		this.put32(REFUSED, 0);
		this.put32(STEPS, 0);
		this.put32(DEAD, 0);
		this.put32(LEFT, after + 1);
	}

	/** Only count. */
	watch(program, options = {}) {
		this.arm(program, { ...options, after: -1 });
	}

	get steps() {
		return this.read().readUInt32LE(STEPS);
	}

	get refused() {
		return this.read().readUInt32LE(REFUSED);
	}

	get dead() {
		const b = this.read(), pid = b.readUInt32LE(DEAD);
		return pid === 0 ? null : { pid, call: b.subarray(CALL, SINCE).toString().replace(/\0.*/s, "") };
	}

	disarm() {
		this.put32(LEFT, 0);
		return this.dead;
	}

	/** Everybody's clock stands so many seconds ahead of the machine's, from now on. */
	wall(seconds) {
		this.put64(WALL, BigInt(seconds));
	}

	close() {
		closeSync(this.fd);
	}

	hurry(rate) {
		const now = process.hrtime.bigint(), b = this.read();
		const since = b.readBigInt64LE(SINCE);
		if (since !== 0n)
			this.ahead += (now - since) * (b.readBigInt64LE(RATE) - 1n);
		this.put64(SINCE, 0n);
		this.put64(AHEAD, this.ahead);
		this.put64(RATE, BigInt(rate));
		if (rate !== 1)
			this.put64(SINCE, now);
	}
}
