// tests/flow/routes.mjs - every address of the site, asked in every way: open exactly where its row says.
// limit: 200
//
// The rows are the program's own (troth-portal --routes).  For each: visitor, member, assurer, support, officer,
// auditor, a member who restricted the processing of their data, certificate session, ended session, somebody else's, the address before the last password entry and
// a session whose password lies back; Sec-Fetch-Site same-origin, same-site, cross-site, none and not
// sent; form tokens good, of another path, of another session, old, absent and altered.  Every single
// answer is also held against what all answers must be like.

import assert from "node:assert/strict";
import path from "node:path";
import { sleep, startSite, temporaryFolder, test, finish, Visitor } from "./site.mjs";
import { makeAssurers } from "./_trust.mjs";
import { asker, enrol, formToken, inParallel, mailCertificate, member, openssl, request, routes, again, freshen, signIn, download, password } from "./_people.mjs";

const dir = path.join(temporaryFolder(), "state");
const sets = ["nginx.posts_per_minute=60000"];
let site = await startSite({ dir, sets });
const rows = await routes();
const sites = ["same-origin", "same-site", "cross-site", "none", null];

/* What stands for "*": nothing that exists. */
const star = (where) => where.replace(/\*$/, /^\/certs/.test(where) ? "0".repeat(32) : /^\/(verify|reset|stop|once|lost|case\/(visit|sheet|password))/.test(where) ? "A".repeat(32) :
	where.startsWith("/password") ? "data" : "999999");

// ---- what came of it ----

const titles = { "Is it you?": "question", "Your browser leaves something out": "browser", "Sent from somewhere else": "elsewhere",
	"This form is no longer good": "token", "The form could not be read": "broken", "Not this way": "method", "There is no such page": "no page",
	"Not as a form": "type", "Your session is over": "over", "This page is older than your password entry": "old session",
	"Your password, please": "password" };
const titleOf = (text) => (text.match(/<h1[^>]*>([^<]*)</) ?? text.match(/<title>([^<]*)</) ?? ["", ""])[1].trim();
const verdict = (a) => {
	const title = titleOf(a.text);
	if (a.text.includes("processing is restricted"))
		return "restricted";
	const kind = a.text.includes("This needs a role that you do not have") ? "role" : titles[title];
	if (kind !== "token" && a.text.includes("open for more than 12 hours"))
		return "old form";
	if (kind === "password" && a.status !== 403)
		return "open";
	return kind ?? (a.status >= 500 ? `failed ${a.status} ${title}` : "open");
};

const secrets = [];		/* what no answer may carry in a Location: addresses, tokens of others */
function sound(a, { own = false, tls = false } = {}) {
	const h = a.headers, name = `${a.method} ${a.where.replace(/~[\w-]{32}/, "~")} (${a.status})`;
	assert.equal(h["set-cookie"], undefined, `${name}: a cookie`);
	assert.equal(h["referrer-policy"], "no-referrer", `${name}: referrer policy`);
	assert.equal(h["x-content-type-options"], "nosniff", `${name}: nosniff`);
	for (const policy of ["opener", "resource"])
		assert.equal(h[`cross-origin-${policy}-policy`], "same-origin", `${name}: ${policy} policy`);
	assert.match(h["permissions-policy"] ?? "", /camera=/, `${name}: permissions policy`);
	assert.match(h["content-security-policy"] ?? "", /default-src 'none'.*frame-ancestors 'none'/, `${name}: CSP`);
	assert.equal(h["x-powered-by"], undefined, name);
	assert.equal(h["access-control-allow-origin"], undefined, name);
	assert.match(h["content-type"] ?? "", /^text\/.*; charset=utf-8$|^(?!text\/)[a-z]+\/./, `${name}: no type, or text without a charset`);
	if (tls)
		assert.match(h["strict-transport-security"] ?? "", /max-age=\d+/, `${name}: HSTS`);
	if (own || a.status >= 400)
		assert.equal(h["cache-control"], "no-store", `${name}: may be kept by a cache`);
	if (h.location !== undefined) {
		assert.match(h.location, /^(\/(?!\/)|https:\/\/localhost:)/, `${name}: leads elsewhere`);
		for (const s of secrets)
			assert.ok(!decodeURIComponent(h.location).includes(s), `${name}: Location says ${s}`);
		assert.doesNotMatch(h.location, /@|%40/, name);
	}
	if (a.status >= 400 && /text\/html/.test(h["content-type"])) {
		assert.match(a.method === "HEAD" ? "<h1>x</h1>" : a.text, /<h1[\s\S]*<\/h1>|<title>/, `${name}: no page`);
	}
	assert.notEqual(a.status, 500, `${name}: ${titleOf(a.text)}`);
}

