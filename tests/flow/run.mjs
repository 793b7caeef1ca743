// tests/flow/run.mjs - `troth run` as its operator meets it.
// limit: 400

import { chownSync, readFileSync, renameSync, readdirSync, existsSync, writeFileSync, statSync, utimesSync } from "node:fs";
import { execFileSync, spawn } from "node:child_process";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";
import { startSite, Visitor, command, temporaryFolder, until, sleep, test, finish, bin } from "./site.mjs";
import assert from "node:assert/strict";
import { askToJoin, bytesOf, filesOf, member, verified } from "./_people.mjs";

const processes = ["keeper", "signer", "prover", "clerk", "portal", "outbox", "nginx"];

/** Processes whose command line names this folder. */
function alive(dir) {
	return readdirSync("/proc").filter((n) => /^\d+$/.test(n)).filter((n) => {
		try {
			return readFileSync(`/proc/${n}/cmdline`, "utf8").includes(dir) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${n}/stat`, "utf8"));
		} catch {
			return false;
		}
	}).map(Number);
}

async function serves(site) {
	const home = await new Visitor(site).get("/");
	assert.equal(home.status, 200);
	return home;
}

function portFree(port) {
	return new Promise((done) => {
		const s = net.createServer();
		s.once("error", () => done(false));
		s.listen(port, "127.0.0.1", () => s.close(() => done(true)));
	});
}

/** Every file below a folder: [path, bytes]. */
let site;

const started = await test("a first start prints what an operator needs, and serves", async () => {
	site = await startSite({ asShipped: true, env: { OPERATORS_TOKEN: "canary-of-the-operator", TZ: "UTC" } });
	assert.match(site.said, new RegExp(`${site.https}/ `));
	assert.match(site.said, new RegExp(`${site.http}/ `));
	assert.match(site.fingerprint, /^[0-9a-f]{64}$/);
	assert.equal(site.codes.length, 3, site.said);
	assert.match(site.said, /pass-phrase[^]*?\n {2}[A-Z2-9-]{26,}\n/);
	if (!process.env.FAKES) assert.match(site.said, /Newest checkpoint/);
	assert.match(site.outbox, /\/outbox\/[\w-]{20,}\/$/);
	await serves(site);
});
if (!started)
	finish();

await test("what stands in the operator's environment is in no process that strangers talk to", () => {
	const read = alive(site.dir).filter((pid) => !/^\S*\/troth\0run\0/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))).map((pid) => {
		try {
			return readFileSync(`/proc/${pid}/environ`, "utf8");
		} catch {
			return "";		/* closed to everybody but root */
		}
	}).filter((words) => words !== "");
	assert.ok(read.length > 0);
	for (const words of read)
		assert.doesNotMatch(words, /canary-of-the-operator|OPERATORS_TOKEN/);
	assert.ok(read.some((words) => /(^|\0)TZ=UTC\0/.test(words)));
});

await test("both ends of every channel and no others can read secrets", () => {
	const secret = /\.(key|seed|secret)$|\/(peers|secrets|offline)\//;
	for (const f of filesOf(site.dir).filter((f) => /\/(keeper|signer|prover|portal|clerk|control|offline)\//.test(f)))
		if (secret.test(f))
			assert.equal(statSync(f).mode & 0o077, 0, f.slice(site.dir.length));
	for (const folder of ["keeper", "signer", "prover", "portal", "clerk", "control", "offline", "site", "outbox"])
		assert.equal(statSync(path.join(site.dir, folder)).mode & 0o077, 0, folder);
	assert.deepEqual(readFileSync(`${site.dir}/keeper/peers/portal`), readFileSync(`${site.dir}/portal/secrets/keeper`));
	assert.deepEqual(readFileSync(`${site.dir}/keeper/ticket.key`), readFileSync(`${site.dir}/signer/ticket.key`));
	assert.match(readFileSync(`${site.dir}/offline/root.key.pem`, "utf8"), /ENCRYPTED PRIVATE KEY/);
});

await test("the pass-phrase opens the root's key and is written nowhere", async () => {
	const phrase = site.said.match(/pass-phrase[^]*?\n {2}([A-Z2-9-]{26,})\n/)[1];
	const { createPrivateKey, X509Certificate } = await import("node:crypto");
	const key = createPrivateKey({ key: readFileSync(`${site.dir}/offline/root.key.pem`), passphrase: phrase });
	assert.ok(new X509Certificate(site.ca).checkPrivateKey(key));
	for (const f of filesOf(site.dir))
		assert.ok(!bytesOf(f).includes(phrase), f);
});

await test("roots and issuers can be had on both ports, with their kinds", async () => {
	for (const base of [site.http, site.https])
		for (const [where, kind] of [["/root.pem", /pem-certificate-chain/], ["/root.der", /pkix-cert/],
			["/ca/root.crt", /pkix-cert/], ["/crl/root.crl", /pkix-crl/], ["/issuer-robot-tls.pem", /pem-/]]) {
			const got = await new Visitor(site).get(base + where);
			assert.equal(got.status, 200, where);
			assert.match(got.headers["content-type"], kind);
			assert.equal(got.headers["x-content-type-options"], "nosniff");
		}
});

await test("TLS: HTTP/2 and our chain on the main port, TLS 1.3 alone without resumption on the certificate port", async () => {
	const shake = (port, options) => new Promise((done, failed) => {
		const s = tls.connect({ port, host: "localhost", servername: "localhost", ca: site.ca, ...options }, () => {
			setTimeout(() => { done({ alpn: s.alpnProtocol, protocol: s.getProtocol(), tickets }); s.destroy(); }, 200);
		});
		let tickets = 0;
		s.on("session", () => tickets++);
		s.on("error", failed);
	});
	assert.equal((await shake(site.ports.https, { ALPNProtocols: ["h2"] })).alpn, "h2");
	assert.equal((await shake(site.ports.https, { maxVersion: "TLSv1.2" })).protocol, "TLSv1.2");
	await assert.rejects(shake(site.ports.https, { maxVersion: "TLSv1.1", minVersion: "TLSv1" }));
	await assert.rejects(shake(site.ports.cert, { maxVersion: "TLSv1.2" }));
	const got = await shake(site.ports.cert, {});
	assert.equal(got.protocol, "TLSv1.3");
	assert.equal(got.tickets, 0);
	for (const port of [site.ports.https, site.ports.cert])
		await assert.rejects(shake(port, { ecdhCurve: "ffdhe8192" }), "a group that costs the server more than the one who asks");
});

await test("the certificate port serves sign-in and its sessions, and leads on to the page for all else", async () => {
	const v = new Visitor(site);
	assert.equal((await v.request("GET", `${site.cert}/`)).headers.location, `${site.https}/`);
	assert.equal((await v.request("GET", `${site.cert}/join`)).headers.location, `${site.https}/join`);
	assert.equal((await v.request("GET", `${site.cert}/sign-in/certificate`)).status, 200);
});

await test("HSTS over TLS only and once; no server version; no cookie", async () => {
	const v = new Visitor(site);
	const secure = await v.request("GET", `${site.https}/`), plain = await v.request("GET", `${site.http}/`);
	assert.equal(secure.headers["strict-transport-security"], "max-age=0", "localhost is not the site's alone");
	assert.equal(plain.headers["strict-transport-security"], undefined);
	assert.equal(secure.headers.server, "nginx");
	assert.equal(secure.headers["set-cookie"], undefined);
});

await test("another host name is refused on all three ports", async () => {
	const v = new Visitor(site);
	for (const base of [site.http, site.https, site.cert]) {
		const got = await v.request("GET", `${base}/`, { headers: { host: "elsewhere.example" } });
		assert.equal(got.status, 421, base);
		assert.match(got.text, /This site is called something else/);
		assert.match(got.headers["content-security-policy"], /default-src 'none'/);
	}
});

await test("who asks in clear where TLS is spoken is sent to it, with the headers of every answer", async () => {
	for (const [base, to] of [[site.https, `${site.https}/`], [site.cert, `${site.cert}/sign-in/certificate`]]) {
		const got = await new Visitor(site).request("GET", base.replace("https:", "http:"));
		assert.equal(got.status, 301);
		assert.equal(got.headers.location, to);
		assert.match(got.headers["content-security-policy"], /default-src 'none'/);
	}
});

await test("a request that nginx cannot read gets a page of ours", async () => {
	const v = new Visitor(site);
	for (const [where, headers, status] of [["/", { "x-long": "a".repeat(40000) }, 400], [`/${"a".repeat(40000)}`, {}, 414]]) {
		const got = await v.request("GET", site.http + where, { headers });
		assert.equal(got.status, status);
		assert.match(got.text, /This request could not be read/);
	}
});

await test("files: other methods are told which there are, and a part asked for is the whole", async () => {
	const v = new Visitor(site), whole = await v.request("GET", `${site.http}/root.pem`);
	for (const [method, where] of [["POST", "/static/troth.css"], ["OPTIONS", "/static/troth.css"], ["DELETE", "/root.pem"], ["TRACE", "/"]]) {
		const got = await v.request(method, site.http + where);
		assert.equal(got.status, 405, `${method} ${where}`);
		assert.equal(got.headers.allow, "GET, HEAD", `${method} ${where}`);
	}
	for (const range of ["bytes=0-1", "bytes=9999999-", "bytes=0-1,3-4"]) {
		const got = await v.request("GET", `${site.http}/root.pem`, { headers: { range } });
		assert.equal(got.status, 200);
		assert.equal(got.text, whole.text);
		assert.equal(got.headers.etag, whole.headers.etag);
	}
	assert.equal((await v.request("GET", `${site.http}/nothing.pem`)).headers.allow, undefined);
});

await test("a body over 256 KiB is refused with a sentence", async () => {
	const v = new Visitor(site);
	const got = await v.request("POST", `${site.http}/join`, { body: "x".repeat(300000) });
	assert.equal(got.status, 413);
	assert.match(got.text, /256 kilobytes/);
});

await test("the outbox: by the printed address only, and it shows mails with links", async () => {
	const v = new Visitor(site);
	writeFileSync(`${site.dir}/outbox/new/1.M1.test`, "To: a@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n<b>bold</b> http://localhost/verify/abc=3D1\r\nlong li=\r\nne\r\n");
	const list = await v.request("GET", site.outbox);
	assert.match(list.text, /Grüße/);
	const one = await v.request("GET", `${site.outbox}1.M1.test`);
	assert.match(one.text, /<a href="http:\/\/localhost\/verify\/abc=1">/);
	assert.match(one.text, /&lt;b&gt;/);
	assert.match(one.text, /long line/);
	for (const wrong of ["/outbox/", "/outbox/x/", site.outbox.replace(/.\/$/, "/"), `${site.outbox}.hidden`, `${site.outbox}..%5ctroth.conf`])
		assert.notEqual((await v.request("GET", new URL(wrong, site.http))).status, 200, wrong);
});

for (const name of processes)
	await test(`kill -9 of the ${name}: it starts again and the site serves`, async () => {
		const before = site.pid(name);
		process.kill(before, "SIGKILL");
		await until("a new process", () => ![0, before].includes(site.running(name)));
		await until("the home page", async () => {
			try {
				return (await new Visitor(site).get("/")).status === 200;
			} catch {
				return false;
			}
		});
		assert.match(site.log, new RegExp(`${name} was ended by signal 9`));
	});

await test("with a dead portal nginx says so, and its log names neither visitor nor page", async () => {
	process.kill(site.pid("portal"), "SIGSTOP");
	process.kill(site.pid("portal"), "SIGKILL");
	const secret = "CANARYcanary0123456789abcdefghij";
	const got = await new Visitor(site).request("GET", `${site.https}/~${secret}/home`, { headers: { referer: `https://x.example/${secret}` } });
	if (got.status === 502)
		assert.match(got.text, /not answering for a moment/);
	await until("the portal", async () => (await new Visitor(site).get("/")).status === 200);
	assert.ok(!site.log.includes(secret));
	assert.ok(!/client:|referrer:|127\.0\.0\.1/.test(site.log), site.log);
	for (const f of filesOf(site.dir))
		assert.ok(!bytesOf(f).includes(secret), f);
});

await test("doctor: says what to do and ends with 1 while the root's key is here", async () => {
	const got = await command(["doctor", "--state", site.dir]);
	assert.equal(got.code, 1, got.out + got.err);
	assert.match(got.out, /DO +carry .*offline away/);
	assert.match(got.out, /good +the keeper answers/);
	assert.equal(got.err.trim().split("\n").length, 1);
});

await test("role prints new codes", async () => {
	const got = await command(["role", "--state", site.dir]);
	assert.equal(got.code, 0, got.err);
	assert.equal(got.out.match(/^ {2}\S+$/gm).length, 3);
});

await test("a second run in the same folder is refused in one line", async () => {
	const got = await command(["run", "--state", site.dir, "--http", "0", "--https", "0"]);
	assert.equal(got.code, 1);
	assert.match(got.err.trim().split("\n").at(-1), /running in .* already/);
});

await test("two sites side by side do not touch each other", async () => {
	const other = await startSite({});
	try {
		await Promise.all([serves(site), serves(other)]);
		assert.notEqual(site.fingerprint, other.fingerprint);
		assert.notDeepEqual(site.ports, other.ports);
	} finally {
		assert.equal(await other.stop(), 0);
	}
	await serves(site);
});

await test("a port in use refuses in one line that names it", async () => {
	const dir = path.join(temporaryFolder(), "state");
	const got = await command(["run", "--state", dir, "--http", `${site.ports.http}`, "--https", "0"]);
	assert.equal(got.code, 1);
	assert.match(got.err, new RegExp(`port ${site.ports.http} is in use: choose another with --http PORT\n$`));
	assert.deepEqual(alive(dir), []);
});

await test("wrong words refuse in one line, with status 2", async () => {
	const dir = temporaryFolder();
	for (const [words, says] of [[["run", "--set", "no.such=1"], /no setting is called 'no.such'/], [["run", "--set", "session.idle=soon"], /session.idle takes/],
		[["run", "--set", "session.idle=13h"], /longer than session.life/], [["run", "--http", "70000"], /site.http_port takes/],
		[["run", "--set", "site.host=a b"], /site.host/], [["run", "--frob", "1"], /no such option/], [["frob"], /no command 'frob'/],
		[["mail", "test"], /usage: troth mail/], [["run", "--state"], /--state/], [["doctor", "x"], /usage: troth doctor$/m]]) {
		const got = await command(words.length > 1 && words[1] !== "--state" ? [...words, "--state", dir] : words);
		assert.equal(got.code, 2, words.join(" "));
		assert.match(got.err, says);
		assert.equal(got.err.trim().split("\n").length, 1, got.err);
	}
	for (const [set, says] of [["post.maildir=/no/such", /post\.maildir: .*No such file/], ["trust.directory.places=/no/such", /trust\.directory\.places: .*No such file/]])
		assert.match((await command(["config", "--check", "--state", dir, "--set", set])).err, says);
	const none = await command(["config", "--check", "--state", dir]);
	assert.equal(none.code, 0);
	assert.match(none.out, /^There is no .*\/troth\.conf: these are the defaults\.\nThe configuration is good\.$/m);
	writeFileSync(`${dir}/troth.conf`, 'site.name = "A"\nsession.idle = 5\n');
	const got = await command(["config", "--check", "--state", dir]);
	assert.equal(got.code, 2);
	assert.match(got.err, /troth.conf:2: session.idle takes/);
});

await test("config --explain shows every setting and can be read back", async () => {
	const dir = temporaryFolder();
	const got = await command(["config", "--explain", "--state", dir, "--set", "site.name=Größe \"x\""]);
	assert.equal(got.code, 0);
	assert.ok(got.out.match(/^\S+ = /gm).length > 60);
	writeFileSync(`${dir}/troth.conf`, got.out);
	assert.equal((await command(["config", "--explain", "--state", dir])).out, got.out);
});

await test("folders that cannot be a site's are refused in one line", async () => {
	const dir = temporaryFolder();
	writeFileSync(`${dir}/letter.txt`, "dear");
	const strange = await command(["run", "--state", dir]);
	assert.match(strange.err.trim().split("\n").at(-1), /holds other things/);
	const old = temporaryFolder();
	writeFileSync(`${old}/version`, "troth state 0 whole\n");
	assert.match((await command(["run", "--state", old])).err.trim().split("\n").at(-1), /another version/);
	const closed = await command(["run", "--state", "/proc/self/state"]);
	assert.equal(closed.code, 1);
	assert.match(closed.err.trim().split("\n").at(-1), /cannot make it/);
	assert.equal((await command(["doctor", "--state", temporaryFolder()])).code, 1);
	/* One whose processes have users of their own. */
	if (process.getuid() === 0) {
		const theirs = temporaryFolder();
		assert.equal((await command(["ceremony", "--state", path.join(theirs, "state")])).code, 0);
		chownSync(path.join(theirs, "state/keeper"), 65534, 65534);
		const had = filesOf(theirs).sort().join();
		const said = await command(["run", "--state", path.join(theirs, "state"), "--http", "0", "--https", "0"]);
		assert.equal(said.code, 1);
		assert.match(said.err, /belongs to \S+, not to you: start it as that user, or, where systemd runs it, by `systemctl start troth\.target`\n$/);
		assert.equal(filesOf(theirs).filter((f) => !f.endsWith("run/lock")).sort().join(), had.split(",").filter((f) => !f.endsWith("run/lock")).join());
	}
});

await test("Ctrl-C ends everything and frees the ports", async () => {
	const { dir, ports } = site;
	assert.ok(alive(dir).length >= processes.length);
	const keep = await startSite({ dir: path.join(temporaryFolder(), "kept") });
	assert.equal(await keep.stop(), 0, keep.log);
	assert.match(keep.said, /Stopped\.\n$/);
	assert.deepEqual(alive(keep.dir), []);
	for (const port of Object.values(keep.ports))
		assert.ok(await portFree(port), port);
	assert.ok(!existsSync(`${keep.dir}/run/ports`));
	assert.ok(await portFree(0) && ports.http > 0);

	// The same folder once more: nothing is made anew.
	const again = await startSite({ dir: keep.dir });
	assert.equal(again.fingerprint, keep.fingerprint);
	assert.doesNotMatch(again.said, /pass-phrase/);
	assert.notEqual(again.outbox.split("/").at(-2), keep.outbox.split("/").at(-2));
	await serves(again);

	// A killed `troth run` leaves nobody behind either.
	again.child.kill("SIGKILL");
	await again.ended;
	await until("all processes to be gone", () => alive(keep.dir).length === 0, 15000);
	const third = await startSite({ dir: keep.dir });
	await serves(third);
	assert.equal(await third.stop("SIGTERM"), 0);
});

await test("whoever hangs is killed and starts again; a stopped supervisor that goes on kills nobody", async () => {
	const limit = 3, hung = await startSite({ sets: [`process.hang_limit=${limit}`, "portal.workers=1"] });
	const children = (pid) => execFileSync("ps", ["-A", "-o", "pid=,ppid="]).toString().trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number))
		.filter(([, parent]) => parent === pid).map(([child]) => child);
	const gone = (pid) => until(`${pid} to be gone`, () => !existsSync(`/proc/${pid}`), (limit + 10) * 1000);
	try {
		const ann = await member(hung, "ann@example.org");
		hung.child.kill("SIGSTOP");
		await sleep((limit + 1) * 1000);
		hung.child.kill("SIGCONT");
		await sleep(1500);
		assert.doesNotMatch(hung.log, /moved on|ended by signal/);

		const keeper = hung.pid("keeper"), [worker] = children(hung.pid("portal"));
		process.kill(keeper, "SIGSTOP");
		process.kill(worker, "SIGSTOP");
		await Promise.all([gone(keeper), gone(worker)]);
		const works = () => until("a page of hers", async () => (await ann.own("/history").catch(() => ({}))).status === 200);
		await works();
		assert.match(hung.log, new RegExp(`keeper has not moved on for ${limit} seconds: it hangs, and is killed`));
		assert.match(hung.log, new RegExp(`a worker has not moved on for ${limit} seconds: it hangs, and is killed`));

		/* One of the keeper's children: whoever waits for a hash of it would wait for ever. */
		const parents = children(hung.pid("keeper")), hashing = children(Math.min(...parents))[0], before = hung.pid("keeper");
		process.kill(hashing, "SIGSTOP");
		await askToJoin(new Visitor(hung), "bob@example.org").catch(() => {});
		await Promise.all([gone(before), gone(hashing)]);
		await works();
		await member(hung, "cem@example.org");
		await verified(hung);
	} finally {
		assert.equal(await hung.stop(), 0, hung.log);
	}
});

