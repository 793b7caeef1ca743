// tests/flow/meeting.mjs - meeting and vouching through the pages: codes, comparing, showing,
// noting, signing, points, taking back, the printed form.
// limit: 240

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, Visitor } from "./site.mjs";
import { again, enrol, member, password, signIn, verified } from "./_people.mjs";
import { compare, makeAssurers, makeCode, note, numberOf, restart, sign, sql, takeCode, vouchFor } from "./_trust.mjs";

const site = await startSite({ sets: ["limit.mails_per_hour=10000"] });
const people = {
	asa: { given: "Asa", family: "Sure", birth: ["3", "4", "1971"] }, cleo: { given: "Cleo", family: "Lund", birth: ["5", "6", "1968"] },
	ben: { given: "Benjamin", family: "Zimmermann", birth: ["1", "2", "1990"], document: ["passport", "PXX 77812"] },
	kit: { given: "Kit", family: "Young", birth: ["9", "9", `${new Date().getUTCFullYear() - 12}`] }, dov: { given: "Dov", family: "Ezra", birth: ["7", "7", "1977"] },
};
const who = {};
for (const name of Object.keys(people))
	who[name] = await enrol(await member(site, `${name}@example.org`), { questions: null, document: null, ...people[name] });
const nemo = await member(site, "nemo@example.org");
const { asa, ben, cleo, kit, dov } = who;
await makeAssurers(site, ["asa@example.org", "cleo@example.org"]);
const eve = await member(site, "eve@example.org");	/* nothing was planted for her */
const numbers = { asa: await numberOf(site, "asa@example.org") };
const own = async (v, where) => { await v.own(where); return v.words; };

