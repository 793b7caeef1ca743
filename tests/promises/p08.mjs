// Promise 8: statistics are sums, and small counts of visits are neither shown nor kept.
import assert from "node:assert/strict";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { startSite, temporaryFolder, Visitor, until } from "../flow/site.mjs";
import { member } from "../flow/_people.mjs";

const dir = path.join(temporaryFolder(), "state");
let site = await startSite({ dir });
const page = async (where, headers = {}) => {
	const answer = await fetch(`${site.http}${where}`, { headers });
	assert.equal(answer.status, 200, where);
	return answer.text();
};
const rows = () => JSON.parse(execFileSync("sqlite3", ["-json", "-readonly", path.join(dir, "site/site.db"), "SELECT * FROM visits"]).toString() || "[]");
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 canary-7Qx";
const often = { "user-agent": firefox, referer: "https://www.forum.example.co.uk/thread/9?who=canary-8Kz" };

await member(site, "ann@example.org");

// Sixty openings of one page from one site, three of another; some that ask not to be counted.  A worker keeps its own small counts back.
for (let i = 0; i < 60; i++) await page("/help", often);
for (let i = 0; i < 3; i++) await page("/imprint", { "user-agent": "curl/8.1", referer: "https://small.example/" });
for (let i = 0; i < 60; i++) await page("/roots", { ...often, referer: "https://silent.example/", "sec-gpc": "1" });

const shown = await page("/statistics");
assert.match(shown, /Members who joined/);
assert.doesNotMatch(shown, /silent\.example|small\.example/);
// Workers write once a minute, and when they end.
await site.stop();

const kept = rows();
const of = (kind, name) => kept.filter((r) => r.kind === kind && r.name === name).reduce((n, r) => n + r.n, 0);
assert.ok(of(1, "help") >= 30, JSON.stringify(kept));
assert.ok(of(2, "Firefox") >= 30);
assert.ok(of(3, "example.co.uk") >= 30, "the registrable domain, not the host");
assert.equal(of(1, "roots"), 0, "who asks by Sec-GPC is not counted");
assert.ok(!JSON.stringify(kept).match(/canary|silent|forum|thread/), "nothing beyond family, page and registrable domain is kept");
assert.ok(!JSON.stringify(kept).includes("small.example"), "what was counted seldom is in no file");
assert.ok(kept.every((r) => r.n >= 10), JSON.stringify(kept));
site = await startSite({ dir });
const now = await page("/statistics");
assert.match(now.replace(/<[^>]*>/g, ""), /Opened by a link on another site: (3\d|[4-6]\d) times/);
assert.doesNotMatch(now, /small\.example|co\.uk/, "what anybody can send stands on no public page");
await site.stop();

await site.stop();
console.log("ok - sums only, small counts neither shown nor kept");
