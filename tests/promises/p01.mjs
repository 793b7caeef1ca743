// Promise 1: visitors leave nothing personal.  No cookie, no browser storage, no address kept.
// limit: 120
import assert from "node:assert/strict";
import http from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { finish, startSite, test, top } from "../flow/site.mjs";
import { bytesOf, enrol, filesOf, member, routes } from "../flow/_people.mjs";

const site = await startSite({});
const rows = (await routes()).filter((r) => r.method === "GET");
const elsewhere = "127.0.0.77";		/* where this visitor comes from */
const sent = { "user-agent": "Fingerbrowser/9", referer: "https://fingerpage.example/", cookie: "finger=cookie", "x-forwarded-for": "198.51.100.9", "accept-language": "en" };

const visit = (method, where, body, fetchSite = "same-origin") => new Promise((done, failed) => {
	const headers = { ...sent, "sec-fetch-site": fetchSite, ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) }) };
	const r = http.request({ host: "127.0.0.1", port: site.ports.http, path: where, method, headers, localAddress: elsewhere, agent: false }, (a) => {
		let text = "";
		a.on("data", (d) => (text += d));
		a.on("end", () => done({ status: a.statusCode, headers: a.headers, text }));
	});
	r.on("error", failed);
	r.end(body);
});

await test("no page sets a cookie, for visitors and for members", async () => {
	const ann = await enrol(await member(site, "ann@example.org"));
	for (const row of rows) {
		const a = await visit("GET", (row.own ? ann.root : "") + row.path.replace("*", "1"));
		assert.equal(a.headers["set-cookie"], undefined, row.path);
		assert.equal(a.headers["set-cookie2"], undefined, row.path);
		assert.doesNotMatch(a.text, /http-equiv="?set-cookie/i, row.path);
		/* Nothing is fetched from anywhere else either. */
		for (const [, url] of a.text.matchAll(/<(?:img|script|link|iframe|source|video)\b[^>]*\b(?:src|href)="([^"]+)"/g))
			assert.match(url, /^\/(?!\/)/, `${row.path} loads ${url}`);
	}
});

await test("no script of ours uses the browser's storage", () => {
	for (const file of readdirSync(path.join(top, "portal/static")).filter((f) => f.endsWith(".js")))
		assert.doesNotMatch(readFileSync(path.join(top, "portal/static", file), "utf8"), /localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.|serviceWorker|sendBeacon/, file);
});

await test("no address, no browser's name, no referring page is kept, in files or in the log", async () => {
	for (const [where, fields] of [["/sign-in", "address=ann%40example.org&password=wrong+wrong+wrong"], ["/forgot", "address=nobody%40example.org"], ["/status", `serial=${"0".repeat(32)}`],
		["/join", "address=new%40example.org&password=some+quite+unrelated+hats&again=some+quite+unrelated+hats&agree=1"]])
		for (let i = 0; i < 3; i++) {
			const form = (await visit("GET", where, undefined, "none")).text.match(/name="form" value="([\w-]+)"/)[1];
			const a = await visit("POST", where, `form=${form}&${fields}`);
			assert.ok(a.status < 500, `${where}: ${a.status}`);
		}
	await visit("GET", `/~${"A".repeat(32)}/fingerpath?fingerquery`);
	assert.equal(await site.stop(), 0);
	const traces = [elsewhere, "Fingerbrowser", "fingerpage", "finger=cookie", "198.51.100.9", "fingerquery", "fingerpath"];
	for (const t of traces)
		assert.ok(!(site.log + site.said).includes(t), `the log holds ${t}`);
});

await test("nor in the folder of a site that runs", async () => {
	const again = await startSite({});
	site.ports = again.ports;
	const form = (await visit("GET", "/sign-in")).text.match(/name="form" value="([\w-]+)"/)[1];
	for (let i = 0; i < 8; i++)
		await visit("POST", "/sign-in", `form=${form}&address=ann%40example.org&password=wrong+wrong+wrong`);
	for (const file of filesOf(again.dir)) {
		const data = bytesOf(file);
		for (const t of [elsewhere, "Fingerbrowser", "fingerpage", "finger=cookie", "198.51.100.9", Buffer.from("7f00004d", "hex")])
			assert.ok(!data.includes(t), `${path.relative(again.dir, file)} holds ${t.toString()}`);
	}
	assert.equal(await again.stop(), 0);
});

finish();
