// tests/flow/later.mjs - the signer does not answer while a certificate is revoked: what the page says is so.
// limit: 120

import { startSite, test, finish } from "./site.mjs";
import { again, enrol, mailCertificate, member, password, request } from "./_people.mjs";
import assert from "node:assert/strict";

const site = await startSite({});
const ann = await member(site, "ann@example.org");
await enrol(ann);
const serial = await mailCertificate(ann, "ann@example.org", request({ subject: "/CN=ann" }).csr);

await test("the order is written down, and said to be", async () => {
	await ann.own(`/certs/change/${serial}`);
	await again(ann, password);
	await ann.own(`/certs/change/${serial}`);
	const signer = site.pid("signer");
	process.kill(signer, "SIGSTOP");
	try {
		await ann.send({ reason: "1" }, `/certs/revoke/${serial}`);
	} finally {
		process.kill(signer, "SIGCONT");
	}
	assert.equal(ann.page.status, 503, ann.words);
	assert.match(ann.words, /written down/);
	assert.doesNotMatch(ann.words, /Nothing was changed/);
});

await test("it is carried out without anybody doing anything", async () => {
	for (let i = 0; i < 240; i++) {
		if (/badge bad/.test((await ann.own(`/certs/show/${serial}`)).text))
			return;
		await new Promise((done) => setTimeout(done, 250));
	}
	assert.fail(ann.words);
});

assert.equal(await site.stop(), 0, site.log);
finish();
