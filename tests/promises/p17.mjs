// Promise 17: when privacy or security is broken, those it concerns are told at once: all members, or those whose field
// was opened in a role between two days, found by the keeper alone.
// limit: 240
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { command, finish, startSite, temporaryFolder, test, until } from "../flow/site.mjs";
import { again, enrol, freshen, health, member, signIn } from "../flow/_people.mjs";
import { makeAssurers, makeCode, takeCode } from "../flow/_trust.mjs";

const dir = path.join(temporaryFolder(), "state");
const site = await startSite({ dir, sets: ["limit.mails_per_hour=10000"] });
const ann = await enrol(await member(site, "ann@example.org"), { given: "Ann", family: "Quillfeather", questions: null });
const bob = await enrol(await member(site, "bob@example.org"), { given: "Bob", family: "Ottoson", questions: null });
const asa = await enrol(await member(site, "asa@example.org"), { given: "Asa", family: "Berg", questions: null });
const cleo = await member(site, "cleo@example.org");
await makeAssurers(site, ["asa@example.org"]);

const known = new Set();
async function notices() {
	await until("an empty queue", async () => (await health(site))["mails waiting"] === 0);
	const fresh = site.mails().filter((m) => !known.has(m.headers["message-id"]));
	fresh.forEach((m) => known.add(m.headers["message-id"]));
	return fresh.filter((m) => /security notice/i.test(m.subject));
}
const words = path.join(temporaryFolder(), "notice.txt");
const announce = (...more) => command(["announce", "--security", "--state", site.dir, ...more]);
const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
const question = ["--field", "birth", "--role", "assurer", "--from", day(-1), "--to", day(1)];

const id = await takeCode(asa, await makeCode(ann));
await asa.own(`/assure/show/${id}`);
await again(asa);
if (asa.page.status === 200 && asa.page.text.includes(`/assure/show/${id}`))
	await asa.send({}, `/assure/show/${id}`);
assert.match(asa.page.text, /Quillfeather/, "the assurer was shown the fields");
await notices();

await test("counted first: nobody is told", async () => {
	const said = await announce("--count", ...question);
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /Of 4 members it concerns 1; nobody was told/);
	assert.deepEqual(await notices(), []);
});

await test("who is concerned gets a mail that names its purpose, and a line; nobody else does", async () => {
	writeFileSync(words, "A laptop of an assurer was stolen on Monday.\nYour birth date stood in a page on it.\n");
	const said = await announce(words, ...question);
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /Of 4 members it concerns 1, of whom 1 are told by mail/);
	const got = await notices();
	assert.deepEqual(got.map((m) => m.to.replace(/.*<|>.*/g, "")), ["ann@example.org"]);
	assert.match(got[0].text, /> A laptop of an assurer was stolen on Monday\./);
	assert.match(got[0].text, /What for, in the words of our privacy statement:\s+To\s+tell\s+you\s+at\s+once/);
	await ann.own("/history");
	assert.match(ann.words, /You were told about something that broke privacy or security/);
	await bob.own("/history");
	assert.doesNotMatch(bob.words, /You were told about something/);
});

await test("it stands in the register of breaches, with the authority's clock and a draft of the notice", async () => {
	await freshen(cleo);
	await cleo.own("/role");
	await cleo.send({ code: site.codes[0] }, "/role");
	await freshen(await signIn(cleo, "cleo@example.org"));
	await cleo.own("/officers/breaches");
	assert.match(cleo.words, /to be told by/);
	const where = cleo.page.text.match(/\/officers\/breaches\/\d{8}/)[0];
	await cleo.own(where);
	assert.match(cleo.words, /opened by assurers from .* members: 1, of these told by mail: 1/);
	assert.match(cleo.words, /Nature of the breach A laptop of an assurer was stolen on Monday/);
	await cleo.send({ what: "", effects: "Somebody may use it to pose as a member." }, where);
	assert.equal(cleo.page.status, 422);
	assert.match(cleo.page.text, /pose as a member/);
	await cleo.send({ what: "A laptop of an assurer was stolen.", effects: "Somebody may use it to pose as a member.", done: "The session was ended.", told: true }, where);
	assert.match(cleo.words, /the authority was told/);
	assert.match(cleo.words, /Likely consequences Somebody may use it/);
	await bob.own("/officers/breaches");
	assert.match(bob.words, /needs a role/);
});

await test("drafts for the register and the authority, with counts and without people", async () => {
	for (const end of ["register", "authority"]) {
		const text = readFileSync(`${words}.${end}.txt`, "utf8");
		assert.match(text, /Of 4 members it concerns 1/);
		assert.match(text, /72 hours/);
		assert.match(text, /To fill in/);
		assert.doesNotMatch(text, /example\.org|Quillfeather|Ottoson/);
	}
});

await test("to all: each gets one", async () => {
	writeFileSync(words, "The site was down since its disk was full. No data is lost.\n");
	const said = await announce(words);
	assert.match(said.out, /Of 4 members it concerns 4, of whom 4/);
	assert.deepEqual((await notices()).map((m) => m.to.replace(/.*<|>.*/g, "")).sort(), ["ann@example.org", "asa@example.org", "bob@example.org", "cleo@example.org"]);
});

await test("what says nothing is refused in clear words", async () => {
	for (const [why, ...more] of [[/usage/], [/no such file/, "/nowhere"], [/no field is called so/, words, "--field", "shoe size", ...question.slice(2)],
		[/one of owner, assurer/, words, "--field", "birth", "--role", "king", ...question.slice(4)], [/go together/, words, "--field", "birth"],
		[/are days/, words, "--field", "birth", "--role", "assurer", "--from", day(1), "--to", day(-1)]]) {
		const said = await announce(...more);
		assert.notEqual(said.code, 0);
		assert.match(said.err, why);
	}
	assert.deepEqual(await notices(), []);
});

await site.stop();
finish();
