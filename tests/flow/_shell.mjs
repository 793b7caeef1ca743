// tests/flow/_shell.mjs - a shell in the portal's place: a process behind the portal's own walls
// (tests/peers/walled.c) with the portal's secrets, and what it says to the other processes.
//
//	const { shell, from, secretOf } = walls(dir);

import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Duplex } from "node:stream";
import { sleep, temporaryFolder, top } from "./site.mjs";
import { Client } from "../peers/ipc.mjs";

/* { NAME: number } of an enum in a header; its names begin with this. */
function numbers(file, head, prefix) {
	const text = readFileSync(path.join(top, file), "utf8").replace(/\/\*[^]*?\*\//g, "");
	const from = text.indexOf(head), found = {};
	let number = -1;
	for (const [, name, at] of text.slice(from, text.indexOf("}", from)).matchAll(new RegExp(`\\b${prefix}(\\w+)(?: = (\\d+))?`, "g")))
		found[name] = number = at === undefined ? number + 1 : Number(at);
	return found;
}

/** The keeper's operations, and why it refuses, by name. */
export const ops = Object.assign({}, ...[["op.h", "enum keeper_op {"], ["op_post.h", "enum keeper_post_op {"], ["op_disclose.h", "enum keeper_op_disclose {"], ["op_office.h", "enum keeper_office_op {"]]
	.map(([file, head]) => numbers(`privacy/keeper/${file}`, head, "KEEPER_")));
export const whys = numbers("privacy/keeper/why.h", "enum why {", "WHY_");
delete ops.OP__COUNT;

/** Of the site whose folder this is. */
export function walls(dir) {
	const walled = path.join(temporaryFolder(), "walled");
	execFileSync("cc", ["-std=c17", "-D_GNU_SOURCE", "-I.", "-include", "ledger/base/banned.h", "-O1", "tests/peers/walled.c", "portal/web/walls.c",
		...["jail", "jail_calls", "jail_paths", "err", "log", "clock"].map((n) => `ledger/base/${n}.c`), "-lseccomp", "-lsodium", "-lcrypto", "-o", walled],
		{ cwd: top, stdio: "pipe" });

	/* What it says to each line; the signal that ended it comes last. */
	const shell = (lines) => new Promise((done, failed) => {
		const child = spawn(walled, [dir], { stdio: ["pipe", "pipe", "inherit"] });
		let out = "";
		child.stdout.on("data", (d) => (out += d));
		child.stdin.on("error", () => {});
		child.on("error", failed);
		child.on("close", (code, signal) => done([...out.trim().split("\n").slice(1), signal].filter((x) => x !== null)));
		child.stdin.end(lines.map((l) => `${l}\n`).join(""));
	});

	/* A connection made by a process behind the walls. */
	async function from(process, peer, secret) {
		const child = spawn(walled, [dir], { stdio: ["pipe", "pipe", "inherit"] });
		child.stdin.write(`relay run/${process}.sock\n`);
		child.stdin.on("error", () => {});
		await new Promise((done, failed) => {
			let out = "";
			const read = (d) => {
				out += d;
				if (out === "walled\nok\n") {
					child.stdout.off("data", read);
					done();
				}
			};
			child.stdout.on("data", read);
			child.on("close", () => failed(new Error(`relay: ${out}`)));
		});
		const socket = new Duplex({ read() {}, write(part, _, next) { child.stdin.write(part, () => next()); }, destroy(e, next) { child.kill("SIGKILL"); next(e); } });
		child.stdout.on("data", (d) => socket.push(d));
		child.on("close", () => socket.destroy());
		return Client.through(socket, peer, secret);
	}

	const secretOf = (peer, process) => readFileSync(path.join(dir, peer, "secrets", process));
	return { shell, from, secretOf };
}

/** For many questions: opens one connection and keeps it, until it is hung up. */
export function kept(open) {
	let line;
	return async () => {
		if (line === undefined || line.socket.destroyed)
			line = await open();
		return { call: (op, body) => line.call(op, body), close() {} };
	};
}

/** Ask; a refusal is { refused, why }, a hung-up connection { gone }, an answer { answer }. */
export async function tryAsk(open, op, body) {
	const c = await open();
	try {
		return { answer: await Promise.race([c.call(op, body), sleep(8000).then(() => { throw new Error("no answer"); })]) };
	} catch (e) {
		return e.kind !== undefined ? { refused: e.kind, why: e.why } : { gone: e.message };
	} finally {
		c.close();
	}
}
