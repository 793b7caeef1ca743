// tests/flow/events.mjs - an event from its announcement until it is forgotten, and slips for visitors, on a real site.
// limit: 240

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { finish, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { again, bytesOf, enrol, filesOf, freshen, member, peerOf, signIn, verified } from "./_people.mjs";
import { compare, makeAssurers, note, numberOf, restart, sign, sql, takeCode } from "./_trust.mjs";
import { announce, checkIn, dayIn, passOf, signUp } from "./_events.mjs";
import { Pack, Unpack } from "../peers/ipc.mjs";

const ANNOUNCE = 200, BLOCK = 45;
const site = await startSite({ dir: path.join(temporaryFolder(), "state"), sets: ["limit.mails_per_hour=10000", "nginx.posts_per_minute=60000"] });
const people = {
	asa: { given: "Asa", family: "Sure", birth: ["3", "4", "1971"] }, cleo: { given: "Cleo", family: "Lund", birth: ["5", "6", "1968"] },
	ann: { given: "Annegret", family: "Zwitscherling", birth: ["29", "2", "1984"] }, ben: { given: "Benjamin", family: "Zimmermann", birth: ["1", "2", "1990"] },
	dov: { given: "Dov", family: "Ezra", birth: ["7", "7", "1977"] }, kit: { given: "Kit", family: "Young", birth: ["9", "9", `${new Date().getUTCFullYear() - 15}`] },
};
const who = {};
for (const name of Object.keys(people))
	who[name] = await enrol(await member(site, `${name}@example.org`), { questions: null, document: null, ...people[name] });
const { asa, cleo, ann, ben, dov, kit } = who;
const nemo = await member(site, "nemo@example.org");
await makeAssurers(site, ["asa@example.org", "cleo@example.org"]);
const guest = new Visitor(site);
const own = async (v, where) => { await v.own(where); return v.words; };
const siteSql = (text) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", path.join(site.dir, "site/site.db"), text]).toString().trim();
/* The evening of the day after tomorrow: its day has not begun anywhere yet, however late it is here. */
const AHEAD = 2, today = Math.floor(Date.now() / 86400000);
const evening = (hour) => Math.round((today + AHEAD) * 86400 + hour * 3600 - Date.now() / 1000);
let id;

/** The clock moves on; everybody signs in again. */
async function later(shift) {
	await restart(site, () => {}, [`clock.shift=${shift}`]);
	for (const name of Object.keys(people))
		await signIn(who[name], `${name}@example.org`);
}

// ---- announcing ----

await test("an empty list says so, and what to do instead", async () => {
	await guest.get("/events", { fetchSite: "none" });
	assert.equal(guest.page.status, 200);
	assert.match(guest.words, /No event is announced at the moment/);
	assert.match(guest.page.text, /<nav[^]*href="\/events"[^]*<\/nav>/);
	assert.match(await own(ann, "/events"), /Look for an assurer near you/);
	assert.match(await own(ann, "/events/mine"), /You are signed up for no event/);
	await guest.get("/events/123", { fetchSite: "none" });
	assert.equal(guest.page.status, 404);
	assert.match(guest.words, /There is no such event, or it is over/);
});

await test("announcing is for assurers; what is wrong stands at its field, and nothing is published", async () => {
	await ann.own("/events/new");
	assert.equal(ann.page.status, 403);
	const wrong = [
		[{ from: "25:00" }, /Begins at: Type a time of the day/], [{ until: "22" }, /Ends at: Type a time of the day/], [{ until: "18:00" }, /Ends at: It has to end after it begins/],
		[{ ...dayIn(-1) }, /Day: It has to begin in the future/], [{ day: "31", month: "2" }, /Day: There is no such day/], [{ places: "501" }, /Places: /],
		[{ places: "0" }, /Places: /], [{ place: "" }, /Place: Fill this in/], [{ east: "+01:30" }, /Clock of the place: /], [{ days: "4" }, /On how many days\?: /], [{ note: "x".repeat(1001) }, /What else to know: /],
	];
	for (const [values, says] of wrong) {
		await asa.own("/events/new");
		await asa.send({ place: "Café Zoë", ...dayIn(1), from: "18:00", days: "1", until: "22:00", east: "+00:00", places: "5", note: "", ...values }, "/events/new");
		assert.ok(asa.page.status === 422 || asa.page.status === 400, `${JSON.stringify(values)}: ${asa.page.status}`);
		assert.match(asa.words, says);
		assert.doesNotMatch(asa.words, /This is what everybody will read/);
	}
	/* a place with what turns writing around: the form's; with what hides: the keeper's word */
	await asa.own("/events/new");
	await asa.send({ place: "Ut\u202erecht" }, "/events/new");
	assert.match(asa.words, /Place: Type this as one line without control characters/);
	await asa.own("/events/new");
	await asa.send({ place: "Ut\u200brecht", ...dayIn(1), from: "18:00", days: "1", until: "22:00", east: "+00:00", places: "5" }, "/events/new");
	await asa.send({}, "/events/new/publish");
	assert.equal(asa.page.status, 422, asa.words);
	/* a year and more ahead */
	await asa.own("/events/new");
	await asa.send({ place: "Utrecht", ...dayIn(400), from: "18:00", days: "1", until: "22:00", east: "+00:00", places: "5" }, "/events/new");
	await asa.send({}, "/events/new/publish");
	assert.equal(asa.page.status, 422);
	assert.match(asa.words, /An event begins in the future/);
	assert.equal(siteSql("SELECT count(*) FROM event"), "0");
});

await test("announced: preview, then public without a name, in the announcer's own words", async () => {
	id = await announce(asa, { note: "Ring <b>twice</b>.\nSecond floor.", places: "2", east: "+02:00" }, { days: AHEAD });
	await guest.get(`/events/${id}`, { fetchSite: "none" });
	assert.match(guest.words, /Café Zoë, Utrecht/);
	assert.match(guest.words, /\d{4}-\d\d-\d\d 18:00 – 22:00 \(UTC\+02:00\)/);
	assert.match(guest.page.text, /Ring &lt;b&gt;twice&lt;\/b&gt;\.\nSecond floor\./);
	assert.doesNotMatch(guest.words, /Asa|Sure/);
	await guest.get("/events", { fetchSite: "none" });
	assert.match(guest.words, /Café Zoë, Utrecht/);
	assert.match(await own(asa, "/events/mine"), /Announced by you.*Café Zoë/s);
	assert.match(await own(asa, "/history"), /You announced an event/);
});

await test("killed between announcement and commit: cancelled on the ledger", async () => {
	const c = await peerOf(site, "keeper", "portal"), now = Math.floor(Date.now() / 1000);
	const u = new Unpack(await c.call(ANNOUNCE, new Pack().exact(Buffer.from(asa.root.slice(2), "base64url")).text("Never shown").i64(now + 3600).i64(now + 7200).i64(0).i64(5).text("").end()));
	c.close();
	u.exact(BLOCK);
	const lost = u.i64();
	await asa.own(`/events/${lost}`);
	await later(120);
	await until("the announcement to be cancelled", () => sql(site.dir, `SELECT count(*) FROM published WHERE id = ${lost}`)[0] === "0");
	assert.match(await own(asa, "/history"), /announced and never shown/);
	await guest.get("/events", { fetchSite: "none" });
	assert.doesNotMatch(guest.words, /Never shown/);
});

// ---- signing up ----

await test("who has told nothing yet is sent to do that first", async () => {
	await signIn(nemo, "nemo@example.org");
	assert.match(await own(nemo, `/events/${id}`), /Before you sign up/);
	assert.doesNotMatch(nemo.page.text, /\/events\/sign-up\//);
});

await test("a pass: one code, as a picture too, and a number on the list", async () => {
	const code = await signUp(ann, id, true);
	assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
	assert.match(ann.page.text, /<svg class="qr"/);
	assert.match(ann.words, /Your number on the list: 1/);
	assert.match(await own(ann, `/events/${id}`), /You are signed up.*Beside it stands your name/s);
	assert.doesNotMatch(await own(ann, "/history"), /Zoë/);
	assert.match(ann.words, /signed up, to be listed by name/);
});

await test("a race for the last place: one wins, the other is told", async () => {
	for (const v of [ben, dov])
		await (await freshen(v)).own(`/events/${id}`);
	await Promise.all([ben.send({}, `/events/sign-up/${id}`), dov.send({}, `/events/sign-up/${id}`)]);
	const [won, lost] = ben.page.status === 200 ? [ben, dov] : [dov, ben];
	assert.equal(won.page.status, 200);
	assert.match(won.words, /Your events/);
	assert.equal(lost.page.status, 422);
	assert.match(lost.words, /All places are taken/);
	assert.equal(sql(site.dir, "SELECT count(*) FROM event_part")[0], "2");
	/* who leaves makes room */
	await own(won, `/events/${id}`);
	await won.send({}, `/events/leave/${id}`);
	assert.match(won.words, /Sign up/);
	await signUp(ben, id);
	assert.match(await own(asa, `/events/${id}`), /Signed up 2/);
	assert.doesNotMatch(await own(cleo, `/events/${id}`), /Signed up 2|Annegret/);
});

await test("no table says who comes to which event, nor do two together", () => {
	const passes = sql(site.dir, "SELECT s.object FROM sealed s WHERE s.field = 19 AND s.box IS NOT NULL");
	assert.equal(passes.length, 2);
	const clear = sql(site.dir, "SELECT id || ' ' || event || ' ' || number FROM event_part; SELECT ref FROM code").join(" ");
	for (const p of passes)
		assert.ok(!clear.includes(p), "a pass stands in the clear beside its event");
	for (const line of sql(site.dir, "SELECT hex(idx) || hex(box) FROM event_part"))
		for (const number of sql(site.dir, "SELECT printf('%016X', number) FROM member"))
			assert.ok(!line.includes(number));
});

// ---- the evening ----

await test("checking in: on the day, by assurers; the announcer sees who, and may take them off", async () => {
	await own(cleo, `/events/${id}`);
	assert.doesNotMatch(cleo.words, /Check in as an assurer/);
	await later(evening(18));
	await cleo.own("/assure");
	await cleo.send({ code: passOf(await (await own(ann, "/events/mine"), ann), id) }, "/assure");
	assert.equal(cleo.page.status, 422);
	assert.match(cleo.words, /Check in as an assurer of this event first/);
	assert.match(await checkIn(cleo, id), /Assurers checked in 1/);
	assert.doesNotMatch(cleo.words, /You announced this event/);
	assert.match(await own(asa, `/events/${id}`), /Who checked in as an assurer.*Cleo Lund/s);
	await checkIn(asa, id);
	assert.doesNotMatch(await own(ann, `/events/${id}`), /Cleo|Check in/);
});

await test("a pass is typed where every code is typed, once by each assurer, and vouched on", async () => {
	await own(ann, "/events/mine");
	const code = passOf(ann, id);
	for (const v of [cleo, asa]) {
		const h = await takeCode(v, code);
		await compare(v, h, { name: "Annegret Zwitscherling", birth: ["29", "2", "1984"] });
		await note(v, h, { points: "10" });
	}
	assert.match(await own(cleo, `/events/${id}`), /Noted by you, not signed yet 1/);
	await own(cleo, "/assure/sign");
	await cleo.send({ password: "plenty of unrelated wooden hats", draft: cleo.page.text.match(/name="draft" value="(\d+)"/)[1] }, "/assure/sign");
	assert.match(cleo.words, /Signed: 1\./);
	await cleo.own("/assure");
	await cleo.send({ code }, "/assure");
	assert.equal(cleo.page.status, 422);
	assert.match(cleo.words, /wrong, was used/);
	assert.match(await own(ann, "/events/mine"), /Assurers who used it: 2/);
	assert.match(await own(ann, "/handover"), /used at an event/);
	assert.match(await own(ann, "/points"), /Cleo Lund/);
	assert.match(ann.words, /met at an event/);
});

await test("the list: numbers, a name only where its owner wants so, printed once", async () => {
	await own(cleo, `/events/${id}`);
	const stands = cleo.url;
	await cleo.send({}, `/events/list/${id}`);
	assert.equal(cleo.page.status, 200);
	assert.doesNotMatch(cleo.url, /~/);
	assert.match(cleo.words, /1 Annegret Zwitscherling/);
	assert.match(cleo.words, /\d B\. Z\./);
	assert.doesNotMatch(cleo.words, /Benjamin|Zimmermann|\b1984\b|\b1990\b/);
	assert.match(cleo.words, /Papers seen Points I accept the agreement: signature/);
	await cleo.get(cleo.url);
	assert.equal(cleo.page.status, 404);
	cleo.url = stands;
	assert.match(await own(ann, "/history"), /printed by name/);
	assert.match(await own(ben, "/history"), /printed by initials/);
	/* not for who only comes */
	assert.doesNotMatch(await own(ben, `/events/${id}`), /Print the list/);
});

await test("taken off: no more passes, and not back in", async () => {
	await own(ben, "/events/mine");
	const code = passOf(ben, id);
	await own(asa, `/events/${id}`);
	const part = asa.page.text.match(/id="desk-(\d+)">Cleo Lund/)[1];
	const form = asa.page.text.split("<form").find((f) => f.includes(`value="${part}"`));
	assert.match(form, /Take off/);
	await asa.send({ id: part }, `/events/check-out/${id}`);
	assert.equal(asa.page.status, 200);
	assert.doesNotMatch(asa.words, /Cleo Lund/);
	await cleo.own("/assure");
	await cleo.send({ code }, "/assure");
	assert.match(cleo.words, /Check in as an assurer of this event first/);
	await own(cleo, `/events/${id}`);
	await cleo.send({}, `/events/check-in/${id}`);
	assert.equal(cleo.page.status, 403);
	assert.match(cleo.words, /took you off its assurers/);
});

// ---- slips ----

let code, slip;
const day = () => dayIn(0, evening(18));
await test("a slip is filled in with the password, its code is told once and can be printed", async () => {
	await ann.own("/slips/new");
	assert.equal(ann.page.status, 403);
	const d = day();
	const filled = { name: "Eva Maria Freitag", day: "3", month: "10", year: "1985", passport: true, place: "Utrecht", met_day: d.day, met_month: d.month, met_year: d.year, points: "10", accepts: true };
	for (const [values, says] of [[{ name: "" }, /Whole name: Fill this in/], [{ day: "31", month: "2" }, /Day of birth: There is no such day/], [{ met_day: "31", met_month: "2" }, /Day of the meeting: There is no such day/],
		[{ passport: false }, /Passport: Tick which documents/], [{ passport: false, met_month: "" }, /Passport: Tick which documents.*Month of the meeting: Fill this in/], [{ points: "36" }, /Points: These are fewer/],
		[{ accepts: false }, /agreement: Tick this to go on/], [{ password: "not it at all, no" }, /Password: This is not your password\. Nothing was signed/], [{ met_year: "2001" }, /Day of the meeting: The meeting was too long ago/]]) {
		await cleo.own("/slips/new");
		await cleo.send({ ...filled, password: "plenty of unrelated wooden hats", ...values }, "/slips/new");
		assert.equal(cleo.page.status, 422, `${JSON.stringify(values)}: ${cleo.page.status} ${cleo.words.slice(0, 300)}`);
		assert.match(cleo.words, says);
		assert.doesNotMatch(cleo.page.text, /wooden hats/);
	}
	await cleo.own("/slips/new");
	await cleo.send({ ...filled, password: "plenty of unrelated wooden hats" }, "/slips/new");
	assert.equal(cleo.page.status, 200, cleo.words);
	code = cleo.page.text.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)[1];
	slip = cleo.words.match(/Slip (\d{6})/)[1];
	assert.doesNotMatch(cleo.words, /Freitag/);
	/* the password gave a new address */
	cleo.url = site.https + cleo.page.text.match(/href="(\/~[\w-]{32}\/slips)"/)[1];
	const stands = cleo.url;
	await cleo.send({}, "/slips/print");
	assert.equal(cleo.page.status, 200);
	assert.doesNotMatch(cleo.url, /~/);
	assert.match(cleo.words, new RegExp(`Slip ${slip}`));
	assert.ok(cleo.words.includes(code));
	assert.doesNotMatch(cleo.words, /Freitag|\b1985\b/);
	await cleo.get(cleo.url);
	assert.equal(cleo.page.status, 404);
	cleo.url = stands;
	assert.match(await own(cleo, "/slips"), new RegExp(`Slip ${slip} open`));
	assert.ok(!cleo.page.text.includes(code));
});

await test("the visitor joins, brings the code, reads what it says, confirms; both histories say so", async () => {
	const eva = await member(site, "eva@example.org");
	assert.match(await own(eva, "/slip"), /First tell us what is to be compared/);
	await enrol(eva, { given: "Eva", family: "Freitag", birth: ["3", "10", "1985"], document: null, questions: null });
	/* somebody else's birth date: one sentence */
	await dov.own("/slip");
	await dov.send({ code }, "/slip");
	assert.equal(dov.page.status, 422);
	assert.match(dov.words, /The slip says something else than you entered/);
	await eva.own("/slip");
	await eva.send({ code: "7KQM-3V9X-D2TP-84HQ" }, "/slip");
	assert.match(eva.words, /wrong, was used, was withdrawn or is too old/);
	await eva.own("/slip");
	await eva.send({ code: code.toLowerCase().replaceAll("-", " ") }, "/slip");
	assert.equal(eva.page.status, 200, eva.words);
	assert.match(eva.words, /Assurer Cleo Lund/);
	assert.match(eva.words, /Points 10/);
	assert.doesNotMatch(await own(eva, "/points"), /Cleo Lund/);
	await eva.own("/slip");
	await eva.send({ code }, "/slip");
	await eva.send({}, "/slip/confirm");
	assert.equal(new URL(eva.url).pathname.replace(/^\/~[\w-]{32}/, ""), "/points");
	assert.match(eva.words, /Cleo Lund/);
	assert.match(eva.words, /met before joining, with a slip/);
	assert.match(await own(eva, "/history"), /signed, 10 points/);
	assert.match(await own(cleo, "/history"), /signed, 10 points/);
	assert.match(await own(cleo, "/slips"), new RegExp(`Slip ${slip} used`));
	assert.match(await own(cleo, "/assurances"), /E\. F\./);
	await eva.own("/slip");
	await eva.send({ code }, "/slip");
	assert.match(eva.words, /wrong, was used/);
});

await test("a slip that is withdrawn is no good", async () => {
	const d = day();
	await cleo.own("/slips/new");
	await cleo.send({ name: "Dov Ezra", day: "7", month: "7", year: "1977", passport: true, place: "Utrecht", met_day: d.day, met_month: d.month, met_year: d.year, points: "10", accepts: true, password: "plenty of unrelated wooden hats" }, "/slips/new");
	const other = cleo.page.text.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)[1];
	cleo.url = site.https + cleo.page.text.match(/href="(\/~[\w-]{32}\/slips)"/)[1];
	await cleo.own("/slips");
	await cleo.send({}, "/slips/withdraw");
	assert.match(cleo.words, /withdrawn/);
	await dov.own("/slip");
	await dov.send({ code: other }, "/slip");
	assert.equal(dov.page.status, 422);
	assert.match(dov.words, /wrong, was used, was withdrawn or is too old/);
});

