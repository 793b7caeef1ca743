// tests/flow/_assurers.mjs - assurers without an evening of meetings: rows put into a stopped site's keeper store.
//
// For tests of what assurers do afterwards.  How one becomes an assurer is tested where it happens.

import { execFileSync } from "node:child_process";
import path from "node:path";
import { peerOf } from "./_people.mjs";
import { Unpack } from "../peers/ipc.mjs";

export const sql = (file, text) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", file, text]).toString().trim();
export const tokenOf = (v) => Buffer.from(v.root.slice(2), "base64url");

const WHO = 32, ASSURER = 2, MEMBER = 1, BIRTH = 6;

/** A signed-in visitor's member number. */
export async function numberOf(site, v) {
	const c = await peerOf(site, "keeper", "portal");
	try {
		return new Unpack(await c.call(WHO, tokenOf(v))).i64();
	} finally {
		c.close();
	}
}

/** As if each of these (names and birth date entered) had been vouched for by three others, and had passed the challenge. */
export function plantAssurers(dir, members, givers, now = Math.floor(Date.now() / 1000)) {
	const db = path.join(dir, "keeper/keeper.db");
	const lines = members.flatMap((m, i) => [
		...givers.slice(0, 3).map((g, j) => `INSERT INTO assurance (id, giver, member, third_party, points, met_day, noted_at, made_at, withdrawn_at, falls_at, confirmed_at,
			objected_at, birth, names, method, founding, parent, paper, link, link_from, link_to) VALUES (${1000 + 10 * i + j}, ${g}, ${m}, 0, 35, ${Math.floor(now / 86400) - 9},
			${now}, ${now}, 0, 0, 0, 0, (SELECT version FROM sealed WHERE subject = ${m} AND field = ${BIRTH} AND object = 0), 1, 1, 0, 0, 0, 0, 0, 0);`),
		`INSERT INTO trust (member, main_name, passed_at, founder_at, standing, standing_at, name_changed_at, next_at) VALUES (${m}, 0, ${now}, 0, 0, 0, 0, 0)
			ON CONFLICT (member) DO UPDATE SET passed_at = ${now};`,
		`UPDATE member SET roles = ${(1 << MEMBER) | (1 << ASSURER)} WHERE number = ${m};`,
	]);
	sql(db, `BEGIN;\n${lines.join("\n")}\nUPDATE numbering SET last = (SELECT MAX(id) FROM assurance) WHERE what = 3;\nCOMMIT;`);
}
