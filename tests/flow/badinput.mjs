// tests/flow/badinput.mjs - every form and every upload, sent wrongly in every way.
// limit: 300
//
// The rows are the program's own.  Whatever is wrong: the right status, a sentence, typed values kept
// (passwords never), and nothing done, not even half.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { finish, formsOf, sleep, startSite, temporaryFolder, test, unescape, until, Visitor } from "./site.mjs";
import { compare, makeAssurers, makeCode, takeCode, vouchFor } from "./_trust.mjs";
import { announce, dayIn } from "./_events.mjs";
import { askToJoin, asker, enrol, formToken, freshen, health, inParallel, mailCertificate, member, memoryHolds, openssl, password, processesOf, request, routes, search, signIn, verified, verifyLink } from "./_people.mjs";

const site = await startSite({ sets: ["nginx.posts_per_minute=60000", "limit.mails_per_hour=10000"] });
const ann = await enrol(await member(site, "ann@example.org"));
/* Ann is an assurer with somebody before her, somebody vouched for, and a code of her own. */
const ben = await enrol(await member(site, "ben@example.org"), { given: "Ben", family: "Berg", questions: null });
const dee = { typed: "dee@bücher.example.org", known: "dee@xn--bcher-kva.example.org" };
for (const address of ["cem@example.org", dee.known])
	await member(site, address);