// ---- ends ----

await test("called off: gone from the list, everybody who signed up is told by mail", async () => {
	const shift = evening(18), off = await announce(asa, { place: "Zur Alten Kelter", places: "5" }, { days: 5, shift });
	await signUp(dov, off);
	await own(asa, `/events/end/${off}`);
	assert.match(asa.words, /Signed up 1/);
	assert.equal((await dov.own(`/events/end/${off}`)).status, 404, "not one's own");
	await own(asa, `/events/end/${off}`);
	await asa.send({}, `/events/end/${off}`);
	await guest.get("/events", { fetchSite: "none" });
	assert.doesNotMatch(guest.words, /Kelter/);
	await guest.get(`/events/${off}`, { fetchSite: "none" });
	assert.equal(guest.page.status, 404);
	assert.match(await own(dov, "/events/mine"), /Zur Alten Kelter.*called off/s);
	await later(shift + 70);
	const mail = await site.mail((m) => m.to.includes("dov@") && /called off/.test(m.subject));
	assert.match(mail.text, /Zur Alten Kelter, \d{4}-\d\d-\d\d/);
});

await test("a week after the end no file knows who came", async () => {
	const traces = [...sql(site.dir, "SELECT hex(idx) FROM event_part"), ...sql(site.dir, "SELECT hex(box) FROM event_part"), ...sql(site.dir, "SELECT printf('%012X', id) FROM event_part"),
		...sql(site.dir, "SELECT hex(c.hash) FROM code c WHERE c.kind = 2"), ...sql(site.dir, "SELECT hex(c.finder) FROM code c WHERE c.kind = 2"), ...sql(site.dir, "SELECT hex(box) FROM sealed WHERE field = 19 AND box IS NOT NULL")];
	await own(ben, "/events/mine");
	traces.push(Buffer.from(passOf(ben, id)).toString("hex").toUpperCase());
	assert.ok(traces.length > 12);
	const holds = (hex) => filesOf(site.dir).filter((file) => bytesOf(file).includes(Buffer.from(hex, "hex")));
	assert.ok(holds(traces[0]).length > 0, "what is searched for can be found");
	await later(evening(22) + 7 * 86400 + 3 * 3600);
	await until("the sweep", () => sql(site.dir, "SELECT count(*) FROM event_part WHERE event = " + id)[0] === "0");
	await until("the rest of it", () => sql(site.dir, "SELECT count(*) FROM event_part")[0] === "0", 90000);
	assert.match(await own(ann, "/events/mine"), /You are signed up for no event/);
	assert.equal(sql(site.dir, "SELECT count(*) FROM handover WHERE pass > 0")[0], "0");
	await until("every trace to go", () => traces.every((hex) => holds(hex).length === 0) || undefined, 60000).catch(() => {
		for (const hex of traces)
			assert.deepEqual(holds(hex), [], `a trace of who came: ${hex.slice(0, 40)}`);
	});
	/* the announcement itself stays a month */
	await guest.get(`/events/${id}`, { fetchSite: "none" });
	assert.equal(guest.page.status, 200);
	await later(evening(22) + 31 * 86400);
	await until("the announcement to go", () => siteSql(`SELECT count(*) FROM event WHERE id = ${id}`) === "0", 90000);
});

await test("the ledger verifies; no log names anybody", async () => {
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /ann@|cleo@|Zwitscherling|Freitag|Kelter|Zoë|AddressSanitizer|runtime error/);
});

finish();
