// tests/flow/issuer.mjs - a new issuer under the root, the one before it answering on, and then revoked.
// limit: 150

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bin, command, finish, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { again, download, mailCertificate, member, request, verified } from "./_people.mjs";

const dir = path.join(temporaryFolder(), "state"), tmp = temporaryFolder();
let site = await startSite({ dir });
const passphrase = site.said.match(/pass-phrase[^]*?\n {2}([A-Z2-9-]{26,})\n/)[1];
const key = path.join(dir, "offline/root.key.pem");
const troth = (words, input = "") => command([...words, "--state", dir], { input });
const issuer = (...words) => troth(["issuer", ...words], `${passphrase}\n`);
const run = (program, ...words) => {
	const got = spawnSync(program, words, { encoding: "utf8" });
	return { code: got.status, text: got.stdout + got.stderr };
};
const at = (name) => path.join(tmp, name);
const file = (name, bytes) => {
	writeFileSync(at(name), bytes);
	return at(name);
};
const fetched = async (where) => {
	const got = await new Visitor(site).request("GET", `${site.http}${where}`);
	assert.equal(got.status, 200, where);
	return got.body;
};
const text = (pem) => run("openssl", "x509", "-in", pem, "-noout", "-text").text;
const urls = (pem) => [...text(pem).matchAll(/URI:(\S+)/g)].map((m) => m[1]);

const ann = await member(site, "ann@example.org");

/** A mail certificate of ann's, its PEM in a file. */
async function certificate(name) {
	const { key, csr } = request(), serial = await mailCertificate(ann, "ann@example.org", csr, {}, "/certs/sign-in");
	const pem = (await download(ann, serial)).toString().match(/-----BEGIN[^]*?END CERTIFICATE-----/)[0];
	return { serial, pem: file(`${name}.pem`, `${pem}\n`), key };
}

/** What openssl says of it, with its issuer and lists from where it names them, and the root's. */
async function judged(pem, purpose = "smimesign") {
	const [crl, ca] = ["/crl/", "/ca/"].map((part) => new URL(urls(pem).find((u) => u.includes(part))).pathname);
	const chain = file("chain.pem", run("openssl", "x509", "-inform", "DER", "-in", file("ca.der", await fetched(ca))).text);
	const lists = [crl, "/crl/root.crl"].map(async (where, i) =>
		run("openssl", "crl", "-inform", "DER", "-in", file(`list${i}.der`, await fetched(where))).text);
	const crls = file("crls.pem", (await Promise.all(lists)).join(""));
	return run("openssl", "verify", "-x509_strict", "-CAfile", path.join(dir, "www/root.pem"), "-untrusted", chain, "-CRLfile", crls,
		"-crl_check_all", "-attime", `${Math.floor(Date.now() / 1000)}`, "-purpose", purpose, pem);
}

/** What OCSP says of a server certificate. */
function asked(pem, name) {
	const got = run("openssl", "ocsp", "-issuer", path.join(dir, `www/issuer-${name}.pem`), "-cert", pem, "-url", `${site.http}/ocsp`,
		"-CAfile", path.join(dir, "www/root.pem"));
	assert.match(got.text, /Response verify OK/, got.text);
	return got.text.match(/: (good|revoked|unknown)/)[1];
}

const statusOf = async (serial) => {
	const v = await new Visitor(site);
	await v.get(`/status?serial=${serial}`, { fetchSite: "none" });
	return v.words;
};

/** How many lines of the ledger are an operator's (README, "The ledger"): what was done to the site itself. */
const operatorLines = () => Number(execFileSync("sqlite3", ["-readonly", path.join(dir, "keeper/keeper.db"),
	"SELECT count(*) FROM leaf WHERE substr(entry, 2, 2) = x'0707'"]).toString());
const list = () => readFileSync(path.join(dir, "signer/root.crl")), ceremonys = list();
const published = () => readFileSync(path.join(dir, "www/crl/root.crl"));
const files = () => readdirSync(path.join(dir, "signer")).sort().join(" ");

const before = await certificate("before");
const server = file("server.pem", readFileSync(path.join(dir, "nginx/tls.crt")));

