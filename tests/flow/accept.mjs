// tests/flow/accept.mjs - what /help/accept prints really lets members in at other sites.
// limit: 120
//
// The commands and settings are taken from the page itself; only the folder is
// replaced.  An nginx and an Apache with them take a member's certificate, and
// refuse a visitor without one, one who signed a certificate himself, and,
// once the lists were fetched again, a revoked certificate.

import { again } from "./_people.mjs";
import { startSite, Visitor, command, until, test, finish, temporaryFolder } from "./site.mjs";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync, readFileSync } from "node:fs";
import assert from "node:assert/strict";
import net from "node:net";
import path from "node:path";

const site = await startSite({ sets: ["ca.crl.shards=3"] });
const dir = temporaryFolder();
const file = (name) => path.join(dir, name);
const run = (program, ...args) => execFileSync(program, args, { stdio: "pipe", cwd: dir }).toString();
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const children = [];
let shell, nginxLines, apacheLines, visitor, serial, password;

process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));

function freePort() {
	return new Promise((done) => {
		const s = net.createServer().listen(0, "127.0.0.1", () => {
			const { port } = s.address();
			s.close(() => done(port));
		});
	});
}

function listens(port) {
	return new Promise((done) => {
		const s = net.connect(port, "127.0.0.1", () => { s.end(); done(true); }).on("error", () => done(false));
	});
}

