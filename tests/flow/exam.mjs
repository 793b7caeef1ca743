// tests/flow/exam.mjs - the assurer challenge on a real site: questions come by themselves, a member begins,
// keeps ticks, fails, reads why, waits, passes; the operator loads others, and what is wrong changes nothing.
// limit: 300

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { command, finish, startSite, temporaryFolder, test, top, unescape } from "./site.mjs";
import { answers, bankFile, known, shown } from "./_exam.mjs";
import { member, signIn, verified } from "./_people.mjs";

const dir = path.join(temporaryFolder(), "state");
const sets = [];
let site = await startSite({ dir, sets });

const ledger = () => execFileSync("sqlite3", ["-readonly", path.join(dir, "keeper/keeper.db"), "SELECT count(*) FROM leaf"]).toString().trim();
const count = (sql, db = "keeper/keeper.db") => execFileSync("sqlite3", ["-readonly", path.join(dir, db), sql]).toString().trim();
/* A form of the present page with radio buttons that may be several, as no browser sends them. */
async function post(v, where, pairs) {
	const form = v.form(where).fields.find((f) => f.name === "form").value;
	return v.follow(await v.request("POST", v.root + where, { body: new URLSearchParams([["form", form], ...pairs]).toString() }));
}

let eve = await member(site, "eve@example.org"), first;

await test("the first start loaded the program's own questions, at both places", async () => {
	assert.match(site.said, new RegExp(`^${known.length} questions of the assurer challenge are loaded \\(en, ledger line \\d+\\)\\.$`, "m"));
	assert.equal(count("SELECT count(*) FROM question_key WHERE current = 1"), `${known.length}`);
	assert.equal(count("SELECT count(*) FROM question WHERE current = 1", "site/site.db"), `${known.length}`);
	const doctor = await command(["doctor", "--state", dir]);
	assert.match(doctor.out, new RegExp(`good +assurer challenge: ${known.length} questions, en`));
});

await test("the page says how it goes before anything begins", async () => {
	await eve.own("/challenge");
	assert.equal(eve.page.status, 200);
	for (const words of ["25 questions", "60 minutes", "20 right answers", "100 assurance points", "Checking who somebody is", "Certificates and keys"])
		assert.ok(eve.words.includes(words), words);
	assert.doesNotMatch(eve.page.text, /<script/);
	/* Nothing is open: the questions' page leads here. */
	await eve.own("/challenge/questions");
	assert.match(new URL(eve.url).pathname, /\/challenge$/);
});

await test("beginning shows 25 questions, five of each topic, and how much time is left in words and in UTC", async () => {
	await eve.own("/challenge");
	await eve.send({}, "/challenge");
	assert.match(new URL(eve.url).pathname, /\/challenge\/questions$/);
	first = shown(eve);
	assert.equal(first.length, 25);
	assert.equal(new Set(first.map((q) => q.question.name)).size, 25);
	const topics = {};
	for (const q of first) {
		topics[q.question.about] = (topics[q.question.about] ?? 0) + 1;
		assert.deepEqual(q.labels, q.question.options);
		assert.deepEqual(q.kinds, [q.question.type === "multiple" ? "checkbox" : "radio"]);
	}
	assert.deepEqual(Object.values(topics), [5, 5, 5, 5, 5]);
	assert.match(eve.words, /in (59 minutes|1 hour) \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)/);
	/* Neither answers nor explanations are anywhere on the page. */
	for (const q of first)
		assert.ok(!eve.page.text.includes(q.question.because.slice(0, 40)), q.ask);
	/* Once more changes nothing: the same try goes on. */
	await eve.own("/challenge");
	assert.match(eve.words, /A try is open/);
	await eve.own("/challenge/questions");
	assert.deepEqual(shown(eve).map((q) => q.ask), first.map((q) => q.ask));
});