await test("the list of issuers: four, of the first generation", async () => {
	const said = await troth(["issuer", "list"]);
	assert.equal(said.code, 0, said.err);
	assert.deepEqual([...said.out.matchAll(/^(\S+), generation (\d+): (.*)$/gm)].map((m) => m.slice(1).join(" ")),
		["robot-tls", "robot-mail", "assured-tls", "assured-mail"].map((n) => `${n} 1 signs what is new`));
	assert.match(said.out, /^robot-mail[^]*?certificates {2}1 in force$/m);
	assert.match(said.out, /^robot-tls[^]*?certificates {2}0 in force$/m, "the site's own is nobody's");
	assert.equal((await judged(before.pem)).code, 0);
	assert.equal(asked(server, "robot-tls"), "good");
});

await test("what is typed wrong changes nothing", async () => {
	const lines = operatorLines(), had = files();
	for (const [words, input, why] of [
		[["new", "robot-mail", key], "AAAAA-AAAAA\n", /not under this pass-phrase/], [["new", "robot-mail", "/none"], "", /there is no such file/],
		[["new", "root", key], `${passphrase}\n`, /name robot-tls/], [["new", "robot-mail-2", key], `${passphrase}\n`, /name robot-tls/],
		[["new", "robot-mail", path.join(dir, "signer/robot-tls.key")], `${passphrase}\n`, /another key/],
		[["revoke", "robot-mail", key], `${passphrase}\n`, /usage: troth issuer/], [["revoke", "robot-mail", key, "--reason", "certificateHold"], `${passphrase}\n`, /usage: troth issuer/],
		[["revoke", "robot-mail-2", key, "--reason", "superseded"], `${passphrase}\n`, /there is no issuer robot-mail-2/], [["list", "x"], "", /usage: troth issuer/]]) {
		const said = await troth(["issuer", ...words], input);
		assert.notEqual(said.code, 0, words.join(" "));
		assert.match(said.err, why);
	}
	assert.equal((await troth(["issuer", "list"])).out.match(/generation/g).length, 4);
	assert.equal(operatorLines(), lines);
	assert.equal(files(), had);
});

let after;
await test("a new issuer: it signs from now on, at addresses of its own; the one before still answers", async () => {
	const lines = operatorLines(), said = await issuer("new", "robot-mail", key);
	assert.equal(said.code, 0, said.err);
	assert.equal(operatorLines(), lines + 1, "it stands on the ledger");
	assert.match(said.out, /^robot-mail-2 is there, good until \d{4}-\d\d-\d\d, SHA-256 [0-9a-f]{64}$/m);
	for (const name of ["robot-mail-2.key", "robot-mail-2-ocsp.key"])
		assert.equal(statSync(path.join(dir, "signer", name)).mode & 0o777, 0o600);
	for (const url of urls(path.join(dir, "www/issuer-robot-mail-2.pem")))
		assert.ok(url.startsWith(`${site.http}/`), url);
	assert.match(run("openssl", "verify", "-x509_strict", "-CAfile", path.join(dir, "www/root.pem"), path.join(dir, "www/issuer-robot-mail-2.pem")).text, /: OK/);
	assert.match(run("certtool", "--verify", "--load-ca-certificate", path.join(dir, "www/root.pem"), "--infile", path.join(dir, "www/issuer-robot-mail-2.pem")).text, /Output: Verified/);
	await until("the new issuer's list", async () => (await new Visitor(site).request("GET", `${site.http}/crl/robot-mail-2-0.crl`)).status === 200);
	after = await certificate("after");
	assert.deepEqual(urls(after.pem).sort(), ["/ca/robot-mail-2.crt", "/crl/robot-mail-2-0.crl"].map((where) => site.http + where));
	assert.match(text(after.pem), /Issuer: .*Robot Mail G2 /);
	assert.equal((await judged(after.pem)).code, 0, (await judged(after.pem)).text);
	assert.equal((await judged(before.pem)).code, 0, (await judged(before.pem)).text);
	assert.match(await statusOf(before.serial), /valid/);
	/* Without a restart: nginx lets it in, and the page then says whether it signs in. */
	const card = new Visitor(site, { cert: readFileSync(after.pem, "utf8"), key: after.key });
	await until("nginx to know the new issuer", async () => (await card.request("GET", `${site.cert}/sign-in/certificate`)).status === 200);
	const chain = (await download(ann, before.serial, "chain")).toString();
	assert.equal(run("openssl", "verify", "-CAfile", path.join(dir, "www/root.pem"), "-untrusted", file("old.pem", chain), before.pem).code, 0);
	const v = new Visitor(site);
	await until("the page of roots", async () => (await v.get("/roots"), /G2/.test(v.words)));
	assert.match(v.words, /replaced/);
	assert.equal((await v.get("/issuer-robot-mail-2.pem")).status, 200);
	/* Broken off before it was published: given once more, it is finished, and there is no third one. */
	rmSync(path.join(dir, "www/issuer-robot-mail-2.der"));
	const again_ = await issuer("new", "robot-mail", key);
	assert.match(again_.out, /robot-mail-2 was made before and not published: it is now/, again_.err);
	assert.ok(existsSync(path.join(dir, "www/issuer-robot-mail-2.der")));
	assert.ok(!existsSync(path.join(dir, "signer/robot-mail-3.crt")));
	assert.match((await v.get("/help/crl")).text, /href="\/crl\/robot-mail-2-0\.crl"/);
	assert.match((await v.get("/help/accept")).text, /cat issuer-robot-mail\.pem issuer-assured-mail\.pem issuer-robot-mail-2\.pem root\.pem/);
});

