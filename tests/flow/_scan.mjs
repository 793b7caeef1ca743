// tests/flow/_scan.mjs - where a text stands, in whatever disguise, in files and in the memory of processes.
// tests/peers/scan.c looks for all of them in one pass.  Starts nothing by itself.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder, top } from "./site.mjs";

const program = path.join(top, "build/tests/peers/scan");

/** Every regular file below a folder. */
export function filesOf(dir) {
	const found = [];
	for (const entry of readdirSync(dir, { withFileTypes: true })) {
		const at = path.join(dir, entry.name);
		if (entry.isDirectory())
			found.push(...filesOf(at));
		else if (entry.isFile())
			found.push(at);
	}
	return found;
}

/** What a file of a running site holds: nothing when it went since it was listed. */
export function bytesOf(file) {
	try {
		return readFileSync(file);
	} catch (e) {
		if (e.code !== "ENOENT")
			throw e;
		return Buffer.alloc(0);
	}
}

/* The signs in the middle of base64 do not depend on what stands before and after. */
function base64(bytes, skip) {
	const whole = Buffer.concat([Buffer.alloc(skip), bytes]).toString("base64").replace(/=+$/, "");
	return whole.slice(skip === 0 ? 0 : skip + 1, whole.length - 2);
}

/** What a text (or bytes) may look like in a file: as it is, UTF-16, base64 at each offset, hex, percent-encoded: [[how, bytes], ...]. */
export function disguises(text) {
	const utf8 = Buffer.from(text), hex = utf8.toString("hex"), found = [["as it is", utf8], ["hex", hex], ["HEX", hex.toUpperCase()]];
	for (let skip = 0; skip < 3; skip++) {
		const inner = base64(utf8, skip);
		found.push([`base64+${skip}`, inner], [`base64url+${skip}`, inner.replace(/\+/g, "-").replace(/\//g, "_")]);
	}
	if (typeof text === "string")
		found.push(["utf-16le", Buffer.from(text, "utf16le")], ["utf-16be", Buffer.from(text, "utf16le").swap16()], ["percent", encodeURIComponent(text)],
			["percent lower", encodeURIComponent(text).replace(/%../g, (c) => c.toLowerCase())], ["form", encodeURIComponent(text).replace(/%20/g, "+")],
			["percent all", hex.replace(/../g, "%$&")], ["percent ALL", hex.toUpperCase().replace(/../g, "%$&")], ["HTML", text.replace(/&/g, "&amp;").replace(/'/g, "&#39;")]);
	const seen = new Set();
	return found.map(([how, bytes]) => [how, Buffer.from(bytes)]).filter(([, bytes]) => bytes.length > 1 && !seen.has(bytes.toString("hex")) && seen.add(bytes.toString("hex")));
}

/**
 * Look through files and processes ("@123") for { name: bytes }: { found: [[target, name], ...], unread: [target, ...], bytes }.
 * Each is told once a target.
 */
export function look(patterns, targets) {
	const dir = mkdtempSync(path.join(temporaryFolder(), "scan-")), list = path.join(dir, "patterns");
	writeFileSync(list, Object.entries(patterns).map(([name, bytes]) => `${bytes.toString("hex")} ${name}\n`).join(""));
	const lines = execFileSync(program, [list], { input: targets.map((t) => `${t}\n`).join(""), maxBuffer: 1 << 28 }).toString().trim().split("\n").map((l) => l.split("\t"));
	rmSync(path.dirname(dir), { recursive: true });
	return { found: lines.filter(([, name]) => name in patterns), unread: lines.filter(([, name]) => name === "?").map(([target]) => target), bytes: Number(lines.at(-1)[1]) };
}

/** The patterns of { name: text or bytes }, each in every disguise, and in small letters, too. */
export function inDisguise(texts) {
	const all = {};
	for (const [name, text] of Object.entries(texts))
		for (const [letters, t] of typeof text === "string" && text.toLowerCase() !== text ? [["", text], [" in small letters", text.toLowerCase()]] : [["", text]])
			for (const [how, bytes] of disguises(t))
				all[`${name}${letters}: ${how}`] = bytes;
	return all;
}

/** Where a text, in any disguise, stands below a folder: ["keeper/keeper.db: "text" as hex", ...]. */
export function search(dir, texts, skip = () => false) {
	const patterns = {}, says = {};
	texts.forEach((text, i) => disguises(text).forEach(([how, bytes]) => {
		patterns[`${i} ${how}`] = bytes;
		says[`${i} ${how}`] = `"${text}" as ${how}`;
	}));
	return look(patterns, filesOf(dir).filter((f) => !skip(path.relative(dir, f)))).found.map(([file, name]) => `${path.relative(dir, file)}: ${says[name]}`);
}

/** Which of these texts stand in the writable memory of a process?  Needs the right to look; without it: none. */
export function memoryHolds(pid, texts) {
	const { found } = look(Object.fromEntries(texts.map((t, i) => [`${i}`, Buffer.from(t)])), [`@${pid}`]);
	return found.map(([, i]) => texts[i]);
}
