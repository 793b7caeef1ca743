// tests/flow/office.mjs - what officers decide in cases and about members: a changed name, a hold, an exclusion, a report told later, and one
// officer alone after seven days' notice.
// limit: 120

import assert from "node:assert/strict";
import { command, finish, startSite, test, until, Visitor } from "./site.mjs";
import { confirm, enrol, formToken, freshen, mailCertificate, member, password, request, signIn, verifyLink } from "./_people.mjs";
import { officers, open, openField, staff, take, told } from "./_desk.mjs";
import { numberOf, restart, sql, wordRows } from "./_trust.mjs";

const begun = Date.now();
const site = await startSite({ sets: ["nginx.posts_per_minute=60000", "argon.memory=8192", "argon.passes=1", "limit.mails_per_hour=10000"] });
const three = await officers(site);
const ann = await enrol(await member(site, "ann@example.org"), { given: "Annegret", family: "Zwirbelmeier", document: null });
const sue = await staff(site, three, "sue");
let noticed, annNumber, reported;
/* Midnight may come while this runs. */
const day = (after) => `(?:${[0, 1].map((more) => new Date(begun + (after + more) * 86400e3).toISOString().slice(0, 10)).join("|")})`;
const officer = async (i) => freshen(await signIn(three[i], `${["olu", "pat", "quin"][i]}@example.org`));

/** Asked for by the first officer at this page; its decision's page. */
async function asked(where, values) {
	const v = await officer(0);
	await v.own(where);
	await v.send(values, where);
	return new URL(v.url).pathname.match(/\/officers\/decision\/\d+$/)[0];
}
async function vote(i, decision) {
	const v = await officer(i);
	await v.own(decision);
	await v.send({ vote: "yes", reason: "As it was said." }, decision);
	return v;
}