await test("a lost secret of a whole site is named, not made anew", async () => {
	const kept = await startSite({ dir: path.join(temporaryFolder(), "lost") });
	await kept.stop();
	const { rmSync } = await import("node:fs");
	const pepper = readFileSync(`${kept.dir}/keeper/pepper.key`);
	rmSync(`${kept.dir}/keeper/pepper.key`);
	const got = await command(["run", "--state", kept.dir, "--http", "0", "--https", "0"]);
	assert.equal(got.code, 1);
	assert.match(got.err, /keeper\/pepper\.key is missing: put it back/);
	/* Another one of the right size: nobody's password would be right. */
	for (const [name, then] of [["pepper", /no password .* would be right/], ["index", /nobody would be found/]]) {
		const file = `${kept.dir}/keeper/${name}.key`, right = name === "pepper" ? pepper : readFileSync(file);
		writeFileSync(`${kept.dir}/keeper/pepper.key`, pepper, { mode: 0o600 });
		writeFileSync(file, right.map((byte) => byte ^ 1));
		const other = await command(["run", "--state", kept.dir, "--http", "0", "--https", "0"]);
		assert.equal(other.code, 1);
		assert.match(other.err, new RegExp(`keeper/${name}\\.key is another key than the store was made with: ${then.source}`));
		assert.match((await command(["doctor", "--state", kept.dir])).out, new RegExp(`^DO .*keeper/${name}\\.key is another key`, "m"));
		writeFileSync(file, right);
	}
	assert.doesNotMatch((await command(["doctor", "--state", kept.dir])).out, /another key/);
});

