// Promise 13: policy changes are announced on the home page and on top of the statement; who declines can still look, correct and revoke.
import assert from "node:assert/strict";
import { command, finish, startSite, test, until, Visitor } from "../flow/site.mjs";
import { again, enrol, mailCertificate, member, request } from "../flow/_people.mjs";

const site = await startSite({});
const words = "The privacy statement changes on 1 June";

await test("an announcement stands on the home page and on top of the statement", async () => {
	assert.equal((await command(["notice", "add", words, "--state", site.dir])).code, 0);
	for (const where of ["/", "/privacy"])
		await until(`the notice on ${where}`, async () => (await new Visitor(site).get(where)).text.includes(words));
	const text = (await new Visitor(site).get("/privacy")).text;
	assert.ok(text.indexOf(words) < text.indexOf('id="p1"') || !text.includes('id="p1"'), "it stands below the promises");
});

await test("who declines: no new certificates, but looking, correcting, erasing and revoking go on", async () => {
	const ann = await enrol(await member(site, "ann@example.org"));
	const serial = await mailCertificate(ann, "ann@example.org", request().csr);
	await ann.own("/policy");
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
	await ann.own("/policy");
	await ann.send({ answer: "yes" }, "/policy");
	await mailCertificate(ann, "ann@example.org", request().csr);
	assert.equal(await site.stop(), 0);
});

finish();
