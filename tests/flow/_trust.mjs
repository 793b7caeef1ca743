// tests/flow/_trust.mjs - the web of trust in tests: assurers made by planting facts in a stopped
// site's keeper store, and the steps of a meeting.  Stands on site.mjs and _people.mjs.
//
//	await makeAssurers(site, ["asa@example.org"], { experience: 50 });
//
// The site stops, gets its rows, and starts again with the same folder, ports and settings; the
// same object stands for it, and sessions live on.  Rows are as signing leaves them: three other members
// vouched with 35 points each, the challenge is passed.  So there must be three other members.

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { startSite } from "./site.mjs";
import { again, password, peerOf } from "./_people.mjs";
import { Pack, Unpack } from "../peers/ipc.mjs";

const SIGN_IN = 13, ROLE_ASSURER = 2, BIRTH = 6;
const now = () => Math.floor(Date.now() / 1000);

/** A member's number, from the keeper (this makes one more session of theirs). */
export async function numberOf(site, address, secret = password) {
	const c = await peerOf(site, "keeper", "portal");
	try {
		const u = new Unpack(await c.call(SIGN_IN, new Pack().text(address).text(secret).u8(0).bytes(Buffer.from([127, 0, 0, 1])).end()));
		u.exact(24);
		return u.i64();
	} finally {
		c.close();
	}
}

/** The site stops, change(dir) does what it wants with the folder, and it starts again; more: further settings. */
export async function restart(site, change = () => {}, more = []) {
	const { ports, dir, options } = site;
	const removed = options.dir === undefined;
	site.child.kill("SIGINT");
	await site.ended;
	await change(dir);
	const again = await startSite({ ...options, dir, http: ports.http, https: ports.https,
		sets: [...(options.sets ?? []), ...more, `site.cert_port=${ports.cert}`] });
	Object.assign(site, again, { options });
	const stop = again.stop;
	site.stop = async (signal) => {
		const code = await stop(signal);
		if (removed)
			rmSync(path.dirname(dir), { recursive: true, force: true });
		return code;
	};
	return site;
}

/** SQL for the keeper's store of a site that is stopped; gives the rows. */
export const sql = (dir, text) => execFileSync("sqlite3", ["-bail", path.join(dir, "keeper/keeper.db"), text]).toString().trim().split("\n").filter(Boolean);

const vouch = (giver, member, points, ago, names = 1, parent = 0) => `INSERT INTO assurance (id, giver, member, third_party, points, met_day, noted_at, made_at,
	withdrawn_at, falls_at, confirmed_at, objected_at, birth, names, method, founding, parent, paper, link, link_from, link_to)
	VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM assurance), ${giver}, ${member}, 0, ${points}, ${Math.floor((now() - ago) / 86400)}, ${now() - ago}, ${now() - ago},
	0, 0, 0, 0, (SELECT version FROM sealed WHERE subject = ${member} AND field = ${BIRTH} AND object = 0), ${names}, 1, 0, ${parent}, 0, 0, 0, 0);
	UPDATE numbering SET last = (SELECT MAX(id) FROM assurance) WHERE what = 3;`;

const facts = (member, { founder = false } = {}) => `INSERT INTO trust (member, main_name, passed_at, founder_at, standing, standing_at, name_changed_at, next_at)
	VALUES (${member}, 0, ${now() - 86400}, ${founder ? now() - 3600 : 0}, 0, 0, 0, 0)
	ON CONFLICT (member) DO UPDATE SET passed_at = excluded.passed_at, founder_at = excluded.founder_at;`;

const role = (member) => `INSERT INTO role (member, role, since, until) VALUES (${member}, ${ROLE_ASSURER}, ${now() - 86400}, NULL);
	UPDATE member SET roles = roles | ${1 << ROLE_ASSURER} WHERE number = ${member};`;

/* A seat as two officers' votes leave it: SUPPORT 3, AUDITOR 5 (privacy/keeper/op.h). */
const seatRows = (member, seat) => `INSERT INTO role (member, role, since, until) VALUES (${member}, ${seat}, ${now() - 86400}, ${now() + 300 * 86400});
	UPDATE member SET roles = roles | ${1 << seat} WHERE number = ${member};`;