await test("an interrupted first start goes on", async () => {
	const dir = path.join(temporaryFolder(), "torn");
	for (const ms of [5, 20, 40, 60, 90, 130, 200]) {
		const child = spawn(path.join(bin, "troth"), ["run", "--state", dir, "--http", "0", "--https", "0"], { stdio: "ignore" });
		await sleep(ms);
		child.kill("SIGKILL");
		await new Promise((done) => child.on("close", done));
		await until("all processes to be gone", () => alive(dir).length === 0, 15000);
	}
	const torn = await startSite({ dir });
	await serves(torn);
	assert.equal(await torn.stop(), 0);
});

await test("a public site: http gives roots, lists and OCSP, and sends everything else to https", async () => {
	const dir = temporaryFolder();
	execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${dir}/key.pem`,
		"-out", `${dir}/crt.pem`, "-subj", "/CN=ca.example.test", "-addext", "subjectAltName=DNS:ca.example.test"], { stdio: "ignore" });
	const bare = await command(["run", "--state", path.join(dir, "bare"), "--http", "0", "--https", "0", "--set", "site.host=ca.example.test"]);
	assert.equal(bare.code, 1);
	assert.match(bare.err, /no TLS certificate for ca.example.test: set nginx.tls_certificate/);
	assert.match((await command(["config", "--check", "--state", path.join(dir, "bare"), "--set", "site.host=ca.example.test"])).err, /no TLS certificate for/);

	const open = await startSite({ sets: ["site.host=ca.example.test", `nginx.tls_certificate=${dir}/crt.pem`,
		`nginx.tls_key=${dir}/key.pem`, "site.public_https_port=443"] });
	try {
		assert.equal(open.outbox, undefined);
		const v = new Visitor(open);
		const ask = (where, host = "ca.example.test") => v.request("GET", open.http + where, { headers: { host } });
		assert.equal((await ask("/root.pem")).status, 200);
		assert.equal((await ask("/crl/root.crl")).status, 200);
		for (const where of ["/", "/join", "/static/troth.css", "/outbox/x/"]) {
			const got = await ask(where);
			assert.equal(got.status, 301, where);
			assert.equal(got.headers.location, `https://ca.example.test${where}`);
			assert.equal(got.headers["x-content-type-options"], "nosniff");
		}
		const hsts = await new Promise((done, failed) => https.get(open.https, { headers: { host: "ca.example.test" }, rejectUnauthorized: false },
			(answer) => done(answer.resume().headers["strict-transport-security"])).on("error", failed));
		assert.equal(hsts, "max-age=31536000");
		assert.equal((await ask("/", "localhost")).status, 421);
		/* A certificate that was renewed since nginx was started. */
		assert.match((await command(["doctor", "--state", open.dir, "--set", "site.host=ca.example.test"])).out, /^DO +officers: 0; fewer than two decide nothing: `troth role`/m);
		const doctor = async () => (await command(["doctor", "--state", open.dir])).out, sets = ["site.host=ca.example.test", `nginx.tls_certificate=${dir}/crt.pem`, `nginx.tls_key=${dir}/key.pem`];
		writeFileSync(path.join(open.dir, "troth.conf"), sets.map((s) => s.replace("=", ' = "') + '"\n').join(""));
		assert.doesNotMatch(await doctor(), /start nginx anew/);
		const later = Date.now() / 1000 + 60;
		utimesSync(`${dir}/crt.pem`, later, later);
		assert.match(await doctor(), /^DO +start nginx anew .*crt\.pem held before/m);
	} finally {
		assert.equal(await open.stop(), 0);
	}
});