// ---- who comes ----

const ann = await enrol(await member(site, "ann@example.org"), { document: null });
const officer = await enrol(await member(site, "olu@example.org"), { document: null });
await officer.own("/role");
await again(officer);
await officer.send({ code: site.codes[0] }, "/role");
assert.match(officer.words, /You are an officer now/);
assert.equal(officer.page.status, 200, officer.words);
assert.equal(officer.root, "", "a session that outlives a new role");
await signIn(officer, "olu@example.org");
await freshen(officer);
const ben = await member(site, "ben@example.org");
const asa = await enrol(await member(site, "asa@example.org"), { document: null });
for (const name of ["sue", "aud"])
	await member(site, `${name}@example.org`);
const res = await member(site, "res@example.org");
await makeAssurers(site, ["asa@example.org"], { seats: { "sue@example.org": 3, "aud@example.org": 5 } });
await freshen(asa);
const [sue, aud] = await Promise.all(["sue", "aud"].map(async (name) => freshen(await signIn(new Visitor(site), `${name}@example.org`))));
await freshen(res);
await res.own("/rights/restrict");
await res.send({ sure: true }, "/rights/restrict");
assert.equal(res.page.status, 200, res.words);
const ended = await member(site, "eve@example.org");
const endedRoot = ended.root;
await ended.send({}, "/sign-out");

/* The address before the last password entry. */
const twice = await member(site, "two@example.org");
const oldRoot = twice.root;
await freshen(twice);
assert.notEqual(twice.root, oldRoot);

/* By certificate: on its own port, with the certificate in each request. */
const { key, csr } = request();
const serial = await mailCertificate(ann, "ann@example.org", csr, {}, "/certs/sign-in");
await ann.own("/settings");
await again(ann);
await ann.send({ on: "1" }, "/settings/certificate").catch(async () => {
	await ann.own("/settings");
	await ann.send({}, "/settings/certificate");
});
const cert = (await download(ann, serial)).toString();
await signIn(ann, "ann@example.org");
const signedIn = ann.root;		/* and no password since */
await signIn(ann, "ann@example.org");
await freshen(ann);
const carded = new Visitor(site, { cert, key });
carded.url = `${site.cert}/sign-in/certificate`;
await carded.get("/sign-in/certificate");
await carded.send({}, "/sign-in/certificate");
assert.match(carded.root, /^\/~[\w-]{32}$/, carded.words);

secrets.push("ann", "olu", "ben@", "eve@", "two@", "example.org", ben.root.slice(2));
const plain = asker(site, site.http), tls = asker(site, site.https), door = asker(site, site.cert, { cert, key });

/* kind: what the keeper makes of the session once everything else is in order. */
const people = {
	visitor: { ask: plain, root: "" },
	member: { ask: plain, root: ann.root, kind: "fresh" },
	"member who just signed in": { ask: plain, root: signedIn, kind: "stale" },
	/* The desk is the officers', too: for the cases that go to them. */
	officer: { ask: plain, root: officer.root, kind: "fresh", roles: ["officer", "support"] },
	assurer: { ask: plain, root: asa.root, kind: "fresh", roles: ["assurer"] },
	support: { ask: plain, root: sue.root, kind: "fresh", roles: ["support"], from: "same-origin" },
	auditor: { ask: plain, root: aud.root, kind: "fresh", roles: ["auditor"], from: "same-origin" },
	restricted: { ask: plain, root: res.root, kind: "fresh", stopped: true, from: "same-origin" },
	certificate: { ask: door, root: carded.root, kind: "stale", door: true },
	"certificate session without the certificate": { ask: plain, root: carded.root, kind: "over" },
	"ended session": { ask: plain, root: endedRoot, kind: "over" },
	"invented session": { ask: plain, root: `/~${"Q".repeat(32)}`, kind: "over" },
	"address before the password": { ask: plain, root: oldRoot, kind: "old" },
};

