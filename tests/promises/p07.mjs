// Promise 7: what a certificate request says beyond its key is dropped and wiped.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { finish, startSite, test } from "../flow/site.mjs";
import { processesOf, download, mailCertificate, member, memoryHolds, request, search } from "../flow/_people.mjs";

const site = await startSite({});
const ann = await member(site, "ann@example.org");
const extras = ["Kanarienfirma", "Abteilung Wellensittich", "Geheimhausen", "kanarienpasswort", "kanarie@elsewhere.test", "kanarie.elsewhere.test", "Kanarienzeile"];
const { csr } = request({ subject: `/C=NL/O=${extras[0]}/OU=${extras[1]}/L=${extras[2]}/CN=${extras[6]}/emailAddress=${extras[4]}`,
	extra: ["-addext", `subjectAltName=email:${extras[4]},DNS:${extras[5]},IP:10.1.2.3`, "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign",
		"-addext", `nsComment=${extras[3]}`] });
const middle = csr.split("\n")[3];

await test("nothing of it but the key is in the certificate", async () => {
	const serial = await mailCertificate(ann, "ann@example.org", csr);
	const x = new crypto.X509Certificate((await download(ann, serial)).toString().match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0]);
	for (const word of extras)
		assert.ok(!x.raw.includes(word), word);
	assert.equal(x.ca, false);
	assert.equal(x.subjectAltName, "email:ann@example.org");
	assert.ok(!x.raw.includes(Buffer.from([10, 1, 2, 3])));
});

await test("a page that only looks at it keeps nothing either", async () => {
	await ann.own("/certs/server");
	if (ann.page.text.includes('name="request"'))
		await ann.send({ request: csr }, "/certs/server");
	for (const where of ["/home", "/certs", "/history", "/data"])
		for (const word of extras)
			assert.ok(!(await ann.own(where)).text.includes(word), `${where} shows ${word}`);
});

await test("it stands in no file and in no memory of a process of ours", async () => {
	assert.deepEqual(search(site.dir, [...extras, middle]), []);
	const found = [];
	for (const pid of processesOf(site))
		for (const word of memoryHolds(pid, [...extras, middle]))
			found.push(`${pid}: ${word}`);
	assert.deepEqual(found, []);
	for (const word of extras)
		assert.ok(!(site.log + site.said).includes(word), word);
	assert.equal(await site.stop(), 0);
});

finish();
