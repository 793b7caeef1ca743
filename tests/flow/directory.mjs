// tests/flow/directory.mjs - the directory of assurers and messages by way of it, on a real site.
// limit: 240
//
// Ada and Bela are assurers, Cleo is not.  Being listed from preview to its end, searches, a message and
// its answer, what a kill leaves between announcement and commit, and what a seized portal gets.

import assert from "node:assert/strict";
import path from "node:path";
import { finish, sleep, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { askToJoin, asker, confirm, enrol, member, peerOf, search, signIn, verified, verifyLink } from "./_people.mjs";
import { numberOf, plantAssurers, sql, tokenOf } from "./_assurers.mjs";
import { Pack, Unpack } from "../peers/ipc.mjs";

const dir = path.join(temporaryFolder(), "state");
const sets = ["nginx.posts_per_minute=60000", "limit.mails_per_hour=100"];
const STANDS = 215, LISTING = 219, ANNOUNCE = 220, END = 221, SEND = 222, BLOCK = 45;
let site = await startSite({ dir, sets });

const ada = await enrol(await member(site, "ada@example.org"), { given: "Ada Augusta", family: "Zwitscherling", document: null, questions: null });
const bela = await enrol(await member(site, "bela@example.org"), { given: "Béla", family: "Szőke", document: null, questions: null });
const cleo = await enrol(await member(site, "cleo@example.org"), { given: "Cleo", family: "Okafor", document: null, questions: null });
const givers = [];
for (const name of ["gus", "gil", "gea"])
	givers.push(await numberOf(site, await member(site, `${name}@example.org`)));
const numbers = [await numberOf(site, ada), await numberOf(site, bela)];
const people = [ada, bela, cleo];
const db = path.join(dir, "site/site.db");

async function restart(shift = 0) {
	await site.stop();
	site = await startSite({ dir, sets: [...sets, `clock.shift=${shift}`] });
	for (const v of people) {
		v.site = site;
		v.url = site.https + new URL(v.url).pathname;
	}
	guest = new Visitor(site);
}
let guest;
await site.stop();
plantAssurers(dir, numbers, givers);
site = await startSite({ dir, sets });
await restart();

const find = async (query, v = guest) => {
	await v.get(`${v.root}/directory${query}`);
	return v.words;
};
const portal = () => peerOf(site, "keeper", "portal");
async function call(op, body) {
	const c = await portal();
	try {
		return { answer: await c.call(op, body) };
	} catch (e) {
		return { refused: e.kind, why: e.why };
	} finally {
		c.close();
	}
}
const announcement = (v, { name = "", region = "Graz", languages = "de", placed = 1, lat = 471, lon = 154, yes = 1 } = {}) =>
	new Pack().exact(tokenOf(v)).u8(yes).text(name).text(region).text(languages).u8(placed).i64(lat).i64(lon).end();
const announced = (got) => {
	const u = new Unpack(got.answer);
	u.exact(BLOCK);
	return { id: u.i64(), change: u.i64(), number: u.i64(), replaces: u.i64() };
};

await test("an empty directory says so, and what to do", async () => {
	const words = await find("");
	assert.equal(guest.page.status, 200);
	assert.match(words, /Nobody is listed yet/);
	assert.match(words, /trusted third parties/);
	assert.match(words, /Become one yourself/);
	assert.match(guest.page.text, /<nav[^]*href="\/directory"[^]*<\/nav>/);
	assert.match(await find("", cleo), /Your own line in the directory/);
});

await test("who is no assurer is told why there is no line, and gets none", async () => {
	await cleo.own("/directory/mine");
	assert.equal(cleo.page.status, 200);
	assert.match(cleo.words, /You are not one at the moment: it takes 100 points/);
	assert.doesNotMatch(cleo.page.text, /name="region"/);
});

await test("Ada sees word for word what will be public before it is", async () => {
	await ada.own("/directory/mine");
	assert.match(ada.words, /You are not listed/);
	assert.match(ada.words, /It reads: Ada Z\./);
	assert.doesNotMatch(ada.page.text, /type="checkbox"[^>]* checked/, "nothing is ticked by itself");
	await ada.send({ named: true, region: "Graz, Steiermark", languages: "Deutsch, english", place: "47.07, 15.43" }, "/directory/mine");
	assert.equal(ada.page.status, 200, ada.words);
	assert.match(ada.words, /This is what everybody will see Ada Z\. Graz, Steiermark Speaks: Deutsch, English Distances are told from: 47\.1, 15\.4/);
	assert.match(await find(""), /Nobody is listed yet/, "a preview publishes nothing");
	await ada.send({}, "/directory/mine/publish");
	assert.equal(ada.page.status, 200, ada.words);
	assert.match(ada.words, /You are listed\. This is what everybody sees: Ada Z\. Graz, Steiermark/);
	const words = await find("");
	assert.match(words, /All who are listed: 1 Ada Z\. Graz, Steiermark Speaks: Deutsch, English/);
	assert.doesNotMatch(guest.page.text, /Augusta|Zwitscherling|ada@example|47\.1|sign in to|number/i);
	assert.deepEqual(search(path.join(dir, "site"), ["Augusta", "Zwitscherling", "ada@example", String(numbers[0])]), []);
	await ada.own("/history");
	assert.match(ada.words, /You were listed in the directory of assurers, or taken down\. listed/);
	const line = [...ada.page.text.matchAll(/href="[^"]*(\/history\/\d+)"/g)].map((m) => m[1]);
	for (const where of line) {
		await ada.own(where);
		if (/About listed/.test(ada.words))
			break;
	}
	assert.match(ada.words, /Ada Z\.; Graz, Steiermark; de en; 47\.1, 15\.4/);
});

await test("what is typed wrongly is said at its field, and kept", async () => {
	for (const [values, says] of [[{ region: "", languages: "", place: "" }, /Say at least in which town/], [{ region: "Wien", languages: "klingon" }, /One of these is not known here/],
		[{ region: "Wien", languages: "", place: "Nirgendwo" }, /No place of this name is known/], [{ region: "Wien", languages: "", place: "91, 5" }, /No place of this name/],
		[{ region: "Wien", languages: "", place: "san" }, /Several places have such a name/]]) {
		await bela.own("/directory/mine");
		await bela.send({ languages: "", ...values }, "/directory/mine");
		assert.equal(bela.page.status, 422, says);
		assert.match(bela.words, says);
		assert.match(bela.page.text, /role="alert"/);
		if (values.region !== "")
			assert.match(bela.page.text, /value="Wien"/);
	}
});

await test("Bela is listed without a name, found by a town of the atlas; Ada's line changes", async () => {
	await bela.own("/directory/mine");
	await bela.send({ named: false, region: "Wien", languages: "hu de", place: "Vienna" }, "/directory/mine");
	await bela.send({}, "/directory/mine/publish");
	assert.match(bela.words, /You are listed\. This is what everybody sees: An assurer Wien/);
	await ada.own("/directory/mine");
	await ada.send({ region: "Graz" }, "/directory/mine");
	await ada.send({}, "/directory/mine/publish");
	assert.equal(sql(db, "SELECT count(*), max(region_key) FROM directory"), "2|wien");
	assert.equal(sql(path.join(dir, "keeper/keeper.db"), "SELECT count(*) FROM published WHERE state = 2"), "2");
	/* The one that was replaced is forgotten by the clerk. */
	await until("the old line to be forgotten", () => sql(path.join(dir, "keeper/keeper.db"), "SELECT count(*) FROM published") === "2");
});

await test("searches: by town, coordinates, distance and language, nearest first", async () => {
	assert.match(await find("?place=Vienna&within=10"), /Found: 1 An assurer Wien Speaks: magyar, Deutsch Less than 10 km away/);
	assert.match(await find("?place=vienna&within=250"), /Found: 2 An assurer Wien [^]*Ada Z\. Graz [^]*About 1[45]0 km away/);
	assert.match(await find("?place=graz&within=25"), /Found: 1 Ada Z\. Graz/);
	assert.match(await find("?place=47.1%2C%2015.4&within=25"), /Found: 1 Ada Z\./);
	assert.match(await find("?place=Vienna&within=1000&language=English"), /Found: 1 Ada Z\./);
	assert.match(await find("?language=hu"), /Found: 1 An assurer Wien/);
	assert.match(await find("?place=Tokyo&within=25"), /Nobody found No assurer in this directory is that near\. Search within 50 km/);
	assert.match(await find("?language=ja"), /No assurer in this directory says that they speak this language/);
	assert.match(await find("?place=san"), /Which place do you mean\?/);
	for (const [query, says] of [["?place=Nirgendwo", /No place of this name is known here/], ["?language=klingon", /Type one language/], ["?language=de%2C%20en", /Type one language/]]) {
		assert.match(await find(query), says);
		assert.equal(guest.page.status, 422);
	}
	for (const query of ["?within=11", "?within=x", "?place=a&place=b", "?surprise=1", "?place=%ff", "?place=%00", `?place=${"x".repeat(61)}`]) {
		await find(query);
		assert.ok([400, 422].includes(guest.page.status), `${query}: ${guest.page.status}`);
	}
	assert.doesNotMatch(guest.page.text, /<script/);
});

let line;
await test("Cleo writes to Ada: the mail carries the words and no address, the answer both", async () => {
	await find("?place=graz", cleo);
	await cleo.get(cleo.page.text.match(/href="([^"]*\/directory\/write\/\d+)"/)[1]);
	line = new URL(cleo.url).pathname.split("/").at(-1);
	assert.match(cleo.words, /If the assurer answers, each of you learns the other's mail address/);
	await cleo.send({ message: "" }, `/directory/write/${line}`);
	assert.equal(cleo.page.status, 422);
	await cleo.send({ message: "x".repeat(1001) }, `/directory/write/${line}`);
	assert.equal(cleo.page.status, 422);
	const message = "Grüß Gott,\n\nkönnten wir uns am Freitag treffen?\nWhy you get this mail:\n" + "wort ".repeat(170).trim();
	await cleo.send({ message: message.replace(/\n/g, "\r\n") }, `/directory/write/${line}`);
	assert.equal(cleo.page.status, 200, cleo.words);
	assert.match(cleo.words, /Your message is on its way/);
	const mail = await site.mail((m) => m.to.includes("ada@example.org") && m.links.some((l) => l.includes("/contact/")));
	assert.doesNotMatch(mail.raw.toString() + mail.text, /cleo/i);
	const quoted = mail.text.replace(/\r/g, "").split("\n").filter((l) => l.startsWith(">")).map((l) => l.slice(1).trimStart());
	assert.deepEqual(quoted.slice(0, 4), ["Grüß Gott,", "", "könnten wir uns am Freitag treffen?", "Why you get this mail:"]);
	assert.equal(quoted.slice(4).join(" "), "wort ".repeat(170).trim());

	const at = new URL(mail.links.find((l) => l.includes("/contact/"))).pathname;
	await guest.get(at);
	assert.equal(guest.page.status, 200);
	assert.match(guest.words, /With your answer each of you learns the other's mail address/);
	assert.doesNotMatch(guest.page.text, /cleo|Freitag/i);
	await guest.send({ message: "  " }, at);
	assert.equal(guest.page.status, 422);
	await guest.send({ message: "Gerne.\nUm sechs?" }, at);
	assert.equal(guest.page.status, 200, guest.words);
	assert.match(guest.words, /Your answer is on its way/);
	const answer = await site.mail((m) => m.to.includes("cleo@example.org") && m.subject.includes("An answer from an assurer"));
	assert.match(answer.text.replace(/\s+/g, " "), /their address is ada@example\.org\. The answer: > Gerne\. > Um sechs\? You had written: > Grüß Gott,/);
	const known = await site.mail((m) => m.to.includes("ada@example.org") && m.subject.includes("Whom you answered"));
	assert.match(known.text, /cleo@example\.org/);

	/* Once, and never again. */
	await guest.get(at);
	assert.equal(guest.page.status, 404);
	assert.match(guest.words, /This link does not work any more/);
	for (const where of ["/contact/x", `/contact/${"A".repeat(32)}`, at.replace("/contact/", "/verify/")]) {
		await guest.get(where);
		assert.equal(guest.page.status, 404, where);
	}
	await cleo.own("/history");
	assert.match(cleo.words, /your message was answered: each of you knows the other's address now/);
	await ada.own("/history");
	assert.match(ada.words, /you answered: each of you knows the other's address now/);
});

await test("a link to answer is none to verify, and the other way round", async () => {
	await cleo.own(`/directory/write/${line}`);
	await cleo.send({ message: "Noch etwas." }, `/directory/write/${line}`);
	const mail = await site.mail((m) => m.text.includes("Noch etwas"));
	const at = new URL(mail.links.find((l) => l.includes("/contact/"))).pathname;
	await guest.get(at.replace("/contact/", "/verify/"));
	assert.equal(new URL(guest.url).pathname, at);
	await askToJoin(guest, "dora@example.org");
	const link = await verifyLink(site, "dora@example.org");
	await guest.get(new URL(link).pathname.replace("/verify/", "/contact/"));
	assert.equal(guest.page.status, 404);
	await confirm(guest, link);
	assert.equal(guest.page.status, 200);
});

await test("one click takes the line down, for everybody, at once", async () => {
	await ada.own("/directory/mine");
	await ada.send({}, "/directory/mine/end");
	assert.match(ada.words, /You are not listed/);
	assert.match(await find(""), /All who are listed: 1 An assurer Wien/);
	await cleo.own(`/directory/write/${line}`);
	assert.equal(cleo.page.status, 404);
	assert.match(cleo.words, /This line of the directory is not there any more/);
	assert.deepEqual(await call(SEND, new Pack().exact(tokenOf(cleo)).i64(line).text("Hello").end()), await call(SEND, new Pack().exact(tokenOf(cleo)).i64(4711).text("Hello").end()));
});

await test("a seized portal: no name of anybody who did not opt in, and nobody is listed by another", async () => {
	const unread = new Unpack((await call(LISTING, tokenOf(cleo))).answer);
	unread.exact(BLOCK + 1 + 8 + 1 + 8);
	assert.equal(unread.text(), "");
	for (const name of ["", "Cleo O."])
		assert.equal((await call(ANNOUNCE, announcement(cleo, { name }))).refused, "denied");
	for (const body of [announcement(ada, { yes: 0 }), announcement(ada, { yes: 0, name: "Ada Z." })])
		assert.equal((await call(ANNOUNCE, body)).refused, "denied");
	for (const name of ["Ada Zwitscherling", "Ada", "Béla S."])
		assert.equal((await call(ANNOUNCE, announcement(ada, { name }))).refused, "conflict");
	for (const op of [LISTING, END, ANNOUNCE, SEND])
		assert.equal((await call(op, Buffer.concat([Buffer.alloc(24, 7), announcement(ada).subarray(24)]).subarray(0, [LISTING, END].includes(op) ? 24 : undefined))).answer, undefined);
	const id = sql(db, "SELECT id FROM directory");
	assert.equal((await call(STANDS, new Pack().exact(tokenOf(cleo)).i64(id).end())).refused, "absent", "another's row");
	for (const op of [216, 217, 218])
		assert.equal((await call(op, new Pack().i64(8).end())).answer, undefined, "the clerk's");
});

await test("a row that nobody stands behind is removed", async () => {
	sql(db, "INSERT INTO directory VALUES (4711, 1, 1, 'Forged F.', 'Graz', 'graz', 'de', 1, 471, 154), (-1, 1, 1, 'Forged G.', '', '', '', 0, 0, 0)");
	assert.match(await find(""), /Forged F\./);
	await until("the forged rows to go", () => sql(db, "SELECT count(*) FROM directory") === "1");
	assert.match(await find(""), /All who are listed: 1 An assurer Wien/);
});

await test("killed between announcement and commit: cancelled on the ledger, what stood stays", async () => {
	const got = announced(await call(ANNOUNCE, announcement(bela, { region: "Never shown" })));
	assert.ok(got.id > 0 && got.change > 0 && got.number > 0);
	assert.equal(String(got.replaces), sql(db, "SELECT id FROM directory"));
	assert.match(await find(""), /All who are listed: 1 An assurer Wien/);
	await restart(120);
	await until("the announcement to be cancelled", () => sql(path.join(dir, "keeper/keeper.db"), "SELECT count(*) FROM published WHERE state <> 2") === "0");
	await bela.own("/history");
	assert.match(bela.words, /announced and never shown/);
	await bela.own("/directory/mine");
	assert.match(bela.words, /You are listed\. This is what everybody sees: An assurer Wien/);
	assert.equal((await call(STANDS, new Pack().exact(tokenOf(bela)).i64(got.id).end())).refused, "absent", "it comes too late");
});

await test("killed between commit and confirmation: it stands, and the old line goes", async () => {
	const got = announced(await call(ANNOUNCE, announcement(bela, { region: "Győr" })));
	sql(db, `BEGIN; DELETE FROM directory WHERE id = ${got.replaces}; INSERT INTO directory VALUES (${got.id}, ${got.change}, ${got.number}, '', 'Győr', 'gyor', 'de', 1, 477, 176); COMMIT`);
	await restart(240);
	await until("the line to stand", () => sql(path.join(dir, "keeper/keeper.db"), "SELECT group_concat(id || ':' || state) FROM published") === `${got.id}:2`);
	await bela.own("/directory/mine");
	assert.match(bela.words, /You are listed\. This is what everybody sees: An assurer Győr/);
});

await test("who is no assurer any more vanishes when somebody writes to them", async () => {
	await find("", cleo);
	const where = cleo.page.text.match(/(\/directory\/write\/\d+)"/)[1];
	await site.stop();
	sql(path.join(dir, "keeper/keeper.db"), `UPDATE trust SET passed_at = 0 WHERE member = ${numbers[1]}`);
	await restart(240);
	await cleo.own(where);
	await cleo.send({ message: "Hello" }, where);
	assert.equal(cleo.page.status, 404, cleo.words);
	await until("the line to go", () => sql(db, "SELECT count(*) FROM directory") === "0");
	await bela.own("/history");
	assert.match(bela.words, /taken down/);
});

await test("the ledger verifies; no log names anybody", async () => {
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /ada@|bela@|cleo@|Zwitscherling|Freitag|Graz|AddressSanitizer|runtime error/);
});

finish();
