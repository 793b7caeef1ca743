// tests/flow/demo.mjs - `troth demo`: invented people on a running site, all of whom can sign in.
// limit: 400

import { startSite, Visitor, command, test, finish } from "./site.mjs";
import assert from "node:assert/strict";

const site = await startSite();
let people = [];

await test("it fills the site and prints a password for each", async () => {
	const got = await command(["demo", "--state", site.dir]);
	assert.equal(got.code, 0, got.out + got.err);
	people = [...got.out.matchAll(/^(\S+@example\.org) +(\S+) +(.+)$/gm)].map(([, address, password, who]) => ({ address, password, who }));
	assert.ok(people.length >= 5, got.out);
	assert.ok(got.out.includes(`${site.https}/sign-in`));
});

for (const { address, password, who } of people)
	await test(`${who}: signs in and sees a home`, async () => {
		const v = new Visitor(site);
		await v.get("/sign-in");
		await v.send({ address, password }, "/sign-in");
		assert.equal(v.page.status, 200, v.words);
		assert.match(v.root, /^\/~[\w-]{32}$/);
		for (const page of ["/home", "/data", "/history", "/certs", "/domains", "/addresses"])
			assert.equal((await v.own(page)).status, 200, page);
		if (who.includes("certificate"))
			assert.match((await v.own("/certs")).text, /\/certs\/show\/[0-9a-f]{32}/);
		if (who.includes("domain"))
			assert.match((await v.own("/domains")).text, /badge good/);
	});

const signedIn = async (name) => {
	const { address, password } = people.find((p) => p.address.startsWith(`${name}-`)), v = new Visitor(site);
	await v.get("/sign-in");
	await v.send({ address, password }, "/sign-in");
	return v;
};

await test("four are assurers, with points from each other", async () => {
	for (const name of ["ada", "bela", "chidi", "dana"]) {
		const v = await signedIn(name);
		assert.equal((await v.own("/assure")).status, 200, `${name}: ${v.words.slice(0, 300)}`);
		assert.match((await v.own("/challenge")).text, /You have passed it[^]*You are an assurer/, name);
		await v.own("/points");
		assert.equal(v.page.status, 200);
		assert.match(v.words, /\b100\b/, name);
	}
});

await test("there is an event with a guest, a line of the directory, a draft, and a certificate with a name", async () => {
	const event = (await new Visitor(site).get("/events")).text.match(/\/events\/(\d+)/);
	assert.ok(event, "no event");
	const sukarno = await signedIn("sukarno"), dana = await signedIn("dana"), chidi = await signedIn("chidi");
	assert.match((await sukarno.own(`/events/${event[1]}`)).text, new RegExp(`/events/leave/${event[1]}`));
	assert.match((await sukarno.own("/directory")).text, /Lübeck/);
	assert.match((await dana.own("/assure/sign")).text, /name="draft"/);
	assert.match((await chidi.own("/certs")).text, /Okafor/);
});

await test("the support desk has staff and cases, and a report about staff lies with the officers", async () => {
	const sana = await signedIn("sana"), tove = await signedIn("tove"), bela = await signedIn("bela"), mei = await signedIn("mei");
	assert.match((await sana.own("/desk")).text, /badge good">yours/);
	assert.equal((await tove.own("/desk")).text.split("/desk/case/").length - 1, 2);
	assert.match((await bela.own("/desk")).text, /officers alone/);
	assert.match((await mei.own("/cases")).text, /waits for your answer/);
});

await test("too many tries from one address: 429, when to come back, and a page", async () => {
	const v = new Visitor(site);
	for (let i = 0; i < 200 && v.page?.status !== 429; i++)
		v.page = await v.request("POST", "/verify/none", { body: "" });
	assert.equal(v.page.status, 429);
	assert.match(v.page.headers["retry-after"] ?? "", /^[1-9]\d*$/);
	assert.match(v.page.text, /Too many tries just now/);
	/* One more may have become free meanwhile. */
	const shared = [];
	for (let i = 0; i < 5 && shared.at(-1) !== 429; i++)
		shared.push((await v.request("POST", "/case/report", { body: "" })).status);
	assert.equal(shared.at(-1), 429, `a visitor's case is such a form, too: ${shared}`);
});

await test("a second demo waits its turn and brings others; there are officers enough then", async () => {
	const got = await command(["demo", "--state", site.dir]);
	assert.equal(got.code, 0, got.out + got.err);
	for (const { address } of people)
		assert.ok(!got.out.includes(address));
	assert.match(got.out, /has its community/);
});

await test("the ledger verifies afterwards", async () => {
	const got = await command(["verify", "--state", site.dir], { program: "troth-ledger" });
	assert.equal(got.code, 0, got.out + got.err);
});

await test("notices: add, list, end, and they stand on the home page", async () => {
	const added = await command(["notice", "add", "Meeting on <Friday> & after", "--state", site.dir]);
	assert.equal(added.code, 0, added.err);
	const number = added.out.match(/\d+/)[0];
	assert.match((await command(["notice", "list", "--state", site.dir])).out, /Meeting on <Friday> & after/);
	const shown = async (wanted) => {
		for (let i = 0; i < 40; i++) {
			if ((await new Visitor(site).get("/")).text.includes("Meeting on &lt;Friday&gt; &amp; after") === wanted)
				return true;
			await new Promise((done) => setTimeout(done, 250));
		}
		return false;
	};
	assert.ok(await shown(true));
	assert.equal((await command(["notice", "end", number, "--state", site.dir])).code, 0);
	assert.ok(await shown(false));
	assert.equal((await command(["notice", "end", number, "--state", site.dir])).code, 1);
	assert.equal((await command(["notice", "end", "x", "--state", site.dir])).code, 2);
});

await test("a test mail reaches the outbox", async () => {
	assert.equal((await command(["mail", "test", "post@example.org", "--state", site.dir])).code, 0);
	await site.mail((m) => m.to.includes("post@example.org"));
});

await test("without a running site each command says so in one line", async () => {
	assert.equal(await site.stop(), 0, site.log);
	for (const words of [["demo"], ["role"], ["mail", "test", "a@example.org"]]) {
		const got = await command([...words, "--state", site.dir]);
		assert.equal(got.code, 1);
		assert.equal(got.err.trim().split("\n").length, 1, got.err);
	}
});

finish();
