// tests/flow/drip.mjs - peers that send a byte now and then, or half of something and stay: nobody else waits for them.
//
// Browsers that never end a form or a head, a mail server's neighbour at the postbox, and a shell with the portal's
// rights at the sockets of keeper, signer and prover.  Peers outside: tests/flow/prover.mjs, tests/flow/mail.mjs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";
import { finish, startSite, temporaryFolder, test, top, until, Visitor } from "./site.mjs";
import { peerOf } from "./_people.mjs";

const ROOM = 12, TALKS = 16;	/* nginx.requests_at_once; portal/postbox/main.c */
const READY = 1;		/* of each of them: privacy/keeper/op.h, portal/signer/op.h, portal/prover/op.h */
const site = await startSite({ sets: ["post.lmtp=yes", `nginx.requests_at_once=${ROOM}`] });
const held = [];

/* Sends head, then a byte of `more` each 200 ms; closed says when the other side had enough. */
function dripping(socket, head, more) {
	const one = { socket, closed: null, heard: "" };
	socket.on("error", () => {});
	socket.on("data", (d) => { one.heard += d; });
	socket.on("close", () => { one.closed = Date.now(); clearInterval(timer); });
	socket.write(head);
	const timer = setInterval(() => socket.write(more), 200);
	held.push(one);
	return one;
}
const browser = (head, more = "a", localAddress = "127.0.0.1") =>
	dripping(tls.connect({ port: site.ports.https, host: "127.0.0.1", localAddress, servername: "localhost", ca: site.ca }), head, more);
const form = (where) => `POST ${where} HTTP/1.1\r\nHost: localhost:${site.ports.https}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\naddress=`;

const quick = async (what, act, ms = 2000) => {
	const began = Date.now(), got = await act();
	assert.ok(Date.now() - began < ms, `${what}: ${Date.now() - began} ms`);
	return got;
};

const begun = Date.now();
const head = browser(`GET / HTTP/1.1\r\nHost: localhost:${site.ports.https}\r\nX-Slow: `);

await test("half a frame at a process's socket, and half a greeting: all others are answered", async () => {
	for (const name of ["keeper", "signer", "prover"]) {
		const strange = dripping(net.connect(path.join(site.dir, "run", `${name}.sock`)), "\0\0", "");
		const known = await peerOf(site, name, "portal");
		known.socket.write(Buffer.from([0, 0, 0, READY, 0, 0]));
		held.push(known);
		for (let i = 0; i < 5; i++)
			(await quick(name, () => peerOf(site, name, "portal"))).close();
		assert.equal(strange.closed, null, "it has its time");
	}
	const v = new Visitor(site);
	for (const where of ["/", `/status?serial=${"0".repeat(32)}`])
		assert.equal((await quick(where, () => v.get(where))).status, 200);
});

await test("one network's dripping forms leave room for everybody else, and its own next one is told so", async () => {
	const drips = Array.from({ length: ROOM }, (_, i) => browser(form(["/sign-in", "/join", "/ocsp/"][i % 3])));
	const full = await until("no room for its own", async () => {
		const a = await new Visitor(site).request("GET", "/", { fetchSite: "none" });
		return a.status === 429 ? a : null;
	});
	assert.match(full.text, /Too much at once from your network.*Wait a few seconds.*Zu viel auf einmal/s);
	assert.equal(full.headers["retry-after"], "5");
	assert.equal(full.headers["cache-control"], "no-store");
	const other = new Visitor(site, { localAddress: "127.0.0.2" });
	other.url = `https://127.0.0.1:${site.ports.https}/`;
	for (let i = 0; i < 3; i++)
		assert.equal((await quick("somebody else", () => other.request("GET", `https://127.0.0.1:${site.ports.https}/help`, { fetchSite: "none" }))).status, 200);
	assert.ok(drips.every((d) => d.closed === null && d.heard === ""), "a form that comes slowly is waited for");
	drips.forEach((d) => d.socket.destroy());
	await until("room again", async () => (await new Visitor(site).request("GET", "/", { fetchSite: "none" })).status === 200);
});

/* This machine has one IPv6 address, so nginx reads its own words about others: the map as it is written, of an address that we send. */
await test("one network of IPv6 is one, whichever of its addresses it uses", async () => {
	const dir = temporaryFolder(), [map] = readFileSync(path.join(top, "nginx/nginx.conf.in"), "utf8").match(/map \$remote_addr \$network \{[^]*?\n\t\}/);
	mkdirSync(path.join(dir, "tmp"));
	writeFileSync(path.join(dir, "nginx.conf"), `daemon off; pid tmp/pid; error_log stderr; worker_processes 1; events {} http { access_log off; ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((n) => `${n}_temp_path tmp/${n};`).join(" ")}
		${map.replace("$remote_addr", "$http_address").replace("$binary_remote_addr", '"4"')}
		server { listen unix:tmp/sock; return 200 "$network"; } }`);
	const nginx = spawn("nginx", ["-e", "stderr", "-p", dir, "-c", "nginx.conf"], { cwd: dir, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
	const key = (address) => new Promise((done, failed) => {
		let heard = "";
		const s = net.connect(path.join(dir, "tmp/sock"), () => s.write(`GET / HTTP/1.0\r\nAddress: ${address}\r\n\r\n`));
		s.on("data", (d) => { heard += d; });
		s.on("error", failed);
		s.on("close", () => done(heard.split("\r\n\r\n")[1]));
	});
	try {
		await until("nginx", () => key("::1").catch(() => null));
		for (const [one, same, other] of [["2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::9", "2001:db8:1:3:3:4:5:6"], ["2001:db8:1:2::", "2001:db8:1:2:1:2:3:4", "2001:db8:1::2"],
			["2001:db8::1", "2001:db8::ffff:1:2:3", "2001:db9::1"], ["fe80::1", "fe80::2:3:4:5", "fe81::1"], ["2001:db8:1::7", "2001:db8:1::8:9", "2001:db8:2::7"], ["::1", "::2", "1::1"]]) {
			assert.equal(await key(one), await key(same), one);
			assert.notEqual(await key(one), await key(other), other);
			assert.match(await key(one), /^6 /);
		}
		assert.equal(await key("192.0.2.7"), "4");
	} finally {
		nginx.kill("SIGTERM");
		await new Promise((done) => nginx.on("close", done));
	}
});

await test("a postbox full of dripping mails gives the slowest place to who comes", async () => {
	const door = () => net.connect(path.join(site.dir, "run/lmtp.sock"));
	const drips = Array.from({ length: TALKS }, () => dripping(door(), "LHLO drip\r\n", "a"));
	await until("all places taken", () => drips.every((d) => d.heard.includes("250")));
	const late = dripping(door(), "LHLO late\r\nNOOP\r\n", "");
	await until("its turn", () => late.heard.includes("250 2.0.0 ok"), 15000);
	assert.equal(drips.filter((d) => d.closed !== null).length, 1);
});

await test("a head that never ends is ended", async () => {
	await until("it is closed", () => head.closed !== null, 20000);
	assert.ok(head.closed - begun < 19000, `${head.closed - begun} ms`);
});

held.forEach((one) => one.socket.destroy());
await test("the site stops in its time", async () => {
	assert.equal(await quick("stop", () => site.stop(), 8000), 0);
});
finish();
