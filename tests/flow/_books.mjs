// tests/flow/_books.mjs - after deaths: does everything agree?  Register, tickets and mails of the keeper, the
// signer's book, what members were told, their history, ledger, doctor.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { command } from "./site.mjs";
import { verified } from "./_people.mjs";
import { enter } from "./_life.mjs";

const STATES = ["", "pending", "valid", "suspended", "revoked", "cancelled"];	/* enum register_state */
const STATUS = ["", "valid", "suspended", "revoked"];				/* enum cert_status */
const ISSUE = 1, TICKET = { open: 1, done: 2, cancelled: 3, stored: 4 };

function ask(world, file, query) {
	const out = execFileSync("sqlite3", ["-readonly", "-json", path.join(world.dir, file), query], { maxBuffer: 1 << 28 }).toString();
	return out === "" ? [] : JSON.parse(out);
}

const groups = (rows, key) => rows.reduce((all, row) => all.set(row[key], [...(all.get(row[key]) ?? []), row]), new Map());

// ---- what keeper and signer hold of certificates ----

function registerAndBook(world) {
	const register = ask(world, "keeper/keeper.db", "SELECT lower(hex(serial)) AS serial, state, lower(hex(sha256)) AS sha256, lower(hex(key_hash)) AS keyHash FROM register")
		.map((r) => ({ ...r, state: STATES[r.state] }));
	const book = new Map(ask(world, "signer/book.sqlite", "SELECT lower(hex(serial)) AS serial, status, lower(hex(sha256)) AS sha256, lower(hex(key_hash)) AS keyHash FROM certificate WHERE seq > 0")
		.map((c) => [c.serial, { ...c, status: STATUS[c.status] }]));
	assert.equal(new Set(register.map((r) => r.serial)).size, register.length, "a serial stands twice in the register");
	for (const r of register) {
		const c = book.get(r.serial);
		assert.equal(r.state === "cancelled", c === undefined, `${r.serial}: ${r.state} in the register, ${c?.status} in the signer's book`);
		if (c !== undefined)
			assert.deepEqual([r.serial, r.state, r.sha256, r.keyHash], [c.serial, c.status, c.sha256, c.keyHash]);
	}
	for (const serial of book.keys())
		assert.ok(register.some((r) => r.serial === serial), `${serial}: signed, and not in the register`);
	return register;
}

function ticketsAndDeeds(world) {
	const tickets = ask(world, "keeper/keeper.db", "SELECT hex(id) AS id, act, state FROM ticket");
	const honoured = new Set(ask(world, "signer/book.sqlite", "SELECT hex(ticket) AS id FROM honoured").map((d) => d.id));
	for (const t of tickets) {
		assert.notEqual(t.state, TICKET.open, `ticket ${t.id} of act ${t.act} is open`);
		if (t.act === ISSUE)
			assert.equal(honoured.has(t.id), t.state !== TICKET.cancelled, `ticket ${t.id}: state ${t.state}`);
		else
			assert.ok(honoured.has(t.id) || t.state === TICKET.cancelled, `ticket ${t.id} of act ${t.act}: state ${t.state}, and the signer knows nothing`);
		honoured.delete(t.id);
	}
	assert.equal(honoured.size, 0, "the signer honoured tickets that the keeper does not know");
	assert.equal(ask(world, "signer/book.sqlite", "SELECT seq FROM pending").length, 0, "the signer still keeps sealed copies");
}

/* Every order: as many certificates as asked for at most, those acknowledged among them, each in its state. */
function orders(register, people) {
	const byKey = groups(register, "keyHash");
	for (const p of people)
		for (const [what, o] of Object.entries(p.orders)) {
			const rows = byKey.get(o.keyHash) ?? [];
			byKey.delete(o.keyHash);
			assert.equal(new Set(o.serials).size, o.serials.length, `${what} of ${p.name}: one certificate was given for two orders`);
			assert.ok(rows.length <= o.tries, `${what} of ${p.name}: ${rows.length} certificates of ${o.tries} orders`);
			for (const serial of o.serials) {
				const mine = rows.filter((r) => r.serial === serial);
				assert.equal(mine.length, 1, `${what} of ${p.name}: ${serial} was acknowledged and stands ${mine.length} times in the register`);
				assert.equal(mine[0].state, p.ends[serial], `${what} of ${p.name}: ${serial}`);
			}
			/* An order that was not acknowledged ends with what it stands on, too. */
			if (o.gone)
				assert.deepEqual(rows.filter((r) => !["revoked", "cancelled"].includes(r.state)), [], `${what} of ${p.name}: its name is gone`);
		}
	assert.equal(byKey.size, 0, "certificates that nobody ordered");
}

// ---- mails ----