await test("keeping ticks, leaving questions open, unknown options: the ticks come back and nothing is judged", async () => {
	const before = ledger();
	const ticks = Object.entries(answers(first, 0)).slice(0, 20).flatMap(([n, values]) => values.map((x) => [n, x]));
	const id = eve.form("/challenge/questions").fields.find((f) => f.name === "try").value;
	const checked = () => [...eve.page.text.matchAll(/name="(q\d+)" value="(\d)" checked/g)].map((m) => [m[1], m[2]]);
	await post(eve, "/challenge/questions", [["try", id], ["keep", "1"], ...ticks]);
	assert.equal(eve.page.status, 200);
	assert.deepEqual(checked(), ticks);
	await post(eve, "/challenge/questions", [["try", id], ...ticks]);
	assert.equal(eve.page.status, 422);
	assert.deepEqual(checked(), ticks);
	assert.deepEqual(shown(eve).filter((q) => q.open).map((q) => q.n), [21, 22, 23, 24, 25]);
	assert.match(eve.page.text, /href="#q21"/);
	const single = first.find((q) => q.question.type === "single");
	for (const more of [[["q1", "8"]], [["q1", "x"]], [[`q${single.n}`, "7"]], [[`q${single.n}`, String(single.labels.length)]],
		[[`q${single.n}`, String((single.question.right[0] + 1) % single.labels.length)]], [["q26", "0"]]]) {
		await post(eve, "/challenge/questions", [["try", id], ["open", "1"], ...ticks, ...more]);
		assert.equal(eve.page.status, 422, JSON.stringify(more));
		assert.match(eve.page.text, /role="alert"/);
	}
	for (const more of [[["q61", "0"]], [["q0", "0"]], [["q01", "0"]], [["q", "0"]], ticks.slice(0, 1)]) {
		await post(eve, "/challenge/questions", [["try", id], ["open", "1"], ...ticks, ...more]);
		assert.equal(eve.page.status, 400, JSON.stringify(more));
	}
	/* Another try's number: that one is over, or never was. */
	await eve.own("/challenge/questions");
	await post(eve, "/challenge/questions", [["try", "12345"], ["open", "1"], ...ticks]);
	assert.equal(eve.page.status, 422);
	assert.match(eve.words, /This try is over/);
	assert.equal(count("SELECT ended_at FROM sitting"), "0");
	assert.equal(ledger(), before);
});

await test("a restart in the middle: the same questions, the same end", async () => {
	const until = count("SELECT until FROM sitting");
	const lines = ledger();
	assert.equal(await site.stop(), 0, site.log);
	site = await startSite({ dir, sets });
	assert.doesNotMatch(site.said, /questions of the assurer challenge/);
	assert.ok(Number(ledger()) <= Number(lines) + 1, "a start loads nothing anew");
	eve.site = site;
	eve.url = `${site.https}/`;
	await signIn(eve, "eve@example.org");
	await eve.own("/challenge/questions");
	assert.deepEqual(shown(eve).map((q) => q.ask), first.map((q) => q.ask));
	assert.equal(count("SELECT until FROM sitting"), until);
});

await test("six wrong answers of 25 do not pass; each is explained, and only those", async () => {
	const other = Object.assign(Object.create(Object.getPrototypeOf(eve)), eve, { page: eve.page });
	const values = answers(first, 6);
	await eve.send(values, "/challenge/questions");
	assert.match(new URL(eve.url).pathname, /\/challenge$/);
	assert.match(eve.words, /not passed 19 of 25 answers were right; 20 are needed/);
	assert.match(eve.words, /The next try can begin in (59 minutes|1 hour)/);
	for (const [i, q] of first.entries()) {
		assert.equal(unescape(eve.page.text).includes(q.question.because), i < 6, q.ask);
		assert.equal(unescape(eve.page.text).includes(q.ask), i < 6, q.ask);
	}
	for (const q of first.slice(0, 6))
		for (const m of values[`q${q.n}`])
			assert.ok(unescape(eve.page.text).includes(`<li>${q.labels[m]}</li>`), q.labels[m]);
	/* The other tab comes too late. */
	await other.send(answers(first, 0), "/challenge/questions");
	assert.equal(other.page.status, 422);
	assert.match(other.words, /This try is over: it was handed in already/);
	assert.match(other.words, /not passed 19 of 25/);
	/* Too early for the next. */
	await eve.own("/challenge");
	assert.ok(!eve.page.text.includes("Begin: the time starts"));
	await eve.own("/history");
	assert.match(eve.words, /not passed, 19 of 25/);
});

await test("what is wrong in a file is refused, and everything stays as it was", async () => {
	const held = () => [ledger(), count("SELECT group_concat(name || version || current) FROM (SELECT * FROM question_key ORDER BY name)"),
		count("SELECT hex(digest), number FROM question_bank"), count("SELECT hex(digest), number FROM question_bank", "site/site.db"),
		count("SELECT sum(current) FROM question", "site/site.db")];
	const before = held();
	const refused = async (file, words) => {
		const got = await command(["challenge", "load", file, "--state", dir]);
		assert.equal(got.code, 1, `${file}: ${got.out}${got.err}`);
		assert.match(got.err, words, file);
		assert.equal(got.err.trim().split("\n").length, 1, got.err);
		assert.deepEqual(held(), before, file);
	};
	const specimens = path.join(top, "tests/specimens/bank");
	for (const [name, words] of [["duplicate", /another question has this name: one/], ["no-right", /no right answer/], ["latin-1", /not UTF-8/], ["nul", /NUL/],
		["long-line", /longer than 1000 bytes/], ["one-option", /fewer than two options/], ["two-right", /several right answers/], ["unknown-word", /no line of a bank/],
		["late-topic", /before the first question/], ["empty", /begins with/], ["good", /3 questions, and a challenge draws 25/]])
		await refused(path.join(specimens, name), words);
	await refused(path.join(specimens, "absent"), /No such file/);
	const folder = mkdtempSync(path.join(temporaryFolder(), "bank-")), text = readFileSync(bankFile, "utf8");
	const changed = path.join(folder, "changed");
	/* Other words, another answer, another explanation under the old version. */
	for (const [from, to] of [["What do you say when you vouch", "What do you state when you vouch"],
		["- That this person controls the domains", "+ That this person controls the domains"], ["because You vouch for who somebody is,", "because You vouch only for who somebody is,"]]) {
		writeFileSync(changed, text.replace(from, to).replace("type single", to.startsWith("+") ? "type multiple" : "type single"));
		await refused(changed, /question identity-purpose: version 1 was loaded before .*give it version 2/);
	}
	const usage = await command(["challenge", "lose", bankFile, "--state", dir]);
	assert.equal(usage.code, 2);
});

