// tests/flow/founding.mjs - a web of trust from nothing, through the pages alone: officers by the site's codes,
// the challenge, four founders who vouch for each other; then an objection, a suspension in the middle of an
// assurance, and found fraud that falls in stages.
// limit: 400

import assert from "node:assert/strict";
import { finish, startSite, test } from "./site.mjs";
import { again, enrol, member, password, signIn, verified } from "./_people.mjs";
import { passChallenge } from "./_exam.mjs";
import { compare, makeCode, note, restart, sign, takeCode, vouchFor } from "./_trust.mjs";

const site = await startSite({ sets: ["limit.mails_per_hour=10000"] });
const people = {
	fay: { given: "Fay", family: "Erste", birth: ["3", "4", "1971"] }, gus: { given: "Gus", family: "Zweite", birth: ["5", "6", "1968"] },
	hal: { given: "Hal", family: "Dritte", birth: ["1", "2", "1980"] }, ida: { given: "Ida", family: "Vierte", birth: ["9", "9", "1975"] },
	eve: { given: "Eve", family: "Neumann", birth: ["7", "7", "1990"] }, dov: { given: "Dov", family: "Ezra", birth: ["8", "8", "1977"] },
};
const who = {}, founders = ["fay", "gus", "hal", "ida"], officers = ["olu", "ora", "oto"];
const at = (name) => `${name}@example.org`;
const own = async (v, where) => { await v.own(where); return v.words; };
const behind = async (v, where) => { await v.own(where); await again(v); return v.words; };
const refused = (v, sentence) => { assert.equal(v.page.status, 422, v.words.slice(0, 300)); assert.match(v.words, sentence); };

for (const name of Object.keys(people))
	who[name] = await enrol(await member(site, at(name)), { questions: null, document: null, nationality: null, ...people[name] });
for (const name of officers)
	who[name] = await member(site, at(name));
const { fay, gus, hal, ida, eve, dov, olu, ora, oto } = who;
const number = {};

/* An officer's vote, through the page of the decision. */
async function vote(v, id, yes, reason = "Looked into it, and asked around") {
	await behind(v, `/officers/decision/${id}`);
	await v.send({ vote: yes, reason }, `/officers/decision/${id}`);
	assert.equal(v.page.status, 200, v.words.slice(0, 400));
	return v.words;
}
const decisionOf = (v) => new URL(v.url).pathname.match(/\/officers\/decision\/(\d+)$/)?.[1];

/* Looked up, then asked for: the number of the decision. */
async function askFor(v, whom, kind, reason = "Three members told me, independently") {
	await behind(v, "/officers/standing");
	await v.send({ who: whom }, "/officers/standing");
	await v.send({ kind, reason }, "/officers/standing/ask");
	const id = decisionOf(v);
	assert.ok(id, v.words.slice(0, 400));
	return id;
}

// ---- officers ----

await test("the site's codes make officers; everybody else gets to none of their pages", async () => {
	for (const [i, name] of officers.entries()) {
		const v = who[name];
		await behind(v, "/role");
		await v.send({ code: site.codes[i] }, "/role");
		assert.match(v.words, /You are an officer now/);
		await signIn(v, at(name));
		assert.match(await own(v, "/home"), /Decide as an officer/);
	}
	for (const where of ["/officers", "/officers/founding", "/officers/standing", "/officers/decision/1"]) {
		await eve.own(where);
		assert.equal(eve.page.status, 403, where);
		assert.match(eve.words, /needs a role that you do not have/, where);
	}
	assert.doesNotMatch(await own(eve, "/home"), /officer/i);
	assert.match(await own(olu, "/officers"), /Nothing waits for a decision/);
	await olu.own("/officers/decision/4711");
	await again(olu);
	assert.equal(olu.page.status, 404);
});

// ---- founders ----

await test("who has not passed the challenge cannot offer to be a founder; who has can, and take it back", async () => {
	await own(fay, "/points");
	for (const name of Object.keys(people))
		number[name] = (await own(who[name], "/points"), who[name].words.match(/You are member (\d+)/)[1]);
	assert.match(fay.words, /Founding the web of trust/);
	assert.doesNotMatch(fay.page.text, /action="[^"]*\/points\/founder"/);
	for (const name of founders) {
		await passChallenge(who[name]);
		await own(who[name], "/points");
		await who[name].send({}, "/points/founder");
		assert.match(who[name].words, /you offer yourself/);
	}
	await gus.send({}, "/points/founder");
	assert.match(gus.words, /Offer to be a founder/);
	await behind(olu, "/officers/founding");
	assert.match(olu.words, /Members who offer themselves: 3\. Too few yet/);
	assert.doesNotMatch(olu.page.text, /name="founder"/);
	await gus.send({}, "/points/founder");
	assert.match(await own(gus, "/history"), /offer taken back/);
});

