// tests/flow/_evening.mjs - a whole evening: many guests, several assurers, each vouching for every guest.
//
//	const e = await prepare(site, { guests: 50, assurers: 6 });
//	const figures = await hold(site, e);
//
// Everything goes through the site's pages, as browsers would send it.  Stands on _people.mjs, _trust.mjs and _events.mjs.

import assert from "node:assert/strict";
import { asker, enrol, formToken, freshen, inParallel, member, password } from "./_people.mjs";
import { makeAssurers } from "./_trust.mjs";
import { announce, checkIn } from "./_events.mjs";

const letters = (n) => String.fromCharCode(97 + Math.floor(n / 26), 97 + n % 26);
const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const clock = () => performance.now();
const encode = (values) => Object.entries(values).flatMap(([n, v]) => [v].flat().map((one) => `${encodeURIComponent(n)}=${encodeURIComponent(one)}`)).join("&");

/** Now, by the clock of a place where it is about noon: its day has come whenever this runs. */
function aroundNoon() {
	const ahead = new Date(Date.now() + 15 * 60000), east = 12 - ahead.getUTCHours(), local = new Date(ahead.getTime() + east * 3600000);
	const two = (n) => String(Math.abs(n)).padStart(2, "0");
	return { day: `${local.getUTCDate()}`, month: `${local.getUTCMonth() + 1}`, year: `${local.getUTCFullYear()}`, from: `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`,
		until: "22:00", days: "1", east: `${east < 0 ? "-" : "+"}${two(east)}:00` };
}

/** People who have joined and entered names and birth date; assurers; an event that they are at. */
export async function prepare(site, { guests = 50, assurers = 6 } = {}) {
	const people = Array.from({ length: guests + assurers }, (_, i) => ({ given: `Person ${letters(i)}`, family: `Nr ${letters(i)}${letters(i + 1)}`, birth: ["1", `${i % 12 + 1}`, `${1950 + i % 50}`],
		address: `person${i}@example.org`, from: `127.0.1.${i + 1}` }));
	await inParallel(people, 16, async (p) => {
		p.v = await enrol(await member(site, p.address, { localAddress: p.from }), { ...p, nationality: null, document: null, questions: null });
	});
	const able = people.slice(guests);
	await makeAssurers(site, able.map((p) => p.address));
	const event = await announce(able[0].v, { ...aroundNoon(), places: `${guests}` });
	for (const p of able)
		await checkIn(p.v, event);
	await inParallel(people.slice(0, guests), 16, (p) => freshen(p.v));	/* signing up lies behind the password */
	return { guests: people.slice(0, guests), assurers: able, event };
}

/** The evening: signing up, taking, comparing, noting, and each assurer's list under one password.  Milliseconds. */
export async function hold(site, { guests, assurers, event }) {
	const ask = asker(site, site.http, { sockets: 16 }), times = { "sign up": [], take: [], compare: [], note: [], "sign the list": [] };
	const post = async (what, root, where, values) => {
		const from = clock();
		const a = await ask("POST", root + where, { body: encode({ form: formToken(root, where), ...values }) });
		times[what].push(clock() - from);
		assert.equal(a.status, 303, `${what}: ${a.status} ${a.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 500)}`);
		return a.headers.location;
	};
	const number = (where) => where.match(/(\d+)$/)[1];
	const today = new Date(), began = clock();

	await inParallel([...guests], 8, async (g) => {
		await post("sign up", g.v.root, `/events/sign-up/${event}`, { named: "1" });
		g.code = (await ask("GET", `${g.v.root}/events/mine`)).text.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)[1];
	});
	const doors = clock();
	await Promise.all(assurers.map(async ({ v }, k) => {
		/* each begins somewhere else in the row */
		for (const g of [...guests.slice(k * 8), ...guests.slice(0, k * 8)]) {
			const id = number(await post("take", v.root, "/assure", { code: g.code }));
			await post("compare", v.root, `/assure/with/${id}`, { name: `${g.given} ${g.family}`, day: g.birth[0], month: g.birth[1], year: g.birth[2], kind: "none", number: "" });
			await post("note", v.root, `/assure/note/${id}`, { place: "Utrecht", day: `${today.getUTCDate()}`, month: `${today.getUTCMonth() + 1}`, year: `${today.getUTCFullYear()}`,
				passport: "1", name: "0", accepts: "1", points: "10" });
		}
		const drafts = [...(await ask("GET", `${v.root}/assure/sign`)).text.matchAll(/name="draft" value="(\d+)"/g)].map((m) => m[1]);
		const to = await post("sign the list", v.root, "/assure/sign", { draft: drafts, password });
		assert.match(to, new RegExp(`signed=${guests.length}&failed=0`));
	}));
	const end = clock();
	ask.close();
	return { vouched: guests.length * assurers.length, seconds: (end - began) / 1000, rate: guests.length * assurers.length / (end - doors) * 1000,
		steps: Object.fromEntries(Object.entries(times).map(([what, list]) => [what, { n: list.length, p50: at(list, 0.5), p99: at(list, 0.99), most: at(list, 1) }])) };
}
