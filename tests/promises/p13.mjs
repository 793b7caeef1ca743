// Promise 13: policy changes are announced on the home page and on top of the statement, each version stays
// readable, members are asked again and see what changed; who declines can still look, correct, take along, revoke and erase.
//
// With POLICY_WRITE=1 (make policy) the pages' words become the texts of the newest versions instead of being held against them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { command, finish, startSite, test, top, until, Visitor } from "../flow/site.mjs";
import { again, enrol, freshen, mailCertificate, member, request, signIn } from "../flow/_people.mjs";
import { plain } from "./_plain.mjs";

const folder = path.join(top, "portal/public/policy");
const texts = { agreement: "/policy/agreement", statement: "/privacy" };
const newest = (name) => Math.max(...readdirSync(folder).filter((f) => f.startsWith(`${name}.`)).map((f) => Number(f.split(".")[1])));
const fileOf = (name, number, lang = "en") => path.join(folder, lang === "en" ? `${name}.${number}.txt` : `${name}.${number}.${lang}.txt`);
/* Catalogues: each version's words are kept as they stood in each. */
const languages = readdirSync(path.join(top, "portal/po")).filter((f) => f.endsWith(".po")).map((f) => f.slice(0, -3));
const site = await startSite({});
const visitor = new Visitor(site);
const words = "The privacy statement changes on 1 June";

if (process.env.POLICY_WRITE === "1") {
	for (const [name, where] of Object.entries(texts)) {
		const { text } = await visitor.get(where);
		const number = Number(text.match(/Version (\d+) of \d{4}-/)[1]);
		if (number < newest(name))
			throw new Error(`${name}: the page shows version ${number}, and there is a later one`);
		writeFileSync(fileOf(name, number), plain(text));
		for (const lang of languages)
			writeFileSync(fileOf(name, number, lang), plain((await new Visitor(site, { language: lang }).get(where)).text));
		console.log(`${name}.${number}.txt written, and in ${languages}`);
	}
	await site.stop();
	process.exit(0);
}

await test("an announcement stands on the home page and on top of the statement", async () => {
	assert.equal((await command(["notice", "add", words, "--state", site.dir])).code, 0);
	for (const where of ["/", "/privacy"])
		await until(`the notice on ${where}`, async () => (await new Visitor(site).get(where)).text.includes(words));
	const text = (await new Visitor(site).get("/privacy")).text;
	assert.ok(text.indexOf(words) < text.indexOf('id="p1"') || !text.includes('id="p1"'), "it stands below the promises");
});

await test("the newest version says what the pages and the tables behind them say", async () => {
	for (const [name, where] of Object.entries(texts)) {
		const { text } = await visitor.get(where);
		const [, number, from] = text.match(/Version (\d+) of (\d{4}-\d\d-\d\d)/);
		assert.equal(Number(number), newest(name), `${name}: the newest text is not the newest version of privacy/policy.c`);
		assert.equal(plain(text), readFileSync(fileOf(name, number), "utf8"),
			`${name} reads differently from version ${number}: give it a further version in privacy/policy.c, then make policy`);
		for (const lang of languages)
			assert.equal(plain((await new Visitor(site, { language: lang }).get(where)).text), readFileSync(fileOf(name, number, lang), "utf8"),
				`${name}'s translation (${lang}) reads differently from what is kept of version ${number}: make policy`);
		/* A new version is news for thirty days, with its date, on both pages; the first one is none. */
		const news = Number(number) > 1 && Date.now() < Date.parse(from) + 30 * 86400e3;
		for (const page of ["/", "/privacy"])
			assert.equal((await visitor.get(page)).text.includes(`/policy/changes/${name}/${number}"`), news, `${name} on ${page}`);
	}
});