/* Purposes that stop while somebody restricted the processing (privacy/purpose.c says why), and what goes on of them: these pages show what stands already. */
const stops = new Set(["domain proof", "issue", "hand-over", "match", "shown to an assurer", "assurance", "name link", "parent's consent", "challenge", "event", "event visit", "event list",
	"slip", "trusted third party", "directory", "contact", "founding", "seat"]);
const goesOn = new Set(["/challenge", "/challenge/questions", "/handover", "/points/parent", "/slip", "/slips", "/ttp"].map((where) => `GET ${where}`));

const tokens = {
	good: (root, where) => formToken(root, where),
	"other path": (root, where) => formToken(root, where + "x"),
	"other session": (root, where) => formToken(root === ben.root ? ann.root : ben.root, where),
	old: (root, where) => formToken(root, where, Math.floor(Date.now() / 1000) - 13 * 3600),
	"of tomorrow": (root, where) => formToken(root, where, Math.floor(Date.now() / 1000) + 24 * 3600),
	absent: () => null,
	empty: () => "",
	altered: (root, where) => {
		const t = formToken(root, where);
		return t.slice(0, 10) + (t[10] === "A" ? "B" : "A") + t.slice(11);
	},
};

/* What these members hold already is changed behind the password: it is asked for before they type. */
const held = new Set(["/data/birth", "/data/nationality"]);
/* A birth date that others vouched for is corrected elsewhere. */
const holds = (p, path) => held.has(path) && !(p.roles?.includes("assurer") && path === "/data/birth");

function expected(row, who, fetchSite, token) {
	const p = people[who];
	if (p.stopped && row.own && row.role === "member" && stops.has(row.purpose) && !goesOn.has(`${row.method} ${row.path}`))
		return row.method === "GET" ? ["restricted"] : ["restricted", "wrong"];
	if (row.guard === "open" || row.guard === "machine" || row.guard === "once")
		return ["open", "no page"];		/* nothing has that name */
	if (fetchSite === null)
		return ["browser"];
	if (row.guard === "visit")
		return fetchSite === "same-origin" ? ["open", "no page"] : ["elsewhere"];
	if (fetchSite !== "same-origin")
		return [row.own ? "question" : "elsewhere"];
	if (row.method === "POST" && token !== "good" && token !== "old" && token !== "of tomorrow")
		return ["token", "broken"];
	const old = row.method === "POST" && token !== "good";
	if (row.own && p.kind === "over")
		return old ? ["over", "token"] : ["over"];
	if (row.own && row.role !== "member" && !(p.roles ?? []).includes(row.role))
		return old ? ["role", "token"] : ["role"];
	if (p.kind === "stale" && (row.needs === "fresh" || row.method === "GET" && holds(p, row.path)))
		return old ? ["password", "token", "old form"] : ["password"];
	/* A certificate alone shows and does not act; what is typed wrong may be said before that. */
	if (p.door && row.method === "POST" && !/^\/(sign-out|password|certs\/get\/.*)$/.test(row.path))
		return old ? ["password", "old form", "token"] : ["password", "open"];
	if (old)
		return row.needs === "fresh" && p.kind === "old" ? ["password", "token"] : ["old form", "token"];
	if (p.kind === "old")
		return row.needs === "fresh" ? ["password"] : row.method === "POST" ? ["old session", "open"] : ["open"];
	return ["open"];
}

/* One request and what is wrong with its answer; null: nothing. */
async function one(row, who, fetchSite, token, method = row.method) {
	const p = people[who], where = star(row.path);
	const body = row.method === "POST" ? token === null ? "" : `form=${encodeURIComponent(token)}` : undefined;
	const a = await p.ask(method, (row.own ? p.root : "") + where, { fetchSite, body });
	sound(a, { own: row.own, tls: p.door });
	return a;
}

