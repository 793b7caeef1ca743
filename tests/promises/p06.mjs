// Promise 6: a name stands in a certificate only when its owner has the points and chose so.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { finish, startSite, test } from "../flow/site.mjs";
import { asker, download, enrol, formToken, mailCertificate, member, openssl, request } from "../flow/_people.mjs";
import { writeFileSync } from "node:fs";
import path from "node:path";

const site = await startSite({});
const ann = await enrol(await member(site, "ann@example.org"), { given: "Annegret", family: "Zwitscherling" });
const { csr } = request({ subject: "/CN=Annegret Zwitscherling/GN=Annegret/SN=Zwitscherling/emailAddress=ann@example.org" });

await test("without points the form does not offer it", async () => {
	await ann.own("/certs/mail");
	assert.ok(!/name="with_name"/.test(ann.page.text) || /50 points/.test(ann.words), ann.words);
});

await test("without points asking for it is refused, and nothing is issued", async () => {
	const ask = asker(site, site.http);
	const body = new URLSearchParams({ form: formToken(ann.root, "/certs/mail"), address: "ann@example.org", with_name: "1", request: csr }).toString();
	const a = await ask("POST", `${ann.root}/certs/mail`, { body });
	assert.equal(a.status, 422);
	assert.match(a.text, /50 points/);
	ask.close();
	assert.doesNotMatch((await ann.own("/certs")).text, /certs\/show/);
});

await test("a certificate without it carries no name, whatever the request says", async () => {
	const serial = await mailCertificate(ann, "ann@example.org", csr);
	const pem = (await download(ann, serial)).toString();
	const leaf = pem.match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0];
	const x = new crypto.X509Certificate(leaf);
	assert.doesNotMatch(x.toString() + x.subject + x.subjectAltName, /Annegret|Zwitscherling/);
	assert.match(x.subjectAltName, /^email:ann@example\.org$/);
	const file = path.join(site.dir, "outbox", "leaf.pem");
	writeFileSync(file, leaf);
	assert.doesNotMatch(openssl("x509", "-in", file, "-noout", "-text").toString(), /Annegret|Zwitscherling/);
	assert.ok(!x.raw.includes("Annegret") && !x.raw.includes("Zwitscherling"));
	assert.equal(await site.stop(), 0);
});

finish();