await test("every version stays readable, with its digest, and what changed in it", async () => {
	const list = (await visitor.get("/policy/versions")).text;
	for (const name of Object.keys(texts))
		for (let number = 1; number <= newest(name); number++) {
			const file = readFileSync(fileOf(name, number));
			assert.ok(list.includes(createHash("sha256").update(file).digest("hex")), `${name} ${number}: digest`);
			const page = await visitor.get(`/policy/${name}/${number}`);
			assert.equal(page.status, 200);
			const longest = file.toString().split("\n").reduce((a, b) => a.length > b.length ? a : b).replace(/^(#+|-) /, "");
			assert.ok(visitor.words.includes(longest.replace(/\s+/g, " ")), `${name} ${number}: ${longest}`);
			const changed = await visitor.get(`/policy/changes/${name}/${number}`);
			assert.equal(changed.status, number > 1 ? 200 : 404);
			if (number > 1)
				assert.match(changed.text, /<ins><span class="unseen">new: <\/span>[^<]/, `${name} ${number}: nothing new`);
		}
	/* In a reader's language where that was kept, else in English, and it says so. */
	for (const lang of languages)
		for (const name of Object.keys(texts))
			for (let number = 1; number <= newest(name); number++) {
				const v = new Visitor(site, { language: lang }), kept = existsSync(fileOf(name, number, lang));
				const file = readFileSync(fileOf(name, number, kept ? lang : "en")).toString();
				const longest = file.split("\n").reduce((a, b) => a.length > b.length ? a : b).replace(/^(#+|-) /, "");
				const { text } = await v.get(`/policy/${name}/${number}`);
				assert.ok(v.words.includes(longest.replace(/\s+/g, " ")), `${name} ${number} ${lang}: ${longest}`);
				assert.ok(text.includes(`<div lang="${kept ? lang : "en"}">`), `${name} ${number} ${lang}`);
				assert.equal(/<\/p>\s*<p class="note">[^<]*<\/p>\s*<div lang="en">/.test(text), !kept, `${name} ${number} ${lang}: says that it is English`);
				if (number > 1)
					assert.ok((await v.get(`/policy/changes/${name}/${number}`)).text.includes(
						`<div class="difference" lang="${kept && existsSync(fileOf(name, number - 1, lang)) ? lang : "en"}">`));
			}
	for (const where of ["/policy/agreement/0", "/policy/agreement/999", "/policy/statement/1x", "/policy/changes/statement/-1"])
		assert.equal((await visitor.get(where)).status, 404, where);
});

await test("who declines: no new certificates, but looking, correcting, taking along, erasing and revoking go on", async () => {
	const ann = await enrol(await member(site, "ann@example.org"));
	const serial = await mailCertificate(ann, "ann@example.org", request().csr);
	await ann.own("/policy");
	/* A form from before a version came into force agrees to nothing. */
	await ann.send({ answer: "yes", statement: String(newest("statement") - 1) }, "/policy");
	assert.equal(ann.page.status, 422);
	assert.match(ann.words, /Your answer/);
	await ann.send({ answer: "no" }, "/policy");
	assert.ok(ann.page.status < 400, ann.words);
	for (const where of ["/data", "/history", "/certs", "/addresses"])
		assert.equal((await ann.own(where)).status, 200, where);
	await assert.rejects(mailCertificate(ann, "ann@example.org", request().csr));
	await ann.own("/data/names");
	await ann.send({ given: "Anna", family: "Briain" }, "/data/names");
	assert.match((await ann.own("/data")).text, /Anna/);
	await ann.own(`/certs/change/${serial}`);
	await again(ann);
	await ann.send({ reason: "5" }, `/certs/revoke/${serial}`);
	assert.match((await ann.own(`/certs/show/${serial}`)).text, /badge bad/);
	await freshen(ann);
	await ann.own("/rights/take");
	await ann.send({}, "/rights/take");
	assert.ok(ann.page.status < 400, ann.words);
	await ann.own("/rights/erase");
	await ann.send({ when: "later", sure: true }, "/rights/erase");
	assert.match(ann.words, /[Cc]hanged? your mind/);
	await ann.send({}, "/rights/erase/stop");
	assert.ok(ann.page.status < 400, ann.words);
	/* At the next sign-in the question comes first, with what is new in the version that was declined. */
	await signIn(ann, "ann@example.org");
	assert.match(new URL(ann.url).pathname, /\/policy$/);
	assert.match(ann.words, /You declined this version/);
	assert.match(ann.page.text, /<ins><span class="unseen">new: <\/span>[^<]/);
	await ann.send({ answer: "yes" }, "/policy");
	assert.match(new URL(ann.url).pathname, /\/home$/);
	await ann.own("/policy");
	assert.doesNotMatch(ann.page.text, /<ins>/);
	await mailCertificate(ann, "ann@example.org", request().csr);
	assert.equal(await site.stop(), 0);
});

finish();
