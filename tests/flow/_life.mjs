// tests/flow/_life.mjs - a member's life in small steps, for tests that let processes die meanwhile.
//
// Each step: does(p) gives true when the site said that it is done, and throws or gives false when it
// did not say so; holds(p) throws when it is not done.  Who was not told may ask again: p.tries says how
// often each was asked.  What a step leaves behind for the audit (_books.mjs): p.orders, p.ends.

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { Visitor } from "./site.mjs";
import { again, askToJoin, confirm, download, password, request } from "./_people.mjs";

/** Remembers the very answer to a form, whatever became of the page it led to. */
export class Browser extends Visitor {
	async follow(answer) {
		this.said ??= answer;
		return super.follow(answer);
	}

	/** Was the form taken?  The answer to it says so, not the page after it. */
	async takes(values, action, status = 303) {
		this.said = null;
		try {
			await this.send(values, action);
		} catch (e) {
			if (this.said?.status !== status)
				throw e;
		}
		if (this.said?.status === status)
			return true;
		throw new Error(`${action}: ${this.said?.status} ${this.words.slice(0, 200)}`);
	}
}

const letters = (n) => [...String(n)].map((d) => "abcdefghij"[d]).join("");

export function newPerson(world, n) {
	const name = `p${n}`;
	return { world, n, name, letters: letters(n), address: `${name}@example.org`, second: `${name}@second.example.org`,
		byDns: `${name}.d.example.org`, byFile: `${name}.f.example.org`, v: new Browser(world.site), tries: {},
		done: new Set(),		/* steps that hold */
		orders: {},			/* what for: { key, csr, tries, serials } */
		ends: {} };			/* serial: what it is in the end */
}

async function own(p, where) {
	await p.v.own(where);
	if (p.v.page.status !== 200)
		throw new Error(`${where}: ${p.v.page.status} ${p.v.words.slice(0, 120)}`);
	return p.v.page.text;
}

export async function enter(p) {
	p.v = new Browser(p.world.site);
	await p.v.get("/sign-in", { fetchSite: "none" });
	await p.v.takes({ address: p.address, password }, "/sign-in");
	/* The page behind may have failed: its address is good. */
	p.v.url = new URL(p.v.said.headers.location, p.v.url).href;
	return true;
}

// ---- mails ----

const linksTo = (world, address) => world.mails().then((all) => all.filter((m) => m.to.includes(address)).flatMap((m) => m.links.filter((l) => l.includes("/verify/"))));

/* A mail whose bearer died comes when its loan is over, which nobody waits for here. */
async function hasMail(p, address) {
	for (let i = 0; i < 20; i++) {
		if ((await linksTo(p.world, address)).length > 0)
			return;
		await new Promise((done) => setTimeout(done, 75));
	}
	throw new Error(`no mail to ${address}`);
}

/* One of the links works: each mail that is asked for ends those before it, and they come in any order. */
async function confirms(p, address) {
	const v = new Browser(p.world.site);
	for (const where of (await linksTo(p.world, address)).reverse()) {
		await confirm(v, where).catch((e) => { if (v.page.status !== 404) throw e; });
		if (v.page.status === 200 && v.words.includes("Confirmed"))
			return true;
	}
	throw new Error(`${v.page.status} ${v.words.slice(0, 200)}`);
}

// ---- domains ----

/* Its row's number and words on the page of all; undefined: it is not there. */
async function domain(p, name) {
	const card = (await own(p, "/domains")).split('<li class="card">').find((c) => c.includes(`>${name}<`));
	return card === undefined ? undefined : { id: card.match(/\/domains\/show\/(\d+)/)[1], proved: card.includes("badge good") };
}

const addDomain = (name) => ({
	does: async (p) => {
		await own(p, "/domains");
		return p.v.takes({ name: p[name] }, "/domains");
	},
	holds: async (p) => assert.ok(await domain(p, p[name])),
});

const proveDomain = (name, method, publish) => ({
	does: async (p) => {
		const { id } = await domain(p, p[name]);
		await own(p, `/domains/show/${id}`);
		if (p.v.page.text.includes(`/domains/${method}/`))
			await p.v.takes({}, `/domains/${method}/${id}`);
		await publish(p, await own(p, `/domains/show/${id}`));
		return p.v.takes({}, `/domains/check/${id}`);
	},
	holds: async (p) => assert.ok((await domain(p, p[name])).proved),
});

const code = (page, term) => page.match(new RegExp(`<dt>${term}</dt><dd><code>([^<]*)</code>`))[1];

// ---- certificates ----

function order(p, what, names) {
	if (p.orders[what] === undefined) {
		const { key, csr } = request({ subject: "/", extra: names.length > 0 ? ["-addext", `subjectAltName=${names.map((n) => `DNS:${n}`).join(",")}`] : [] });
		const spki = createPublicKey(key).export({ type: "spki", format: "der" });
		p.orders[what] = { csr, keyHash: createHash("sha256").update(spki).digest("hex"), tries: 0, serials: [] };
	}
	return p.orders[what];
}