/** What a reader of QR codes sees in the first picture of a page. */
function scanned(html) {
	const [, width, d] = html.match(/viewBox="0 0 (\d+) \d+"><path d="([^"]+)"/i), n = Number(width), scale = 6;
	const dark = Array.from({ length: n }, () => new Uint8Array(n));
	for (const [, x, y, w] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
		dark[Number(y)].fill(1, Number(x), Number(x) + Number(w));
	const pixels = Buffer.alloc(n * n * scale * scale);
	for (let y = 0; y < n * scale; y++)
		for (let x = 0; x < n * scale; x++)
			pixels[y * n * scale + x] = dark[Math.floor(y / scale)][Math.floor(x / scale)] ? 0 : 255;
	const file = path.join(mkdtempSync(path.join(temporaryFolder(), "qr-")), "code.pgm");
	writeFileSync(file, Buffer.concat([Buffer.from(`P5 ${n * scale} ${n * scale} 255\n`), pixels]));
	return execFileSync("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file], { stdio: ["ignore", "pipe", "ignore"] }).toString().trim();
}

// ---- codes ----

await test("without names and birth date there is no code, and the page says what to do first", async () => {
	const words = await own(nemo, "/handover");
	assert.match(words, /First tell us what is to be compared/);
	assert.match(nemo.page.text, /\/data\/names".*\/data\/birth"/s);
	assert.match(words, /What an assurer gets to see/);
	assert.doesNotMatch(nemo.page.text, /action="[^"]*\/handover"/);
});

await test("a code: in groups of four, as a picture that reads back, with its end, and only its owner's", async () => {
	const code = await makeCode(ben);
	assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
	assert.equal(scanned(ben.page.text), code.replaceAll("-", ""));
	assert.match(ben.words, /Good until \d{4}-\d\d-\d\d \d\d:\d\d UTC, for the first assurer/);
	assert.doesNotMatch(ben.page.text, /<img[^>]+data:|<script/);
	await own(dov, "/handover");
	assert.ok(!dov.page.text.includes(code));
	/* what it was chosen for stands there; nothing chosen is a fault, no code */
	await ben.own("/handover");
	await ben.send({}, "/handover");
	assert.equal(ben.page.status, 422);
	assert.match(ben.words, /How you will show it: Choose one/);
});

await test("withdrawn, used by another and made up: one sentence for all", async () => {
	const gone = await makeCode(ben);
	await ben.send({}, "/handover/end");
	assert.equal(ben.page.status, 200);
	assert.match(ben.words, /withdrawn by you/);
	const used = await makeCode(dov);
	await takeCode(cleo, used);
	const said = [];
	for (const code of [gone, used, "7KQM-3V9X-D2TP-84HQ", "nonsense"]) {
		await asa.own("/assure");
		await asa.send({ code }, "/assure");
		assert.equal(asa.page.status, 422);
		said.push(asa.words.replaceAll(code, ""));
	}
	assert.equal(new Set(said).size, 1);
	assert.match(said[0], /This code is wrong, was used, was withdrawn or is too old/);
	/* one's own is told apart, for nobody vouches for themselves */
	const mine = await makeCode(asa);
	await asa.own("/assure");
	await asa.send({ code: mine }, "/assure");
	assert.match(asa.words, /Nobody vouches for themselves/);
});

await test("who is no assurer gets to none of the assurers' pages", async () => {
	for (const where of ["/assure", "/assure/with/1", "/assure/note/1", "/assure/show/1", "/assure/sign"]) {
		await ben.own(where);
		assert.equal(ben.page.status, 403, where);
		assert.match(ben.words, /needs a role that you do not have/, where);
	}
	assert.equal((await eve.own("/assurances")).status, 200);
	assert.match(eve.words, /Nobody yet/);
});

// ---- comparing ----

let id;
await test("typed with blanks and small letters it is taken; the member sees who took it", async () => {
	const code = await makeCode(ben);
	id = await takeCode(asa, ` ${code.toLowerCase().replaceAll("-", " ")} `);
	assert.match(asa.words, /not compared yet/);
	assert.match(asa.words, /Tries left: name 4, birth date 4, kind of document 4, number 4/);
	assert.doesNotMatch(asa.page.text, /Zimmermann|Benjamin|77812|\b1990\b/);
	await own(ben, "/handover");
	assert.match(ben.words, /Asa Sure in use/);
	assert.match(ben.words, /The code was taken/);
	assert.match(ben.words, new RegExp(`typing the code again leads back to it: ${code}`));
	/* typed twice by the same, by mistake: the same meeting */
	assert.equal(await takeCode(asa, code), id);
	/* and who lost the page finds it where codes are typed, without a word about whom it is with */
	await own(asa, "/assure");
	assert.match(asa.words, /Meetings under way Code taken .{0,40} to show on a screen not compared yet If you leave this alone it ends/);
	assert.ok(asa.page.text.includes(`/assure/with/${id}"`));
	assert.doesNotMatch(asa.page.text, /Zimmermann|Benjamin|77812|\b1990\b/);
	await own(cleo, "/assure");
	assert.ok(!cleo.page.text.includes(`/assure/with/${id}"`));
});

await test("matches, differs in spelling, differs: words and signs, and no field", async () => {
	await compare(asa, id, { name: "Benjamin Zimerman", birth: ["2", "2", "1990"], kind: "passport", number: "PXX-77812" });
	assert.equal(asa.page.status, 200);
	assert.match(asa.words, /Name 1, as on the papers ≈ differs in spelling/);
	assert.match(asa.words, /Birth date ✗ differs Kind of document ✓ matches Number of the document ✓ matches/);
	assert.match(asa.words, /Before you can vouch/);
	assert.match(asa.words, /Tries left: name 3, birth date 3, kind of document 3, number 3/);
	assert.doesNotMatch(asa.page.text, /Zimmermann|77812|\b1990\b/);
	/* reloading costs no try */
	await own(asa, `/assure/with/${id}`);
	assert.match(asa.words, /name 3/);
	await own(ben, "/handover");
	assert.match(ben.words, /Your papers were compared names, birth date, document kind, document number/);
});

await test("what cannot be compared is said at its field, kept, and costs no try", async () => {
	for (const [typed, sentence] of [[{}, /Type at least one thing/], [{ birth: ["1", "", "1990"] }, /Day: Type day, month and year/],
		[{ birth: ["30", "2", "1990"] }, /Day: There is no such day/], [{ birth: ["1", "1", "2199"] }, /Day: There is no such day/], [{ name: "a\u0001b" }, /Whole name: Type this as one line/]]) {
		await compare(asa, id, typed);
		assert.equal(asa.page.status, 422, JSON.stringify(typed));
		assert.match(asa.words, sentence);
		if (typed.birth)
			assert.match(asa.page.text, new RegExp(`name="year"[^>]*value="${typed.birth[2]}"`), "what was typed is gone");
	}
	assert.match(asa.words, /name 3, birth date 3/);
});

await test("another assurer, and nobody's number, get nothing", async () => {
	for (const [v, at] of [[cleo, id], [asa, "4711"]]) {
		await v.own(`/assure/with/${at}`);
		assert.equal(v.page.status, 403);
		assert.match(v.words, /This hand-over is over/);
	}
	assert.equal((await asa.own("/assure/with/none")).status, 404);
});

await test("noting waits for name and birth date; then each fault is said at its field", async () => {
	await own(asa, `/assure/note/${id}`);
	assert.match(asa.words, /First a name and the birth date have to agree/);
	assert.doesNotMatch(asa.page.text, /name="place"/);
	await compare(asa, id, { name: "benjamin ZIMMERMANN", birth: ["1", "2", "1990"] });
	assert.match(asa.words, /Name 1, as on the papers ✓ matches Birth date ✓ matches/);
	await own(asa, `/assure/note/${id}`);
	for (const field of ["day", "month", "year", "points", "place"])
		assert.match(asa.page.text, new RegExp(`name="${field}"[^>]* value=""`), `${field} has a default`);
	assert.doesNotMatch(asa.page.text, /checked/, "something is ticked before anybody ticked it");
	assert.match(asa.words, /Points you may give here: 0 to 10/);
	assert.doesNotMatch(asa.words, /A parent agrees/);
	for (const [values, sentence, days] of [[{ points: "11" }, /Points: These are fewer than 0 points, or more/], [{ passport: false }, /Passport: Tick which documents/],
		[{ passport: false, deed: true }, /Passport: Tick which documents/], [{ accepts: false }, /community agreement: Tick this to go on/], [{ name: false }, /Names: Tick at least one/],
		[{ place: "" }, /Place: Fill this in/], [{ place: "x" }, /Place: This is too short/], [{}, /Day: The meeting cannot lie in the future/, -3],
		[{}, /Day: The meeting was too long ago/, 400], [{ day: "29", month: "2", year: "2027" }, /Day: There is no such day/]]) {
		await note(asa, id, values, days);
		assert.equal(asa.page.status, 422, JSON.stringify(values));
		assert.match(asa.words, sentence);
		if (values.place === undefined)
			assert.match(asa.page.text, /name="place"[^>]*value="Lübeck"/);
	}
	/* All that is missing is said at once. */
	await note(asa, id, { place: "", passport: false, name: false });
	for (const sentence of [/Place: Fill this in/, /Passport: Tick which documents/, /Names: Tick at least one/])
		assert.match(asa.words, sentence);
});

// ---- showing ----

await test("show me: the password first, then the fields with what is recorded, for that page only", async () => {
	await restart(site, () => {}, ["clock.shift=660"]);	/* the password lies eleven minutes back */
	await own(asa, `/assure/show/${id}`);
	assert.equal(asa.page.status, 403);
	assert.doesNotMatch(asa.page.text, /77812/);
	await again(asa);
	assert.match(asa.words, /Show me the fields/);
	assert.match(asa.words, /It is written to the ledger before you see anything/);
	assert.doesNotMatch(asa.page.text, /77812|Zimmermann/);
	await asa.send({}, `/assure/show/${id}`);
	assert.equal(asa.page.status, 200);
	for (const text of [/Given name Name 1, as on the papers Benjamin/, /Family name Name 1, as on the papers Zimmermann/, /Date of birth 1990-02-01/, /Nationality Netherlands/, /Passport/, /PXX 77812/])
		assert.match(asa.words, text);
	await own(asa, `/assure/with/${id}`);
	assert.doesNotMatch(asa.page.text, /77812|Zimmermann|\b1990\b/);
	await own(ben, "/handover");
	assert.match(ben.words, /Your fields were shown names, birth date, nationality, document kind, document number/);
});

// ---- noting and signing ----

await test("noted is a draft that counts for nothing; the meeting is over; nothing comes ticked", async () => {
	await note(asa, id, { points: "10", paper: true });
	assert.match(asa.url, /\/assure\/sign$/);
	assert.match(asa.words, /B\. Z\. ?, points: 10/);
	assert.match(asa.words, /Lübeck met in person passport you keep a paper form/);
	assert.doesNotMatch(asa.page.text, /name="draft"[^>]* checked/, "nothing is ticked by itself");
	await own(asa, `/assure/with/${id}`);
	assert.match(asa.words, /This hand-over is over/);
	assert.match(await own(ben, "/points"), /0 assurance, of 100/);
	await own(ben, "/handover");
	assert.match(ben.words, /An assurance was noted; it counts once it is signed/);
});

await test("a wrong password signs nothing and keeps the ticks; nothing ticked is a fault", async () => {
	await own(asa, "/assure/sign");
	await asa.send({ password }, "/assure/sign");
	assert.equal(asa.page.status, 422);
	assert.match(asa.words, /What you sign: Tick at least one/);
	await asa.send({ draft: true, password: "no such hats" }, "/assure/sign");
	assert.equal(asa.page.status, 422);
	assert.match(asa.words, /Password: This is not your password\. Nothing was signed/);
	assert.match(asa.page.text, /name="draft"[^>]* checked/);
	assert.doesNotMatch(asa.page.text, /no such hats/);
});

await test("signed with the password: the session's address changes, points count, the member is told", async () => {
	const before = asa.root;
	await sign(asa, password, { draft: true });
	assert.match(asa.words, /Signed: 1\./);
	assert.match(asa.words, /Nothing waits for your signature/);
	assert.notEqual(asa.root, before);
	await own(ben, "/points");
	assert.match(ben.words, /10 assurance, of 100/);
	assert.match(ben.words, /Asa Sure points: 10 counts/);
	assert.match(ben.words, /Lübeck met in person passport Names it vouches for: 1 the assurer keeps a paper form/);
	assert.match(ben.words, /Points still missing: 40\. Meetings this takes at least: 2/);
	assert.match(ben.words, /Further assurers needed: 1\./);
	assert.match(ben.words, /Not passed yet: the assurer challenge/);
	assert.match(ben.words, /You are member \d+/);
	await site.mail((m) => m.to.includes("ben@example.org") && /vouched/i.test(m.subject + m.text));
	await own(asa, "/assurances");
	assert.match(asa.words, /B\. Z\. points: 10 counts/);
	assert.doesNotMatch(asa.page.text, /Zimmermann|Benjamin|\b1990\b|77812/);
	assert.match(await own(asa, "/points"), /2 experience, of 50/);
});

await test("both histories tell it in words", async () => {
	await own(ben, "/history");
	for (const line of [/An assurer compared your papers.*compared with papers/, /An assurer was shown fields.*shown to an assurer/, /Somebody vouched for you.*signed, 10 points/, /noted, to be signed/, /taken by an assurer/])
		assert.match(ben.words, line);
	await own(asa, "/history");
	assert.match(asa.words, /signed, 10 points/);
	assert.doesNotMatch(asa.page.text, /Zimmermann|77812/);
});

await test("the member confirms on screen: no paper need be kept", async () => {
	await own(ben, "/points");
	await ben.send({}, "/points/confirm");
	assert.equal(ben.page.status, 200);
	assert.match(ben.words, /confirmed by you/);
	assert.doesNotMatch(ben.words, /keeps a paper form|Yes, we met/);
	assert.match(await own(asa, "/assurances"), /confirmed by the member/);
	assert.match(await own(ben, "/history"), /confirmed on screen/);
});

await test("the same two once more: told on the form, nothing noted", async () => {
	const next = await takeCode(asa, await makeCode(ben));
	await compare(asa, next, { name: "Benjamin Zimmermann", birth: people.ben.birth });
	await note(asa, next);
	assert.equal(asa.page.status, 422);
	assert.match(asa.words, /The two of you have done this already/);
	await own(asa, `/assure/with/${next}`);
	await asa.send({}, `/assure/leave/${next}`);
	assert.match(asa.words, /You left without vouching/);
	assert.match(await own(ben, "/handover"), /Left without vouching/);
});

await test("shown alone, without comparing, names can be vouched for too; a draft can be dropped", async () => {
	const next = await takeCode(cleo, await makeCode(ben));
	await cleo.own(`/assure/show/${next}`);
	await again(cleo);
	await cleo.send({}, `/assure/show/${next}`);
	await note(cleo, next, { points: "5" });
	assert.match(cleo.words, /B\. Z\. ?, points: 5/);
	await cleo.send({}, "/assure/drop");
	assert.match(cleo.words, /Nothing waits for your signature/);
	assert.match(await own(ben, "/history"), /dropped, not signed/);
	assert.match(await own(ben, "/points"), /10 assurance, of 100/);
});

await test("a young member: a parent's consent is noted, shown, and can be withdrawn", async () => {
	const next = await takeCode(asa, await makeCode(kit));
	await own(asa, `/assure/note/${next}`);
	assert.doesNotMatch(asa.words, /A parent agrees/);
	await compare(asa, next, { name: "Kit Young", birth: people.kit.birth });
	await own(asa, `/assure/note/${next}`);
	assert.match(asa.words, /A parent agrees/);
	await note(asa, next, { parent: true });
	assert.match(asa.words, /a parent agrees/);
	await sign(asa);
	await own(kit, "/points");
	assert.match(kit.words, /a parent agreed/);
	assert.match(kit.words, /A parent's consent It is noted/);
	await own(kit, "/points/parent");
	await again(kit);
	await kit.send({}, "/points/parent");
	assert.equal(kit.page.status, 200);
	assert.doesNotMatch(kit.words, /It is noted/);
	assert.match(kit.words, /A parent's consent: let a parent tell it to an assurer/);
	/* once more there is nothing to withdraw */
	await own(kit, "/points/parent");
	await kit.send({}, "/points/parent");
	assert.match(kit.words, /No parent's consent is noted/);
});

await test("an evening's list under one password; an assurer suspended meanwhile signs nothing and is told why", async () => {
	for (const [v, p] of [[dov, people.dov], [kit, people.kit]]) {
		const next = await takeCode(cleo, await makeCode(v));
		await compare(cleo, next, { name: `${p.given} ${p.family}`, birth: p.birth });
		await note(cleo, next);
	}
	await own(cleo, "/assure/sign");
	assert.equal((cleo.page.text.match(/name="draft"/g) ?? []).length, 2);
	const cleoNumber = await numberOf(site, "cleo@example.org");
	await restart(site, (dir) => sql(dir, `UPDATE trust SET standing = 1 WHERE member = ${cleoNumber}`), ["clock.shift=660"]);
	await sign(cleo, password, { draft: true });
	assert.match(cleo.words, /Not signed: 2\./);
	assert.match(cleo.words, /These cannot be signed .*You are not an assurer at the moment/);
	assert.match(await own(dov, "/points"), /0 assurance, of 100/);
	await restart(site, (dir) => sql(dir, `UPDATE trust SET standing = 0 WHERE member = ${cleoNumber}`), ["clock.shift=660"]);
	await own(cleo, "/assure/sign");
	await sign(cleo, password, { draft: true });
	assert.match(cleo.words, /Signed: 2\./);
	assert.match(await own(dov, "/points"), /10 assurance, of 100/);
});

// ---- taking back ----

await test("taken back within two days, with a reason the member reads; once, and not later", async () => {
	const link = async (v) => { await own(v, "/assurances"); return v.page.text.match(/\/assurances\/withdraw\/(\d+)/)?.[1]; };
	const number = await link(cleo);
	await cleo.own(`/assurances/withdraw/${number}`);
	await again(cleo);
	assert.match(cleo.words, /Take back an assurance/);
	await cleo.send({ reason: "" }, `/assurances/withdraw/${number}`);
	assert.equal(cleo.page.status, 422);
	assert.match(cleo.words, /Why: Fill this in/);
	await cleo.send({ reason: "Wrong person <b>noted</b>" }, `/assurances/withdraw/${number}`);
	assert.match(cleo.words, /taken back/);
	/* the newest one was Kit's */
	await own(kit, "/points");
	assert.match(kit.words, /taken back/);
	assert.match(kit.words, /“Wrong person <b>noted<\/b>”/);
	await site.mail((m) => m.to.includes("kit@example.org") && /taken? (it )?back|took/i.test(m.subject + m.text));
	await cleo.own(`/assurances/withdraw/${number}`);
	await cleo.send({ reason: "once more" }, `/assurances/withdraw/${number}`);
	assert.match(cleo.words, /signed, withdrawn or dropped already/);
	assert.equal((await asa.own(`/assurances/withdraw/${number}`)).status, 404, "another's");
	await restart(site, () => {}, [`clock.shift=${49 * 3600}`]);
	await signIn(cleo, "cleo@example.org");
	assert.equal(await link(cleo), undefined);
	const late = sql(site.dir, `SELECT id FROM assurance WHERE giver = ${await numberOf(site, "cleo@example.org")} AND withdrawn_at = 0 ORDER BY id DESC LIMIT 1`)[0];
	await cleo.own(`/assurances/withdraw/${late}`);
	await again(cleo);
	await cleo.send({ reason: "too late" }, `/assurances/withdraw/${late}`);
	assert.match(cleo.words, /It is too late for this by now/);
	for (const v of [ben, asa, dov, kit])
		await signIn(v, `${Object.keys(who).find((n) => who[n] === v)}@example.org`);
});

await test("many given: fifty on a page, the earlier ones behind a link", async () => {
	const columns = sql(site.dir, "SELECT group_concat(name, ', ') FROM pragma_table_info('assurance')")[0];
	await restart(site, (dir) => sql(dir, Array.from({ length: 60 }, (_, i) => `INSERT INTO assurance (${columns}) SELECT ${columns.replace(/^id/, "(SELECT MAX(id) + 1 FROM assurance)")} FROM assurance
		WHERE giver = ${numbers.asa} AND made_at > 0 ORDER BY id LIMIT 1;`).join("\n") + "UPDATE numbering SET last = (SELECT MAX(id) FROM assurance) WHERE what = 3;"), [`clock.shift=${49 * 3600}`]);
	await own(asa, "/assurances");
	assert.equal((asa.page.text.match(/class="card"/g) ?? []).length, 50);
	const more = asa.page.text.match(/\/assurances(\?before=\d+)"/)[1];
	await own(asa, `/assurances${more}`);
	assert.ok((asa.page.text.match(/class="card"/g) ?? []).length >= 10);
	assert.doesNotMatch(asa.page.text, /Earlier ones/);
});

// ---- paper ----

await test("the blank form is public, and asks for neither document nor number", async () => {
	const v = new Visitor(site);
	for (const where of ["/form", "/form?mutual=1"]) {
		await v.get(where, { fetchSite: "none" });
		assert.equal(v.page.status, 200);
		assert.match(v.words, /Assurance form/);
		assert.match(v.words, /I accept the community agreement/);
		assert.equal(/The other way round/.test(v.words), where !== "/form");
		assert.doesNotMatch(v.page.text, /Nationality|<svg class="qr"/);
	}
});

await test("a form with one's names, and with the code: its address holds no session and works once", async () => {
	const code = await makeCode(ben, "printed");
	assert.match(ben.words, /to be printed/);
	const stands = ben.url;
	await ben.send({}, "/handover/form");
	const where = new URL(ben.url).pathname;
	assert.match(where, /^\/once\/form\/[\w-]{32}$/);
	assert.match(ben.words, /Benjamin Zimmermann/);
	assert.ok(ben.words.includes(code));
	assert.equal(scanned(ben.page.text), code.replaceAll("-", ""));
	assert.doesNotMatch(ben.page.text, /\b1990\b|77812|~[\w-]{32}|passport,? P|NL<|Netherlands/);
	assert.equal(ben.page.headers["cache-control"], "no-store");
	assert.equal((await ben.get(where)).status, 404);
	assert.match(ben.words, /This link does not work any more/);
	ben.url = stands;
	await ben.own("/handover");
	await ben.send({ mutual: true }, "/handover/form");		/* the first form there is the one with the code */
	ben.url = stands;
	/* the address of a form is none of a certificate's, and the other way round */
	await ben.own("/handover");
	const form = ben.form("/handover/form");
	const body = new URLSearchParams(form.fields.filter((f) => f.type === "hidden").map((f) => [f.name, f.value])).toString();
	const a = await ben.request("POST", new URL(form.action, ben.url), { body });
	const once = a.headers.location.match(/\/once\/form\/([\w-]{32})$/)[1];
	assert.equal((await ben.request("GET", `${site.https}/once/${once}`)).status, 404);
	assert.match(await own(ben, "/history"), /form with the code/);
});

await test("a printed code is typed by the assurer like any other, until it is withdrawn", async () => {
	const code = (await own(ben, "/handover"), ben.page.text.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)[1]);
	const next = await takeCode(cleo, code);
	await compare(cleo, next, { name: "Benjamin Zimmermann", birth: people.ben.birth });
	await ben.own("/handover");
	await ben.send({}, "/handover/end");
	await note(cleo, next).catch(() => cleo.own(`/assure/note/${next}`));
	assert.match(cleo.words, /This hand-over is over/);
});

await test("the ledger verifies; nothing of it stands in the log", async () => {
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /Zimmermann|77812|Lübeck|ben@example|AddressSanitizer|runtime error/);
});

finish();
