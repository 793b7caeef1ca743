// tests/flow/operator.mjs - what an operator does to a running site: the root key, retention, doctor.  limit: 300

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { spawn } from "node:child_process";
import { bin, command, finish, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { askToJoin, enrol, health, member, search, signIn, verified } from "./_people.mjs";
import { numberOf } from "./_trust.mjs";
import { Killer } from "../peers/killer.mjs";

const folder = temporaryFolder(), killer = new Killer(folder);
const dir = path.join(temporaryFolder(), "state");
let site = await startSite({ dir, env: killer.env });
const troth = (...words) => command([...words, "--state", dir]);
const ann = await enrol(await member(site, "ann@example.org"), { given: "Ann", family: "Quillfeather" });

await test("a new root key while somebody looks at their data", async () => {
	let stop = false, views = 0;
	const user = (async () => {
		for (; !stop; views++) {
			await ann.own("/data");
			assert.equal(ann.page.status, 200);
		}
	})();
	const said = await troth("rotate");
	stop = true;
	await user;
	assert.equal(said.code, 0, said.err);
	assert.match(said.out, /Root key version 2 wraps every key now: \d+ in \d/);
	assert.match(said.out, /The one before is destroyed on \d{4}-\d\d-\d\d/);
	assert.ok(views > 0);
	await ann.own("/data");
	assert.match(ann.words, /Quillfeather/);
	assert.equal(statSync(path.join(dir, "keeper/root.key")).size, 96);
	await verified(site);
});

await test("retention: dry says what will go, --now lets it go", async () => {
	await askToJoin(new Visitor(site), "later@example.org");
	const row = (said, name) => said.out.match(new RegExp(`^ {2}${name} .*$`, "m"))[0].trim().split(/ {2,}/).slice(1);
	let said = await troth("retention");
	assert.equal(said.code, 0, said.err);
	assert.deepEqual(row(said, "waiting joins"), ["2 d", "0", "0", "1"]);
	assert.match(said.out, /Not by a clock:\n {2}accounts/);
	assert.equal((await health(site))["joins waiting"], 1);
	said = await troth("retention", "--now");
	assert.match(said.out, /What was over is gone/);
	assert.equal((await health(site))["joins waiting"], 1, "what is not over stays");
});

await test("the statement page says how long what is kept", async () => {
	const v = new Visitor(site);
	await v.get("/privacy");
	assert.match(v.words, /How long we keep what/);
	assert.match(v.words, /Joins that were not confirmed 48 hours/);
});

/* Stopped, not ended: who ends is started anew. */
async function held(pids, look) {
	pids.forEach((pid) => process.kill(pid, "SIGSTOP"));
	try {
		return await look();
	} finally {
		pids.forEach((pid) => process.kill(pid, "SIGCONT"));
	}
}

await test("doctor says who of those that answer nobody but visitors, or nobody at all, is away", async () => {
	const said = await troth("doctor");
	assert.match(said.out, /^good +portal and nginx answer$/m);
	const nginx = site.pid("nginx");
	const children = readdirSync("/proc").filter((n) => /^\d+$/.test(n)).filter((n) => {
		try {
			return readFileSync(`/proc/${n}/stat`, "utf8").replace(/.*\) /, "").split(" ")[1] === `${nginx}`;
		} catch {
			return false;
		}
	}).map(Number);
	assert.ok(children.length > 0);
	assert.match((await held([nginx, ...children], () => troth("doctor"))).out, /^DO +nginx does not answer at port \d+: look at its log/m);
	const heard = async () => (await health(site))["clerk last asked, seconds ago"];
	assert.ok(await heard() <= 5);
	await held([site.pid("clerk")], () => until("the keeper to miss the clerk", async () => await heard() >= 2));
	await until("the clerk", async () => await heard() < 2);
});

const six = await new Promise((done) => {
	const s = net.createServer();
	s.once("error", () => done(false));
	s.listen(0, "::", () => s.close(() => done(true)));
});