const issued = (p, o) => {
	o.serials.push(p.v.said.headers.location.match(/\/certs\/show\/([0-9a-f]{32})$/)[1]);
	p.ends[o.serials.at(-1)] = "valid";
	return true;
};

const serialOf = (p, what) => p.orders[what].serials[0];

/** A certificate that was signed just before a death comes when the clerk brings it: its page says so. */
export class OnItsWay extends Error {}

/* It can be had, or its page says that it comes: the audit looks whether it did. */
async function isThere(p, what) {
	if (/certificate is on its way/.test(await own(p, `/certs/show/${serialOf(p, what)}`)))
		return;
	assert.match((await download(p.v, serialOf(p, what))).toString(), /BEGIN CERTIFICATE/);
}

export const serverCertificate = (what, names) => ({
	does: async (p) => {
		const o = order(p, what, names(p));
		await own(p, "/certs/server");
		await p.v.takes({ request: o.csr }, "/certs/server", 200);
		o.tries++;
		return await p.v.takes({ label: what }, "/certs/server/issue") && issued(p, o);
	},
	holds: (p) => isThere(p, what),
});

export const mailCertificate = (what, address) => ({
	does: async (p) => {
		const o = order(p, what, []);
		await own(p, "/certs/mail");
		o.tries++;
		return await p.v.takes({ address: p[address], request: o.csr }, "/certs/mail") && issued(p, o);
	},
	holds: (p) => isThere(p, what),
});

export const change = (act, what, badge, end, values = {}) => ({
	does: async (p) => {
		const serial = serialOf(p, what);
		if (/certificate is on its way/.test(await own(p, `/certs/show/${serial}`)))
			throw new OnItsWay(serial);
		await p.v.own(`/certs/change/${serial}`);
		await again(p.v);
		await p.v.takes(values, `/certs/${act}/${serial}`);
		p.ends[serial] = end;
		return true;
	},
	holds: async (p) => {
		assert.match(await own(p, `/certs/show/${serialOf(p, what)}`), new RegExp(`badge ${badge}`));
		p.ends[serialOf(p, what)] = end;
	},
});

/* What goes takes its certificates with it; the clerk may carry that later. */
const removal = (what, where, find) => ({
	does: async (p) => {
		const id = await find(p);
		await p.v.own(`${where}/remove/${id}`);
		await again(p.v);
		return p.v.takes({ sure: true }, `${where}/remove/${id}`);
	},
	holds: async (p) => {
		assert.equal(await find(p), undefined);
		p.orders[what].gone = true;
		for (const serial of p.orders[what].serials)
			p.ends[serial] = "revoked";
	},
});

const addressId = async (p, address) => ((await own(p, "/addresses")).split('<li class="card">').find((c) => c.includes(`>${address}<`))?.match(/\/addresses\/remove\/(\d+)/) ?? [])[1];

// ---- names ----

export const naming = (word) => ({
	does: async (p) => {
		await own(p, "/data/names");
		return p.v.takes({ given: `${word}${p.letters}`, family: "Family" }, "/data/names");
	},
	holds: async (p) => assert.match(await own(p, "/data"), new RegExp(`${word}${p.letters}<`)),
});

/* Of all that is held on them: asked for, made by the clerk, fetched whole. */
const taking = async (p) => {
	await p.v.own("/rights/take");
	await again(p.v);
	return p.v.words;
};
export const copy = {
	does: async (p) => {
		await taking(p);
		return p.v.takes({}, "/rights/take");
	},
	holds: async (p) => {
		assert.match(await taking(p), /Your copy is ready/);
		const stands = p.v.url;
		await p.v.send({}, "/rights/take/get");
		p.v.url = stands;
		assert.equal(p.v.page.headers["content-type"], "application/zip");
		assert.equal(p.v.page.body.length, Number(p.v.page.headers["content-length"]));
		/* The end of a ZIP file: so many entries, and a list of them that begins where it says. */
		const end = p.v.page.body.subarray(-22);
		assert.deepEqual([end.readUInt32LE(0), end.readUInt16LE(10)], [0x06054b50, 4]);
		assert.equal(p.v.page.body.readUInt32LE(end.readUInt32LE(16)), 0x02014b50);
	},
};

