// Promise 6: a name stands in a certificate only when its owner has the points and chose so.
// limit: 240
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { finish, startSite, temporaryFolder, test, Visitor } from "../flow/site.mjs";
import { asker, download, enrol, formToken, mailCertificate, member, openssl, request, signIn } from "../flow/_people.mjs";
import { compare, makeAssurers, makeCode, note, numberOf, restart, sign, sql, takeCode, wordRows } from "../flow/_trust.mjs";
import { writeFileSync } from "node:fs";
import path from "node:path";

const site = await startSite({ sets: ["limit.mails_per_hour=10000"] });
const ann = await enrol(await member(site, "ann@example.org"), { given: "Annegret", family: "Zwitscherling" });
await member(site, "ben@example.org");
await member(site, "cleo@example.org");
const [number, ben, cleo] = [await numberOf(site, "ann@example.org"), await numberOf(site, "ben@example.org"), await numberOf(site, "cleo@example.org")];
const { csr } = request({ subject: "/CN=Annegret Zwitscherling/GN=Annegret/SN=Zwitscherling/emailAddress=ann@example.org" });
const says = /Annegret|Zwitscherling/;

/** Asked for by hand, whatever the form offers. */
async function byHand(values) {
	const ask = asker(site, site.http);
	const body = new URLSearchParams([["form", formToken(ann.root, "/certs/mail")], ["address", "ann@example.org"], ["request", csr],
		...(values instanceof URLSearchParams ? values : Object.entries(values))]).toString();
	const a = await ask("POST", `${ann.root}/certs/mail`, { body });
	ask.close();
	return a;
}

/** Everything that a certificate says. */
async function saidBy(serial) {
	const leaf = (await download(ann, serial)).toString().match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0];
	const x = new crypto.X509Certificate(leaf), file = path.join(temporaryFolder(), "leaf.pem");
	writeFileSync(file, leaf);
	return x.toString() + x.subject + x.subjectAltName + x.raw.toString("latin1") + openssl("x509", "-in", file, "-noout", "-text").toString();
}

/** They vouch for Ann while the site stands still. */
const vouched = (giver, points) => restart(site, (dir) => sql(dir, wordRows([giver], number, { points })));

await test("without points the form does not offer it", async () => {
	await ann.own("/certs/mail");
	assert.doesNotMatch(ann.page.text, /name="name"/);
	assert.match(ann.words, /From 50 points on/);
});

await test("without points asking for it is refused, and nothing is issued", async () => {
	for (const level of ["assured", "robot"]) {
		const a = await byHand({ level, name: "1" });
		assert.equal(a.status, 422);
		assert.match(a.text, level === "assured" ? /needs more points/ : /Assured certificates only/);
	}
	assert.doesNotMatch((await ann.own("/certs")).text, /certs\/show/);
});

await test("a certificate without it carries no name, whatever the request says", async () => {
	const serial = await mailCertificate(ann, "ann@example.org", csr);
	const said = await saidBy(serial);
	assert.doesNotMatch(said, says);
	assert.match(said, /email:ann@example\.org/);
});

await test("one assurer alone is not enough, whatever they give", async () => {
	await vouched(ben, 100);
	const a = await byHand({ level: "assured", name: "1" });
	assert.equal(a.status, 422);
	assert.match(a.text, /needs more points/);
});

await test("with the points it still stands there only when chosen", async () => {
	await vouched(cleo, 35);
	const quiet = await saidBy(await mailCertificate(ann, "ann@example.org", csr, { label: "not chosen" }));
	assert.match(quiet, /Assured Mail/);
	assert.doesNotMatch(quiet, says);
	await ann.own("/certs/mail");
	assert.ok(ann.form("/certs/mail").fields.find((f) => f.name === "name" && f.value === "0").checked, "no name is what stands ready");
	const said = await saidBy(await mailCertificate(ann, "ann@example.org", csr, { label: "chosen", level: "assured", name: "1" }));
	assert.match(said, /Annegret Zwitscherling/);
});

await test("vouched for at a meeting, a second name may stand there too; each certificate carries one, the one chosen", async () => {
	await enrol(await member(site, "dov@example.org"), { given: "Dov", family: "Ezra", document: null, questions: null });
	for (const name of ["ben", "cleo"])
		await enrol(await signIn(new Visitor(site), `${name}@example.org`), { given: name === "ben" ? "Ben" : "Cleo", family: "Lund", document: null, questions: null });
	await makeAssurers(site, ["ben@example.org", "cleo@example.org"], { experience: 50 });
	await signIn(ann, "ann@example.org");
	await ann.own("/names/add");
	await ann.send({ sort: "artist", given: "", family: "Piepmatz" }, "/names/add");
	const asked = () => byHand({ level: "assured", name: "2", label: "artist" });
	assert.equal((await asked()).status, 422, "nobody vouched for it");
	/* the same two had planted words for the first name only; they meet again as others who vouch anew */
	await restart(site, (dir) => sql(dir, `UPDATE assurance SET made_at = made_at - 3 * 365 * 86400, noted_at = noted_at - 3 * 365 * 86400 WHERE member = ${number}`));
	for (const [i, name] of ["ben", "cleo"].entries()) {
		const v = await signIn(new Visitor(site), `${name}@example.org`);
		const id = await takeCode(v, await makeCode(ann));
		await compare(v, id, { name: "Piepmatz", birth: ["29", "2", "1984"] });
		await note(v, id, { name: "1", points: "35" });
		await sign(v);
		assert.match(v.words, /Signed: 1\./);
		if (i === 0)
			assert.equal((await asked()).status, 422, "one assurer alone is not enough");
	}
	for (const [index, own, others] of [["2", /Piepmatz/, says], ["1", /Annegret Zwitscherling/, /Piepmatz/]]) {
		const said = await saidBy(await mailCertificate(ann, "ann@example.org", csr, { label: `name ${index}`, level: "assured", name: index }));
		assert.match(said, own);
		assert.doesNotMatch(said, others);
	}
	/* two at once are none */
	assert.equal((await byHand(new URLSearchParams([["level", "assured"], ["name", "1"], ["name", "2"]]))).status, 400);
	/* nor both in one, nor one with a few more words */
	assert.equal((await byHand({ level: "assured", name: "1,2" })).status, 422);
});

await test("erased, it is in no further one", async () => {
	await ann.own("/names/erase/0");
	await ann.send({ sure: true }, "/names/erase/0");
	const a = await byHand({ level: "assured", name: "1", label: "once more" });
	assert.equal(a.status, 422);
	assert.equal(await site.stop(), 0);
});

finish();