async function start(program, args, port) {
	const child = spawn(program, args, { env, cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
	let said = "";
	children.push(child);
	child.stdout.on("data", (d) => (said += d));
	child.stderr.on("data", (d) => (said += d));
	await until(`${program} to listen`, async () => {
		assert.equal(child.exitCode, null, said);
		return listens(port);
	});
	return child;
}

/** The answer's status, "000" when the handshake was refused. */
function status(port, name, where = "/") {
	const who = name === undefined ? [] : ["--cert", file(`${name}.pem`), "--key", file(`${name}.key`)];
	try {
		return run("curl", "-sS", "-o", file("answer"), "-w", "%{http_code}", "--cacert", path.join(site.dir, "www/root.pem"),
			...who, `https://localhost:${port}${where}`);
	} catch (e) {
		return String(e.stdout) || "000";
	}
}

const fetchLists = () => run("bash", "-e", "-o", "pipefail", "-c", shell);

await test("the page has three pieces to copy", async () => {
	const v = new Visitor(site);
	await v.get("/help/accept");
	const pieces = [...v.page.text.matchAll(/<pre[^>]*>([\s\S]*?)<\/pre>/g)].map(([, text]) =>
		text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;|&#34;/g, "\"").replace(/&#39;/g, "'").replace(/&amp;/g, "&"));
	assert.equal(pieces.length, 3);
	[shell, nginxLines, apacheLines] = pieces.map((text) => text.replaceAll("/etc/ssl/community", dir));
	fetchLists();
	assert.equal(readFileSync(file("clients.pem"), "utf8").match(/BEGIN CERTIFICATE/g).length, 3);
	assert.equal(readFileSync(file("lists.pem"), "utf8").match(/BEGIN X509 CRL/g).length, 1 + 2 * 3);
	await v.get("/help/crl");
	assert.match(v.words, /: 3 lists, the first to the last/);
	const links = [...v.page.text.matchAll(/href="(\/crl\/robot-tls-\d\.crl)"/g)].map((m) => m[1]);
	assert.deepEqual(links, ["/crl/robot-tls-0.crl", "/crl/robot-tls-2.crl"]);
	for (const where of links)
		assert.equal((await v.get(where)).status, 200);
});

await test("a member gets a certificate that may sign in to sites", async () => {
	const { out } = await command(["demo", "--state", site.dir]);
	const [, address, word] = out.match(/^(sukarno-\d+@example\.org) +(\S+)/m);
	password = word;
	run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("member.key"), "-out", file("member.csr"), "-subj", "/");
	run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("forged.key"), "-out", file("forged.pem"),
		"-subj", `/CN=${address}`, "-days", "9");
	visitor = new Visitor(site);
	await visitor.get("/sign-in");
	await visitor.send({ address, password }, "/sign-in");
	await visitor.own("/certs/sign-in");
	await again(visitor, password);
	await visitor.send({ address, request: readFileSync(file("member.csr"), "utf8") }, "/certs/sign-in");
	serial = visitor.url.match(/[0-9a-f]{32}$/)[0];
	await visitor.send({}, `/certs/get/pem/${serial}`);
	writeFileSync(file("member.pem"), visitor.page.text);
	assert.match(visitor.page.text, /BEGIN CERTIFICATE/);
});

const tls = { crt: path.join(site.dir, "nginx/tls.crt"), key: path.join(site.dir, "nginx/tls.key") };
const nginxPort = await freePort(), apachePort = await freePort();
let nginx, apache;

await test("nginx takes the member in, and nobody else", async () => {
	mkdirSync(file("n"));
	writeFileSync(file("nginx.conf"), `daemon off; master_process off; pid ${file("n/pid")}; error_log stderr;
events {} http { access_log off; ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((t) => `${t}_temp_path ${file(`n/${t}`)};`).join(" ")}
server { listen 127.0.0.1:${nginxPort} ssl; server_name localhost; ssl_certificate ${tls.crt}; ssl_certificate_key ${tls.key};
${nginxLines}
location / { return 200 $ssl_client_i_dn; } } }`);
	nginx = await start("nginx", ["-e", "stderr", "-p", dir, "-c", file("nginx.conf")], nginxPort);
	assert.equal(status(nginxPort, "member"), "200");
	assert.match(readFileSync(file("answer"), "utf8"), /Robot Mail/);
	assert.equal(status(nginxPort), "400");
	assert.equal(status(nginxPort, "forged"), "400");
});

async function startApache(lines) {
	writeFileSync(file("apache.conf"), `ServerRoot ${dir}\nPidFile ${file("apache.pid")}\nErrorLog ${file("apache.log")}\nListen 127.0.0.1:${apachePort}\nServerName localhost
User www-data\nGroup www-data\nMutex file:${dir}
${["mpm_event", "authz_core", "socache_shmcb", "status", "ssl"].map((m) => `LoadModule ${m}_module /usr/lib/apache2/modules/mod_${m}.so`).join("\n")}
SSLEngine on\nSSLCertificateFile ${tls.crt}\nSSLCertificateKeyFile ${tls.key}
<Location "/">\n    SetHandler server-status\n</Location>
${lines}\n`);
	return start("apache2", ["-DFOREGROUND", "-f", file("apache.conf")], apachePort);
}

async function end(child) {
	const gone = new Promise((done) => child.on("exit", done));
	child.kill("SIGTERM");
	await gone;
}

await test("Apache too; its policy rule keeps Robot out", async () => {
	apache = await startApache(apacheLines);
	assert.equal(status(apachePort, "member"), "200");
	assert.equal(status(apachePort, "member", "/assured-only"), "403");
	assert.notEqual(status(apachePort), "200");
	assert.notEqual(status(apachePort, "forged"), "200");
	await end(apache);
});

await test("the same rule for Robot's policy lets Robot in: it does read the certificate", async () => {
	const lines = apacheLines.replace(/(nPolicy: [\d.]+\.)2'/g, "$11'");
	assert.notEqual(lines, apacheLines);
	apache = await startApache(lines);
	assert.equal(status(apachePort, "member", "/assured-only"), "200");
});

await test("revoked, and the lists fetched again: both refuse it", async () => {
	await visitor.get("/sign-in");
	await visitor.send({ address: run("openssl", "x509", "-in", file("member.pem"), "-noout", "-email").trim(), password }, "/sign-in");
	await visitor.own(`/certs/change/${serial}`);
	if (visitor.words.includes("Your password, please"))
		await visitor.send({ password }, "/password");
	await visitor.send({ reason: "1" }, `/certs/revoke/${serial}`);
	await until("the list", () => {
		fetchLists();
		return readFileSync(file("lists.pem"), "utf8").match(/-----BEGIN[^]*?END X509 CRL-----/g).map((one) => {
			writeFileSync(file("one.pem"), one);
			return run("openssl", "crl", "-in", file("one.pem"), "-noout", "-text");
		}).join("").toLowerCase().replace(/[^0-9a-f]/g, "").includes(serial);
	}, 60000);
	await end(apache);
	await end(nginx);
	apache = await startApache(apacheLines);
	nginx = await start("nginx", ["-e", "stderr", "-p", dir, "-c", file("nginx.conf")], nginxPort);
	assert.equal(status(nginxPort, "member"), "400");
	assert.notEqual(status(apachePort, "member"), "200");
	await end(apache);
	await end(nginx);
});

await site.stop();
finish();
