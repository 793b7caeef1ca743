// tests/flow/site.mjs - a real site in a temporary folder, for every test that needs one.
//
//	import { startSite, Visitor, test, finish } from "./site.mjs";
//	const site = await startSite({ sets: ["session.idle=60"] });
//	site.http site.https site.cert	addresses without a slash at the end
//	site.dir site.codes site.outbox site.fingerprint site.ports { http, https, cert }
//	site.ca			the root, PEM
//	site.mails()		every mail so far, oldest first: { to, subject, text, links, raw }
//	site.mail(pick, ms)	waits for one that pick() likes
//	site.pid("keeper")	as in run/keeper.pid
//	site.running("keeper")	the same; 0 while it is away
//	site.said		what it printed;  site.log: what it logged
//	await site.stop()	Ctrl-C; gives the exit code
//
// A Visitor is a browser without a screen: it follows redirects, sends the
// headers a browser sends and fills in forms by their names.  A page that is not in order fails the test.

import { spawn } from "node:child_process";
import { readFileSync, readdirSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { disorder } from "./_markup.mjs";

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const bin = process.env.BIN ?? path.join(top, "bin");
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Wait until look() gives something true; fails with the words of `what` after ms. */
export async function until(what, look, ms = 20000) {
	const end = Date.now() + ms;
	for (;;) {
		const got = await look();
		if (got)
			return got;
		if (Date.now() > end)
			throw new Error(`waited ${ms} ms in vain: ${what}`);
		await sleep(50);
	}
}

export function temporaryFolder() {
	return mkdtempSync(path.join(process.env.TMPDIR ?? os.tmpdir(), "site-"));
}

const running = new Set();

// A test that fails half-way takes its sites with it; they take their processes with them.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
	process.on(signal, () => process.exit(1));

/** Run a program of ours to its end: { code, out, err }. */
export function command(words, { program = "troth", env = {}, input = "" } = {}) {
	return new Promise((done, failed) => {
		const child = spawn(path.join(bin, program), words, { env: { ...process.env, ...env } });
		let out = "", err = "";
		child.stdout.on("data", (d) => (out += d));
		child.stderr.on("data", (d) => (err += d));
		child.on("error", failed);
		child.stdin.on("error", () => {});	/* who does not read it may be gone by then */
		child.stdin.end(input);
		child.on("close", (code, signal) => done({ code: code ?? signal, out, err }));
	});
}

function readPorts(dir) {
	const words = readFileSync(path.join(dir, "run/ports"), "utf8").split(/\s+/);
	return Object.fromEntries(["http", "https", "cert"].map((name) => [name, Number(words[words.indexOf(name) + 1])]));
}

/**
 * options: dir (else a temporary one, removed by stop()), sets ["name=value"], words (further words
 * of the command line), http and https (ports; 0 picks free ones), env, ms (to be ready in),
 * asShipped (passwords cost what they do everywhere; else little, so that people join quickly).
 */
export async function startSite(options = {}) {
	const { asShipped = false, words = [], http: httpPort = 0, https: httpsPort = 0, env = {}, ms = 90000 } = options;
	const sets = [...asShipped ? [] : ["argon.memory=8192", "argon.passes=1"], ...options.sets ?? []];
	const dir = options.dir ?? path.join(temporaryFolder(), "state");
	const child = spawn(path.join(bin, "troth"), ["run", "--state", dir, "--http", `${httpPort}`, "--https",
		`${httpsPort}`, ...words, ...sets.flatMap((s) => ["--set", s])], { env: { ...process.env, ...env } });
	const site = { dir, child, options, said: "", log: "", code: null };
	const ended = new Promise((done) => child.on("close", (code, signal) => {
		running.delete(child);
		done(site.code = code ?? signal);
	}));

	running.add(child);
	child.stdout.on("data", (d) => (site.said += d));
	child.stderr.on("data", (d) => (site.log += d));
	child.on("error", (e) => (site.code = e.message));
	try {
		await until("the site to be ready", () => site.said.includes("Ctrl-C stops it.") || site.code !== null, ms);
	} catch (e) {
		child.kill("SIGTERM");
		throw new Error(`${e.message}\n${site.said}\n${site.log}`);
	}
	if (site.code !== null)
		throw new Error(`troth run ended with ${site.code}\n${site.said}\n${site.log}`);

	const shown = (pattern) => (site.said.match(pattern) ?? [])[1];
	site.ports = readPorts(dir);
	site.http = `http://localhost:${site.ports.http}`;
	site.https = `https://localhost:${site.ports.https}`;
	site.cert = `https://localhost:${site.ports.cert}`;
	site.outbox = shown(/(http:\/\/\S+\/outbox\/\S+)/);
	site.fingerprint = (shown(/fingerprint is\n([0-9a-f \n]+)\n\n/) ?? "").replace(/\s/g, "");
	site.codes = (shown(/Officer codes[^\n]*\n((?: {2}\S+\n)+)/) ?? "").trim().split(/\s+/).filter(Boolean);
	site.ca = readFileSync(path.join(dir, "www/root.pem"), "utf8");
	site.pid = (name) => Number(readFileSync(path.join(dir, "run", `${name}.pid`), "utf8"));
	site.running = (name) => {
		try {
			return site.pid(name);
		} catch {
			return 0;
		}
	};
	site.mails = () => readMails(dir);
	site.mail = (pick, wait = 20000) => until("a mail", () => site.mails().find(pick), wait);
	site.stop = async (signal = "SIGINT") => {
		child.kill(signal);
		const code = await ended;
		if (options.dir === undefined)
			rmSync(path.dirname(dir), { recursive: true, force: true });
		return code;
	};
	site.ended = ended;
	return site;
}

// ---- mails ----

/** A page's bytes as they are read, searched and copied: where a name may be broken it has no letter. */
export const read = (bytes) => bytes.toString("utf8").replaceAll("<wbr>", "");

function quotedPrintable(text) {
	return Buffer.from(text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi,
		(_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1").toString("utf8");
}

function headerText(value) {
	return value.replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, kind, text) =>
		kind.toLowerCase() === "b" ? Buffer.from(text, "base64").toString("utf8") :
		quotedPrintable(text.replace(/_/g, " ")));
}

export function parseMail(raw) {
	const [head, ...rest] = raw.toString("latin1").split(/\r?\n\r?\n/);
	const body = rest.join("\n\n");
	const headers = {};
	for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
		const colon = line.indexOf(":");
		headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
	}
	const coding = (headers["content-transfer-encoding"] ?? "").toLowerCase();
	const text = coding === "quoted-printable" ? quotedPrintable(body) :
		Buffer.from(body, coding === "base64" ? "base64" : "latin1").toString("utf8");
	return { headers, raw, text, to: headerText(headers.to ?? ""), subject: headerText(headers.subject ?? ""),
		links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [] };
}