await test("a clock moved by a year is one clock for all processes, and doctor says so", async () => {
	const dir = path.join(temporaryFolder(), "later");
	const now = await startSite({ dir });
	assert.equal(await now.stop(), 0);
	const later = await startSite({ dir, sets: ["clock.shift=31536000"] });
	try {
		await serves(later);
		const got = await command(["doctor", "--state", dir, "--set", "clock.shift=31536000"]);
		assert.match(got.out, /note +clock.shift is 31536000/);
		assert.deepEqual(got.out.match(/^DO .*/gm).map((line) => /offline|root\.crl.*troth root-list/.exec(line)?.[0].slice(0, 8)), ["offline", "root.crl"], got.out);
	} finally {
		assert.equal(await later.stop(), 0);
	}
	/* Moved back, it stands behind what the ledger says: nothing is written that would seem older, the rest is served. */
	const back = await startSite({ dir, ms: 20000 });
	try {
		await serves(back);
		assert.match(back.log, /clock stands behind/);
		const got = await command(["doctor", "--state", dir]);
		assert.match(got.out, /^DO .*clock stands behind the ledger's last entry: set it right/m);
		/* What would be written into a folder that is gone is lost: nobody is served from there. */
		renameSync(dir, `${dir}-gone`);
		assert.equal(await back.ended, 1);
		assert.match(back.log, /the state folder was moved or removed: the site stops/);
	} finally {
		await back.stop();
	}
});

await test("ceremony alone makes all keys once; nginx alone serves what is published", async () => {
	const dir = path.join(temporaryFolder(), "units");
	const first = await command(["ceremony", "--state", dir]);
	assert.equal(first.code, 0, first.err);
	assert.match(first.out, /pass-phrase/);
	const list = () => readFileSync(`${dir}/www/crl/root.crl`), key = `${dir}/offline/root.key.pem`, before = list();
	const wrong = await command(["root-list", key, "--state", dir], { input: "AAAAA-AAAAA\n" });
	assert.equal(wrong.code, 1);
	assert.match(wrong.err, /not under this pass-phrase/);
	assert.deepEqual(list(), before);
	const next = await command(["root-list", key, "--state", dir], { input: `${first.out.match(/^  ([A-Z0-9-]{20,})$/m)[1]}\n` });
	assert.equal(next.code, 0, next.err);
	assert.match(next.out, /good until \d{4}-/);
	assert.notDeepEqual(list(), before);
	assert.deepEqual(readFileSync(`${dir}/signer/root.crl`), list());
	const again = await command(["ceremony", "--state", dir]);
	assert.doesNotMatch(again.out, /pass-phrase/);
	assert.equal(again.out.trim().split(" ").at(-1), first.out.trim().split(" ").at(-1));
	const child = spawn(path.join(bin, "troth"), ["nginx", "--state", dir, "--http", "0", "--https", "0"], { stdio: "ignore" });
	const port = await until("nginx", () => existsSync(`${dir}/run/ports`) && existsSync(`${dir}/run/nginx.pid`) &&
		readFileSync(`${dir}/run/ports`, "utf8").match(/^http (\d+)$/m)?.[1]);
	const v = new Visitor({ https: "https://localhost", ca: readFileSync(`${dir}/www/root.pem`) });
	await until("an answer", async () => {
		try {
			return (await v.request("GET", `http://localhost:${port}/no/such`)).status >= 400;
		} catch {
			return false;
		}
	});
	child.kill("SIGTERM");
	assert.equal(await new Promise((done) => child.on("close", done)), 0);
	assert.deepEqual(alive(dir), []);
});

await test("the first site stops too", async () => {
	const { dir } = site;
	assert.equal(await site.stop(), 0, site.log);
	assert.deepEqual(alive(dir), []);
});

finish();
