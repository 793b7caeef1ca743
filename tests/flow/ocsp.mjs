// tests/flow/ocsp.mjs - OCSP requests that are almost right: nonces (RFC 9654), long names, unknown serials.
//
// limit: 120
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { finish, startSite, test } from "./site.mjs";

const SUCCESSFUL = 0, MALFORMED = 1, UNAUTHORIZED = 6;
const site = await startSite();

/** DER: one value of this tag. */
const der = (tag, ...parts) => {
	const body = Buffer.concat(parts), n = body.length;
	const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
	return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
/** The inside of the value at the start of b. */
const inside = (b) => b[1] < 128 ? b.subarray(2, 2 + b[1]) : b[1] === 0x81 ? b.subarray(3, 3 + b[2]) :
	b.subarray(4, 4 + b.readUInt16BE(2));

const file = path.join(site.dir, "run", "request.der");
execFileSync("openssl", ["ocsp", "-issuer", path.join(site.dir, "www/issuer-robot-tls.pem"), "-serial",
	"0x4142434445464748494a4b4c4d4e4f50", "-no_nonce", "-reqout", file], { stdio: "ignore" });
const list = inside(inside(readFileSync(file)));	/* requestList, whole */
const NONCE = Buffer.from("06092b0601050507300102", "hex");

/** A request with this as the nonce extension's value; null: without one. */
const request = (value) => der(0x30, der(0x30, list, ...(value === null ? [] :
	[der(0xa2, der(0x30, der(0x30, NONCE, der(0x04, value))))])));
const ask = async (body) => {
	const a = await fetch(`${site.http}/ocsp`, { method: "POST", body, headers: { "Content-Type": "application/ocsp-request" } });
	assert.equal(a.status, 200);
	const answer = Buffer.from(await a.arrayBuffer());
	assert.deepEqual([...inside(answer).subarray(0, 2)], [0x0a, 1]);
	return { status: inside(answer)[2], answer };
};

await test("a nonce of 1 to 128 bytes is echoed, any other makes the request malformed", async () => {
	for (const [n, status] of [[0, MALFORMED], [1, SUCCESSFUL], [16, SUCCESSFUL], [32, SUCCESSFUL], [128, SUCCESSFUL],
		[129, MALFORMED], [1500, MALFORMED]]) {
		const nonce = Buffer.alloc(n, 0xa5), got = await ask(request(der(0x04, nonce)));
		assert.equal(got.status, status, `${n} bytes`);
		if (status === SUCCESSFUL)
			assert.ok(got.answer.includes(der(0x04, der(0x04, nonce))), `${n} bytes: echoed`);
	}
	for (const odd of [Buffer.alloc(16, 1), Buffer.concat([der(0x04, Buffer.alloc(16, 1)), Buffer.from([0])]), Buffer.alloc(0)])
		assert.equal((await ask(request(odd))).status, MALFORMED);
});

await test("a serial we did not give out is unknown, never good", async () => {
	const { status, answer } = await ask(request(null));
	assert.equal(status, SUCCESSFUL);
	const at = answer.indexOf(Buffer.from("4142434445464748494a4b4c4d4e4f50", "hex"));
	assert.deepEqual([...answer.subarray(at + 16, at + 18)], [0x82, 0]);	/* [2] unknown */
});

await test("a serial below zero is none of ours, whatever its digits say", async () => {
	const digits = Buffer.from("4142434445464748494a4b4c4d4e4f50", "hex"), below = Buffer.from(((1n << 128n) - BigInt(`0x${digits.toString("hex")}`)).toString(16), "hex");
	const odd = Buffer.from(list), at = odd.indexOf(digits);
	below.copy(odd, at);
	assert.equal((await ask(der(0x30, der(0x30, odd)))).status, UNAUTHORIZED);
});

await test("only what the signer signed is kept for others", async () => {
	const get = (body) => fetch(`${site.http}/ocsp/${encodeURIComponent(body.toString("base64"))}`);
	const kept = await get(request(null)), head = (name) => kept.headers.get(name), text = Buffer.from(await kept.arrayBuffer()).toString("latin1");
	assert.match(head("cache-control"), /max-age=30, public/);
	/* RFC 5019 section 6.2: thisUpdate, nextUpdate, a validator; nothing that splits a cache. */
	const [, from, until] = [...text.matchAll(/\x18\x0f(\d{14})Z/g)].map((m) => m[1].replace(/(....)(..)(..)(..)(..)(..)/, "$1-$2-$3T$4:$5:$6Z"));
	assert.equal(head("last-modified"), new Date(from).toUTCString());
	assert.equal(head("expires"), new Date(until).toUTCString());
	assert.match(head("etag"), /^"[0-9a-f]{22}"$/);
	assert.equal(head("vary"), null);
	assert.equal((await fetch(`${site.http}/status`)).headers.get("vary"), "Accept-Language");
	for (const junk of [Buffer.from("junk"), request(Buffer.alloc(16, 1))])
		assert.equal((await get(junk)).headers.get("cache-control"), "no-store");
});

await test("what no issuer of ours is named by is not answered for", async () => {
	const certId = (name, key) => der(0x30, der(0x30, Buffer.from("06052b0e03021a", "hex"), Buffer.from([5, 0])),
		der(0x04, name), der(0x04, key), der(0x02, Buffer.alloc(16, 0x41)));
	const one = (id) => der(0x30, der(0x30, der(0x30, der(0x30, id))));
	for (const [name, key] of [[20, 20], [3000, 20], [20, 3000], [0, 0]])
		assert.equal((await ask(one(certId(Buffer.alloc(name, 7), Buffer.alloc(key, 7))))).status, UNAUTHORIZED, `${name} and ${key} bytes`);
	for (const junk of [Buffer.alloc(0), Buffer.from("junk"), der(0x30), Buffer.alloc(5000, 0x30)])
		assert.equal((await ask(junk)).status, MALFORMED);
});

await test("nobody's connection was ended for it", () => {
	assert.doesNotMatch(site.log, /is not allowed|makes no sense/);
});

await site.stop();
finish();