function readMails(dir) {
	const names = [];
	for (const folder of ["outbox/new", "outbox/cur"])
		if (existsSync(path.join(dir, folder)))
			names.push(...readdirSync(path.join(dir, folder)).map((n) => path.join(dir, folder, n)));
	names.sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1));
	return names.map((n) => parseMail(readFileSync(n)));
}

// ---- a visitor ----

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", "#x27": "'", "#34": '"' };
export const unescape = (s) => s.replace(/&(#?\w+);/g, (all, name) => entities[name] ?? all);

function attributes(tag) {
	const found = {};
	for (const m of tag.matchAll(/([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g))
		found[m[1].toLowerCase()] ??= unescape(m[2] ?? m[3] ?? m[4] ?? "");
	return found;
}

/** Every form of a page: { action, method, enctype, fields: [{ name, value, type, checked }] }. */
export function formsOf(html) {
	return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, open, inside]) => {
		const form = { ...attributes(open), fields: [], html: inside };
		form.method = (form.method ?? "get").toUpperCase();
		for (const [, word, rest] of inside.matchAll(/<(input|button)\b([^>]*)>/gi)) {
			const a = attributes(rest);
			if (a.name !== undefined && word === "input")
				form.fields.push({ name: a.name, type: a.type ?? "text", checked: "checked" in a,
					value: a.value ?? (a.type === "checkbox" ? "on" : "") });
		}
		for (const [, open2, text] of inside.matchAll(/<textarea\b([^>]*)>\n?([\s\S]*?)<\/textarea>/gi))
			form.fields.push({ name: attributes(open2).name, type: "textarea", value: unescape(text) });
		for (const [, open2, text] of inside.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)) {
			const chosen = text.match(/<option\b[^>]*\bselected[^>]*>/i) ?? text.match(/<option\b[^>]*>/i);
			form.fields.push({ name: attributes(open2).name, type: "select",
				value: chosen === null ? "" : attributes(chosen[0].slice(7)).value ?? "" });
		}
		// What has no name belongs to a script and is not sent.
		form.fields = form.fields.filter((field) => field.name !== undefined);
		return form;
	});
}