await test("a certificate that the old one signed is revoked on the old one's list", async () => {
	const one = before.serial;
	await ann.own(`/certs/change/${one}`);
	await again(ann);
	await ann.send({}, `/certs/suspend/${one}`);
	await until("the list", async () => (await judged(before.pem)).code !== 0);
	assert.equal((await judged(after.pem)).code, 0);
	await ann.own(`/certs/change/${one}`);
	await again(ann);
	await ann.send({}, `/certs/resume/${one}`);
	await until("the list", async () => (await judged(before.pem)).code === 0);
});

await test("doctor says when an issuer ends too soon for what it signs", async () => {
	const quiet = await troth(["doctor"]), years = Math.round(7.5 * 365 * 86400);
	assert.doesNotMatch(quiet.out, /troth issuer/);
	const late = await troth(["issuer", "list", "--set", `clock.shift=${years}`]);
	assert.match(late.out, /^DO: bring the root's key, then `troth issuer new assured-mail KEY`: the issuer ends on .*, and its certificates live 730 days/m);
	assert.doesNotMatch(late.out, /issuer new robot-tls/);
	const had = published();
	writeFileSync(path.join(dir, "www/crl/root.crl"), had.subarray(1));
	const torn = await troth(["doctor"]);
	writeFileSync(path.join(dir, "www/crl/root.crl"), had);
	assert.match(torn.out, /^DO .*root\.crl is not the root's list of the signer's folder/m);
	assert.doesNotMatch(quiet.out, /root's list of the signer's folder/);
});

await test("while the signer is away, pages name the root only, and say so", async () => {
	const v = new Visitor(site), signer = site.pid("signer");
	process.kill(signer, "SIGSTOP");
	try {
		for (const where of ["/help/accept", "/roots"]) {
			await until(where, async () => (await v.get(where), /cannot say which of its issuers are good/.test(v.words)));
			assert.doesNotMatch(v.page.text, /issuer-robot-mail/);
		}
	} finally {
		process.kill(signer, "SIGCONT");
	}
	await until("the issuers again", async () => /issuer-robot-mail\.pem/.test((await v.get("/help/accept")).text));
});

await test("the old issuer revoked: the root's list says so at once, nothing it signed is good any more", async () => {
	const lines = operatorLines(), revoke = () => issuer("revoke", "robot-mail", key, "--reason", "keyCompromise");
	/* A signer that cannot be told, and one that cannot read another issuer's key. */
	const away = async (name) => {
		renameSync(path.join(dir, name), at("away"));
		const got = await revoke();
		renameSync(at("away"), path.join(dir, name));
		return got;
	};
	const deaf = await away("control/secrets/signer");
	assert.equal(deaf.code, 1, deaf.out);
	assert.match(deaf.err, /the signer has not taken that in and may still issue: stop the site now/);
	assert.match(await statusOf(before.serial), /valid/);
	const said = await away("signer/assured-mail.key");
	assert.equal(said.code, 0, said.err);
	assert.equal(operatorLines(), lines + 1);
	assert.match(said.out, /1 certificate that it signed is revoked with it/);
	assert.match(said.out, /against them only the root's list stands/);
	const no = await judged(before.pem);
	assert.notEqual(no.code, 0);
	assert.match(no.text, /certificate revoked/);
	assert.equal((await judged(after.pem)).code, 0, (await judged(after.pem)).text);
	const told = run("openssl", "crl", "-inform", "DER", "-in", file("root.crl", await fetched("/crl/root.crl")), "-noout", "-text").text;
	assert.match(told, /Key Compromise/);
	const [made, ended] = ["Last Update", "Revocation Date"].map((what) => Date.parse(told.match(new RegExp(`${what}: (.*)`))[1]));
	assert.ok(ended <= made, "revoked before the list that says so");
	assert.match(await statusOf(before.serial), /revoked[^]*Why its issuer was revoked[^]*The issuer of this certificate was revoked/);
	assert.match(await statusOf(after.serial), /valid/);
	await ann.own(`/certs/show/${before.serial}`);
	assert.match(ann.words, /The issuer of this certificate was revoked: nothing that it signed is valid any more/);
	assert.ok(await site.mail((m) => m.to.includes("ann@example.org") && /issuer that signed this certificate/.test(m.text)));
	await until("the old issuer's list", async () => run("openssl", "crl", "-inform", "DER", "-in",
		file("old.crl", await fetched("/crl/robot-mail-0.crl")), "-noout", "-text").text.toLowerCase().includes(before.serial.replace(/^0/, "")));
	const twice = await issuer("revoke", "robot-mail", key, "--reason", "superseded");
	assert.equal(twice.code, 0, twice.err);
	assert.match(twice.out, /0 certificates that it signed are revoked/);
});

await test("the newest revoked: nothing of its kind is issued, and everybody hears why, until there is a new one", async () => {
	assert.equal((await issuer("new", "robot-mail", key)).code, 0);
	assert.match((await issuer("revoke", "robot-mail-3", key, "--reason", "cessationOfOperation")).out, /until there is a new one/);
	await ann.own("/certs/mail");
	await again(ann);
	await ann.send({ address: "ann@example.org", request: request().csr }, "/certs/mail");
	assert.equal(ann.page.status, 503);
	assert.match(ann.words, /cannot issue certificates of this kind just now/);
	assert.match((await troth(["doctor"])).out, /^DO .*`troth issuer new robot-mail KEY`: its issuer is revoked and has no successor/m);
	assert.equal((await judged(after.pem)).code, 0, "what an older one signed stays good");
	assert.equal((await issuer("new", "robot-mail", key)).code, 0);
	ann.url = `${site.https}${ann.root}/home`;
	assert.match(text((await certificate("last")).pem), /Issuer: .*Robot Mail G4 /);
	assert.doesNotMatch((await troth(["doctor"])).out, /issuer new/);
});

await test("all of them anew, and a restart: the site's own certificate is the new Robot TLS issuer's, OCSP answers for both; the revoked one's list fills", async () => {
	const said = await issuer("new", "all", key);
	assert.equal(said.code, 0, said.err);
	assert.deepEqual(said.out.match(/^\S+ is there/gm), ["robot-tls-2", "robot-mail-5", "assured-tls-2", "assured-mail-2"].map((n) => `${n} is there`));
	await site.stop();
	const had = files();
	assert.match((await issuer("new", "all", key)).err, /the keeper does not answer: start the site first/);
	assert.equal(files(), had, "where the ledger cannot say it, nothing is made");
	/* The ceremony's copy was put back: the newer list that is published, or brought, stands. */
	const newest = list();
	writeFileSync(path.join(dir, "signer/root.crl"), ceremonys);
	writeFileSync(path.join(dir, "www/crl/root.crl"), ceremonys);
	assert.match(run("flock", path.join(dir, "run/lock"), path.join(bin, "troth"), "restore", "--crl", file("newest.crl", newest), "--state", dir).text,
		/another restore is under way there: stop it first/);
	const brought = await troth(["restore", "--crl", at("newest.crl")]);
	assert.match(brought.out, /root's list of revoked issuers is one that was brought/, brought.err);
	assert.deepEqual(list(), newest);
	writeFileSync(path.join(dir, "www/crl/root.crl"), newest);
	writeFileSync(path.join(dir, "signer/root.crl"), ceremonys);
	site = await startSite({ dir, http: site.ports.http, https: site.ports.https });
	assert.deepEqual(list(), newest);
	assert.deepEqual(published(), newest);
	const anew = file("anew.pem", readFileSync(path.join(dir, "nginx/tls.crt")));
	assert.match(text(anew), /Issuer: .*Robot TLS G2 /);
	assert.ok(readFileSync(path.join(dir, "nginx/clients.pem")).includes(readFileSync(path.join(dir, "www/issuer-robot-mail-2.pem"))), "it may sign in by certificate");
	assert.equal(asked(server, "robot-tls"), "good");
	assert.equal(asked(anew, "robot-tls-2"), "good");
	assert.equal((await judged(after.pem)).code, 0, (await judged(after.pem)).text);
	for (const pem of [server, anew])
		assert.equal((await judged(pem, "sslserver")).code, 0);
	assert.match(await statusOf(after.serial), /valid/);
	await verified(site);
});

await test("two at once don't get in each other's way", async () => {
	const ends = await Promise.all([1, 2].map(() => issuer("new", "assured-tls", key)));
	for (const said of ends)
		assert.ok(said.code === 0 || /another command is at work on the issuers here/.test(said.err), said.err);
	const made = ends.filter((said) => said.code === 0);
	assert.ok(made.length > 0);
	for (const said of made)
		assert.doesNotMatch(said.out, /does not know it yet/);
	assert.equal((await troth(["issuer", "list"])).out.match(/^assured-tls/gm).length, 2 + made.length);
	for (const words of [["root-list", key], ["issuer", "revoke", "assured-tls", key, "--reason", "superseded"]])
		assert.match(run("flock", path.join(dir, "control/issuer.lock"), path.join(bin, "troth"), ...words, "--state", dir).text, /another command is at work on the issuers here/);
	const [gone, next] = await Promise.all([issuer("revoke", "assured-tls", key, "--reason", "superseded"), troth(["root-list", key], `${passphrase}\n`)]);
	for (const said of [gone, next])
		assert.ok(said.code === 0 || /another command is at work/.test(said.err), said.err);
	assert.equal(/^assured-tls, generation 1: revoked/m.test((await troth(["issuer", "list"])).out), gone.code === 0);
	assert.deepEqual(published(), list());
});

await test("an issuer whose key is lost for good: its certificate, and that it is revoked, and the site starts", async () => {
	await site.stop();
	for (const name of readdirSync(path.join(dir, "signer")).filter((f) => f.startsWith("assured-mail-2")))
		rmSync(path.join(dir, "signer", name));
	cpSync(path.join(dir, "www/issuer-assured-mail-2.pem"), path.join(dir, "signer/assured-mail-2.crt"));
	const said = await issuer("revoke", "assured-mail-2", key, "--reason", "cessationOfOperation");
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /Start it, then give this command once more/);
	site = await startSite({ dir, http: site.ports.http, https: site.ports.https });
	await until("the line that waited", () => !existsSync(path.join(dir, "control/issuer-said")));
	assert.match((await issuer("revoke", "assured-mail-2", key, "--reason", "cessationOfOperation")).out, /0 certificates that it signed/);
	/* A number that was published once is not given again, nor one that only the ledger remembers. */
	writeFileSync(path.join(dir, "www/issuer-assured-mail-3.der"), "");
	assert.match((await issuer("new", "assured-mail", key)).out, /^assured-mail-4 is there/m);
	for (const folder of ["signer", "www", "www/ca"])
		for (const name of readdirSync(path.join(dir, folder)).filter((f) => f.includes("assured-mail-4")))
			rmSync(path.join(dir, folder, name));
	assert.match((await issuer("new", "assured-mail", key)).out, /^assured-mail-5 is there/m);
	assert.equal((await judged(after.pem)).code, 0);
	await verified(site);
});

assert.equal(await site.stop(), 0);
finish();