async function judge(row, who, fetchSite, name, token) {
	const a = await one(row, who, fetchSite, token);
	const got = verdict(a), want = expected(row, who, fetchSite, name);
	/* An old form for what is not there: that nothing is there says it too (no domain proved, so no form to draw). */
	if (want.includes("old form") && got === "open" && (a.status === 404 || row.path.startsWith("/certs/server") && a.status === 422 || a.text.includes("This hand-over is over")))
		return a;
	if (want.includes("wrong") && a.status >= 400 && got === "open")
		return a;		/* what was typed is looked at first */
	assert.ok(want.includes(got), `${row.method} ${row.path} as ${who}, from ${fetchSite}, ${name ?? "no"} token: ${got} (${a.status}), not ${want}`);
	/* Who is let in with nothing typed changes nothing: only signing out and its like need no words. */
	if (p0(row) && got === "open" && people[who].kind === "old")
		assert.ok(a.status >= 400, `${row.path} acts for an old address (${a.status})`);
	return a;
}
const p0 = (row) => row.method === "POST" && row.own;
const acts = (row) => row.path === "/sign-out";

// ---- the tests ----

const gets = rows.filter((r) => r.method === "GET"), posts = rows.filter((r) => r.method === "POST" && r.guard !== "machine");

await test(`${gets.length} pages: who sees them, from where`, async () => {
	const all = gets.flatMap((row) => Object.keys(people).filter((who) => row.own ? who !== "visitor" : who === "visitor" || who === "member")
		.flatMap((who) => sites.filter((one) => (people[who].from ?? one) === one).map((fetchSite) => ({ row, who, fetchSite }))));
	await inParallel(all, 8, ({ row, who, fetchSite }) => judge(row, who, fetchSite));
	console.log(`  # ${all.length} requests`);
});

await test("HEAD: the same header lines and no body", async () => {
	const all = gets.flatMap((row) => (row.own ? ["member", "ended session"] : ["visitor"]).map((who) => ({ row, who })));
	await inParallel(all, 8, async ({ row, who }) => {
		const a = await one(row, who, "same-origin", undefined, "HEAD"), name = `HEAD ${row.path} as ${who}`;
		assert.equal(a.body.length, 0, name);
		if (row.guard === "once") {
			assert.equal(a.status, 405, name);
			assert.equal(a.headers.allow, "GET", name);
			return;
		}
		const b = await one(row, who, "same-origin");
		assert.equal(a.status, b.status, name);
		for (const h of ["content-type", "cache-control", "content-security-policy"])
			assert.equal(a.headers[h], b.headers[h], `${name}: ${h}`);
	});
});

await test(`${posts.length} forms: who may send them, from where, with which token`, async () => {
	const all = posts.filter((r) => r.own).flatMap((row) => Object.keys(people).filter((who) => who !== "visitor")
		.flatMap((who) => sites.flatMap((fetchSite) => Object.keys(tokens).map((name) => ({ row, who, fetchSite, name }))))
		/* From elsewhere the token is not even looked at: one kind of each is enough. */
		.filter(({ fetchSite, name }) => fetchSite === "same-origin" || name === "good" || name === "absent"))
		.filter(({ who, name, fetchSite }) => people[who].from === undefined || name === "good" && fetchSite === people[who].from)
		.filter(({ row, who, name, fetchSite }) => !(acts(row) && fetchSite === "same-origin" && name === "good" && people[who].kind !== "over"));
	await inParallel(all, 8, ({ row, who, fetchSite, name }) => judge(row, who, fetchSite, name, tokens[name](people[who].root, star(row.path))));
	console.log(`  # ${all.length} requests`);
});