export class Visitor {
	/** options: ca, cert and key (PEM, for the certificate port), language, headers (always sent), localAddress (where it comes from). */
	constructor(site, options = {}) {
		this.site = site;
		this.options = options;
		this.url = `${site.https}/`;
		this.page = { status: 0, headers: {}, text: "", body: Buffer.alloc(0) };
	}

	/** One request, no redirect followed: { status, headers, body, text }. */
	request(method, url, { body, type, headers = {}, fetchSite = "same-origin" } = {}) {
		const target = new URL(url, this.url);
		const sent = { host: target.host, accept: "text/html", "accept-language": this.options.language ?? "en",
			connection: "close", ...this.options.headers, ...headers };
		if (fetchSite !== null)
			sent["sec-fetch-site"] = fetchSite;
		if (body !== undefined) {
			sent["content-type"] = type ?? "application/x-www-form-urlencoded";
			sent["content-length"] = Buffer.byteLength(body);
		}
		return new Promise((done, failed) => {
			const client = target.protocol === "https:" ? https : http;
			const { cert, key, localAddress, ca = this.site.ca } = this.options;
			const r = client.request(target, { method, headers: sent, ca, cert, key, localAddress, agent: false,
				servername: target.hostname, timeout: 60000 },
				(answer) => {
					const pieces = [];
					answer.on("data", (d) => pieces.push(d));
					answer.on("error", failed);
					answer.on("end", () => {
						const whole = Buffer.concat(pieces);
						done({ status: answer.statusCode, headers: answer.headers, body: whole,
							text: read(whole), url: target.href });
					});
				});
			r.on("error", failed);
			r.on("timeout", () => r.destroy(new Error(`no answer in time: ${method} ${target.pathname}`)));
			r.end(body);
		});
	}

	async follow(answer) {
		for (let i = 0; i < 10 && [301, 302, 303, 307].includes(answer.status); i++) {
			this.url = answer.url;
			answer = await this.request("GET", answer.headers.location);
		}
		this.url = answer.url;
		if (/^text\/html/.test(answer.headers["content-type"]))
			assert.deepEqual(disorder(answer.text), [], new URL(answer.url).pathname.replace(this.root, "/~"));
		return (this.page = answer);
	}

	/** Click a link or type an address (fetchSite "none"). */
	async get(url, options) {
		return this.follow(await this.request("GET", url, options));
	}

	/** "/~TOKEN" of the present page, "" before sign-in. */
	get root() {
		return (new URL(this.url).pathname.match(/^\/~[^/]+/) ?? [""])[0];
	}

	/** A page of one's own: own("/data"). */
	own(where) {
		return this.get(this.root + where);
	}

	/** The present page's form whose action ends so (else the first with a hidden token and such fields). */
	form(action, names = []) {
		const found = formsOf(this.page.text).find((f) => f.method === "POST" &&
			(action === undefined || new URL(f.action ?? "", this.url).pathname.endsWith(action)) &&
			names.every((n) => f.fields.some((field) => field.name === n)));
		if (found === undefined)
			throw new Error(`no form ${action ?? ""} [${names}] on ${new URL(this.url).pathname.replace(this.root, "/~")} (${this.page.status})\n${this.page.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 600)}`);
		return found;
	}

