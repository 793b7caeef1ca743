// Promise 9: data leaves only under law, approved by two people who did not ask, recorded, and the recipient is named to the
// member: at once, or when a silence that the law imposes ends.
// limit: 240
import assert from "node:assert/strict";
import { finish, startSite, test, until, Visitor } from "../flow/site.mjs";
import { enrol, freshen, health, member, routes, search, signIn } from "../flow/_people.mjs";
import { officers } from "../flow/_desk.mjs";
import { numberOf, restart } from "../flow/_trust.mjs";
import { ageOpen } from "../flow/_age.mjs";

const ADDRESS = "1", FAMILY = "4", BIRTH = "6", DAY = 86400000;
const site = await startSite({ sets: ["nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const three = await officers(site);
const [olu, pat, quin] = three;
const ann = await enrol(await member(site, "ann@example.org"), { given: "Annegret", family: "Zwirbelmeier" });
const gil = await member(site, "gil@example.org");
const annNumber = await numberOf(site, "ann@example.org");
const day = (ahead) => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
const order = Buffer.from("%PDF Kanariendokument <script>");
const request = { authority: "Bezirksgericht Oberpullendorf", basis: "StPO 76a, 17 St 4/26", document: { file: order }, members: String(annNumber),
	field: [FAMILY, BIRTH], first: day(-20), last: day(0), silence: "", reason: "The order is attached" };

async function ask(v, more = {}) {
	await freshen(v);
	await v.own("/officers/disclosures/new");
	await v.send({ ...request, ...more }, "/officers/disclosures/new");
	return new URL(v.url).pathname.match(/\/officers\/disclosures\/(\d{8})$/)?.[1];
}
async function vote(v, number, how = "yes") {
	await freshen(v);
	await v.own(`/officers/decision/${number}`);
	return v.send({ vote: how, reason: "I have read the order" }, `/officers/decision/${number}`);
}
/** Make the file and open it; what stood in it. */
async function give(v, number) {
	await freshen(v);
	await v.own(`/officers/disclosures/${number}`);
	await v.send({ what: "file" }, `/officers/disclosures/fetch/${number}`);
	const phrase = v.page.text.match(/<code translate="no">([0-9A-Z-]{39})</)[1];
	const at = v.page.text.match(/\/once\/disclosure\/[\w-]{32}/)[0];
	const file = await new Visitor(site).get(at);
	assert.equal(file.status, 200);
	assert.match(file.headers["content-disposition"], /attachment; filename="disclosure\.json\.age"/);
	assert.ok(!file.body.includes("Zwirbelmeier"));
	assert.notEqual((await new Visitor(site).get(at)).status, 200, "the address works once");
	return JSON.parse(ageOpen(file.body, phrase));
}
const history = async (v) => { await v.own("/history"); return v.words; };
const mailsTo = (who) => site.mails().filter((m) => m.to.includes(who) && /authority/.test(m.subject));
let number;

await test("asked for in full words; what is missing or wrong is said, and what was typed comes back", async () => {
	for (const [more, says] of [[{ field: [] }, /Which fields\?: Tick at least one/], [{ members: "12" }, /numbers of members/], [{ members: "ann" }, /numbers of members/],
		[{ first: "yesterday" }, /for example 2026-01-31/], [{ first: day(0), last: day(-1) }, /ends before it begins/], [{ silence: day(-1) }, /needs an end/],
		[{ silence: day(600) }, /needs an end/], [{ authority: "" }, /authority/i], [{ document: { file: Buffer.alloc(0) } }, /file/], [{ document: { file: Buffer.alloc(200000, 7) } }, /too large/]]) {
		assert.equal(await ask(olu, more), undefined);
		assert.equal(olu.page.status, 422, JSON.stringify(more));
		assert.match(olu.words, says);
		assert.ok(olu.page.text.includes("17 St 4/26"));
	}
	number = await ask(olu);
	assert.ok(number, olu.words);
	assert.match(olu.words, /waits for two officers/);
	assert.equal((await ann.own("/officers/disclosures")).status, 403);
});

await test("who asked cannot agree, and one officer is not enough", async () => {
	await olu.own(`/officers/decision/${number}`);
	assert.doesNotMatch(olu.page.text, /name="vote"/);
	await vote(pat, number);
	assert.match(pat.words, /You have voted/);
	for (const v of [olu, pat, quin]) {
		await freshen(v);
		await v.own(`/officers/disclosures/${number}`);
		assert.doesNotMatch(v.page.text, /value="file"/);
	}
	assert.doesNotMatch(await history(ann), /authority/);
	/* What the authority sent comes back as it was. */
	const stands = quin.url;		/* a one-use address carries no session */
	await quin.send({ what: "document" }, `/officers/disclosures/fetch/${number}`);
	quin.url = stands;
	assert.ok(order.equals(quin.page.body));
	assert.match(quin.page.headers["content-type"], /octet-stream/);
});

await test("two agreed: one file with exactly these fields, a line and a mail that name who got it", async () => {
	await vote(quin, number);
	await until("nothing to wait for", async () => (await health(site))["mails waiting"] === 0);
	assert.equal(mailsTo("ann@").length, 0, "agreeing gives nothing yet");
	const file = await give(olu, number);
	assert.equal(file.recipient, "Bezirksgericht Oberpullendorf");
	assert.equal(file.reference, number);
	assert.deepEqual(file.people.map((p) => [p.person, p.member]), [[1, annNumber]]);
	assert.deepEqual(file.people[0].values.map((x) => [x.field, x.value]), [["family name", "Zwirbelmeier"], ["birth date", "1984-02-29"]]);
	assert.match(await history(ann), new RegExp(`given to an authority, under law\\. ${day(0)}, disclosure ${number}: to Bezirksgericht Oberpullendorf, by StPO 76a`));
	const mail = await site.mail((m) => m.to.includes("ann@example.org") && /authority/.test(m.subject));
	assert.match(mail.text.replace(/\s+/g, " "), /Bezirksgericht Oberpullendorf/);
	assert.doesNotMatch(mail.text, /Zwirbelmeier|\b1984\b/);
	await olu.own(`/officers/disclosures/${number}`);
	assert.doesNotMatch(olu.page.text, /value="file"/);
});

await test("two refuse, and nothing leaves", async () => {
	const refused = await ask(pat, { members: String(annNumber) });
	await vote(olu, refused, "no");
	await pat.own(`/officers/disclosures/${refused}`);
	assert.doesNotMatch(pat.words, /refused/);
	await vote(quin, refused, "no");
	await pat.own(`/officers/disclosures/${refused}`);
	assert.match(pat.words, /refused/);
	assert.doesNotMatch(pat.page.text, /value="file"/);
});

await test("the transparency report counts it, exactly and in public", async () => {
	const v = new Visitor(site), count = (label) => v.page.text.match(new RegExp(`<th scope="row">${label}</th>[^]*?</tr>`))[0].match(/(?<=<td>)\d+(?=<\/td>)/g).at(-1);
	await v.get("/transparency");
	assert.equal(v.page.status, 200);
	assert.deepEqual(["Asked for by an officer", "Given", "Refused", "Lapsed", "Family name", "Date of birth", "Mail address", "A disclosure", "Finding fraud", "Accounts erased"].map(count), ["2", "1", "1", "0", "1", "1", "0", "1", "0", "0"]);
	assert.match(v.words, /A disclosure 2 1 0 1 0 0/);
	assert.doesNotMatch(v.words, /Oberpullendorf|Zwirbel/);
	await v.get("/transparency?year=1999");
	assert.equal(count("Given"), "1");
});

await test("what is corrected since: the recipient is to be told, once, without a value", async () => {
	await freshen(ann);
	await ann.own("/names/change/0");
	await ann.send({ family: "Zwirbelmayr" }, "/names/change/0");
	assert.equal(ann.page.status, 200, ann.words);
	await pat.own("/officers/disclosures");
	assert.match(pat.words, new RegExp(`disclosure ${number}, given on ${day(0)}, person 1: These fields were corrected since`));
	assert.doesNotMatch(pat.words, /Zwirbel/);
	const action = pat.page.text.match(/\/officers\/disclosures\/told\/\d+/)[0];
	await pat.send({}, action);
	assert.match(pat.words, /Nobody is to be told/);
	assert.match(await history(ann), /An authority was told that data of yours has changed/);
});

await test("a silence: nobody tells the member before its end, and on that day the program does", async () => {
	const silent = await ask(olu, { silence: day(30), authority: "Staatsanwaltschaft Vordernberg", field: [FAMILY] });
	await vote(pat, silent);
	await vote(quin, silent);
	assert.equal((await give(pat, silent)).people[0].values[0].value, "Zwirbelmayr");
	await until("all mails to be sent", async () => (await health(site))["mails waiting"] === 0);
	assert.equal(mailsTo("ann@").length, 1);
	assert.doesNotMatch(await history(ann), /Vordernberg/);
	await olu.own("/officers/disclosures");
	assert.match(olu.words, /Silences in force: 1/);
	assert.match(olu.words, new RegExp(`told on ${day(31)}`));
	assert.deepEqual(search(site.dir, ["Vordernberg", "Oberpullendorf", "Kanariendokument", "17 St 4/26"], (f) => f.includes("outbox")), []);
	await restart(site, () => {}, [`clock.shift=${32 * 86400}`]);
	const mail = await site.mail((m) => m.to.includes("ann@example.org") && /Vordernberg/.test(m.text), 60000);
	assert.match(mail.text.replace(/\s+/g, " "), /the law kept us from it until now/);
	await signIn(ann, "ann@example.org");
	assert.match(await history(ann), new RegExp(`disclosure ${silent}: to Staatsanwaltschaft Vordernberg`));
	await signIn(olu, "olu@example.org");
	await olu.own("/officers/disclosures");
	assert.match(olu.words, /Silences in force: 0/);
});

await test("one officer is free, and one is not enough: an officer of a partner community is borrowed for this one", async () => {
	/* It is about an officer: who asks and who is named have no vote. */
	const about = String(await numberOf(site, "quin@example.org"));
	for (const v of [pat, gil, quin])
		await signIn(v, v === pat ? "pat@example.org" : v === gil ? "gil@example.org" : "quin@example.org");
	number = await ask(olu, { members: about, field: [ADDRESS], authority: "Bezirksgericht Mattersburg" });
	await freshen(olu);
	await olu.own(`/officers/disclosures/${number}`);
	assert.match(olu.words, /Fewer than two officers are free/);
	const words = { who: "gil@example.org", community: "Gänseblümchen e.V.", site: "https://partner.example", reason: "She sits there as an officer" };
	for (const [more, says] of [[{ site: "partner.example" }, /https:\/\/example\.org/], [{ who: "pat@example.org" }, /cannot be the guest/], [{ who: "nobody@example.org" }, /member/i], [{ community: "" }, /community/]]) {
		await olu.own(`/officers/disclosures/borrow/${number}`);
		await olu.send({ ...words, ...more }, `/officers/disclosures/borrow/${number}`);
		assert.equal(olu.page.status, 422, JSON.stringify(more));
		assert.match(olu.words, says);
	}
	/* However often one is asked for and refused, the disclosure's page stays. */
	for (let i = 0; i < 9; i++) {
		await olu.own(`/officers/disclosures/borrow/${number}`);
		await olu.send(words, `/officers/disclosures/borrow/${number}`);
		await vote(pat, new URL(olu.url).pathname.match(/\d+$/)[0], "no");
		assert.match(pat.words, /refused/);
	}
	await olu.own(`/officers/disclosures/${number}`);
	assert.equal(olu.page.status, 200);
	assert.equal(olu.words.split("Gänseblümchen").length - 1, 9);
	await freshen(pat);
	await pat.own(`/officers/disclosures/borrow/${number}`);
	await pat.send(words, `/officers/disclosures/borrow/${number}`);
	assert.match(pat.words, /No officer would be free to approve it/, "who is free approves, and does not name");
	await olu.own(`/officers/disclosures/borrow/${number}`);
	await olu.send(words, `/officers/disclosures/borrow/${number}`);
	const decision = new URL(olu.url).pathname.match(/\/officers\/decision\/(\d+)$/)[1];
	assert.match(olu.words, /Gänseblümchen/);
	await freshen(quin);
	for (const where of [`/officers/decision/${decision}`, `/officers/disclosures/${number}`])
		assert.equal((await quin.own(where)).status, 404, "whom it names hears nothing");
	await vote(pat, decision);
	assert.match(pat.words, /it stands from/);
	assert.equal((await gil.own(`/guest/${number}`)).status, 403);		/* the password first */
	await restart(site, () => {}, [`clock.shift=${40 * 86400}`]);
	for (const [v, name] of [[olu, "olu"], [pat, "pat"], [gil, "gil"], [quin, "quin"]])
		await freshen(await signIn(v, `${name}@example.org`));
	await pat.own(`/officers/decision/${decision}`);
	await pat.send({}, `/officers/notice/${decision}`);
	const mail = await site.mail((m) => m.to.includes("gil@example.org") && /guest officer/.test(m.subject));
	assert.doesNotMatch(mail.text, /Mattersburg|Gänse/);
	await gil.own("/home");
	assert.ok(gil.page.text.includes(`/guest/${number}"`));
	await gil.own(`/guest/${number}`);
	assert.doesNotMatch(gil.words, /Mattersburg/, "nothing is shown before she accepts");
	await gil.send({ do: "accept" }, `/guest/${number}`);
	assert.match(gil.words, /Bezirksgericht Mattersburg/);
	const v = new Visitor(site);
	await v.get("/seats");
	assert.match(v.words, /Guest officer of Gänseblümchen e\.V\. for one disclosure/);
	assert.doesNotMatch(v.words, /gil|Mattersburg/);
});

await test("the guest sees that one disclosure and votes on it: no page of officers, no file, nothing else", async () => {
	const stands = gil.url, other = await ask(olu, { field: [FAMILY], members: String(annNumber) });
	for (const row of (await routes()).filter((r) => r.own && r.method === "GET" && r.role !== "member")) {
		const where = row.path.replace("*", row.path.startsWith("/officers/disclosures") ? number : "1");
		assert.equal((await gil.own(where)).status, 403, where);
	}
	assert.equal((await gil.own(`/guest/${other}`)).status, 404);
	await gil.own(`/guest/${number}`);
	await gil.send({}, `/guest/document/${number}`);
	assert.ok(order.equals(gil.page.body));
	gil.url = stands;
	await gil.own(`/guest/${number}`);
	assert.doesNotMatch(gil.page.text, /value="file"/);
	/* A name on the list of seats: first there has to be one, and then it leads back here. */
	assert.match(gil.page.text, /\/data\/names"[^>]*>Say what you are called/);
	await gil.send({ on: "1" }, "/settings/seat");
	assert.equal(gil.page.status, 422);
	assert.match(gil.words, /Settings.*Type at least one name/);
	await enrol(gil, { given: "Gilberta", family: "Mispelbaum" });
	await freshen(gil);
	await gil.own(`/guest/${number}`);
	await gil.send({ on: "1" }, "/settings/seat");
	assert.ok(gil.url.endsWith(`/guest/${number}`), gil.url);
	assert.match((await new Visitor(site).get("/seats")).body.toString(), /Gilberta Mispelbaum/);
	for (const reason of ["", "   \n  ", "  a"]) {
		await gil.own(`/guest/${number}`);
		await gil.send({ vote: "yes", reason }, `/guest/vote/${number}`);
		assert.equal(gil.page.status, 422, JSON.stringify(reason));
		assert.match(gil.page.text, /<a href="#f-reason"/, "the summary leads to what is missing");
	}
	await gil.own(`/guest/${number}`);
	await gil.send({ vote: "yes", reason: "The order is good" }, `/guest/vote/${number}`);
	assert.match(gil.words, /You have voted/);
	await vote(pat, number);
	await gil.own(`/guest/${number}`);
	assert.match(gil.words, /This seat is over/);
	assert.equal((await give(pat, number)).people[0].values[0].field, "address");
	assert.match(await history(quin), new RegExp(`disclosure ${number}: an officer of Gänseblümchen e\\.V\\. took part in the decision`));
	const mail = await site.mail((m) => m.to.includes("quin@example.org") && /Mattersburg/.test(m.text));
	assert.match(mail.text.replace(/\s+/g, " "), /an officer of a partner community took part/);
	const v = new Visitor(site);
	await v.get("/transparency");
	assert.match(v.page.text, /Decided with an officer of a partner community<\/th>[^]*?<td>1<\/td>/);
	await v.get("/seats");
	assert.doesNotMatch(v.words, /Gänseblümchen/);
	assert.deepEqual(search(site.dir, ["Gänseblümchen", "The order is good"], (f) => f.includes("outbox")), []);
	assert.equal(await site.stop(), 0, site.log);
});

finish();