/** For a site that is stopped: each of the givers vouches for the member's names (bits of indexes) and birth date. */
export const wordRows = (givers, member, { points = 35, names = 1, parent = 0 } = {}) =>
	givers.map((giver) => vouch(giver, member, points, 3 * 86400, names, parent)).join("\n");

/** What is planted for one assurer; the others vouch, in this order. */
export function assurerRows(member, others, { experience = 0, founder = false } = {}) {
	others = others.filter((n) => n !== member).slice(0, 3);
	if (others.length < 3)
		throw new Error("an assurer takes three other members");
	return [...others.map((giver) => vouch(giver, member, 35, 3 * 86400)),
		...Array.from({ length: Math.ceil(experience / 2) }, () => vouch(member, others[0], 0, 2 * 86400)), facts(member, { founder }), role(member)].join("\n");
}

/** Enrolled members (with a birth date) become assurers; options: experience (points of it), founder, secrets { address: password }, seats { address: number of the role }. */
export async function makeAssurers(site, addresses, { secrets = {}, seats = {}, ...options } = {}) {
	const numbers = [], sits = [];
	for (const [address, seat] of Object.entries(seats))
		sits.push([await numberOf(site, address, secrets[address]), seat]);
	for (const address of addresses)
		numbers.push(await numberOf(site, address, secrets[address]));
	return restart(site, (dir) => {
		/* those who stay members first: what assurers gave is then what the test let them give */
		const others = sql(dir, "SELECT number FROM member ORDER BY number").map(Number).filter((n) => !numbers.includes(n));
		sql(dir, `BEGIN; ${numbers.map((n) => assurerRows(n, [...others, ...numbers], options)).join("\n")} ${sits.map(([n, seat]) => seatRows(n, seat)).join("\n")} COMMIT;`);
	});
}

// ---- the steps of a meeting ----

/** A new code of a member, on screen or "printed". */
export async function makeCode(v, kind = "screen") {
	await v.own("/handover");
	await v.send({ kind }, "/handover");
	if (v.page.status === 403) {
		await again(v, v.secret);
		await v.send({ kind }, "/handover");
	}
	const code = v.page.text.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)?.[1];
	if (code === undefined)
		throw new Error(`no code: ${v.page.status} ${v.words.slice(0, 400)}`);
	return code;
}

/** An assurer types a code: the number of the hand-over. */
export async function takeCode(v, code) {
	await v.own("/assure");
	await v.send({ code }, "/assure");
	const id = new URL(v.url).pathname.match(/\/assure\/with\/(\d+)$/)?.[1];
	if (id === undefined)
		throw new Error(`not taken: ${v.page.status} ${v.words.slice(0, 400)}`);
	return id;
}

/** Compare: { name, birth: ["29", "2", "1984"], kind, number }. */
export async function compare(v, id, { name = "", birth = ["", "", ""], kind = "none", number = "" }) {
	await v.own(`/assure/with/${id}`);
	return v.send({ name, day: birth[0], month: birth[1], year: birth[2], kind, number }, `/assure/with/${id}`);
}

/** Note: place, a day so many days ago, points; values go into the form. */
export async function note(v, id, values = {}, daysAgo = 0) {
	const day = new Date(Date.now() - daysAgo * 86400000);
	await v.own(`/assure/note/${id}`);
	return v.send({ place: "Lübeck", day: `${day.getUTCDate()}`, month: `${day.getUTCMonth() + 1}`, year: `${day.getUTCFullYear()}`,
		passport: true, name: "0", accepts: true, points: "10", ...values }, `/assure/note/${id}`);
}

/** Sign what is ticked (what was just noted). */
export async function sign(v, secret = password, values = {}) {
	return v.send({ draft: true, password: secret, ...values }, "/assure/sign");
}

/** From the code to the signature; person as enrol() takes it. */
export async function vouchFor(assurer, member, person, values = {}, secret = password) {
	const id = await takeCode(assurer, await makeCode(member));
	await compare(assurer, id, { name: `${person.given} ${person.family}`.trim(), birth: person.birth });
	await note(assurer, id, values);
	await sign(assurer, secret);
	if (!/Signed: 1\./.test(assurer.words))
		throw new Error(`not signed: ${assurer.page.status} ${assurer.words.slice(0, 600)}`);
	return id;
}