/* At least once, and all of a kind for one thing are the same mail. */
function letters(mails, register, people) {
	const different = (pick) => new Set(mails.filter(pick).map((m) => m.headers["message-id"])).size;
	/* The site comes back on other ports. */
	const ids = groups(mails.map((m) => ({ id: m.headers["message-id"], to: m.to, text: m.text.replaceAll(/localhost:\d+/g, "localhost") })), "id");
	for (const [id, [first, ...more]] of ids)
		for (const m of more)
			assert.deepEqual([m.to, m.text], [first.to, first.text], `${id}: two mails of one name`);
	for (const r of register.filter((one) => one.state !== "cancelled")) {
		assert.equal(different((m) => /was issued/.test(m.subject) && m.text.includes(r.serial)), 1, `${r.serial}: issued, mails`);
		assert.equal(different((m) => /was revoked/.test(m.subject) && m.text.includes(r.serial)), r.state === "revoked" ? 1 : 0, `${r.serial}: revoked, mails`);
	}
	for (const p of people.filter((one) => one.tries.join > 0)) {
		const n = different((m) => m.to.includes(p.address) && /Confirm your address/.test(m.subject));
		assert.ok(n >= 1 && n <= p.tries.join, `${n} mails to ${p.address}, who joined ${p.tries.join} times`);
	}
}

// ---- what members see ----

export async function wholeHistory(p) {
	const lines = [];
	await p.v.own("/history");
	for (;;) {
		for (const [, li] of p.v.page.text.matchAll(/<li>\n<a href="[^"]*\/history\/([\s\S]*?)<\/li>/g))
			lines.push({ says: li.match(/>([^<]*)<\/a>/)[1], times: Number((li.match(/(\d+) times that day/) ?? [])[1] ?? 1), about: (li.match(/class="about value">([^<]*)</) ?? [])[1] ?? "" });
		const older = p.v.page.text.match(/href="([^"]*\/history\?before=\d+)"/);
		if (older === null)
			return lines;
		await p.v.get(older[1]);
	}
}

/* What some steps together write when each was asked once: so many lines, no more; asked again, no less. */
const written = [
	{ steps: ["names", "another name", "birth date"], lines: 5, pick: (l) => ["You corrected your data.", "You told us more about yourself."].includes(l.says) || l.about === "what others keep of it" },
	{ steps: ["domain by DNS", "proof by DNS"], lines: 3, pick: (l, p) => l.says === "You added, proved or removed a domain." && l.about === p.byDns },
	{ steps: ["domain by file", "proof by file", "remove the domain"], lines: 4, pick: (l, p) => l.says === "You added, proved or removed a domain." && l.about === p.byFile },
	{ steps: ["second address", "its mail", "its proof", "remove the address"], lines: 2, pick: (l, p) => l.says === "You changed your mail addresses." && l.about === p.second },
	{ steps: ["sign out"], lines: 1, pick: (l) => l.about === "this session" },
];

async function history(p, register) {
	await enter(p);
	const lines = await wholeHistory(p);
	const count = (pick) => lines.filter((l) => pick(l, p)).reduce((n, l) => n + l.times, 0);
	for (const o of Object.values(p.orders))
		for (const r of register.filter((one) => one.keyHash === o.keyHash)) {
			const about = (word, n) => assert.equal(count((l) => l.about === `${word}, serial ${r.serial}`), n, `${p.name}: ${r.serial}, ${word}`);
			const changed = ["suspend", "resume"].some((act) => count((l) => l.about === `${act}, serial ${r.serial}`) > 0);
			about("signed and stored", r.state === "cancelled" ? 0 : 1);
			about("never signed, given up", r.state === "cancelled" ? 1 : 0);
			for (const word of ["revoke", "revoked"])
				about(word, r.state === "revoked" ? 1 : 0);
			if (changed && p.done.has("resume"))
				for (const word of ["suspend", "suspended", "resume", "resumed"])
					about(word, 1);
		}
	for (const w of written.filter((one) => one.steps.every((step) => p.done.has(step)))) {
		const n = count(w.pick), once = w.steps.every((step) => p.tries[step] === 1);
		assert.ok(once ? n === w.lines : n >= w.lines, `${p.name}: ${n} lines of ${w.steps.map((step) => `${step} (${p.tries[step]})`).join(", ")}`);
	}
}

// ---- all of it ----

/** people: all so far; those in `fresh` are asked for their history, too. */
export async function audit(world, people, fresh = people) {
	const h = await world.settled();
	const register = registerAndBook(world);
	ticketsAndDeeds(world);
	orders(register, people);
	letters(await world.mails(), register, people);
	assert.equal(h.members, people.filter((p) => p.member).length);
	assert.equal(h["certificates valid"], register.filter((r) => r.state === "valid").length);
	for (const p of fresh.filter((one) => one.member))
		await history(p, register);
	const got = await command(["doctor", "--state", world.dir]);
	/* What it asks for is the root's key, which is still here. */
	assert.deepEqual(got.out.split("\n").filter((l) => l.startsWith("DO") && !/offline/.test(l)), [], got.out);
	assert.match(got.out, /every sealed row and ledger detail opens and fits/);
	await verified(world.site);
	return register;
}
