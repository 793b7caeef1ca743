// tests/flow/_desk.mjs - the support desk in tests: seats given by officers, cases opened, taken and answered.
// Stands on site.mjs and _people.mjs.

import { freshen, member, password, signIn } from "./_people.mjs";
import { Visitor } from "./site.mjs";

/** Three officers by the codes of a fresh site: signed in, with the password just entered. */
export async function officers(site, names = ["olu", "pat", "quin"]) {
	const all = [];
	for (const [i, name] of names.entries()) {
		const v = await freshen(await member(site, `${name}@example.org`));
		await v.own("/role");
		await v.send({ code: site.codes[i] }, "/role");
		all.push(await freshen(await signIn(v, `${name}@example.org`)));
	}
	return all;
}

/** One asks for a seat (or its end), two vote for it.  The new holder's sessions end. */
export async function seat(three, who, which = "support", what = "give", reasons = ["We have talked about it", "I agree"]) {
	const [asks, ...votes] = three;
	await freshen(asks);
	await asks.own("/officers/seats");
	await asks.send({ seat: which, do: what, who, reason: reasons[0] }, "/officers/seats");
	const decision = new URL(asks.url).pathname.match(/\/officers\/decision\/(\d+)$/)?.[1];
	if (decision === undefined)
		throw new Error(`no decision: ${asks.words.slice(0, 400)}`);
	for (const v of votes) {
		if (!/Open, without a vote of yours: [1-9]/.test((await freshen(v)).words))	/* its home */
			throw new Error(`home does not say that a decision waits: ${v.words}`);
		await v.own(`/officers/decision/${decision}`);
		await v.send({ vote: "yes", reason: reasons[1] }, `/officers/decision/${decision}`);
	}
	return decision;
}

/** A member with a seat: signed in, with the password just entered. */
export async function staff(site, three, name, which = "support", reasons = undefined) {
	const v = await member(site, `${name}@example.org`);
	await seat(three, `${name}@example.org`, which, "give", reasons);
	return freshen(await signIn(v, `${name}@example.org`));
}

/** A member opens a case; its number. */
export async function open(v, kind, words, more = {}) {
	if (more.birth)
		await freshen(v, v.secret);
	await v.own("/cases/new");
	await v.send({ kind, words, ...more }, "/cases/new");
	const number = new URL(v.url).pathname.match(/\/cases\/(\d{8})$/)?.[1];
	if (number === undefined)
		throw new Error(`no case: ${v.page.status} ${v.words.slice(0, 400)}`);
	return number;
}

/** Somebody without an account does: { number, phrase, visit }. */
export async function openVisiting(site, kind, words) {
	const v = new Visitor(site);
	await v.get("/case/new");
	await v.send({ kind, words }, "/case/new");
	return told(v);
}

/** What the page says once: number and pass-phrase. */
export function told(v) {
	const codes = [...v.page.text.matchAll(/<code translate="no">([^<]+)<\/code>/g)].map((m) => m[1]);
	if (codes.length !== 2)
		throw new Error(`nothing told: ${v.page.status} ${v.words.slice(0, 400)}`);
	return { v, number: codes[0], phrase: codes[1], visit: v.page.text.match(/\/case\/visit\/[\w-]{32}/)[0] };
}

export async function take(v, number) {
	await v.own(`/desk/case/${number}`);
	await v.send({}, `/desk/take/${number}`);
	return v;
}

/** Open one field of whom a case concerns, or (0) ask for the band of the age. */
export async function openField(v, number, field, reason) {
	await v.own(`/desk/case/${number}`);
	const offered = v.form(`/desk/open/${number}`).fields.filter((f) => f.name === "field").map((f) => f.value);
	if (!offered.includes(String(field)))
		throw new Error(`field ${field} is not offered: ${offered}`);
	return v.send({ field: String(field), reason }, `/desk/open/${number}`);
}

export { password };