let founding;
await test("an officer proposes four of them: too few, no reason, and nobody else's number are refused, ticks stay", async () => {
	const ticks = founders.map((name) => number[name]);
	await behind(olu, "/officers/founding");
	assert.match(olu.words, /Fay Erste Member \d+, offered/);
	assert.doesNotMatch(olu.page.text, /checked/, "nobody is proposed by the page");
	await olu.send({ founder: ticks.slice(1), reason: "They began it" }, "/officers/founding");
	refused(olu, /Founders: A web of trust begins with four to six founders/);
	assert.equal((olu.page.text.match(/ checked/g) ?? []).length, 3);
	assert.match(olu.page.text, /They began it<\/textarea>/);
	await olu.send({ founder: ticks, reason: "x" }, "/officers/founding");
	refused(olu, /Your reason: This is too short/);
	await olu.send({ founder: ticks, reason: "They began it, and I know all four" }, "/officers/founding");
	founding = decisionOf(olu);
	assert.ok(founding, olu.words.slice(0, 300));
	for (const text of [/The founding of the web of trust/, /Fay Erste/, /Ida Vierte/, /They began it, and I know all four/, /founders for 1 year/, /told by mail/])
		assert.match(olu.words, text);
	await behind(ora, "/officers/founding");
	await ora.send({ founder: ticks, reason: "The same once more" }, "/officers/founding");
	assert.match(ora.words, /decided already, or somebody has asked/);
});

await test("a vote needs a choice and a reason; two agree, and four founders begin", async () => {
	await behind(olu, `/officers/decision/${founding}`);
	assert.doesNotMatch(olu.page.text, /checked/);
	await olu.send({ reason: "I know all of them" }, `/officers/decision/${founding}`);
	refused(olu, /Your vote: Choose one/);
	assert.match(olu.page.text, /I know all of them<\/textarea>/);
	assert.match(await vote(olu, founding, "yes"), /You have voted\. It takes two equal votes/);
	assert.match(await own(ora, "/officers"), /The founding of the web of trust open waits for your vote/);
	await behind(oto, `/officers/decision/${founding}`);	/* stands open while the other one votes */
	assert.match(oto.words, /Looked into it, and asked around/);
	assert.match(await vote(ora, founding, "yes"), /How it stands agreed/);
	await oto.send({ vote: "no", reason: "too late for this" }, `/officers/decision/${founding}`);
	assert.equal(oto.page.status, 409);
	assert.match(await own(oto, "/officers"), /Ended The founding of the web of trust agreed/);
	for (const name of founders) {
		await site.mail((m) => m.to.includes(at(name)) && /founders/.test(m.subject) && /you are one of them/.test(m.text.replace(/\s+/g, " ")));
		await signIn(who[name], at(name));	/* a role began */
		assert.match(await own(who[name], "/points"), /You are a founder until \d{4}-\d\d-\d\d/);
	}
	assert.match(await own(fay, "/history"), /a founder, by decision 1/);
	assert.doesNotMatch(await own(eve, "/points"), /Founding the web of trust/);
	assert.match(await behind(olu, "/officers/founding"), /This community has its founders/);
});

await test("founders meet and vouch for each other with 35: a hundred points each, marked as founding", async () => {
	const id = await takeCode(fay, await makeCode(gus));
	assert.match(fay.words, /Both of you are founders: this is a founding assurance, of up to 35 points/);
	await fay.send({}, `/assure/leave/${id}`);
	for (const giver of founders)
		for (const name of founders)
			if (giver !== name)
				await vouchFor(who[giver], who[name], people[name], { points: "35" });
	for (const name of founders) {
		await own(who[name], "/points");
		assert.match(who[name].words, /100 assurance, of 100/);
		assert.equal((who[name].words.match(/points: 35 counts founding/g) ?? []).length, 3, who[name].words);
	}
});

// ---- an objection ----