await test("a changed name: its owner says which, staff ask, two officers see both names and agree; then nobody sees the old one", async () => {
	const numbers = [];
	for (const name of ["ann", "xia", "yan"]) {
		if (name !== "ann")
			await enrol(await member(site, `${name}@example.org`), { document: null, questions: null });
		numbers.push(await numberOf(site, `${name}@example.org`));
	}
	const pat = await numberOf(site, "pat@example.org");
	await restart(site, (dir) => sql(dir, `${wordRows(numbers.slice(1), numbers[0])} ${wordRows([pat], numbers[2])}`));	/* Pat vouched for Yan */
	await freshen(await signIn(ann, "ann@example.org"));
	const serial = await mailCertificate(ann, "ann@example.org", request().csr, { level: "assured", name: "1" });
	/* Who would remove its address is told which certificate goes with it, and where a new one is to be had. */
	const removal = (await ann.own("/addresses")).text.match(/\/addresses\/remove\/\d+/)[0];
	await ann.own(removal);
	assert.match(ann.page.text, new RegExp(`revoked with it: 1[^]*/certs/show/${serial}"[^]*This is your last proved address`));
	assert.doesNotMatch(ann.page.text, /Ask for a new one/, "there is no other address for it");
	await ann.own("/addresses");
	await ann.send({ address: "annegret@example.net" }, "/addresses");
	await confirm(new Visitor(site), await verifyLink(site, "annegret@example.net"));
	await ann.own(removal);
	assert.match(ann.page.text, new RegExp(`/certs/show/${serial}"[^]*/certs/mail">Ask for a new one`));
	await ann.own("/names/add");
	await ann.send({ sort: "married", given: "Annegret", family: "Quittenbaum" }, "/names/add");
	const change = await open(ann, "name", "I have married.");
	await ann.own(`/cases/name/${change}`);
	await ann.send({ from: "0" }, `/cases/name/${change}`);
	assert.equal(ann.page.status, 422);
	await ann.send({ from: "0", to: "1" }, `/cases/name/${change}`);
	assert.match(ann.words, /waits for support staff/);
	await freshen(await signIn(sue, "sue@example.org"));
	await take(sue, change);
	assert.doesNotMatch(sue.words, /Quittenbaum|Zwirbel/);
	await sue.send({ grounds: "The deed came by post." }, `/desk/name/${change}`);
	assert.match(sue.words, /officers decide/);
	const votes = [];
	for (const v of [await officer(0), await officer(1)]) {
		await v.own("/officers");
		const decision = v.page.text.match(/(\/officers\/decision\/\d+)"[^>]*>A change of name/)[1];
		await v.own(decision);
		assert.match(v.words, /Annegret Zwirbelmeier.*Annegret Quittenbaum/);
		await v.send({ vote: "yes", reason: "The deed says so." }, decision);
		votes.push([v, decision]);
	}
	for (const [v, decision] of votes) {
		await v.own(decision);
		assert.doesNotMatch(v.words, /Zwirbel|Quittenbaum/);
	}
	await ann.own("/names");
	assert.match(ann.words, /Annegret Quittenbaum\s+shown first/);
	assert.doesNotMatch(ann.words, /Zwirbel/);
	assert.match(ann.words, /carry a name that is no longer yours.*ann@example\.org/);
	await ann.own(`/cases/${change}`);
	assert.match(ann.words, /agreed/);
	await ann.own("/history");
	assert.match(ann.words, new RegExp(`case ${change}: old and new value were seen`));
	await site.mail((m) => m.to.includes("ann@example.org") && /decided something/.test(m.subject));
});

await test("a new birth date waits beside the one that others vouched for", async () => {
	await ann.own("/names/birth");
	await ann.send({ day: "1", month: "3", year: "1984" }, "/names/birth");
	assert.match(ann.words, /A new birth date waits beside the one that somebody vouched for/);
});

await test("two officers hold a field: its owner is told, reads which and until when, and cannot erase it meanwhile", async () => {
	const v = await officer(0);
	await v.own("/officers/holds");
	assert.match(v.words, /Nothing is held/);
	await v.send({ who: "ann@example.org", ground: "fraud", days: "91", reason: "case 12345678" }, "/officers/holds");
	assert.equal(v.page.status, 422);
	assert.match(v.words, /Mail addresses: Choose at least one\. For how many days: /, "all that is wrong at once");
	const decision = await asked("/officers/holds", { who: "ann@example.org", ground: "fraud", names: true, days: "30", reason: "case 12345678" });
	/* Both have its page open, and answer in the same moment: it is decided once. */
	const both = [await officer(1), await officer(2)];
	for (const v of both)
		await v.own(decision);
	await Promise.all(both.map((v) => v.send({ vote: "yes", reason: "As it was said." }, decision)));
	assert.deepEqual(both.map((v) => v.page.status), [200, 200]);
	await both[0].own(decision);
	assert.match(both[0].words, /agreed/);
	assert.match(both[0].words, /Votes for it: 2, against it: 0/);
	await site.mail((m) => m.to.includes("ann@example.org") && /are held/.test(m.subject));
	assert.equal(site.mails().filter((m) => m.to.includes("ann@example.org") && /are held/.test(m.subject)).length, 1);
	await both[0].own("/officers/holds");
	assert.equal(both[0].words.split("in force").length, 2, both[0].words);
	await freshen(await signIn(ann, "ann@example.org"));
	await ann.own("/rights");
	assert.match(ann.words, /Two officers keep these fields.*a case of fraud.*names/);
	await ann.own("/names/erase/1");
	await ann.send({ sure: true }, "/names/erase/1");
	assert.match(ann.words, /keep this field from being erased for now/);
	await ann.own("/names");
	assert.match(ann.words, /Quittenbaum/);
});

await test("two officers exclude somebody: no code any more, all rights as before, and a mail says so", async () => {
	const decision = await asked("/officers/exclusions", { who: "xia@example.org", reason: "Sold what she had vouched for." });
	await vote(1, decision);
	await vote(2, decision);
	const mail = await site.mail((m) => m.to.includes("xia@example.org") && /excluded/.test(m.subject));
	assert.doesNotMatch(mail.text, /Sold/);
	const xia = await freshen(await signIn(new Visitor(site), "xia@example.org"));
	await xia.own("/rights");
	assert.match(xia.words, /Two officers excluded you until \d{4}/);
	await xia.own("/home");
	assert.match(xia.words, /Two officers excluded you: no role, no vouching, no new certificate/);
	assert.doesNotMatch(xia.page.text, /\/certs\/mail|\/handover|\/domains"[^>]*>Prove/);
	for (const page of ["/certs", "/certs/mail", "/certs/server", "/handover", "/domains", "/ttp", "/directory", "/password/change"]) {
		await xia.own(page);
		assert.equal(xia.page.status, 200, page);
		assert.match(xia.words, /Two officers excluded you/, page);
		assert.doesNotMatch(xia.page.text, /<form[^>]*action="[^"]*\/(certs|handover|domains|ttp)[^"]*"|>New e-mail certificate<\/a>/, page);
	}
	await xia.own("/data");
	assert.equal(xia.page.status, 200);
	await officer(0).then((v) => v.own("/officers/exclusions")).then((a) => assert.match(a.text, /in force/));
});

await test("a reason sent after the ten minutes of the password: it is not carried on, and stands there to be copied", async () => {
	const v = await signIn(three[0], "olu@example.org"), page = "/officers/exclusions", reason = "She sold passwords <b> to strangers.";
	const late = () => v.request("POST", v.root + page, { body: new URLSearchParams({ form: formToken(v.root, page), who: "yan@example.org", reason }).toString() });
	await v.follow(await late());
	assert.equal(v.page.status, 403);
	assert.match(v.words, /Your password, please.*It was not sent/s);
	assert.match(v.page.text, />\s*She sold passwords &lt;b&gt; to strangers\.<\/textarea>/);
	assert.doesNotMatch(v.page.text, /yan@example/);
	await v.send({ password: "not the password" }, "/password");
	assert.equal(v.page.status, 422);
	assert.match(v.page.text, /to strangers\.<\/textarea>/);
	await v.send({ password }, "/password");
	assert.ok(new URL(v.url).pathname.endsWith(page), v.url);
	assert.doesNotMatch(v.words, /to strangers/);
});

await test("a report: whom it concerns is found and a field opened, and two officers let them be told seven days later", async () => {
	const guest = new Visitor(site);
	await guest.get("/case/report");
	await guest.send({ against: "member", about: "", words: "Somebody lent out her name." }, "/case/report");
	({ number: reported } = told(guest));
	await freshen(await signIn(sue, "sue@example.org"));
	await take(sue, reported);
	await sue.send({ how: "address", exactly: "ann@example.org" }, `/desk/find/${reported}`);
	assert.match(sue.words, /Tell the member later/);
	await sue.send({ days: "31", grounds: "She would warn the others." }, `/desk/later/${reported}`);
	assert.equal(sue.page.status, 422);
	await sue.send({ days: "7", grounds: "She would warn the others." }, `/desk/later/${reported}`);
	assert.match(sue.words, /Two officers are asked/);
	assert.doesNotMatch(sue.page.text, /\/desk\/(later|find)\//);
	const v = await officer(0);
	await v.own("/officers");
	const decision = v.page.text.match(/(\/officers\/decision\/\d+)"[^>]*>Telling later/)[1];
	await v.own(decision);
	assert.match(v.words, new RegExp(`the report in case ${reported} concerns is told later of each field.*7 days after that at the latest`));
	await vote(0, decision);
	assert.match((await vote(1, decision)).words, /agreed/);
	await openField(sue, reported, 4, "compared with the report");
	assert.match(sue.words, new RegExp(`What you open is told to the member on ${day(7)}`));
	assert.match(sue.words, /Quittenbaum/);
	await v.own("/officers/later");
	assert.match(v.words, new RegExp(`Case ${reported} in force .*for 7 days.*Until ${day(7)} Fields opened in it 1`));
	await guest.get("/transparency");
	assert.match(guest.words, /delayed telling the member that staff opened a field: 1 ?\./);
	await freshen(await signIn(ann, "ann@example.org"));
	await ann.own("/history");
	assert.doesNotMatch(ann.words, new RegExp(`${reported}|look into a report`));
	assert.ok(!site.mails().some((m) => m.to.includes("ann@example.org") && /field of yours was opened|opened a field/.test(m.subject)));
	/* A security notice to whose family name staff opened would find her all the same. */
	const around = [-1, 1].map((days) => new Date(Date.now() + days * 86400e3).toISOString().slice(0, 10));
	const counted = await command(["announce", "--security", "--state", site.dir, "--count", "--field", "family", "--role", "support", "--from", around[0], "--to", around[1]]);
	assert.match(counted.out, /it concerns 1; nobody was told/, counted.err);
});

await test("a report about one of staff or officers goes to officers, and who found that out is told so", async () => {
	const guest = new Visitor(site);
	await guest.get("/case/report");
	await guest.send({ against: "member", about: "", words: "Somebody at the desk talks too much." }, "/case/report");
	const { number } = told(guest);
	await freshen(await signIn(sue, "sue@example.org"));
	await take(sue, number);
	await sue.send({ how: "address", exactly: "olu@example.org" }, `/desk/find/${number}`);
	assert.equal(sue.page.status, 200);
	assert.match(sue.words, /This report is with the officers now/);
	assert.doesNotMatch(sue.page.text, new RegExp(`/desk/case/${number}"`));
	/* Another officer asks that Olu be told later: neither Home nor the list says to Olu that anything waits. */
	const waits = async (i) => (await officer(i)).words.match(/Open, without a vote of yours: \d+/)?.[0];
	const before = [await waits(0), await waits(2)], pat = await take(await officer(1), number);
	await pat.send({ how: "address", exactly: "olu@example.org" }, `/desk/find/${number}`);
	await pat.send({ days: "3", grounds: "It would warn the others." }, `/desk/later/${number}`);
	assert.match(pat.words, /Two officers are asked/);
	assert.equal(await waits(0), before[0]);
	assert.notEqual(await waits(2), before[1]);
});

await test("a breach: the form sent twice is one entry, and of two who change it the second sees what the first wrote", async () => {
	const one = await officer(0), two = await officer(1);
	await one.own("/officers/breaches");
	const form = one.page;
	await one.send({ hours: "2", what: "A laptop was lost." }, "/officers/breaches");
	const where = new URL(one.url).pathname.match(/\/officers\/breaches\/\d{8}$/)[0];
	one.page = form;
	await one.send({ hours: "2", what: "A laptop was lost." }, "/officers/breaches");
	assert.ok(one.url.endsWith(where), one.url);
	await one.own("/officers/breaches");
	assert.equal(one.page.text.match(/\/officers\/breaches\/\d{8}/g).length, 1);
	await one.own(where);
	await two.own(where);
	await one.send({ what: "A laptop was lost in a train.", effects: "None.", done: "" }, where);
	await two.send({ what: "A laptop was stolen.", effects: "", done: "Told the police." }, where);
	assert.equal(two.page.status, 409);
	assert.match(two.words, /Another officer has changed this entry.*What stands there now.*lost in a train.*None\./s);
	assert.match(two.page.text, />\s*A laptop was stolen\.<\/textarea>/);
	assert.match(two.page.text, />\s*Told the police\.<\/textarea>/);
	await two.send({ what: "A laptop was stolen in a train.", effects: "None.", done: "Told the police." }, where);
	assert.equal(two.page.status, 200);
	assert.match(two.page.text, />\s*A laptop was stolen in a train\.<\/textarea>/);
	/* A form that was refused for something else is no newer for that. */
	await one.own(where);
	await two.send({ what: "A laptop was stolen in a train to Linz.", effects: "None.", done: "Told the police." }, where);
	await one.send({ what: " ", effects: "", done: "" }, where);
	assert.equal(one.page.status, 422);
	await one.send({ what: "It was found.", effects: "", done: "" }, where);
	assert.equal(one.page.status, 409);
	assert.match(one.words, /What stands there now.*a train to Linz/s);
	/* Closed while somebody types: the form is gone, what was typed is not. */
	const number = where.split("/").at(-1);
	await two.own(where);
	await one.own(`/desk/case/${number}`);
	await one.send({}, `/desk/take/${number}`);
	await one.send({ outcome: "done", ending: "It was found." }, `/desk/close/${number}`);
	assert.equal(one.page.status, 200, one.words);
	await two.send({ what: "A laptop was stolen near Linz.", effects: "A <small> one.", done: "" }, where);
	assert.equal(two.page.status, 422);
	assert.match(two.words, /This case is closed\..*What you typed.*It was not kept\..*A laptop was stolen near Linz\./s);
	assert.match(two.page.text, /A &lt;small&gt; one\./);
	assert.doesNotMatch(two.page.text, /href="#f-what"/);
	await two.own(where);
	assert.doesNotMatch(two.words, /What you typed/);
});

let disclosure;
await test("a disclosure: a silence that is over by now is refused, and until when the file may be fetched is said", async () => {
	const v = await officer(0), day = (ago) => new Date(Date.now() - ago * 86400000).toISOString().slice(0, 10);
	const number = annNumber = await numberOf(site, "ann@example.org"), page = "/officers/disclosures/new";
	const asks = async (silence) => {
		await v.own(page);
		await v.send({ authority: "Amtsgericht Krems", basis: "StPO 95", document: { file: Buffer.from("An order.") }, members: `${number}`, field: ["4"],
			first: day(20), last: day(0), silence, reason: "The court orders it." }, page);
	};
	for (const silence of ["1970-01-01", "1969-12-31", "1900-05-05", day(1), day(-400)]) {
		await asks(silence);
		assert.equal(v.page.status, 422, silence);
		assert.match(v.words, /Last day of the silence: A silence needs an end/, silence);
	}
	await asks("");
	disclosure = new URL(v.url).pathname.match(/\/officers\/disclosures\/\d{8}$/)[0];
	assert.match(v.words, /none: the members are told at once/);
	for (const i of [1, 2])
		await vote(i, disclosure.replace("disclosures", "decision"));
	await v.own(disclosure);
	assert.match(v.words, /agreed, not fetched yet.*May be fetched until \d{4}-\d\d-\d\d/);
});

await test("where one officer alone is free, notice is given to all", async () => {
	noticed = await asked("/officers/exclusions", { who: "yan@example.org", reason: "Sold, too." });
	const quin = await vote(2, noticed);
	assert.match(quin.words, /No other officer is free to decide this/);
	await site.mail((m) => m.to.includes("pat@example.org") && /Seven days/.test(m.subject));
	assert.doesNotMatch(quin.page.text, /\/officers\/notice\//);
});

await test("eight days later nobody objected: it is carried out, and both histories say how", async () => {
	await restart(site, () => {}, [`clock.shift=${8 * 86400}`]);
	const quin = await officer(2);
	await quin.own(noticed);
	await quin.send({}, noticed.replace("decision", "notice"));
	assert.match(quin.words, /agreed.*One officer was free: it stands after seven days' notice/);
	await site.mail((m) => m.to.includes("yan@example.org") && /excluded/.test(m.subject));
});

await test("... and the member was told by then: when, what, and for how long that was delayed", async () => {
	const mail = await site.mail((m) => m.to.includes("ann@example.org") && /A field of yours was opened/.test(m.subject));
	assert.match(mail.text, /family name/);
	await freshen(await signIn(ann, "ann@example.org"));
	await ann.own("/history");
	assert.match(ann.words, new RegExp(`case ${reported}: family name, opened ${day(0)} \\d\\d:\\d\\d UTC; two officers delayed telling, ${day(0)} to ${day(8)}: compared with the report`));
	assert.match(ann.words, new RegExp(`case ${reported}: found whom it concerns`));
	await (await officer(0)).own("/officers/later").then((a) => assert.match(a.text, /ended/));
});

await test("what nobody fetched in time has lapsed, and says so", async () => {
	await restart(site, (dir) => sql(dir, `UPDATE assurance SET withdrawn_at = made_at + 1 WHERE member = ${annNumber}`), [`clock.shift=${31 * 86400}`]);
	const v = await officer(0);
	await until("the sweep", async () => { await v.own(disclosure); return /lapsed, never fetched/.test(v.words); });
	assert.doesNotMatch(v.words, /May be fetched|Make the file/);
	await v.own("/officers/disclosures");
	assert.match(v.words, /lapsed, never fetched/);
});

await test("a birth date that waits where nobody vouches for the old one any more: the member corrects it", async () => {
	await freshen(await signIn(ann, "ann@example.org"));
	await ann.own("/names");
	assert.match(ann.words, /A new birth date waits, but nobody vouches for the old one any more/);
	await ann.send({}, "/names/birth/drop");
	assert.match(ann.words, /Nobody has vouched for it yet: correct it/);
});

await test("the ledger verifies afterwards", async () => {
	assert.equal(await site.stop(), 0, site.log);
});

finish();
