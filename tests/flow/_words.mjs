// tests/flow/_words.mjs - signed assurances put into a stopped site's store, as if people had met.
//
// They hold no sealed part that anything is reckoned from: points, levels and names follow from the rows.

import { execFileSync } from "node:child_process";
import path from "node:path";
import { member } from "./_people.mjs";

const ask = (dir, sql, ...words) => execFileSync("sqlite3", [...words, path.join(dir, "keeper/keeper.db"), sql]).toString().trim();
const look = (dir, sql) => ask(dir, sql, "-readonly");

/** Every member's number. */
export const numbers = (dir) => look(dir, "SELECT number FROM member").split("\n").filter(Boolean);

/** A new member, signed in, who knows their number. */
export async function numbered(site, address) {
	const before = new Set(numbers(site.dir));
	const v = await member(site, address);
	[v.number] = numbers(site.dir).filter((n) => !before.has(n));
	return v;
}

/** The names a member has, by index. */
export const indexes = (dir, number) => look(dir, `SELECT idx FROM person_name WHERE member = ${number} ORDER BY idx`).split("\n").filter(Boolean).map(Number);

/** The site stands still: each of `givers` vouches for the member's names (bits of indexes) and birth date. */
export function vouch(dir, givers, number, { points = 35, names = 1, parent = 0 } = {}) {
	const now = Math.floor(Date.now() / 1000), day = Math.floor(now / 86400);
	for (const giver of givers)
		ask(dir, `INSERT INTO assurance (id, giver, member, third_party, points, met_day, noted_at, made_at, withdrawn_at, falls_at, confirmed_at,
			objected_at, birth, event, names, method, founding, parent, paper, link, link_from, link_to)
			SELECT (SELECT coalesce(max(id), 0) + 1 FROM assurance), ${giver}, ${number}, 0, ${points}, ${day}, ${now}, ${now}, 0, 0, 0,
			0, s.version, 0, ${names}, 1, 0, ${parent}, 0, 0, 0, 0 FROM sealed s WHERE s.subject = ${number} AND s.field = 6 AND s.object = 0`);
	/* The clerk's sweep finds that something changed. */
	ask(dir, `INSERT INTO trust (member, main_name, passed_at, founder_at, standing, standing_at, name_changed_at, next_at)
		VALUES (${number}, 0, 0, 0, 0, 0, 0, 1) ON CONFLICT (member) DO UPDATE SET next_at = 1`);
}

/** The site stands still: this member's password was recovered a moment ago. */
export const bar = (dir, number, seconds) => ask(dir, `UPDATE member SET bar_until = ${Math.floor(Date.now() / 1000) + seconds} WHERE number = ${number}`);