let objection;
await test("a member objects in their own words: only to their own, once, and it stands until decided", async () => {
	await vouchFor(fay, eve, people.eve, { points: "10" });
	await vouchFor(gus, eve, people.eve, { points: "10" });
	await own(eve, "/points");
	assert.match(eve.words, /20 assurance, of 100/);
	const card = eve.page.text.split('<li class="card">').find((c) => c.includes("Fay Erste"));
	const id = card.match(/\/points\/object\/(\d+)"/)[1];
	assert.match(await own(eve, `/points/object/${id}`), /This vouching is wrong .* Fay Erste points: 10/);
	await eve.send({ words: "" }, `/points/object/${id}`);
	refused(eve, /What is wrong: Fill this in/);
	assert.equal((await dov.own(`/points/object/${id}`)).status, 404);
	assert.equal((await eve.own("/points/object/none")).status, 404);
	await own(eve, `/points/object/${id}`);
	await eve.send({ words: "We never met; <b>somebody</b> used my code" }, `/points/object/${id}`);
	assert.match(eve.words, /you objected/);
	assert.match(eve.words, /20 assurance, of 100/);
	assert.match(await own(eve, `/points/object/${id}`), /You objected\. You are told by mail/);
	assert.doesNotMatch(eve.page.text, /name="words"/);
	const mail = await site.mail((m) => m.to.includes(at("fay")) && /objects/.test(m.subject));
	assert.doesNotMatch(mail.text, /never met|Eve|Neumann/);
	assert.match(await own(fay, "/assurances"), /the member objects/);
});

await test("officers read the words, which the member sees; two of three agree, and the points are gone", async () => {
	await own(olu, "/officers");
	objection = olu.page.text.match(/\/officers\/decision\/(\d+)">An objection/)[1];
	await behind(olu, `/officers/decision/${objection}`);
	assert.ok(olu.words.includes("We never met; <b>somebody</b> used my code"), olu.words);
	assert.match(olu.words, new RegExp(`Who objects member ${number.eve} Who vouched member ${number.fay} Points 10`));
	assert.doesNotMatch(olu.page.text, /Fay|Erste|Neumann/);
	assert.match(await own(eve, "/history"), /your objection was read/);
	await vote(olu, objection, "yes");
	assert.match(await vote(ora, objection, "no", "The assurer keeps a signed form"), /Votes for it: 1, against it: 1/);
	assert.match(await own(eve, "/points"), /20 assurance, of 100/);
	await behind(oto, `/officers/decision/${objection}`);
	assert.match(oto.words, /the vouching stands .*The assurer keeps a signed form/);
	await vote(oto, objection, "yes");
	assert.match(await own(eve, "/points"), /10 assurance, of 100/);
	for (const name of ["eve", "fay"]) {
		const mail = await site.mail((m) => m.to.includes(at(name)) && /decided something/.test(m.subject));
		assert.match(mail.text.replace(/\s+/g, " "), /an objection was upheld/);
		assert.match(await own(who[name], "/history"), /an objection was upheld/);
	}
	assert.match(await own(olu, "/history"), new RegExp(`decision ${objection}: a vote for it`));
});

// ---- a suspension in the middle ----

let taken;
await test("looking somebody up shows numbers, and both histories say so; nobody is said like nobody", async () => {
	await behind(olu, "/officers/standing");
	await olu.send({ who: "nobody@example.org" }, "/officers/standing");
	refused(olu, /There is no such member/);
	await olu.send({ who: at("hal") }, "/officers/standing");
	assert.match(olu.words, new RegExp(`Member ${number.hal} Standing as an assurer good May vouch now yes`));
	assert.match(olu.words, /Vouchings that would fall 3 Members they are for 3 .* no assurers any more 3/);
	assert.doesNotMatch(olu.page.text, /Dritte/);
	await olu.send({ reason: "no kind was chosen" }, "/officers/standing/ask");
	refused(olu, /What you ask for: Choose one/);
	assert.match(olu.page.text, /no kind was chosen<\/textarea>/);
	assert.match(await own(hal, "/history"), /your standing as an assurer was looked at/);
});

await test("an assurer suspended between code and signature: nothing is recorded, and why stands there", async () => {
	/* one noted and not signed, one only taken */
	const noted = await takeCode(hal, await makeCode(dov));
	await compare(hal, noted, { name: "Dov Ezra", birth: people.dov.birth });
	await note(hal, noted);
	taken = await takeCode(hal, await makeCode(eve));
	await compare(hal, taken, { name: "Eve Neumann", birth: people.eve.birth });
	const id = await askFor(olu, number.hal, "suspend");
	assert.match(olu.words, /You asked for this, so two others decide/);
	assert.doesNotMatch(olu.page.text, /name="vote"/);
	await vote(ora, id, "yes");
	assert.match(await own(hal, "/assure/sign"), /D\. E\./);
	await vote(oto, id, "yes");
	/* the very form that was open */
	await sign(hal, password, { draft: true }).catch(() => {});
	assert.ok(hal.page.status >= 400, hal.words.slice(0, 200));
	await signIn(hal, at("hal"));
	for (const where of ["/assure", "/assure/sign", `/assure/note/${taken}`, `/assure/with/${taken}`]) {
		await hal.own(where);
		assert.equal(hal.page.status, 403, where);
		assert.match(hal.words, /Whether you may vouch for others, .* stands under My points/, where);
	}
	assert.match(await own(hal, "/points"), /You are suspended as an assurer: two officers decided so/);
	const mail = await site.mail((m) => m.to.includes(at("hal")) && /suspended as an assurer/.test(m.text.replace(/\s+/g, " ")));
	assert.doesNotMatch(mail.text, /independently/);
	assert.match(await own(hal, "/history"), /suspended as an assurer/);
	assert.match(await own(dov, "/points"), /0 assurance, of 100/);
	assert.match(dov.words, /Nobody yet/);
	assert.match(await own(eve, "/points"), /10 assurance, of 100/);
	/* what was given before stands */
	assert.match(await own(fay, "/points"), /100 assurance, of 100/);
	/* the same twice, and what does not fit, are not asked for */
	await behind(olu, "/officers/standing");
	await olu.send({ who: number.hal }, "/officers/standing");
	assert.match(olu.words, /Standing as an assurer suspended/);
	assert.doesNotMatch(olu.page.text, /value="suspend"/);
});

await test("two officers end it: the draft that waited is signed", async () => {
	const id = await askFor(ora, number.hal, "lift");
	await vote(olu, id, "yes");
	await vote(oto, id, "yes");
	await signIn(hal, at("hal"));
	assert.doesNotMatch(await own(hal, "/points"), /suspended/);
	await own(hal, "/assure/sign");
	await sign(hal, password, { draft: true });
	assert.match(hal.words, /Signed: 1\./);
	assert.match(await own(dov, "/points"), /10 assurance, of 100/);
});

await test("refused by two is refused, and an officer decides nothing about themselves", async () => {
	const id = await askFor(olu, number.gus, "suspend");
	await vote(ora, id, "no");
	await vote(oto, id, "no");
	assert.match(await own(olu, "/officers"), /Suspending an assurer refused/);
	assert.match(await own(gus, "/points"), /100 assurance, of 100/);
	await own(olu, "/points");
	const me = olu.words.match(/You are member (\d+)/)[1];
	await behind(olu, "/officers/standing");
	await olu.send({ who: me }, "/officers/standing");
	await olu.send({ kind: "suspend", reason: "to see what happens" }, "/officers/standing/ask");
	refused(olu, /Somebody else decides this/);
});

// ---- found fraud ----

await test("fraud: beforehand officers see what would fall; then it falls in sixty days, and everybody is told", async () => {
	await vouchFor(ida, dov, people.dov, { points: "10" });
	assert.match(await own(dov, "/points"), /20 assurance, of 100/);
	const id = await askFor(oto, number.ida, "fraud", "Vouched for people who were not there");
	await vote(olu, id, "yes");
	await behind(ora, `/officers/decision/${id}`);
	assert.match(ora.words, /What it would mean now Vouchings that would fall 4 Members they are for 4 Of them below 50 points then 0 Of them no assurers any more 3 Certificates that would stand on too few points 0/);
	assert.match(ora.words, /falls in 60 days/);
	await vote(ora, id, "yes");
	await signIn(ida, at("ida"));
	assert.match(await own(ida, "/points"), /Two officers found fraud in how you vouched/);
	assert.match(ida.words, /100 assurance, of 100/);	/* what others gave her stands */
	await ida.own("/assure");
	assert.equal(ida.page.status, 403);
	await restart(site);		/* the clerk tidies up when it begins: those concerned are told */
	for (const name of ["fay", "gus", "hal", "dov"]) {
		await site.mail((m) => m.to.includes(at(name)) && /will fall away/.test(m.subject));
		assert.match(await own(who[name], "/history"), /points will fall/);
	}
	assert.match(await own(fay, "/points"), /On \d{4}-\d\d-\d\d your assurance points fall to 70, if nobody vouches for you before/);
	assert.match(fay.words, /Found wrong: it counts until/);
	assert.match(fay.words, /100 assurance, of 100/);
	assert.match(await own(dov, "/points"), /20 assurance, of 100/);
});

await test("sixty days later it has fallen, and nothing else", async () => {
	await restart(site, () => {}, [`clock.shift=${60 * 86400 + 60}`]);
	for (const [name, points] of [["fay", 70], ["gus", 70], ["hal", 70], ["ida", 100], ["dov", 10], ["eve", 10]]) {
		await signIn(who[name], at(name));
		assert.match(await own(who[name], "/points"), new RegExp(`${points} assurance, of 100`), name);
	}
});

await test("the ledger verifies; nothing of it stands in the log", async () => {
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /Erste|Neumann|never met|fay@example|AddressSanitizer|runtime error/);
});

finish();