	/**
	 * Fill in and send a form of the present page.  values: { name: text | true | false | { file, name } };
	 * ticks are left as they are unless named; radio buttons by their value.
	 */
	async send(values = {}, action = undefined) {
		const form = this.form(action, Object.keys(values));
		const pairs = [], left = { ...values };
		for (const field of form.fields) {
			if (field.type === "file" || field.type === "submit")
				continue;
			if (field.type === "checkbox" || field.type === "radio") {
				const wanted = values[field.name];
				const on = wanted === undefined ? field.checked : Array.isArray(wanted) ? wanted.includes(field.value) :
					field.type === "radio" ? wanted === field.value : wanted === true || wanted === field.value;
				if (on)
					pairs.push([field.name, field.value]);
			} else
				pairs.push([field.name, left[field.name] ?? field.value]);
			delete left[field.name];
		}
		const where = new URL(form.action ?? "", this.url);
		if ((form.enctype ?? "").startsWith("multipart/")) {
			const { body, type } = multipart(pairs, left);
			return this.follow(await this.patiently(where, { body, type }));
		}
		return this.follow(await this.patiently(where, { body: new URLSearchParams(pairs).toString() }));
	}

	/* On a fast machine all the people of a test, who come from one network, are sooner too many than on a slow one. */
	async patiently(where, form) {
		for (let tries = 0; ; tries++) {
			const answer = await this.request("POST", where, form);
			const wait = Number(answer.headers["retry-after"]);
			if (answer.status !== 429 || !/Too many tries just now/.test(answer.text) || !(wait <= 5) || tries === 5)
				return answer;
			await sleep(1000 * wait);
		}
	}

	/** What a person reads on the present page. */
	get words() {
		return unescape(this.page.text.replace(/<(head|script|style)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
	}
}

function multipart(pairs, files) {
	const edge = `edge${Math.random().toString(36).slice(2)}`;
	const pieces = [];
	for (const [name, value] of pairs)
		pieces.push(`--${edge}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
	for (const [name, value] of Object.entries(files))
		pieces.push(`--${edge}\r\nContent-Disposition: form-data; name="${name}"; filename="${value.name ?? "file"}"\r\n` +
			"Content-Type: application/octet-stream\r\n\r\n", value.file ?? value, "\r\n");
	pieces.push(`--${edge}--\r\n`);
	return { body: Buffer.concat(pieces.map((p) => Buffer.from(p))), type: `multipart/form-data; boundary=${edge}` };
}

// ---- telling ----

let failures = 0, number = 0;

/** One line of result; a test that throws is not ok and the next one goes on. */
export async function test(name, body) {
	number++;
	try {
		await body();
		console.log(`ok ${number} - ${name}`);
		return true;
	} catch (e) {
		failures++;
		console.log(`not ok ${number} - ${name}`);
		console.log(String(e.stack ?? e).split("\n").map((l) => `  # ${l}`).join("\n"));
		return false;
	}
}

/** Last line of a test file. */
export function finish() {
	console.log(`1..${number}`);
	process.exit(failures === 0 ? 0 : 1);
}

// ---- does this file itself read mails and forms rightly? ----

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await test("mails: headers, encoded words, quoted-printable and base64", () => {
		const mail = parseMail(Buffer.from("To: a@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe_an?=\r\n =?utf-8?b?IGFsbGU=?=\r\n" +
			"Content-Transfer-Encoding: quoted-printable\r\n\r\nOpen http://localhost/verify/a=3D1 lo=\r\nng\r\n"));
		assert.equal(mail.subject, "Grüße an alle");
		assert.deepEqual(mail.links, ["http://localhost/verify/a=1"]);
		assert.match(mail.text, /long/);
		assert.equal(parseMail(Buffer.from("Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ==")).text, "Grüße");
	});
	await test("forms: values, ticks, choices, what has no name", () => {
		const [form] = formsOf('<form method="post" action="/a?b=1&amp;c"><input type="hidden" name="form" value="&quot;x&quot;">' +
			'<input type="checkbox" name="t" value="1" checked><input id="p"><textarea name="area">\nx &lt;y</textarea>' +
			'<select name="s"><option value="1">a</option><option value="2" selected>b</option></select></form>');
		assert.equal(form.action, "/a?b=1&c");
		assert.deepEqual(form.fields.map((f) => [f.name, f.value, f.checked ?? false]),
			[["form", '"x"', false], ["t", "1", true], ["area", "x <y", false], ["s", "2", false]]);
	});
	finish();
}
