// tests/flow/_people.mjs - what several tests do with a site: people who join, keys and requests,
// form tokens made by hand, the list of routes.  Stands on site.mjs; starts nothing by itself.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { Visitor, command, read, temporaryFolder } from "./site.mjs";
import { Client, Unpack } from "../peers/ipc.mjs";

export { bytesOf, disguises, filesOf, memoryHolds, search } from "./_scan.mjs";

export const password = "plenty of unrelated wooden hats";
export const pairs = [["Street of my first school", "Lindenweg"], ["Name of the first boat", "Albatros"],
	["Who taught me chess", "Uncle Piet"], ["Song at the wedding", "La Paloma"], ["Colour of the old barn door", "Ox-blood"]];
export const openssl = (...args) => execFileSync("openssl", args, { stdio: "pipe" });

// ---- joining, step by step ----

export async function askToJoin(v, address, secret = password) {
	await v.get("/join", { fetchSite: "none" });
	return v.send({ address, password: secret, again: secret, agree: true }, "/join");
}

export const verifyLink = async (site, address, ms) =>
	(await site.mail((m) => m.to.includes(address) && m.links.some((l) => l.includes("/verify/")), ms)).links.find((l) => l.includes("/verify/"));

export async function confirm(v, link) {
	await v.get(link);
	return v.send({}, "/" + link.split("/").slice(3).join("/"));
}

export async function signIn(v, address, secret = password, values = {}) {
	await v.get("/sign-in", { fetchSite: "none" });
	await v.send({ address, password: secret, ...values }, "/sign-in");
	if (v.root === "")
		throw new Error(`${address} is not signed in: ${v.page.status} ${v.words.slice(0, 300)}`);
	v.secret = secret;		/* for steps that ask for it once more */
	return v;
}

/** A new member, signed in. */
export async function member(site, address, options = {}) {
	const v = new Visitor(site, options);
	await askToJoin(v, address);
	await confirm(v, await verifyLink(site, address));
	return signIn(v, address);
}

/** Names, birth date, nationality, document and the five questions; a value of null leaves a step out.  The questions lie behind the password. */
export async function enrol(v, person = {}) {
	const p = { given: "Ann", family: "Briain", birth: ["29", "2", "1984"], nationality: "NL", document: ["passport", "X123"], questions: pairs, ...person };
	const step = async (where, values, action = where) => {
		await v.own(where);
		await again(v, p.password);
		await v.send(values, action);
		if (v.page.status !== 200)
			throw new Error(`${where}: ${v.page.status} ${v.words.slice(0, 400)}`);
	};
	await step("/data/names", { given: p.given, family: p.family });
	if (p.birth)
		await step("/data/birth", { day: p.birth[0], month: p.birth[1], year: p.birth[2] });
	if (p.nationality)
		await step("/data/nationality", { nationality: p.nationality });
	if (p.document)
		await step("/data/document", { kind: p.document[0], number: p.document[1] });
	if (p.questions)
		await step("/questions", Object.fromEntries(p.questions.flatMap(([q, a], i) => [[`question${i + 1}`, q], [`answer${i + 1}`, a]])));
	return v;
}

/** The password once more, when the page asks for it: the page that was asked for follows. */
export async function again(v, secret = password) {
	if (v.page.status === 403 && v.page.text.includes('name="next"'))
		await v.send({ password: secret }, "/password");
	return v;
}

/** The password once more, unasked: what lies behind it is open for ten minutes, at another address. */
export async function freshen(v, secret = password, next = "home") {
	await v.own(`/password/${next}`);
	await v.send({ password: secret }, "/password");
	return v;
}

// ---- keys and requests ----

/** { key, csr }: PEM, a fresh P-256 key unless options.args say otherwise; extra: further words of openssl req. */
export function request({ subject = "/CN=x", extra = [], args = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] } = {}) {
	const dir = mkdtempSync(path.join(temporaryFolder(), "key-"));
	openssl("req", "-new", ...args, "-nodes", "-keyout", `${dir}/key`, "-out", `${dir}/csr`, "-subj", subject, ...extra);
	return { key: readFileSync(`${dir}/key`, "utf8"), csr: readFileSync(`${dir}/csr`, "utf8") };
}