await test("29 days later the clerk replaces the root key by itself, and what was over goes; bound to :: it serves IPv4, too", async () => {
	await site.stop();
	site = await startSite({ dir, env: killer.env, sets: [`clock.shift=${29 * 86400 + 60}`, ...six ? ["site.bind=::"] : []] });
	for (const host of six ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"])
		assert.equal((await new Visitor(site).request("GET", `http://${host}:${site.ports.http}/root.pem`, { fetchSite: "none" })).status, 200, host);
	assert.match((await troth("doctor")).out, /portal and nginx answer/);
	const until = Date.now() + 20000;
	for (;;) {
		const h = await health(site);
		if (h["root key version"] === 3 && h["joins waiting"] === 0)
			break;
		assert.ok(Date.now() < until, JSON.stringify(h));
		await new Promise((done) => setTimeout(done, 100));
	}
	const v = await signIn(new Visitor(site), "ann@example.org");
	await v.own("/data");
	assert.match(v.words, /Quillfeather/);
});

await test("31 days after its replacement an old version is destroyed", async () => {
	await site.stop();
	site = await startSite({ dir, env: killer.env, sets: [`clock.shift=${31 * 86400}`] });
	const until = Date.now() + 20000;
	while (statSync(path.join(dir, "keeper/root.key")).size !== 96) {	/* versions 2 and 3 */
		assert.ok(Date.now() < until, `${statSync(path.join(dir, "keeper/root.key")).size}`);
		await new Promise((done) => setTimeout(done, 100));
	}
	const v = await signIn(new Visitor(site), "ann@example.org");
	await v.own("/data");
	assert.match(v.words, /Quillfeather/);
	await verified(site);
});

await test("doctor: age of the root key and of the backup, what is not swept, keys of nobody, the root's key", async () => {
	const said = await troth("doctor", "--set", `clock.shift=${31 * 86400}`);
	for (const line of [/root key's age, days: [0-9]+/, /rows over their time: 0/, /hand-overs over their time: 0/, /no backup was ever made/,
		/every sealed row and ledger detail opens and fits/, /ledger and journals agree/, /the root's key is still on this machine/])
		assert.match(said.out, line);
	assert.doesNotMatch(said.out, /DO.*root key/);
});

await test("audit pack: a folder to check the site without it, and nobody's data in it", async () => {
	const into = path.join(temporaryFolder(), "pack");
	const said = await troth("audit", "pack", into);
	assert.equal(said.code, 0, said.err);
	const all = JSON.parse(readFileSync(path.join(into, "audit.json"), "utf8"));
	assert.equal(all.format, "troth audit 1");
	for (const part of ["seats", "decisions", "silences", "security_notices", "breaches", "retention_runs", "counts"])
		assert.ok(Array.isArray(all[part]), part);
	assert.ok(all.counts.some((c) => c.what === "joined" && c.n >= 1));
	const proofs = readdirSync(path.join(into, "proofs"));
	assert.ok(proofs.length > 0);
	for (const file of proofs.slice(0, 3)) {
		const checked = await command(["check", path.join(into, "proofs", file), "--key", path.join(into, "ledger.pub")], { program: "troth-ledger" });
		assert.equal(checked.code, 0, checked.err + checked.out);
	}
	assert.match(readFileSync(path.join(into, "certificates/fingerprints.txt"), "utf8"), /^[0-9a-f]{64} {2}root\.der$/m);
	assert.match(readFileSync(path.join(into, "configuration.txt"), "utf8"), /disclosure\.silence/);
	assert.deepEqual(search(into, ["ann@example.org", "Quillfeather", String(await numberOf(site, "ann@example.org"))]), []);
	const twice = await troth("audit", "pack", into);
	assert.equal(twice.code, 1);
	assert.match(twice.err, /is there already/);
	/* www/ is the clerk's: a link there leads no secret into the pack. */
	const link = path.join(site.dir, "www/planted.der");
	symlinkSync("../control/secrets/keeper", link);
	const planted = await troth("audit", "pack", `${into}-planted`);
	rmSync(link);
	assert.equal(planted.code, 1);
	assert.ok(!existsSync(path.join(`${into}-planted`, "certificates/planted.der")));
});

/* Of what a command does with a disk that fails at one step, every stride-th. */
async function failing(program, words, stride, judge) {
	let failed = 0;
	for (let after = 0; ; after += stride) {
		killer.arm(program, { after, fails: true });
		const said = await command(words, { program, env: killer.env }), at = killer.disarm();
		if (at === null)
			return failed;
		await judge(said, at);
		failed++;
	}
}

await test("audit pack: where a disk failed nothing stays, and the next try is whole", async () => {
	const into = path.join(folder, "torn"), words = ["audit", "pack", into, "--state", dir];
	const failed = await failing("troth", words, 37, (said, { call }) => {
		assert.equal(said.code, 1, call);
		assert.match(said.err, /Input\/output error/);
		assert.ok(!existsSync(into), `${call}: ${said.err}`);
	});
	assert.ok(failed > 3, `${failed}`);
	assert.ok(existsSync(path.join(into, "audit.json")));
});

await test("a disk that cannot be read is no tampering: the ledger could not be checked", async () => {
	let unread = 0;
	const failed = await failing("troth-ledger", ["verify", "--state", dir], 4, (said, { call }) => {
		assert.ok(said.code === 0 || said.code === 2, `${call}: ${said.code} ${said.out}${said.err}`);
		assert.doesNotMatch(said.out + said.err, /tampered/);
		unread += /the disk cannot be read: Input\/output error/.test(said.err);
	});
	assert.ok(failed > 5 && unread > 0, `${failed}, ${unread}`);
});

await test("a security notice: told once, however the keeper falls meanwhile; where no draft can be left nobody is told", async () => {
	const file = path.join(folder, "notice"), told = (words) => site.mails().filter((m) => m.text.includes(words)).length;
	const announce = (words) => {
		writeFileSync(file, `${words}\n`);
		return troth("announce", "--security", file);
	};
	mkdirSync(`${file}.authority.txt`);
	writeFileSync(`${file}.register.txt`, "");		/* as a full disk may leave it */
	const none = await announce("Nobody hears of this.");
	assert.equal(none.code, 1);
	assert.match(none.err, /notice\.authority\.txt: Is a directory/);
	assert.ok(!existsSync(`${file}.register.txt`));
	rmSync(`${file}.authority.txt`, { recursive: true });
	let fell = 0;
	for (const [after, words] of [[3, "One word of it."], [13, "Another word of it."], [23, "The last word of it."]]) {
		killer.arm("troth-keeper", { after });
		const said = await announce(words);
		fell += killer.disarm() !== null;
		assert.equal(said.code, 0, said.err);
		assert.match(readFileSync(`${file}.authority.txt`, "utf8"), new RegExp(`of whom 1 were told by mail[^]*${words}`));
		await until("the mail", () => told(words) > 0);
	}
	assert.ok(fell > 1, `${fell}`);
	/* What was filled in since is not written over. */
	const filled = "What happened: a disk was stolen.\n";
	writeFileSync(`${file}.register.txt`, filled);
	const after = await announce("A word afterwards.");
	assert.match(after.out, /are told by mail/);
	const [, kept] = after.out.match(/kept: (\S+\.register\.\d+\.txt)/);
	assert.equal(readFileSync(kept, "utf8"), filled);
	await until("the mail", () => told("A word afterwards.") > 0);
	for (const words of ["One word of it.", "Another word of it.", "The last word of it."])
		assert.equal(told(words), 1, words);
	assert.equal(told("Nobody hears of this."), 0);
});

await test("a notice whose command is killed at any step of it, and given again, is told once", async () => {
	const own = new Killer(temporaryFolder());		/* the site's own process has the command's name */
	const file = path.join(folder, "killed"), count = (words) => site.mails().filter((m) => m.text.includes(words)).length;
	const announce = (env) => command(["announce", "--security", file, "--state", dir], { env });
	const all = [];
	let late = 0;
	for (let after = 0, dead = true; dead; after++) {
		all.push(`Word ${after} of many.`);
		writeFileSync(file, `${all.at(-1)}\n`);
		own.arm("troth", { after });
		const first = await announce(own.env);
		dead = own.disarm() !== null;
		assert.equal(first.code === 0, !dead, first.err);
		if (!dead)
			break;
		await until("the mails", async () => (await health(site))["mails waiting"] === 0);
		/* Its drafts are there: that is all it had to do. */
		const drafts = ["register", "authority"].map((end) => `${file}.${end}.txt`).filter(existsSync).map((f) => readFileSync(f, "utf8"));
		if (drafts.filter((text) => text.includes(all.at(-1))).length === 2)
			continue;
		late += count(all.at(-1));
		const again = await announce();
		assert.equal(again.code, 0, again.err);
		assert.match(again.out, /are told by mail/);
		assert.match(readFileSync(`${file}.register.txt`, "utf8"), new RegExp(`of whom 1 were told by mail[^]*${all.at(-1)}`));
	}
	assert.ok(late > 0, "it was never killed when all were told");
	await until("the mails", async () => (await health(site))["mails waiting"] === 0);
	assert.deepEqual(all.filter((words) => count(words) !== 1), []);
	/* The same words once more, when all was done, are a new notice. */
	assert.equal((await announce()).code, 0);
	await until("the mail", () => count(all.at(-1)) === 2);
});

await test("a second nginx would take the running one's place: refused; loading what is loaded says so; --count alone counts", async () => {
	const ports = readFileSync(path.join(dir, "run/ports"), "utf8");
	const second = await troth("nginx");
	assert.equal(second.code, 1);
	assert.match(second.err, /a site is running in .* with a nginx of its own/);
	assert.equal(readFileSync(path.join(dir, "run/ports"), "utf8"), ports);
	assert.match((await troth("challenge", "load")).out, /Nothing is new: the site has/);
	for (const words of [["--count"], ["--security", "--count"], ["--security", "/none", "--count"]])
		assert.match((await troth("announce", ...words)).out, /Of \d+ members it concerns \d+; nobody was told/);
});

await test("commands say what they want", async () => {
	for (const [words, why] of [[["backup"], /usage: troth backup/], [["restore"], /usage: troth restore/], [["announce"], /usage: troth announce/], [["audit"], /usage: troth audit/], [["audit", "unpack", "x"], /usage: troth audit/],
		[["rotate", "twice"], /too many words|usage/], [["retention", "--soon"], /no such option/]]) {
		const said = await troth(...words);
		assert.equal(said.code, 2, said.err);
		assert.match(said.err, why);
	}
	const ledger = (...words) => command(words, { program: "troth-ledger" });
	for (const [words, why] of [[[], /say what to do/], [["frob"], /no such command: frob/], [["verify"], /verify wants --state/], [["verify", "--state"], /verify wants --state/],
		[["verify", "--sate", site.dir], /verify does not know: --sate/], [["verify", "--state", site.dir, "now"], /verify does not know: now/], [["verify", "--state", "/nowhere"], /^troth-ledger: \/nowhere could not be checked: /],
		[["check", "x"], /check wants a receipt's file, --key/], [["check", "x", "--key", "/nowhere"], /^troth-ledger: x could not be checked: \/nowhere: cannot be opened/]]) {
		const got = await ledger(...words);
		assert.equal(got.code, 2, words.join(" "));
		assert.match(got.err, why);
	}
	for (const words of [["--help"], ["verify", "--help"]])
		assert.match((await ledger(...words)).out, /^usage: troth-ledger verify[^]*0: good; 1: tampered/);
	const said = await command(["help"]);
	for (const name of ["rotate", "retention", "backup", "restore", "announce", "audit"])
		assert.match(said.out, new RegExp(`^ {2}${name} `, "m"));
	for (const [name, word] of [["issuer", "KEY"], ["issuer", "REASON"], ["root-list", "KEY"], ["restore", "SIZE:ROOT"], ["announce", "DAY"]])
		assert.match((await command(["help", name])).out, new RegExp(`\\b${word} is\\s`), `${name} says what ${word} is`);
});

await test("a keeper whose disk fails: who gives a command is told where to look, and the next try is good", async () => {
	/* Whoever writes first meets the disk: if that was the clerk, the keeper is away for a moment. */
	const said = await until("a command that meets the disk", async () => {
		killer.arm("troth-keeper", { fails: true, every: 1 });
		const got = await troth("rotate");
		killer.disarm();
		return !got.err.includes("does not answer") && got;
	});
	assert.equal(said.code, 1, said.out);
	assert.match(said.err, /the keeper could not do it, or ended meanwhile: the site's log says why/);
	await until("a new root key", async () => (await troth("rotate")).code === 0);
	await verified(site);
});

await test("as many root keys as there can be: refused, with the day of the next", async () => {
	let said = { code: 0 };
	for (let i = 0; i < 5 && said.code === 0; i++)
		said = await troth("rotate");
	assert.equal(said.code, 1);
	assert.match(said.err, /there are (\d) versions of the root key, which are all that can be: the oldest is destroyed on \d{4}-\d\d-\d\d; rotate again after that/);
	await verified(site);
});

await test("where units start each process, one that is away is missed, the keeper, too", async () => {
	assert.equal(await site.stop(), 0);
	assert.match((await troth("doctor")).out, /^note +the site does not run/m);
	const signer = spawn(path.join(bin, "troth-signer"), ["--state", dir], { stdio: "ignore" }), ended = new Promise((done) => signer.on("close", done));
	try {
		await until("the signer", async () => /^good +the signer answers$/m.test((await troth("doctor")).out));
		const said = await troth("doctor");
		assert.equal(said.code, 1);
		assert.match(said.out, /^DO +the keeper does not answer: look at its log$/m);
	} finally {
		signer.kill("SIGTERM");
		await ended;
	}
});

finish();