export const life = {
	join: {
		does: async (p) => (await askToJoin(p.v, p.address)).status === 200,
		/* Asking once more is what a person does whose mail does not come; the audit looks for it. */
		holds: (p) => hasMail(p, p.address), again: true,
	},
	verify: {
		does: async (p) => {
			if (p.tries.verify % 3 === 0)
				await life.join.does(p), p.tries.join++;
			return confirms(p, p.address);
		},
		holds: async (p) => { await enter(p); p.member = true; },
	},
	"sign in": { does: enter, holds: (p) => own(p, "/home") },
	names: naming("Given"),
	"another name": naming("Other"),
	"birth date": {
		does: async (p) => {
			await own(p, "/data/birth");
			return p.v.takes({ day: "29", month: "2", year: "1984" }, "/data/birth");
		},
		holds: async (p) => assert.match((await own(p, "/data")).split("<dt>Date of birth</dt>")[1].split("</dd>")[0], /1984|show it/),
	},
	"second address": {
		does: async (p) => {
			await own(p, "/addresses");
			return p.v.takes({ address: p.second }, "/addresses");
		},
		holds: async (p) => assert.ok(await addressId(p, p.second)),
	},
	"its mail": {
		does: async (p) => {
			if (p.tries["its mail"] === 1)
				return true;
			await own(p, "/addresses");
			return p.v.takes({}, "/addresses/again");
		},
		holds: (p) => hasMail(p, p.second), again: true,
	},
	"its proof": {
		does: async (p) => {
			if (p.tries["its proof"] % 3 === 0) {
				await own(p, "/addresses");
				await p.v.takes({}, "/addresses/again");
			}
			return confirms(p, p.second);
		},
		holds: async (p) => assert.match((await own(p, "/addresses")).split('<li class="card">').find((c) => c.includes(`>${p.second}<`)), /badge good/),
	},
	"domain by DNS": addDomain("byDns"),
	"proof by DNS": proveDomain("byDns", "dns", (p, page) => p.world.dns.tell("set", { name: `_troth-challenge.${p.byDns}`, type: "TXT", data: [code(page, "Value")] })),
	"domain by file": addDomain("byFile"),
	"proof by file": proveDomain("byFile", "http", async (p, page) => {
		await p.world.dns.tell("set", { name: p.byFile, type: "A", data: ["127.0.0.1"] });
		await p.world.web.tell("file", { path: new URL(code(page, "Address")).pathname, body: code(page, "Contents") });
	}),
	"server certificate": serverCertificate("server", (p) => [p.byDns, `www.${p.byDns}`, p.byFile]),
	"another server certificate": serverCertificate("narrow", (p) => [p.byFile]),
	"mail certificate": mailCertificate("mail", "address"),
	"another mail certificate": mailCertificate("second mail", "second"),
	suspend: change("suspend", "mail", "held", "suspended"),
	resume: change("resume", "mail", "good", "valid"),
	revoke: change("revoke", "server", "bad", "revoked", { reason: "4" }),
	"remove the domain": removal("narrow", "/domains", async (p) => (await domain(p, p.byFile))?.id),
	"remove the address": removal("second mail", "/addresses", (p) => addressId(p, p.second)),
	history: { does: (p) => own(p, "/history").then(() => true), holds: (p) => own(p, "/history") },
	"sign out": {
		does: async (p) => {
			await own(p, "/sessions");
			p.root = p.v.root;
			return p.v.takes({}, "/sign-out");
		},
		holds: async (p) => {
			assert.ok(p.root, "never asked");
			const { status } = await new Browser(p.world.site).request("GET", `${p.root}/home`);
			assert.ok(status >= 400 && status < 500, `${status}`);
		},
	},
};
export const steps = Object.keys(life);
const outside = ["join", "verify", "sign in", "sign out"];

/* Until it works: for looks that change nothing. */
async function insist(p, name, holds) {
	for (let i = 0; ; i++)
		try {
			if (i > 0 && !outside.includes(name))
				await enter(p);
			return await holds(p);
		} catch (e) {
			assert.ok(i < 40, `${name} of ${p.name} was acknowledged and is lost: ${e.message}`);
			await new Promise((done) => setTimeout(done, 250));
		}
}

/** Once: was it acknowledged? */
export async function attempt(p, name, { does } = life[name]) {
	p.tries[name] = (p.tries[name] ?? 0) + 1;
	const told = await does(p);
	assert.equal(told, true, `${name}: neither done nor refused`);
	return told;
}

/** However often it takes; then it must hold.  told: it was acknowledged before. */
export async function take(p, name, step = life[name], toldBefore = false) {
	const { holds, again: more } = step;
	let words = "";
	for (let i = 0; ; i++) {
		let told = toldBefore;
		try {
			if (i > 0 && !outside.includes(name))
				await enter(p);
			told ||= await attempt(p, name, step);
		} catch (e) {
			if (e instanceof OnItsWay)
				throw e;
			words = e.message;
		}
		if (told && !more) {
			await insist(p, name, holds);
			p.done.add(name);
			return;
		}
		/* Not told: done or not, but a second time must not break what is there. */
		try {
			await holds(p);
			p.done.add(name);
			return;
		} catch (e) {
			words += ` / ${e.message}`;
		}
		assert.ok(i < 60, `${name} of ${p.name} never comes about: ${words}`);
		await new Promise((done) => setTimeout(done, Math.min(i * 100, 1000)));
	}
}
