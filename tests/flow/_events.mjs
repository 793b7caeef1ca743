// tests/flow/_events.mjs - the steps of an event, for every test that goes to one.  Stands on site.mjs, _people.mjs and _trust.mjs.

import { again } from "./_people.mjs";

/** A day so many days from now (UTC, by the site's shifted clock): { day, month, year }. */
export function dayIn(days, shift = 0) {
	const d = new Date(Date.now() + shift * 1000 + days * 86400000);
	return { day: `${d.getUTCDate()}`, month: `${d.getUTCMonth() + 1}`, year: `${d.getUTCFullYear()}` };
}

/** Announce, through preview and button: the number of the event. */
export async function announce(v, values = {}, { days = 1, shift = 0 } = {}) {
	await v.own("/events/new");
	await v.send({ place: "Café Zoë, Utrecht", ...dayIn(days, shift), from: "18:00", days: "1", until: "22:00", east: "+00:00", places: "50", note: "Bring two documents.", ...values }, "/events/new");
	await v.send({}, "/events/new/publish");
	const id = new URL(v.url).pathname.match(/\/events\/(\d+)$/)?.[1];
	if (id === undefined)
		throw new Error(`not announced: ${v.page.status} ${v.words.slice(0, 600)}`);
	return id;
}

/** Sign up: the code of the pass. */
export async function signUp(v, id, named = false) {
	await v.own(`/events/${id}`);
	await v.send({ named }, `/events/sign-up/${id}`);
	if (v.page.status === 403) {
		await again(v, v.secret);
		await v.send({ named }, `/events/sign-up/${id}`);
	}
	return passOf(v, id);
}

/** The code of the pass that the page before us shows for this event. */
export function passOf(v, id) {
	const card = v.page.text.split('<li class="card">').find((c) => c.includes(`/events/${id}"`));
	const code = card?.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)?.[1];
	if (code === undefined)
		throw new Error(`no pass: ${v.page.status} ${v.words.slice(0, 600)}`);
	return code;
}

export async function checkIn(v, id) {
	await v.own(`/events/${id}`);
	await v.send({}, `/events/check-in/${id}`);
	return v.words;
}

/** Seconds by which a site's clock is to be shifted so that an evening announced with announce() has begun. */
export function toTheEvening(days = 1, hour = 19) {
	const now = Date.now() / 1000;
	return Math.round((Math.floor(now / 86400) + days) * 86400 + hour * 3600 - now);
}