await test("a form that needs the password asks for it and leads back to the page it stands on", async () => {
	const pages = new Set(gets.filter((r) => r.own).map((r) => r.path.replace(/\*$/, "")));
	for (const [role, address] of [["assurer", "asa@example.org"], ["officer", "olu@example.org"], ["support", "olu@example.org"]])
		people[`${role} who just signed in`] = { ask: plain, root: (await signIn(new Visitor(site), address)).root, kind: "stale", roles: [role] };
	for (const row of posts.filter((r) => r.own && r.needs === "fresh")) {
		const who = `${row.role} who just signed in`;
		const a = await one(row, who, "same-origin", formToken(people[who].root, star(row.path)));
		const next = (a.text.match(/name="next" value="([^"]+)"/) ?? [])[1] ?? "";
		assert.ok(pages.has(next) || pages.has(next.replace(/[^/]+$/, "")), `${row.path} leads to ${next}`);
		assert.ok(next.startsWith(row.path.match(/^\/[^/]*/)[0]), `${row.path} leads to ${next}`);
	}
	/* Switching something: the password, the same page, and there the switch. */
	const v = await signIn(new Visitor(site), "two@example.org");
	await v.own("/settings");
	await v.send({}, "/settings/certificate");
	assert.equal(v.page.status, 403);
	await again(v);
	assert.match(v.url, /\/settings$/);
	await v.send({}, "/settings/certificate");
	assert.match(v.page.text, /badge good/);
});

await test("public forms: the same, with tokens of their own pages", async () => {
	for (const row of posts.filter((r) => !r.own)) {
		const where = star(row.path);
		const page = gets.find((r) => r.path === row.path && !r.own);
		const base = where.startsWith("/sign-in/certificate") ? door : plain;
		people.visitor.ask = base;
		const shown = await base("GET", where, { fetchSite: "none" });
		/* Where nothing is behind the address there is no form; any page's token is then another path's. */
		const good = (shown.text.match(/name="form" value="([\w-]+)"/) ?? [])[1];
		const other = ((await plain("GET", where === "/join" ? "/forgot" : "/join")).text.match(/name="form" value="([\w-]+)"/) ?? [])[1];
		/* The form of one stands on the answer to another form alone. */
		assert.ok((page !== undefined || ["/receipt/file", "/case/sheet/*"].includes(row.path)) && other !== undefined, row.path);
		for (const fetchSite of sites)
			for (const [name, token] of [["good", good], ["other path", other], ["absent", null], ["other session", formToken(ann.root, where)],
				["altered", (good ?? other).slice(0, 12) + ((good ?? other)[12] === "A" ? "B" : "A") + (good ?? other).slice(13)]]) {
				if (token === undefined)
					continue;
				await sleep(2);		/* nginx lets a thousand a second through */
				const a = await one(row, "visitor", fetchSite, token);
				const want = expected(row, "visitor", fetchSite, name), got = verdict(a);
				assert.ok(want.includes(got), `${row.path} from ${fetchSite}, ${name} token: ${got} (${a.status}), not ${want}`);
			}
		people.visitor.ask = plain;
	}
});

await test("a path without its session, a session without its path", async () => {
	const open = new Set(rows.filter((r) => !r.own).map((r) => r.path));
	for (const row of rows.filter((r) => r.own && !open.has(r.path) && !open.has(r.path.replace(/\/[^/]*$/, "/*")))) {
		const a = await plain(row.method, star(row.path), { body: row.method === "POST" ? "form=x" : undefined });
		sound(a);
		assert.equal(a.status, 404, `${row.method} ${row.path} without a session`);
	}
	for (const row of rows.filter((r) => !r.own && r.path !== "/" && !rows.some((o) => o.own && o.path === r.path))) {
		const a = await plain(row.method, ann.root + star(row.path), { body: row.method === "POST" ? "form=x" : undefined });
		assert.ok([404, 405].includes(a.status) || rows.some((o) => o.own && o.path.endsWith("*") && row.path.startsWith(o.path.slice(0, -1))),
			`${row.method} ${row.path} below a session: ${a.status}`);
	}
	for (const where of [`${ann.root}x/home`, `/~${"A".repeat(31)}/home`, `/~/home`, `${ann.root}//home`, `${ann.root}/../${ann.root.slice(1)}/home`,
		`/%7E${ann.root.slice(2)}/home`, `/.${ann.root}/home`, `${ann.root}/home/`, `${ann.root}/%68ome`, `${ann.root.toUpperCase()}/home`]) {
		const a = await plain("GET", where);
		sound(a);
		assert.ok(a.status >= 400 && !a.text.includes("ann@example.org"), `${where.replace(ann.root.slice(2), "TOKEN")}: ${a.status}`);
	}
});

