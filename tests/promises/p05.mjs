// Promise 5: mail goes out only for what the member did or asked for, and for security notices.
import assert from "node:assert/strict";
import { finish, sleep, startSite, test, until, Visitor } from "../flow/site.mjs";
import { askToJoin, enrol, health, mailCertificate, member, request } from "../flow/_people.mjs";

const site = await startSite();
const known = new Set();
/* The mails since the last time, when the queue is empty. */
async function mails(wait = 400) {
	await sleep(wait);
	await until("an empty queue", async () => (await health(site))["mails waiting"] === 0);
	const fresh = site.mails().filter((m) => !known.has(m.headers["message-id"]));
	fresh.forEach((m) => known.add(m.headers["message-id"]));
	return fresh.map((m) => `${m.to.replace(/.*<|>.*/g, "")}: ${m.subject}`);
}
let ann;

await test("joining: one mail, to that address", async () => {
	ann = await member(site, "ann@example.org");
	const got = await mails();
	assert.equal(got.length, 1, got.join("\n"));
	assert.match(got[0], /^ann@example\.org: /);
});

await test("looking, enrolling, signing in and out, wrong passwords: none", async () => {
	await enrol(ann);
	for (const where of ["/home", "/data", "/history", "/addresses", "/domains", "/certs", "/sessions", "/settings"])
		await ann.own(where);
	const v = new Visitor(site);
	for (let i = 0; i < 3; i++) {
		await v.get("/sign-in");
		await v.send({ address: "ann@example.org", password: "a wrong but long one" }, "/sign-in");
	}
	assert.deepEqual(await mails(), []);
});

await test("a way back for an address nobody has: none, and the page is the same", async () => {
	const v = new Visitor(site);
	await v.get("/forgot");
	await v.send({ address: "nobody@example.org" }, "/forgot");
	assert.equal(v.page.status, 200);
	assert.deepEqual(await mails(), []);
});

await test("each act that needs one: exactly one, and it says why it came", async () => {
	await ann.own("/addresses");
	await ann.send({ address: "second@example.org" }, "/addresses");
	let got = await mails();
	assert.equal(got.length, 1, got.join("\n"));
	assert.match(got[0], /^second@/);
	await mailCertificate(ann, "ann@example.org", request().csr);
	got = await mails();
	assert.equal(got.length, 1, got.join("\n"));
	assert.match(got[0], /^ann@/);
	/* Somebody tries to join with Ann's address: Ann is told, the other is not. */
	await askToJoin(new Visitor(site), "ann@example.org");
	got = await mails();
	assert.equal(got.length, 1, got.join("\n"));
	assert.match(got[0], /^ann@/);
	for (const m of site.mails()) {
		assert.match(m.text, /[Yy]ou|[Ss]omebody/, m.subject);
		assert.equal(m.headers["list-unsubscribe"], undefined, "nothing here is a list");
		assert.doesNotMatch(m.text, /<img|utm_|tracking/i);
	}
});

await test("nothing more comes by itself", async () => {
	assert.deepEqual(await mails(2500), []);
	assert.equal(await site.stop(), 0);
});

finish();