await test("an operator's own questions stay at a restart, and the program's own come back by name", async () => {
	const folder = mkdtempSync(path.join(temporaryFolder(), "bank-")), mine = path.join(folder, "mine");
	writeFileSync(mine, readFileSync(bankFile, "utf8").replace("question identity-purpose 1", "question identity-purpose 2").replace("What do you say when you vouch", "What do you state when you vouch"));
	const got = await command(["challenge", "load", mine, "--state", dir]);
	assert.equal(got.code, 0, got.err);
	assert.match(got.out, /The questions are loaded; line \d+ of the ledger/);
	assert.match((await command(["challenge", "load", mine, "--state", dir])).out, /loaded ones already/);
	assert.equal(count("SELECT group_concat(version || ':' || current) FROM (SELECT * FROM question_key WHERE name = 'identity-purpose' ORDER BY version)"), "1:0,2:1");
	assert.equal(count("SELECT group_concat(version || ':' || current) FROM (SELECT * FROM question WHERE name = 'identity-purpose' ORDER BY version)", "site/site.db"), "1:0,2:1");
	/* The words of what was answered stay, whatever became of the bank. */
	await eve.own("/challenge");
	assert.ok(unescape(eve.page.text).includes(first[0].ask));
	await site.stop();
	/* An hour later; the site store lost its mark meanwhile, as a crash in between would leave it. */
	execFileSync("sqlite3", [path.join(dir, "site/site.db"), "DELETE FROM question_bank"]);
	site = await startSite({ dir, sets: [...sets, "clock.shift=3660"] });
	assert.doesNotMatch(site.said, /questions of the assurer challenge are loaded/);
	assert.equal(count("SELECT own FROM question_bank"), "0");
	assert.match((await command(["doctor", "--state", dir])).out, /DO +`troth challenge load FILE`/);
	assert.match((await command(["challenge", "load", mine, "--state", dir])).out, /loaded ones already/);
	assert.equal(count("SELECT count(*) FROM question_bank", "site/site.db"), "1");
	assert.equal((await command(["challenge", "load", bankFile, "--state", dir])).code, 0);
	assert.equal(count("SELECT own FROM question_bank"), "1");
	assert.equal(count("SELECT sum(current) FROM question_key"), `${known.length}`);
});

await test("an hour later the next try passes, and that is final", async () => {
	eve.site = site;
	eve.url = `${site.https}/`;
	await signIn(eve, "eve@example.org");
	await eve.own("/challenge");
	await eve.send({}, "/challenge");
	const second = shown(eve);
	assert.equal(second.length, 25);
	assert.notDeepEqual(second.map((q) => q.ask), first.map((q) => q.ask));
	await eve.send(answers(second, 5), "/challenge/questions");
	assert.match(eve.words, /You have passed it, on \d{4}-\d\d-\d\d/);
	assert.match(eve.words, /passed 20 of 25 answers were right/);
	assert.match(eve.words, /From 100 assurance points on you are an assurer/);
	assert.ok(!eve.page.text.includes("Begin: the time starts"));
	await eve.own("/history");
	assert.match(eve.words, /passed, 20 of 25/);
	/* The answers are the last try's alone. */
	await eve.own("/challenge");
	assert.equal(second.slice(0, 5).every((q) => unescape(eve.page.text).includes(q.question.because)), true);
	assert.equal(count("SELECT count(*) FROM sitting"), "1");
});

await test("answers lie sealed, and the ledger verifies", async () => {
	await verified(site);
	assert.match((await command(["doctor", "--state", dir])).out, /every sealed row and ledger detail opens and fits/);
	assert.equal(await site.stop(), 0, site.log);
	assert.doesNotMatch(site.log, /AddressSanitizer|runtime error|eve@example/);
});

finish();