/** An e-mail certificate for a member, at /certs/mail or /certs/sign-in: its serial; values go into the form. */
export async function mailCertificate(v, address, csr, values = {}, where = "/certs/mail", secret = password) {
	await v.own(where);
	await again(v, secret);
	await v.send({ address, request: csr, ...values }, where);
	const serial = (new URL(v.url).pathname.match(/\/certs\/show\/([0-9a-f]{32})$/) ?? [])[1];
	if (serial === undefined)
		throw new Error(`no certificate: ${v.page.status} ${v.words.slice(0, 400)}`);
	return serial;
}

/** Its PEM, through a one-use address. */
export async function download(v, serial, kind = "pem") {
	await v.own(`/certs/show/${serial}`);
	const stands = v.url;		/* a one-use address carries no session */
	await v.send({}, `/certs/get/${kind}/${serial}`);
	v.url = stands;
	if (v.page.status !== 200)
		throw new Error(`download: ${v.page.status} ${v.words.slice(0, 300)}`);
	return v.page.body;
}

// ---- the rows ----

/** Every row of the site, as the program itself lists them. */
export async function routes() {
	const got = await command(["--routes"], { program: "troth-portal" });
	if (got.code !== 0)
		throw new Error(got.err);
	return got.out.trim().split("\n").map((line) => {
		const [method, where, name, guard, needs, role, purpose, ...fields] = line.split("\t");
		return { method, path: where, name, guard, needs, role, purpose, own: guard.startsWith("own"),
			fields: fields.map((f) => {
				const [field, kind, least, most, required, ...choices] = f.split(":");
				return { name: field, kind, least: Number(least), most: Number(most), required: required === "1", choices: choices.join(":").split("|") };
			}) };
	});
}

// ---- a form's token, as the portal makes it (portal/web/token.h) ----

const iv = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
	0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n];
const sigma = ["0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
	"2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"].map((row) => [...row].map((c) => parseInt(c, 16)));
const lanes = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];
const low = (x) => BigInt.asUintN(64, x);
const turn = (x, n) => low((x >> n) | (x << (64n - n)));

function squeeze(h, block, length, last) {
	const v = [...h, ...iv];
	const m = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(8 * i));
	v[12] ^= BigInt(length);
	if (last)
		v[14] = low(~v[14]);
	for (let round = 0; round < 12; round++)
		lanes.forEach(([a, b, c, d], i) => {
			v[a] = low(v[a] + v[b] + m[sigma[round % 10][2 * i]]);
			v[d] = turn(v[d] ^ v[a], 32n);
			v[c] = low(v[c] + v[d]);
			v[b] = turn(v[b] ^ v[c], 24n);
			v[a] = low(v[a] + v[b] + m[sigma[round % 10][2 * i + 1]]);
			v[d] = turn(v[d] ^ v[a], 16n);
			v[c] = low(v[c] + v[d]);
			v[b] = turn(v[b] ^ v[c], 63n);
		});
	h.forEach((x, i) => (h[i] = x ^ v[i] ^ v[i + 8]));
}

/** Keyed BLAKE2b (RFC 7693). */
export function blake2b(key, text, size) {
	const h = [...iv];
	h[0] ^= 0x01010000n ^ (BigInt(key.length) << 8n) ^ BigInt(size);
	const whole = Buffer.concat(key.length > 0 ? [key, Buffer.alloc(128 - key.length), text] : [text]);
	for (let at = 0; at === 0 || at < whole.length; at += 128) {
		const end = Math.min(at + 128, whole.length);
		const block = Buffer.alloc(128);
		whole.copy(block, 0, at, end);
		squeeze(h, block, end, end === whole.length);
	}
	const out = Buffer.alloc(64);
	h.forEach((x, i) => out.writeBigUInt64LE(x, 8 * i));
	return out.subarray(0, size);
}

