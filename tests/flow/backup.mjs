// tests/flow/backup.mjs - a backup is made while people use the site, restored elsewhere, and serves; what
// must not be restored is refused in words that say why.  limit: 300

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bin, command, finish, sleep, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { Killer } from "../peers/killer.mjs";
import { again, enrol, mailCertificate, member, password, request, search, signIn, verified } from "./_people.mjs";

const base = temporaryFolder();
const folder = (name) => path.join(base, name);
const site = await startSite({ dir: folder("site") });
const sql = (file, text) => execFileSync("sqlite3", ["-readonly", file, text]).toString().trim();

/** `troth restore` with these shares typed in. */
function restore(words, shares, env = {}) {
	return new Promise((done, failed) => {
		const child = spawn(path.join(bin, "troth"), ["restore", ...words], { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
		let out = "", err = "";
		child.stdout.on("data", (d) => (out += d));
		child.stderr.on("data", (d) => (err += d));
		child.on("error", failed);
		child.on("close", (code) => done({ code, out, err }));
		child.stdin.on("error", () => {});
		child.stdin.end(shares.map((s) => `${s}\n`).join(""));
	});
}

const backup = (...words) => command(["backup", "--state", site.dir, ...words]);

/** What `troth backup` said: the two places and the checkpoint. */
function made(said) {
	const [, data] = said.out.match(/^Data: (\S+)$/m), [, keys] = said.out.match(/^Keys: (\S+)$/m);
	return { data, keys, checkpoint: said.out.match(/^ {2}(\d+:[0-9a-f]{64})$/m)[1] };
}

/** A folder with the ceremony's copy in it, and nothing else. */
function fresh(name) {
	const dir = folder(name);
	mkdirSync(path.join(dir, "signer"), { recursive: true, mode: 0o700 });
	for (const file of readdirSync(path.join(site.dir, "signer")))
		if (/\.(key|crt|crl)$|^checkpoint\./.test(file))
			cpSync(path.join(site.dir, "signer", file), path.join(dir, "signer", file));
	return dir;
}

async function refused(why, words, shares) {
	const said = await restore(words, shares);
	assert.equal(said.code, 1, `${said.out}${said.err}`);
	assert.match(said.err, why);
}

const v = await member(site, "ann@example.org");
await enrol(v, { given: "Ann", family: "Quillfeather" });
await member(site, "bob@example.org");
const { csr } = request();
let shares, first, second;

/* Certificates that the second backup knows as valid, and one of after it; all of Ann's. */
const certs = {};
const mirror = folder("mirror");		/* what somebody kept of the published lists */
const list = (dir, ...words) => execFileSync("openssl", ["crl", "-inform", "DER", "-in", path.join(dir, "robot-mail-0.crl"), "-noout", ...words]).toString();
const crlNumber = (dir) => BigInt(list(dir, "-crlnumber").match(/=(0x)?([0-9A-F]+)/)[2].replace(/^/, "0x"));

/** Is this serial, in upper case, on the list with this reason? */
function onList(dir, serial, reason) {
	const entry = list(dir, "-text").split("Serial Number: ").find((e) => e.startsWith(serial.toUpperCase()));
	return entry !== undefined && entry.includes(reason);
}

async function changed(v, serial, act, values = {}) {
	await v.own(`/certs/change/${serial}`);
	await v.send(values, `/certs/${act}/${serial}`);
	assert.equal(v.page.status, 200, v.words.slice(0, 300));
}

await test("without a backup key there is no backup, and it is made once", async () => {
	let said = await backup("--to", folder("copies"));
	assert.equal(said.code, 1);
	assert.match(said.err, /no backup key yet: `troth backup shares/);
	said = await backup("shares", "--of", "5", "--need", "6");
	assert.equal(said.code, 2);
	said = await backup("shares", "--of", "5", "--need", "3");
	assert.equal(said.code, 0, said.err);
	shares = said.out.match(/^ {2}([0-9a-f]{4}-)+[0-9a-f]{4}$/gm).map((s) => s.trim());
	assert.equal(shares.length, 5);
	said = await backup("shares", "--of", "5", "--need", "3");
	assert.equal(said.code, 1);
	assert.match(said.err, /made already/);
});

const killer = new Killer(base);
const copying = () => ["keeper", "signer"].flatMap((name) => readdirSync(path.join(site.dir, name))).filter((f) => f.startsWith("backup.") && f !== "backup.pub");

await test("a disk that fails at any step of a backup: nothing is left of it, and it does not count", async () => {
	const to = folder("failed");
	let failed = 0;
	/* SQLite reads a header that it could not read once more. */
	for (let after = 4; ; after += 9) {
		killer.arm("troth", { after, fails: true });
		const said = await command(["backup", "--state", site.dir, "--to", to], { env: killer.env });
		const at = killer.disarm();
		if (at === null) {
			assert.equal(said.code, 0, said.err);
			break;
		}
		failed++;
		assert.equal(said.code, 1, `${at.call} ${after}: ${said.err}`);
		assert.match(said.err, /^troth backup: .*(Input\/output|I\/O) error/, at.call);
		assert.deepEqual([...existsSync(to) ? readdirSync(to) : [], ...copying()], [], `${at.call} ${after}: ${said.err}`);
		if (failed === 8)		/* keeper and signer had made theirs */
			assert.match((await command(["doctor", "--state", site.dir])).out, /no backup was ever made/);
	}
	assert.ok(failed > 5, `${failed}`);
});

await test("a backup while people use the site", async () => {
	let stop = false, views = 0, slowest = 0;
	const user = (async () => {
		while (!stop) {
			const began = Date.now();
			await v.own("/data");
			assert.equal(v.page.status, 200);
			slowest = Math.max(slowest, Date.now() - began);
			views++;
		}
	})();
	while (views < 3)
		await sleep(20);
	const said = await backup("--to", folder("copies"));
	assert.equal(said.code, 0, said.err);
	const seen = views;
	while (views < seen + 3)
		await sleep(20);
	stop = true;
	await user;
	assert.ok(slowest < 2000, `a page took ${slowest} ms`);
	first = made(said);
	for (const file of readdirSync(first.data))
		assert.equal(statSync(path.join(first.data, file)).mode & 0o077, 0, file);
	assert.deepEqual(copying(), []);
});

await test("nobody's name, address or key stands in it", async () => {
	assert.deepEqual(search(folder("copies"), ["Quillfeather", "ann@example.org"]), []);
	for (const key of ["root.key", "index.key", "pepper.key", "ticket.key"])
		assert.equal(readFileSync(first.keys).includes(readFileSync(path.join(site.dir, "keeper", key))), false, key);
});

await test("doctor knows of it; another one later", async () => {
	const said = await command(["doctor", "--state", site.dir]);
	assert.match(said.out, /last backup, days ago: 0/);
	for (const name of ["lost", "held", "kept"])
		certs[name] = await mailCertificate(v, "ann@example.org", request().csr);
	/* What the ceremony's copy of signer/ was until now; then an issuer is made and the one before it revoked. */
	fresh("earlier");
	const passphrase = site.said.match(/pass-phrase[^]*?\n {2}([A-Z2-9-]{26,})\n/)[1], key = path.join(site.dir, "offline/root.key.pem");
	for (const words of [["new", "assured-tls", key], ["revoke", "assured-tls", key, "--reason", "superseded"]]) {
		const done = await command(["issuer", ...words, "--state", site.dir], { input: `${passphrase}\n` });
		assert.equal(done.code, 0, done.err);
	}
	await until("the new issuer's list", () => existsSync(path.join(site.dir, "www/crl/assured-tls-2-0.crl")));
	await sleep(1100);
	second = made(await backup("--to", folder("copies")));
	assert.notEqual(second.data, first.data);
});

await test("after it a certificate is revoked, one suspended, and one made and revoked", async () => {
	certs.after = await mailCertificate(v, "ann@example.org", request().csr);
	await changed(v, certs.lost, "revoke", { reason: "1" });
	await changed(v, certs.after, "revoke", { reason: "4" });
	await changed(v, certs.held, "suspend");
	assert.match(v.words, /suspended .*Resume it until \d{4}-\d\d-\d\d \d\d:\d\d UTC then it is revoked/);
	const www = path.join(site.dir, "www/crl");
	await until("the list to say so", () => onList(www, certs.held, "Certificate Hold") && onList(www, certs.after, "Superseded"), 20000);
	cpSync(www, mirror, { recursive: true });
});

await site.stop();
const journal = path.join(site.dir, "keeper/journal");

await test("refused: wrong, newer, older keys; too few shares; a damaged file; no checkpoint", async () => {
	const words = (b, keys, more = []) => ["--state", fresh(`no-${Math.random()}`), "--from", b.data, "--keys", keys, "--checkpoint", b.checkpoint, ...more];
	await refused(/they are of a newer backup/, words(first, second.keys), shares);
	await refused(/they are of an older backup/, words(second, first.keys), shares);
	await refused(/not a backup's file of keys/, words(second, path.join(second.data, "manifest")), shares);
	await refused(/2 of 3 that are needed/, words(second, second.keys), shares.slice(0, 2));
	await refused(/came twice/, words(second, second.keys), [shares[0], shares[0], shares[1]]);
	await refused(/mistyped/, words(second, second.keys), [shares[0].replace(/^./, (c) => (c === "0" ? "1" : "0")), shares[1], shares[2]]);
	await refused(/name the newest checkpoint you know/, words(second, second.keys).slice(0, -2), shares);

	const cut = folder("cut-keys");
	writeFileSync(cut, readFileSync(second.keys).subarray(0, -40), { mode: 0o600 });
	await refused(/cut off/, words(second, cut), shares);
	const changed = Buffer.from(readFileSync(second.keys));
	changed[changed.length - 100] ^= 1;
	writeFileSync(cut, changed);
	await refused(/was changed/, words(second, cut), shares);

	const bad = folder("data-bad");
	cpSync(second.data, bad, { recursive: true });
	appendFileSync(path.join(bad, "site.db"), "x");
	await refused(/site.db is not what its manifest says/, words({ ...second, data: bad }, second.keys), shares);
});

await test("refused: the keys' 30 days are over", async () => {
	await refused(/after 30 days they are not used/, ["--state", fresh("late"), "--from", second.data, "--checkpoint", second.checkpoint,
		"--set", `clock.shift=${31 * 86400}`], shares);
});

await test("refused: a known checkpoint that the list of erasures does not reach, or of another ledger", async () => {
	await refused(/who was erased in between would come back\. Bring a newer backup or journal \(--journal FILE\)$/m, ["--state", fresh("short"), "--from", first.data, "--checkpoint", second.checkpoint], shares);
	await refused(/another root/, ["--state", fresh("forged"), "--from", second.data, "--checkpoint", second.checkpoint.replace(/.$/, (c) => (c === "0" ? "1" : "0"))], shares);
});

await test("refused: a folder with a site in it, a newer live journal, or without the ceremony's copy", async () => {
	await refused(/keeper\/journal is newer than this backup/, ["--state", site.dir, "--from", first.data, "--checkpoint", first.checkpoint], shares);
	mkdirSync(folder("bare"));
	await refused(/a backup holds no CA key/, ["--state", folder("bare"), "--from", second.data, "--checkpoint", second.checkpoint], shares);
});

await test("a copy of signer/ from before: an issuer's missing files are named, and the root's list is the backup's", async () => {
	const dir = folder("earlier"), words = ["--state", dir, "--from", second.data, "--checkpoint", second.checkpoint];
	const list = () => readFileSync(path.join(dir, "signer/root.crl")), now = readFileSync(path.join(site.dir, "signer/root.crl"));
	assert.notDeepEqual(list(), now);
	await refused(/lacks the issuer assured-tls-2, which signed for this site/, words, shares);
	for (const file of readdirSync(path.join(site.dir, "signer")).filter((f) => f.startsWith("assured-tls-2")))
		cpSync(path.join(site.dir, "signer", file), path.join(dir, "signer", file));
	const said = await restore(words, shares);
	assert.equal(said.code, 0, said.err);
	assert.deepEqual(list(), now);
	assert.match((await command(["issuer", "list", "--state", dir])).out, /^assured-tls, generation 1: revoked .*superseded$/m);
});

await test("a restore that was broken off at any step is no site, and is given once more", async () => {
	const dir = fresh("broken"), words = ["--state", dir, "--from", second.data, "--checkpoint", second.checkpoint];
	let broken = 0;
	for (let after = 10; ; after += 25) {
		killer.arm("troth", { after, fails: true });
		const said = await restore(words, shares, killer.env);
		if (killer.disarm() === null) {
			assert.equal(said.code, 0, said.err);
			break;
		}
		assert.equal(said.code, 1, said.err);
		if (!existsSync(path.join(dir, "restoring")))
			continue;
		broken++;
		const run = await command(["run", "--state", dir, "--http", "0", "--https", "0"]);
		assert.equal(run.code, 1);
		assert.match(run.err, /a restore into .* was broken off: give `troth restore` once more/);
	}
	assert.ok(broken > 2, `${broken}`);
	assert.equal(existsSync(path.join(dir, "restoring")), false);
	assert.equal(readFileSync(path.join(dir, "restored"), "utf8").match(/^backup /gm).length, 1);
	await refused(/a site lies in this folder already/, words, shares);
	const again = await startSite({ dir });
	await signIn(new Visitor(again), "ann@example.org");
	await verified(again);
	assert.equal(await again.stop(), 0);
});

/* These sentences stand in the log of `troth run`. */
async function refusesToRun(dir, why) {
	const said = await command(["run", "--state", dir, "--http", "0", "--https", "0"]);
	assert.equal(said.code, 1, said.out);
	assert.match(said.err, why);
}

await test("a damaged file is made anew where it can be, and named where it cannot", async () => {
	const dir = folder("broken"), at = (name) => path.join(dir, name);
	const with_ = async (name, put, act) => {
		const kept = readFileSync(at(name)), mode = statSync(at(name)).mode;
		rmSync(at(name));
		if (put !== null)
			writeFileSync(at(name), put, { mode });
		await act();
		rmSync(at(name), { force: true });
		writeFileSync(at(name), kept, { mode });
	};
	const pem = readFileSync(at("www/root.pem"), "utf8");
	writeFileSync(at("www/root.pem"), pem.replace(/[A-Z]/g, "A"));
	rmSync(at("www/issuer-robot-mail.der"));
	writeFileSync(at("nginx/tls.key"), "no key");
	const again = await startSite({ dir });
	assert.match(again.log, /www\/root\.pem differed from the signer's folder: it is written anew/);
	assert.equal(readFileSync(at("www/root.pem"), "utf8"), pem);
	assert.ok(existsSync(at("www/issuer-robot-mail.der")));
	assert.equal(await again.stop(), 0);
	await with_("signer/checkpoint.seed", Buffer.alloc(32, 7), () => refusesToRun(dir, /checkpoint\.pub does not belong to checkpoint\.seed/));
	await with_("signer/assured-tls.crt", readFileSync(at("signer/assured-tls-ocsp.crt")), () => refusesToRun(dir, /signer\/assured-tls\.crt is not what the root signed/));
	await with_("keeper/keys.db", null, () => refusesToRun(dir, /keys\.db lacks the keys of this site/));
});

await test("restored elsewhere it serves, and the ledger verifies", async () => {
	const dir = fresh("again");
	const said = await restore(["--state", dir, "--from", second.data, "--checkpoint", second.checkpoint], [shares[4], shares[1], shares[3]]);
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /The list of erasures reaches entry \d+/);
	assert.match(said.out, /Certificates that were revoked after \S+ UTC may be valid again here: no list/);
	const other = await startSite({ dir });
	assert.equal(existsSync(path.join(dir, "restored")), false);
	const w = new Visitor(other);
	await signIn(w, "ann@example.org");
	await w.own("/data");
	assert.match(w.words, /Quillfeather/);
	await w.own("/certs");
	assert.equal(w.page.status, 200);
	await mailCertificate(w, "ann@example.org", csr);
	await verified(other);
	const doctor = await command(["doctor", "--state", dir]);
	assert.match(doctor.out, /every sealed row and ledger detail opens and fits/);
	assert.match(doctor.out, /^DO +stop the site and bring the newest published lists of revoked certificates/m);
	await refused(/a site is running .*stop it first/, ["--state", dir, "--crl", mirror], []);
	assert.equal(await other.stop(), 0);
});

await test("lists brought afterwards: what was revoked is revoked again, what was suspended suspended, and nothing older goes on", async () => {
	const dir = folder("again");
	await refused(/holds no list of revoked certificates/, ["--state", dir, "--crl", path.join(dir, "troth.conf")], []);
	await refused(/made these lists itself/, ["--state", dir, "--crl", path.join(dir, "www/crl")], []);
	const said = await restore(["--state", dir, "--crl", mirror], []);
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /revoked again by them: 1, suspended again: 1\.\s+Staying on the lists, though the backup does not know them: 1\./);
	const other = await startSite({ dir }), w = new Visitor(other), www = path.join(dir, "www/crl");
	for (const [serial, reason] of [[certs.lost, "Key Compromise"], [certs.held, "Certificate Hold"], [certs.after, "Superseded"]])
		assert.ok(onList(www, serial, reason), `${serial}: ${reason}`);
	assert.ok(!onList(www, certs.kept, ""));
	assert.ok(crlNumber(www) > crlNumber(mirror));
	await w.get(`/status?serial=${certs.after}`, { fetchSite: "none" });
	assert.match(w.words, / revoked E-mail certificate, Robot.*put back from a backup that is older than this certificate/i);
	await signIn(w, "ann@example.org");
	await w.own(`/certs/show/${certs.lost}`);
	assert.match(w.words, /revoked/);
	await w.own("/history");
	assert.match(w.words, /revoked again after a restore/);
	assert.match(w.words, /suspended again after a restore/);
	await w.own(`/certs/change/${certs.held}`);
	await again(w);
	await changed(w, certs.held, "resume");
	await until("the hold to end", () => !onList(www, certs.held, ""), 20000);
	const doctor = await command(["doctor", "--state", dir]);
	assert.doesNotMatch(doctor.out, /lists of revoked certificates, /);
	assert.match(doctor.out, /every sealed row and ledger detail opens and fits/);
	await verified(other);
	assert.equal(await other.stop(), 0);
	await refused(/nothing to dismiss/, ["--state", dir, "--crl", "none"], []);
});

/* The record that an erasure leaves in the keeper's journal: ledger/tombstone.h. */
function bury(file, entry, key, tags) {
	const record = Buffer.alloc(48), all = readFileSync(file);
	record.writeBigInt64BE(-(2n ** 63n) + BigInt(entry), 0);
	record.writeBigInt64BE(1n, 8);
	record.writeBigInt64BE(BigInt(key), 16);
	record.writeBigInt64BE(BigInt(tags), 24);
	createHash("sha256").update(record.subarray(0, 40)).update(all.subarray(-8)).digest().copy(record, 40, 0, 8);
	appendFileSync(file, record);
}

await test("who was erased after the backup stays erased", async () => {
	const later = folder("later-journal"), dir = fresh("erased");
	/* Ann is the one who has a birth date. */
	const [key, tags] = sql(path.join(second.data, "keeper.db"), "SELECT key, tags FROM subject WHERE number IN (SELECT subject FROM sealed WHERE field = 6)").split("|");
	cpSync(journal, later);
	bury(later, 5, key, tags);
	cpSync(mirror, path.join(dir, "www/crl"), { recursive: true });	/* lies in the folder: taken unasked */
	const said = await restore(["--state", dir, "--from", second.data, "--checkpoint", second.checkpoint, "--journal", later], shares);
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /Erasures it names: 1\. Their keys in the backup, destroyed now: 2;/);
	assert.match(said.out, /revoked again by them: 1, suspended again: 1\./);
	assert.doesNotMatch(said.out, /may be valid again/);
	const other = await startSite({ dir });
	const b = await signIn(new Visitor(other), "bob@example.org");
	await b.own("/addresses");
	assert.match(b.words, /bob@example\.org/);
	const a = new Visitor(other);
	await a.get("/sign-in", { fetchSite: "none" });
	await a.send({ address: "ann@example.org", password }, "/sign-in");
	assert.equal(a.root, "", "nobody signs in as who was erased");
	const db = path.join(dir, "keeper/keeper.db");
	await until("her rows to be gone", () => sql(db, `SELECT count(*) FROM subject WHERE key = ${key}`) === "0", 60000);
	await until("the signer to know of it", () => sql(db, "SELECT count(*) FROM erasure WHERE stage = 7") === "1", 30000);
	assert.equal(existsSync(path.join(dir, "keeper/erased")), false);
	const doctor = await command(["doctor", "--state", dir]);
	assert.match(doctor.out, /every sealed row and ledger detail opens and fits/);
	await verified(other);
	assert.equal(await other.stop(), 0);
	assert.equal(sql(path.join(dir, "keeper/keys.db"), `SELECT count(*) FROM wrapped_key WHERE id IN (${key}, ${tags}) AND ended IS NOT NULL AND box = zeroblob(length(box))`), "2");
});

finish();
