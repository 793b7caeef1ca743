// Promise 7: what a certificate request says beyond its key is dropped and wiped.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { finish, startSite, test, until, Visitor } from "../flow/site.mjs";
import { confirm, processesOf, download, mailCertificate, member, memoryHolds, request, search } from "../flow/_people.mjs";

const site = await startSite({});
const ann = await member(site, "ann@example.org");
const extras = ["Kanarienfirma", "Abteilung Wellensittich", "Geheimhausen", "kanarienpasswort", "kanarie@elsewhere.test", "kanarie.elsewhere.test", "Kanarienzeile"];
const { csr } = request({ subject: `/C=NL/O=${extras[0]}/OU=${extras[1]}/L=${extras[2]}/CN=${extras[6]}/emailAddress=${extras[4]}`,
	extra: ["-addext", `subjectAltName=email:${extras[4]},DNS:${extras[5]},IP:10.1.2.3`, "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign",
		"-addext", `nsComment=${extras[3]}`] });
const middle = csr.split("\n")[3];

/* What lay where it was worked on goes when its process rests: nobody has to ask for more before. */
function remembered(words) {
	const found = [];
	for (const pid of processesOf(site))
		for (const word of memoryHolds(pid, words))
			found.push(`${readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0].split("/").at(-1)} ${pid}: ${word}`);
	return found;
}
const forgotten = (words) => until("memory to be clean", () => remembered(words).length === 0).catch(() => assert.deepEqual(remembered(words), []));

await test("nothing of it but the key is in the certificate", async () => {
	const serial = await mailCertificate(ann, "ann@example.org", csr);
	await forgotten(extras);
	const x = new crypto.X509Certificate((await download(ann, serial)).toString().match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0]);
	for (const word of extras)
		assert.ok(!x.raw.includes(word), word);
	assert.equal(x.ca, false);
	assert.equal(x.subjectAltName, "email:ann@example.org");
	assert.ok(!x.raw.includes(Buffer.from([10, 1, 2, 3])));
});

await test("a page that only looks at it shows what it drops, once, and keeps nothing", async () => {
	await ann.own("/domains");
	await ann.send({ name: "ann.example.org" }, "/domains");
	const id = new URL(ann.url).pathname.match(/\/domains\/show\/(\d+)/)[1];
	await ann.own(`/domains/show/${id}`);
	await ann.send({ mailbox: "webmaster" }, `/domains/mail/${id}`);
	await confirm(new Visitor(site), (await site.mail((m) => m.to.includes("webmaster@ann.example.org"))).links.find((l) => l.includes("/verify/")));
	await ann.own("/certs/server");
	await ann.send({ request: csr }, "/certs/server");
	for (const shown of [extras[4], extras[5], "10.1.2.3"])
		assert.ok(ann.words.includes(shown), `${shown} is not said to be dropped: ${ann.words.slice(0, 400)}`);
	await forgotten(extras);
	for (const where of ["/home", "/certs", "/history", "/data"])
		for (const word of extras)
			assert.ok(!(await ann.own(where)).text.includes(word), `${where} shows ${word}`);
});

await test("it stands in no file and in no memory of a process of ours", async () => {
	assert.deepEqual(search(site.dir, [...extras, middle]), []);
	await forgotten([...extras, middle]);
	for (const word of extras)
		assert.ok(!(site.log + site.said).includes(word), word);
	assert.equal(await site.stop(), 0);
});

finish();