/** The hidden field of a form below "/~TOKEN", made by somebody who knows the session's token. */
export function formToken(root, where, at = Math.floor(Date.now() / 1000)) {
	const key = Buffer.from(root.slice(2), "base64url");
	const name = Buffer.from(where);
	const text = Buffer.concat([Buffer.from([0, 0, 1, 1]), Buffer.alloc(4), name, Buffer.alloc(4)]);
	text.writeUInt32BE(name.length, 4);
	text.writeUInt32BE(at, 8 + name.length);
	const time = Buffer.alloc(4);
	time.writeUInt32BE(at);
	return Buffer.concat([time, blake2b(key, text, 16), Buffer.alloc(16)]).toString("base64url");
}

// ---- many requests in short time ----

/** A way of asking that keeps its connections: ask(method, path, { fetchSite, headers, body, type }). */
export function asker(site, base, { cert, key, sockets = 8 } = {}) {
	const at = new URL(base);
	const client = at.protocol === "https:" ? https : http;
	const agent = new client.Agent({ keepAlive: true, maxSockets: sockets, ca: site.ca, cert, key });
	const ask = (method, where, { fetchSite = "same-origin", headers = {}, body, type = "application/x-www-form-urlencoded" } = {}) =>
		new Promise((done, failed) => {
			const sent = { ...headers };
			if (fetchSite !== null)
				sent["sec-fetch-site"] = fetchSite;
			if (body !== undefined) {
				if (type !== null)
					sent["content-type"] = type;
				sent["content-length"] = Buffer.byteLength(body);
			}
			const r = client.request({ agent, host: at.hostname, port: at.port, path: where, method, headers: sent, timeout: 60000 }, (answer) => {
				const parts = [];
				answer.on("data", (d) => parts.push(d));
				answer.on("error", failed);
				answer.on("end", () => {
					const whole = Buffer.concat(parts);
					done({ status: answer.statusCode, headers: answer.headers, body: whole, text: read(whole), method, where });
				});
			});
			r.on("error", failed);
			r.on("timeout", () => r.destroy(new Error(`no answer in time: ${method} ${where}`)));
			r.end(body);
		});
	ask.close = () => agent.destroy();
	return ask;
}

/** each(one) for all of them, `most` at a time. */
export async function inParallel(all, most, each) {
	const left = [...all];
	await Promise.all(Array.from({ length: most }, async () => {
		while (left.length > 0)
			await each(left.shift());
	}));
}

// ---- from inside the machine ----

/** A connection to one of the processes with the channel secret of one of its peers. */
export const peerOf = (site, process, peer) =>
	Client.open(path.join(site.dir, `run/${process}.sock`), peer, readFileSync(path.join(site.dir, peer, "secrets", process)));

/** The keeper's counts: { members: 1, ... }. */
export async function health(site) {
	const c = await peerOf(site, "keeper", "control");
	try {
		const u = new Unpack(await c.call(141));
		return Object.fromEntries(Array.from({ length: u.u32() }, () => [u.text(), u.i64()]));
	} finally {
		c.close();
	}
}

/** The whole ledger, journals and details, and whether as much was opened as entries tell: throws what is wrong. */
export async function verified(site) {
	if (site.code === null) {
		const said = await health(site), opened = said["fields opened since start"], odd = said["openings more or fewer than entries tell"];
		if (!(opened >= 0) || odd !== 0)
			throw new Error(`${opened} fields were opened, of ${odd} the entries tell otherwise`);
	}
	const got = await command(["verify", "--state", site.dir], { program: "troth-ledger" });
	if (got.code !== 0)
		throw new Error(`troth-ledger verify: ${got.code}\n${got.out}${got.err}`);
	return got.out;
}

/** The numbers of all processes of ours that see what strangers send, with all their children. */
export function processesOf(site) {
	const parents = execFileSync("ps", ["-A", "-o", "pid=,ppid="]).toString().trim().split("\n").map((l) => l.trim().split(/\s+/).map(Number));
	const found = ["portal", "signer", "keeper", "clerk", "prover", "postbox"].map((name) => site.running(name)).filter((pid) => pid !== 0);
	for (const pid of found)
		found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
	return found;
}