await test("other methods: 405 says which there are, 404 has a page", async () => {
	const known = new Map();
	for (const row of rows.filter((r) => r.guard !== "machine")) {
		const at = `${row.own}${row.path}`;
		known.set(at, { row, methods: rows.filter((r) => `${r.own}${r.path}` === at).map((r) => r.method) });	/* machines' too */
	}
	await inParallel([...known.values()], 8, async ({ row, methods }) => {
		const where = (row.own ? ann.root : "") + star(row.path);
		for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", methods.includes("GET") ? "PUT" : "GET", methods.includes("POST") ? "PUT" : "POST"]) {
			const a = await plain(method, where, { body: method === "POST" ? "form=x" : undefined });
			const name = `${method} ${row.path}`;
			assert.equal(a.status, 405, name);
			sound(a, { own: row.own });
			if (a.headers.allow !== undefined)
				assert.doesNotMatch(a.headers.allow, new RegExp(`\\b${method}\\b`), name);
		}
	});
	for (const where of ["/nothing", "/~", "/join/x", "/static/nothing.css", "/crl/none.crl", "/outbox/none", "/issuer-none.pem", "/%00", "/a%2fb", "/" + "a".repeat(5000)]) {
		const a = await plain("GET", where);
		sound(a);
		assert.ok([400, 403, 404, 414].includes(a.status), `${where.slice(0, 40)}: ${a.status}`);
		assert.match(a.text, /<h1/);
	}
});

await test("over TLS the same, with HSTS; the certificate port shows nothing else", async () => {
	for (const row of gets.filter((r) => !r.own && !r.path.includes("*")))
		sound(await tls("GET", row.path, { fetchSite: "none" }), { tls: true });
	for (const row of gets.filter((r) => r.own).slice(0, 12))
		sound(await tls("GET", ann.root + star(row.path)), { tls: true, own: true });
	for (const row of gets.filter((r) => r.guard === "open" && !/^\/(sign-in\/certificate|signed-out)/.test(r.path))) {
		const a = await door("GET", star(row.path), { fetchSite: "none" });
		assert.equal(a.status, 302, row.path);
		assert.equal(a.headers.location, `${site.https}${star(row.path)}`);
	}
	/* A session begun with a password is not tied to that port, but it may be used there. */
	assert.ok([200, 403].includes((await door("GET", `${ann.root}/home`)).status));
});

await test("signing out works once, and only by its form", async () => {
	const a = await plain("POST", `${ben.root}/sign-out`, { body: `form=${formToken(ben.root, "/sign-out")}` });
	assert.equal(a.status, 303);
	assert.equal(a.headers.location, "/signed-out");
	assert.equal(verdict(await plain("GET", `${ben.root}/home`)), "over");
});

await test("eleven minutes later everything behind the password asks for it", async () => {
	const roots = { ann: ann.root, olu: officer.root, asa: asa.root };
	[plain, tls, door].forEach((ask) => ask.close());
	await site.stop();
	site = await startSite({ dir, sets: [...sets, "clock.shift=660"] });
	const later = asker(site, site.http);
	people.member = { ask: later, root: roots.ann, kind: "stale" };
	people.officer = { ask: later, root: roots.olu, kind: "stale", roles: ["officer", "support"] };
	people.assurer = { ask: later, root: roots.asa, kind: "stale", roles: ["assurer"] };
	const shift = 660;
	tokens.good = (root, where) => formToken(root, where, Math.floor(Date.now() / 1000) + shift);
	const all = rows.filter((r) => r.own && !acts(r)).flatMap((row) => ["member", "officer", "assurer"].map((who) => ({ row, who })));
	await inParallel(all, 8, ({ row, who }) => judge(row, who, "same-origin", row.method === "POST" ? "good" : undefined,
		row.method === "POST" ? tokens.good(people[who].root, star(row.path)) : undefined));
	later.close();
});

await test("thirty-one idle minutes later the session is over", async () => {
	await site.stop();
	site = await startSite({ dir, sets: [...sets, `clock.shift=${660 + 31 * 60}`] });
	const later = asker(site, site.http);
	for (const row of gets.filter((r) => r.own))
		assert.equal(verdict(await later("GET", people.member.root + star(row.path))), "over", row.path);
	later.close();
	assert.equal(await site.stop(), 0);
});

finish();