/* Two officers: what Ben asks for, Ann may vote on. */
for (const [i, [v, address]] of [[ann, "ann@example.org"], [ben, "ben@example.org"]].entries()) {
	await freshen(v);
	await v.own("/role");
	await v.send({ code: site.codes[i] }, "/role");
	await freshen(await signIn(v, address));
}
await makeAssurers(site, ["ann@example.org"]);
await vouchFor(ann, ben, { given: "Ben", family: "Berg", birth: ["29", "2", "1984"] }, { paper: true });
const met = await takeCode(ann, await makeCode(ben));
await compare(ann, met, { name: "Ben Berg", birth: ["29", "2", "1984"] });
await makeCode(ann, "printed");
await ann.own("/assurances");
const given = ann.page.text.match(/\/assurances\/withdraw\/(\d+)/)[1];
await ben.own("/points");
const ownNumber = ben.words.match(/You are member (\d+)/)[1];
await ben.own("/officers/standing");
await ben.send({ who: dee.typed }, "/officers/standing");		/* as people write it */
await ben.send({ kind: "suspend", reason: "Dee vouches from afar" }, "/officers/standing/ask");
const decision = new URL(ben.url).pathname.match(/\/officers\/decision\/(\d+)$/)[1];
await freshen(ann);
await ann.own("/names/add");
await ann.send({ sort: "birth", given: "Ann", family: "Kowalska" }, "/names/add");
const event = await announce(ann);
await ann.own("/domains");
await ann.send({ name: "ann.example.org" }, "/domains");
const domain = ann.page.text.match(/\/domains\/show\/(\d+)/)?.[1] ?? new URL(ann.url).pathname.match(/\/domains\/show\/(\d+)/)[1];
await ann.own(`/domains/show/${domain}`);
await ann.send({}, `/domains/dns/${domain}`);
const { key, csr } = request({ subject: "/CN=ann.example.org" });
const serial = await mailCertificate(ann, "ann@example.org", csr);
const ask = asker(site, site.http), door = asker(site, site.cert);
/* Links that work, for the forms behind them. */
await ask("GET", "/");
const visitor = new Visitor(site);
await visitor.get("/forgot");
await visitor.send({ address: "ann@example.org" }, "/forgot");
const resetAt = new URL((await site.mail((m) => m.links.some((l) => l.includes("/reset/")))).links.find((l) => l.includes("/reset/"))).pathname;
await askToJoin(visitor, "waiting@example.org");
const verifyAt = new URL(await verifyLink(site, "waiting@example.org")).pathname;
/* Ann's own line, and a message by way of it: to herself. */
await ann.own("/directory/mine");
await ann.send({ region: "Wien" }, "/directory/mine");
await ann.send({}, "/directory/mine/publish");
await ann.own("/directory");
const line = ann.page.text.match(/\/directory\/write\/(\d+)"/)[1];
await ann.own(`/directory/write/${line}`);
await ann.send({ message: "Hello" }, `/directory/write/${line}`);
const contactAt = new URL((await site.mail((m) => m.links.some((l) => l.includes("/contact/")))).links.find((l) => l.includes("/contact/"))).pathname;
/* Somebody who wants to be erased, and has the link for it. */
const fay = await freshen(await member(site, "fay@example.org"));
await fay.own("/rights/erase");
await fay.send({ when: "now", sure: true }, "/rights/erase");
const eraseAt = new URL((await site.mail((m) => m.links.some((l) => l.includes("/erase/")))).links.find((l) => l.includes("/erase/"))).pathname;
/* A case of Ann's own, one without an account, and one against staff that she works on as an officer. */
await ann.own("/cases/new");
await ann.send({ kind: "complaint", words: "It took long" }, "/cases/new");
const ownCase = new URL(ann.url).pathname.match(/\/cases\/(\d+)$/)[1];
const stranger = new Visitor(site);
await stranger.get("/case/new");
await stranger.send({ kind: "complaint", words: "It took long" }, "/case/new");
const visitAt = stranger.page.text.match(/\/case\/visit\/[\w-]{32}/)[0];
await stranger.get("/case/report");
await stranger.send({ against: "staff", words: "They look too much" }, "/case/report");
const deskCase = stranger.page.text.match(/<code translate="no">(\d{8})</)[1];
await ann.own(`/desk/case/${deskCase}`);
await ann.send({}, `/desk/take/${deskCase}`);
await until("all mails to be sent", async () => (await health(site))["mails waiting"] === 0);
const childrenOf = (pid) => execFileSync("ps", ["--ppid", `${pid}`, "-o", "pid="]).toString().trim().split(/\s+/).filter(Boolean).map(Number);
const rows = (await routes()).filter((r) => r.method === "POST" && r.guard !== "machine");
const typed = "Zwirbelwort";		/* stands in what is typed and must come back */
const secret = "geheimes wort von vielen hueten";

const good = {
	"/join": { address: `${typed}@example.org`, password: secret, again: secret, agree: "1" },
	"/sign-in": { address: "ann@example.org", password },
	"/forgot": { address: "ann@example.org" },
	"/reset/*": { answer1: "a", answer2: "b", answer3: "c", password: secret, again: secret },
	"/password": { next: "/home", password },
	"/password/change": { password: secret, again: secret },
	"/settings/certificate": { on: "1" }, "/role": { code: "AAAA-BBBB" }, "/policy": { answer: "yes", agreement: "2", statement: "3" }, "/sessions/end": { number: "1" },
	"/data/erase": { field: "7" }, "/data/names": { given: typed, middle: "", family: typed, suffix: "" }, "/data/birth": { day: "1", month: "2", year: "1990" },
	"/data/nationality": { nationality: "DE" }, "/data/document": { kind: "passport", number: typed },
	"/names/add": { sort: "artist", given: typed, middle: "", family: typed, suffix: "" }, "/names/change/*": { sort: "artist", given: typed, middle: "", family: typed, suffix: "" },
	"/names/first": { index: "1" }, "/names/erase/*": { sure: "1" }, "/names/birth": { day: "1", month: "2", year: "1990" },
	"/questions": Object.fromEntries([1, 2, 3, 4, 5].flatMap((n) => [[`question${n}`, `${typed} number ${n} of mine`], [`answer${n}`, `${secret} ${n}`]])),
	"/addresses": { address: `${typed}@example.net` }, "/addresses/again": { id: "1" }, "/addresses/primary": { id: "1" }, "/addresses/remove/*": { sure: "1" },
	"/domains": { name: "zwirbelwort.example.net" }, "/domains/mail/*": { mailbox: "admin" }, "/domains/check/*": { method: "dns" }, "/domains/remove/*": { sure: "1" },
	"/certs/note/*": { label: typed }, "/certs/revoke/*": { reason: "4" }, "/certs/server": { request: csr }, "/certs/server/issue": { request: csr, name: "ann.example.org", level: "robot", label: typed },
	"/handover": { kind: "screen" }, "/handover/end": { id: "1" }, "/handover/form": { mutual: "1" }, "/assure": { code: "7KQM-3V9X-D2TP-84HQ" },
	"/assure/with/*": { name: typed, day: "1", month: "2", year: "1990", kind: "passport", number: typed },
	"/assure/note/*": { place: typed, day: "1", month: "2", year: "2026", passport: "1", name: "0", accepts: "1", paper: "1", points: "1" },
	"/assure/sign": { draft: "1", password }, "/assure/drop": { id: "1" }, "/points/confirm": { id: "1" }, "/assurances/withdraw/*": { reason: typed },
	"/points/founder": { on: "1" }, "/points/object/*": { words: typed }, "/officers/founding": { founder: ownNumber, reason: typed },
	"/officers/decision/*": { vote: "yes", reason: typed }, "/officers/standing": { who: typed }, "/officers/standing/ask": { member: ownNumber, kind: "suspend", reason: typed },
	"/certs/mail": { address: "ann@example.org", level: "robot", name: "0", label: typed, request: csr }, "/status": { serial: "0".repeat(32), address: "" },
	"/certs/sign-in": { address: "ann@example.org", level: "robot", name: "0", label: typed, request: csr },
	"/challenge": { language: typed }, "/challenge/questions": { try: "1", q1: "0", open: "1" },
	"/directory/mine": { named: "1", region: typed, languages: "de, en", place: "48.1, 11.6" }, "/directory/mine/publish": { name: "", region: typed, languages: "de", place: "48.1, 11.6" },
	"/events/new": { place: typed, ...dayIn(2), from: "18:00", days: "1", until: "22:00", east: "+01:00", places: "20", note: typed },
	"/events/new/publish": { place: typed, ...dayIn(2), from: "18:00", days: "1", until: "22:00", east: "+01:00", places: "20", note: typed },
	"/events/sign-up/*": { named: "1" }, "/events/check-out/*": { id: "1" }, "/slips/withdraw": { id: "100000" }, "/slips/print": { code: "7KQM-3V9X-D2TP-84HQ" },
	"/slips/new": { name: typed, day: "1", month: "2", year: "1990", passport: "1", place: typed, met_day: "1", met_month: "2", met_year: "2026", points: "1", accepts: "1", parent: "1", password },
	"/ttp": { region: "NZ" }, "/ttp/form": { id: "1" }, "/ttp/end": { id: "1" }, "/papers/destroyed": { id: "1" }, "/papers/keep": { id: "1" },
	"/papers/accept": { id: "1", answer: "yes" }, "/papers/offer/*": { to: typed },
	"/slip": { code: "7KQM-3V9X-D2TP-84HQ" }, "/slip/confirm": { code: "7KQM-3V9X-D2TP-84HQ" },
	"/rights/ask-first": { on: "1" }, "/rights/restrict": { sure: "1" }, "/rights/erase": { when: "later", sure: "1" }, "/erase/*": { sure: "1" },
	"/receipt": { code: "7KQM-3V9X-D2TP-84HQ" }, "/receipt/file": { code: "7KQM-3V9X-D2TP-84HQ" },
	"/cases/new": { kind: "complaint", words: `${typed}\nand more`, birth: "1" }, "/cases/report": { against: "member", about: typed.slice(0, 20), words: typed },
	"/cases/*": { words: typed }, "/cases/allow/*": { what: "1", answer: "no" }, "/cases/name/*": { from: "0", to: "1" }, "/desk/name/*": { grounds: typed }, "/case": { number: "12345678", phrase: secret }, "/case/new": { kind: "complaint", words: typed },
	"/case/key": { serial: "0".repeat(32), request: csr }, "/case/report": { against: "member", about: typed.slice(0, 20), words: typed }, "/case/visit/*": { words: typed }, "/desk/hand/*": { what: "deputy", deputy: typed },
	"/desk/say/*": { as: "note", message: typed }, "/desk/extend/*": { months: "1", because: typed }, "/desk/close/*": { outcome: "done", ending: typed },
	"/desk/open/*": { field: "4", reason: typed }, "/desk/find/*": { how: "address", exactly: typed }, "/desk/later/*": { days: "9", grounds: typed }, "/settings/seat": { on: "0" },
	"/officers/holds": { who: typed, ground: "claim", names: "1", days: "30", reason: typed }, "/officers/holds/end": { hold: "1", because: typed },
	"/officers/exclusions": { who: typed, reason: typed }, "/officers/exclusions/end": { exclusion: "1", because: typed },
	"/lists": { list: "news", on: "0" }, "/desk/sort/*": { kind: "access" },
	"/desk/letter": { kind: "complaint", day: "1", month: "2", year: "2026", words: typed },
	"/officers/disclosures/new": { authority: typed, basis: typed, document: typed, members: ownNumber, first: "2026-01-01", last: "2026-01-31", silence: "", reason: typed },
	"/officers/disclosures/fetch/*": { what: "file" },
	"/officers/disclosures/borrow/*": { who: typed, community: typed, site: "https://partner.example", reason: typed },
	"/guest/*": { do: "leave" }, "/guest/vote/*": { vote: "no", reason: typed },
	"/officers/seats": { seat: "support", do: "give", who: typed, reason: typed },
	"/case/password/*": { password: secret, again: secret }, "/lost/*": { answer: "stop" }, "/lost/open/*": { password: secret, again: secret }, "/assure/confirm/*": { met: "1" },
	"/officers/breaches": { hours: "1", what: `${typed}\nand more` }, "/officers/breaches/*": { what: `${typed}\nand more`, effects: typed, done: typed },
	"/settings/trusted": { address: `${typed}@example.net` }, "/settings/trusted/answer": { member: "1234567890", answer: "no" }, "/settings/trusted/close": { member: "1234567890" },
	"/directory/write/*": { message: `${typed}\nand more` }, "/contact/*": { message: `${typed}\nand more` },
};
const place = (row) => /^\/case\/(visit|sheet|password)\/\*$/.test(row.path) ? row.path.replace("*", visitAt.split("/").pop()) : /^\/cases\/.*\*$/.test(row.path) ? row.path.replace("*", ownCase) : /^\/desk\//.test(row.path) ? row.path.replace("*", deskCase) :
	row.path === "/reset/*" ? resetAt : row.path === "/verify/*" ? verifyAt : row.path === "/contact/*" ? contactAt : row.path === "/erase/*" ? eraseAt :
	row.path === "/directory/write/*" ? `/directory/write/${line}` : row.path.replace("*", /^\/certs/.test(row.path) ? serial : /^\/domains/.test(row.path) ? domain :
		/^\/officers/.test(row.path) ? decision : /^\/assurances/.test(row.path) ? given : /^\/assure/.test(row.path) ? met : /^\/events/.test(row.path) ? event : "1");

let publicTokens = {};
async function tokenOf(row) {
	if (row.own)
		return formToken(ann.root, place(row));
	publicTokens[row.path] ??= ((await (row.path.startsWith("/sign-in/cert") ? door : ask)("GET", place(row))).text.match(/name="form" value="([\w-]+)"/) ?? [])[1] ?? "none";
	return publicTokens[row.path];
}
const send = async (row, body, options = {}) => {
	const a = await ask("POST", (row.own ? ann.root : "") + place(row), { body, ...options });
	await sleep(1);
	return a;
};
const encode = (pairs) => pairs.map(([n, v]) => `${encodeURIComponent(n)}=${v instanceof Raw ? v.text : encodeURIComponent(v)}`).join("&");
class Raw { constructor(text) { this.text = text; } }

/* What all refusals have in common. */
function refused(a, name, want) {
	assert.ok(want.includes(a.status), `${name}: ${a.status}, not ${want}`);
	assert.equal(a.headers["cache-control"], "no-store", name);
	assert.equal(a.headers.location, undefined, name);
	assert.ok(!a.text.includes(secret), `${name}: a password comes back`);
	assert.ok(!a.text.includes(password), `${name}: a password comes back`);
	assert.match(a.headers["content-type"], /text\/html/, name);
	assert.match(a.text, /role="alert"|<p( class="lede")?>[^<]{20,}/, `${name}: no sentence`);
}

const boxes = async () => {
	const pages = {};
	for (const where of ["/data", "/names", "/addresses", "/domains", "/certs", "/settings", "/questions", "/handover", `/assure/with/${met}`, "/assure/sign", "/points", "/assurances", "/officers", `/officers/decision/${decision}`, `/events/${event}`, "/events/mine", "/slips", "/ttp", "/papers", "/cases", `/cases/${ownCase}`, "/desk", `/desk/case/${deskCase}`])
		pages[where] = (await ask("GET", ann.root + where)).text.replace(/name="form" value="[^"]*"/g, "").replace(/\d+ (seconds?|minutes?) ago|just now|in \d+ (hours?|minutes?)/g, "").replace(/<(time|footer)[^]*?<\/\1>/g, "");
	const h = await health(site);
	for (const age of ["ledger entries", "newest checkpoint", "oldest mail, seconds", "oldest ticket, seconds", "clerk last asked, seconds ago", "up, seconds", "mails waiting", "fields opened since start"])
		delete h[age];
	return { pages, h, mails: site.mails().length };
};
const start = await boxes();
const unchanged = async (what) => {
	const now = await boxes();
	assert.deepEqual(now.h, start.h, what);
	assert.equal(now.mails, start.mails, `${what}: a mail went out`);
	for (const [where, text] of Object.entries(start.pages))
		assert.equal(now.pages[where], text, `${what}: ${where} changed`);
};

/* Each row with one thing wrong; [name, body, statuses, the field, other options]. */
async function wrongs(row) {
	const form = await tokenOf(row), base = Object.entries(good[row.path] ?? {});
	const all = [];
	const one = (name, pairs, want, field, options) => all.push([name, encode([["form", form], ...pairs]), want, field, options]);
	const but = (field, value) => value === null ? base.filter(([n]) => n !== field) : [...base.filter(([n]) => n !== field), [field, value]];
	/* A public form whose link is worth nothing is told so first; own objects may be told "not here". */
	const mend = [422, 404, 409, 429], program = [400, 404, 409];
	/* Marks are sent as NAME1, NAME2 ... */
	for (const f of row.fields.filter((x) => x.kind !== "file").map((x) => x.kind === "marks" ? { ...x, name: `${x.name}1` } : x)) {
		if (["text", "secret", "many"].includes(f.kind))
			one(`${f.name} over-long`, but(f.name, "x".repeat((f.kind === "many" ? 255 : f.most) + 1)), mend, f.name);
		if (f.kind === "number")
			one(`${f.name} no number`, but(f.name, "12a"), [...mend, 400], f.name), one(`${f.name} too large`, but(f.name, "9".repeat(19)), [...mend, 400], f.name), one(`${f.name} negative`, but(f.name, "-1"), [...mend, 400], f.name);
		if (f.kind === "choice")
			one(`${f.name} none of the choices`, but(f.name, typed), [...mend, 400], f.name);
		if (f.kind === "marks")
			one(`${f.name} none of the options`, but(f.name, "8"), mend, f.name), one(`a set beyond the last one`, [...base, [`q${f.most + 1}`, "1"]], program);
		if (f.kind === "tick")
			one(`${f.name} ticked strangely`, but(f.name, "yes"), mend, f.name);
		if (f.required && base.length > 0)
			one(`${f.name} missing`, but(f.name, null), [...mend, 400], f.name), one(`${f.name} empty`, but(f.name, ""), [...mend, 400], f.name);
		if (f.kind !== "many")
			one(`${f.name} twice`, [...but(f.name, "1"), [f.name, "1"]], program, f.name);
		const garbled = f.kind === "marks" ? mend : program;	/* no option has this name: all there is to say */
		one(`${f.name} not UTF-8`, but(f.name, new Raw("a%ff%fe%c0%80")), garbled, f.name);
		one(`${f.name} UTF-8 of a surrogate`, but(f.name, new Raw("%ed%a0%80")), garbled, f.name);
		one(`${f.name} with a NUL`, but(f.name, new Raw("a%00b")), [...program, 422], f.name);
		if (f.kind !== "secret")
			one(`${f.name} with control characters`, but(f.name, new Raw("a%07%1b[2Jb")), [...mend, 400], f.name);
		one(`${f.name} badly encoded`, but(f.name, new Raw("a%zz")), program, f.name);
		one(`${f.name} ends in a percent sign`, but(f.name, new Raw("a%")), program, f.name);
	}
	one("an unknown field", [...base, ["surprise", typed]], program);
	one("a name that is none", [...base, ["given[]", typed]], program);
	one("two hundred fields", [...base, ...Array.from({ length: 200 }, (_, i) => [`f${i}`, "1"])], program);
	one("the token twice", [["form", form], ...base], program);
	one("too much", [...base, ["surprise", "x".repeat(row.fields.some((f) => f.kind === "file") ? 262000 : 70000)]], [400, 413]);
	all.push(["not a form at all", "\0\xff garbage \x01", [400, 403]]);
	all.push(["nothing", "", [403, 400]]);
	const body = encode([["form", form], ...base]);
	for (const type of [null, "text/plain", "application/json", "application/xml", "application/x-www-form-urlencodedx", "multipart/mixed; boundary=x"])
		all.push([`sent as ${type}`, body, [415], undefined, { type }]);
	const edge = "edge123", part = (name, value, more = "") => `--${edge}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
	const type = `multipart/form-data; boundary=${edge}`, parts = part("form", form) + base.map(([n, v]) => part(n, v)).join("");
	for (const [name, text, t] of [["no end", parts, type], ["no boundary", `${parts}--${edge}--\r\n`, "multipart/form-data"], ["another boundary", `${parts}--${edge}--\r\n`, "multipart/form-data; boundary=other"],
		["an endless boundary", `${parts}--${edge}--\r\n`, `multipart/form-data; boundary=${"x".repeat(500)}`], ["a part without a name", `${parts}--${edge}\r\nContent-Type: text/plain\r\n\r\nx\r\n--${edge}--\r\n`, type],
		["a part without its blank line", `--${edge}\r\nContent-Disposition: form-data; name="form"\r\n--${edge}--\r\n`, type], ["a long header", `${parts}--${edge}\r\nX: ${"y".repeat(5000)}\r\n\r\nx\r\n--${edge}--\r\n`, type],
		["a NUL in a header", `${parts}--${edge}\r\nContent-Disposition: form-data; name="a\0b"\r\n\r\nx\r\n--${edge}--\r\n`, type], ["a field twice", `${parts}${part("form", form)}--${edge}--\r\n`, type],
		["an unknown part", `${parts}${part("surprise", typed, '; filename="../../etc/passwd"')}--${edge}--\r\n`, type], ["two hundred parts", `${parts}${part("surprise", "1").repeat(200)}--${edge}--\r\n`, type],
		["only the edges", `--${edge}\r\n--${edge}--\r\n`, type], ["nothing but the end", `--${edge}--\r\n`, type]])
		all.push([`multipart, ${name}`, text, [400, 403, 404, 409, 413], undefined, { type: t }]);
	return all;
}

/* The page shows the form again: what was typed and is no secret stands in it. */
function kept(a, row, field, name) {
	if (a.status !== 422 || !/text\/html/.test(a.headers["content-type"]))
		return;
	const form = formsOf(a.text).find((f) => (f.action ?? "").endsWith(place(row)));
	if (form === undefined)
		return;		/* nothing to fill in: no domain is proved */
	/* The summary of errors leads to each field that is there to see. */
	for (const f of form.fields.filter((x) => x.type !== "hidden" && a.text.includes(`<a href="#f-${x.name}"`)))
		assert.ok(a.text.includes(`id="f-${f.name}"`), `${name}: nothing on the page is called f-${f.name}`);
	for (const f of row.fields) {
		const shown = form.fields.find((x) => x.name === f.name && (x.type !== "radio" || x.checked));
		const was = good[row.path]?.[f.name];
		if (shown === undefined || f.name === field || was === undefined)
			continue;
		if (f.kind === "secret")
			assert.equal(shown.value, "", `${name}: ${f.name} comes back`);
		else if (["text", "number"].includes(f.kind) && shown.type !== "hidden" && shown.type !== "radio")
			assert.equal(shown.value, was, `${name}: ${f.name} is lost`);
		else if (f.kind === "tick" && was === "1")
			assert.ok(shown.checked, `${name}: the tick at ${f.name} is lost`);
	}
}

for (const row of rows)
	await test(`POST ${row.path}`, async () => {
		const all = await wrongs(row);
		let n = 0;
		await inParallel(all, 3, async ([what, body, want, field, options]) => {
			const name = `${row.path}: ${what}`;
			/* nginx itself ends what is too long, sometimes before it was sent. */
			const a = await send(row, body, options).catch((e) => {
				assert.equal(what, "too much", `${name}: ${e.message}`);
				return null;
			});
			if (a === null)
				return;
			refused(a, name, [...want, ...(row.fields.length === 0 ? [400] : []), ...(publicTokens[row.path] === "none" ? [403] : [])]);
			kept(a, row, field, name);
			n++;
		});
		await unchanged(row.path);
	});

await test("a broken form sends the prover nowhere", async () => {
	const where = `/domains/check/${domain}`;
	const a = await ask("POST", ann.root + where, { body: encode([["form", formToken(ann.root, where)], ["method", "dns"], ["surprise", typed]]) });
	assert.equal(a.status, 400);
	assert.match(a.text, /role="alert"/);
	assert.doesNotMatch(a.text, /We looked|Nobody answered in time|class="warn"/);
});

// ---- uploads ----

const dir = mkdtempSync(path.join(temporaryFolder(), "up-"));
const at = (name) => path.join(dir, name);
const make = (...args) => { openssl(...args); return readFileSync(args[args.indexOf("-out") + 1]); };
const newKey = (alg, ...opts) => make("genpkey", "-algorithm", alg, ...opts.flatMap((o) => ["-pkeyopt", o]), "-out", at("k"));
const rsa = newKey("RSA", "rsa_keygen_bits:2048").toString();
writeFileSync(at("rsa"), rsa);
const der = (pem) => Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ""), "base64");
const middle = (pem) => pem.split("\n")[3];
const form = (pem, label) => `-----BEGIN ${label}-----\n${der(pem).toString("base64").replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;
const signed = (...args) => { openssl("req", "-new", "-subj", "/CN=ann.example.org", "-nodes", "-keyout", at("k2"), "-out", at("r"), ...args); return readFileSync(at("r"), "utf8"); };
const spki = (alg, ...opts) => { newKey(alg, ...opts); openssl("req", "-new", "-key", at("k"), "-subj", "/CN=ann.example.org", "-out", at("r")); return readFileSync(at("r"), "utf8"); };

const privates = {
	"a private key (PKCS#8)": rsa,
	"a private key (PKCS#1)": make("rsa", "-in", at("rsa"), "-traditional", "-out", at("o")).toString(),
	"a private key, encrypted": make("pkcs8", "-topk8", "-in", at("rsa"), "-passout", "pass:x", "-v2", "aes-256-cbc", "-out", at("o")).toString(),
	"a private key (SEC 1)": make("ec", "-in", (writeFileSync(at("ec"), key), at("ec")), "-out", at("o")).toString(),
	"a private key in DER": make("pkcs8", "-topk8", "-nocrypt", "-in", at("rsa"), "-outform", "DER", "-out", at("o")),
	"a private key without its frame": rsa.split("\n").slice(1, -2).join("\n"),
	"request and private key": csr + rsa,
	"private key and request": rsa + csr,
	"a private key with CRs": rsa.replace(/\n/g, "\r\n"),
	"a private key in small letters of its label": rsa.replace("BEGIN PRIVATE KEY", "begin private key"),
	"a private key in UTF-16": Buffer.from(rsa, "utf16le"),
	"PKCS#12": (openssl("req", "-x509", "-key", at("rsa"), "-subj", "/CN=x", "-days", "2", "-out", at("self")), make("pkcs12", "-export", "-inkey", at("rsa"), "-in", at("self"), "-passout", "pass:x", "-out", at("o"))),
};
const self = readFileSync(at("self"), "utf8");
const others = {
	garbage: crypto.randomBytes(4000), "one byte": Buffer.from([0x30]), "an endless length": Buffer.from("3084ffffffff30", "hex"), "deep nesting": Buffer.concat([Buffer.alloc(20000, Buffer.from("3080", "hex"))]),
	"two requests": csr + csr, "a certificate": self, "a certificate in DER": der(self), "a request cut short": csr.slice(0, csr.length / 2), "a request in DER cut short": der(csr).subarray(0, 100),
	"a request with a byte changed": (() => { const d = der(csr); d[d.length - 5] ^= 1; return d; })(), "PEM of nothing": form("-----BEGIN X-----\n-----END X-----", "CERTIFICATE REQUEST"),
	"a request labelled as a key": form(csr, "PRIVATE KEY"), "RSA 1024": signed("-newkey", "rsa:1024"), "RSA 512": signed("-newkey", "rsa:512"),
	"an exponent of three": spki("RSA", "rsa_keygen_bits:2048", "rsa_keygen_pubexp:3"), "secp256k1": spki("EC", "ec_paramgen_curve:secp256k1"), "P-256 with explicit parameters": spki("EC", "ec_paramgen_curve:P-256", "ec_param_enc:explicit"),
	"Ed448": spki("ED448"), "DSA": (openssl("dsaparam", "-genkey", "-out", at("k"), "1024"), openssl("req", "-new", "-key", at("k"), "-subj", "/CN=x", "-out", at("r")), readFileSync(at("r"), "utf8")),
	"a huge key": hugeKey(),
};

/* A modulus of 60000 bits; nobody signs with it, and it must be refused before anybody tries. */
function hugeKey() {
	const n = (tag, ...parts) => {
		const body = Buffer.concat(parts), l = body.length;
		return Buffer.concat([Buffer.from(l < 128 ? [tag, l] : l < 256 ? [tag, 0x81, l] : l < 65536 ? [tag, 0x82, l >> 8, l & 255] : [tag, 0x83, l >> 16, l >> 8 & 255, l & 255]), body]);
	};
	const oid = Buffer.from("06092a864886f70d010101", "hex"), sha = Buffer.from("300d06092a864886f70d01010b0500", "hex");
	const modulus = Buffer.concat([Buffer.from([0, 0x80]), crypto.randomBytes(7498), Buffer.from([1])]);
	const info = n(0x30, Buffer.from("020100", "hex"), n(0x30), n(0x30, n(0x30, oid, Buffer.from("0500", "hex")), n(3, Buffer.from([0]), n(0x30, n(2, modulus), Buffer.from("0203010001", "hex")))), n(0xa0));
	return n(0x30, info, sha, n(3, Buffer.from([0]), crypto.randomBytes(7500)));
}

const uploads = [["/certs/server", "file"], ["/certs/server", "request"], ["/certs/mail", "request"], ["/status", "certificate"]];
async function upload(where, field, data, address = "ann@example.org") {
	const own = where !== "/status";
	const token = own ? formToken(ann.root, where) : ((await ask("GET", where)).text.match(/name="form" value="([\w-]+)"/) ?? [])[1];
	const edge = "edge123", part = (name, value, more = "") => [Buffer.from(`--${edge}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`), Buffer.from(value), Buffer.from("\r\n")];
	const extra = where === "/certs/mail" ? part("address", address) : [];
	return ask("POST", (own ? ann.root : "") + where, { type: `multipart/form-data; boundary=${edge}`,
		body: Buffer.concat([...part("form", token), ...extra, ...part(field, data, field === "request" ? "" : '; filename="x.pem"\r\nContent-Type: application/octet-stream'), Buffer.from(`--${edge}--\r\n`)]) });
}

for (const [where, field] of uploads) {
	await test(`${where}, ${field}: private keys are refused, never shown, and the member is told to make a new one`, async () => {
		for (const [what, data] of Object.entries(privates)) {
			const a = await upload(where, field, data), name = `${what} as ${field}`;
			assert.ok(a.status >= 400 && a.status < 500, `${name}: ${a.status}`);
			for (const pem of [rsa, key, Buffer.isBuffer(data) ? "" : data]) {
				const line = middle(`${pem}\n\n\n\n\n`);
				assert.ok(!(line.length > 30 && a.text.includes(line)), `${name}: it comes back`);
			}
			assert.doesNotMatch(a.text, /BEGIN [A-Z ]*PRIVATE KEY|begin private key/i, `${name}: it comes back`);
			/* Bytes that are no text never get as far as being looked at. */
			if (a.status === 422 && where !== "/status")
				assert.match(unescape(a.text), /private key/i, `${name}: not said`);
		}
		await unchanged(where);
	});
	await test(`${where}, ${field}: what is no request, or one for a bad key, gets its sentence`, async () => {
		for (const [what, data] of Object.entries(others)) {
			const a = await upload(where, field, data), name = `${what} as ${field} of ${where}`;
			if (where === "/status" && /certificate|garbage|byte|length|nesting|nothing|request/.test(what))
				assert.ok(a.status < 500, `${name}: ${a.status}`);
			else
				assert.ok([400, 413, 422].includes(a.status) || where === "/status" && a.status === 200, `${name}: ${a.status}`);
			if (a.status === 422)
				assert.match(a.text, /role="alert"|<p class="lede">/, name);
		}
		await unchanged(where);
	});
}

await test("a private key does not come back when something else is wrong with the form, too", async () => {
	for (const [what, data] of Object.entries(privates).filter(([, d]) => !Buffer.isBuffer(d))) {
		const a = await upload("/certs/mail", "request", data, "");
		assert.equal(a.status, 422, what);
		assert.ok(!a.text.includes(middle(data)), `${what}: it comes back`);
		assert.match(unescape(a.text), /E-mail address: [^]*private key/i, `${what}: both are said`);
	}
});

await test("a good request after all that is looked at and not issued yet", async () => {
	for (const data of [csr, der(csr), `some words before\n${csr}and after`, csr.replace(/\n/g, "\r\n")]) {
		const a = await upload("/certs/server", "file", data);
		assert.equal(a.status, 200, a.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 500));
	}
	await unchanged("preview");
});

await test("connections to the portal that send half a request, garbage, or nothing hold nobody up", async () => {
	const begin = "\x01\x01\x00\x01\x00\x08\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00";
	const wrong = ["GET / HTTP/1.1\r\n\r\n", `${begin}${begin}`, `${begin}\x01\x04\x00\x01\x00\x04\x00\x00\xff\xff\xff\xff`, `\x01\x09\x00\x00\x00\x00\x00\x00`];
	const sockets = [];
	for (let i = 0; i < 120; i++) {
		const socket = net.connect(path.join(site.dir, "run/portal.sock")).on("error", () => {});
		socket.write(Buffer.from(i % 3 === 0 ? wrong[i % wrong.length] : i % 3 === 1 ? begin : "", "latin1"));
		sockets.push(socket);
	}
	const closed = sockets.filter((_, i) => i % 3 === 0 && i % wrong.length < 2);
	await until("wrong ones to be hung up on", () => closed.every((socket) => socket.destroyed || socket.readableEnded || socket.resume() && false));
	for (let i = 0; i < 10; i++)
		assert.equal((await ask("GET", i % 2 === 0 ? "/" : "/join")).status, 200);
	await ann.own("/data");
	assert.equal(ann.page.status, 200);
	sockets.forEach((socket) => socket.destroy());
});

await test("workers that are told to end answer whoever asks meanwhile, and end soon", async () => {
	const workers = () => childrenOf(site.pid("portal"));
	const wrong = [], lanes = [];
	let over = false, asked = 0;
	const many = asker(site, site.http, { sockets: 24 });
	const lane = async (method, where) => {
		for (; !over; asked++) {
			const a = await many(method, where, method === "POST" ? { body: "x".repeat(60000) } : {});
			if (a.status >= 500)
				wrong.push(`${method} ${where}: ${a.status}`);
		}
	};
	for (let i = 0; i < 6; i++)
		lanes.push(lane("GET", "/"), lane("GET", `${ann.root}/home`), lane("GET", `${ann.root}/settings`), lane("POST", "/status"));
	for (let i = 0; i < 6; i++) {
		await until("both workers", () => workers().length === 2);
		const pid = workers()[i % 2], before = asked;
		await until("some answers", () => asked > before + 100);
		process.kill(pid, "SIGTERM");
		await until("a worker to end", () => !workers().includes(pid), 5000);
	}
	over = true;
	await Promise.all(lanes);
	many.close();
	assert.deepEqual([...new Set(wrong)], []);
});

await test("no private key that was sent is left in a file or in the memory of a process of ours", async () => {
	const lines = [middle(rsa), middle(privates["a private key (PKCS#1)"]), middle(privates["a private key, encrypted"])];
	assert.deepEqual(search(site.dir, lines, (name) => name.startsWith("outbox/")), []);
	assert.deepEqual(memoryHolds(process.pid, ["PATH="]), ["PATH="], "the search itself finds what is there");
	const found = [];
	for (const pid of processesOf(site))
		for (const text of memoryHolds(pid, [...lines, password, secret]))
			found.push(`${readFileSync(`/proc/${pid}/comm`, "utf8").trim()}: ${text.slice(0, 16)}...`);
	assert.deepEqual(found, []);
});

await test("the ledger verifies", async () => {
	await verified(site);
	[ask, door].forEach((one) => one.close());
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, new RegExp(`${typed}|${secret}|ann@example|AddressSanitizer|runtime error`));
});

finish();
