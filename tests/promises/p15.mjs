// Promise 15: the policy for programs: P3P 1.0 from the purpose table, security.txt (RFC 9116), the GPC resource.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { routes } from "../flow/_people.mjs";
import { finish, startSite, temporaryFolder, test, top, unescape, Visitor } from "../flow/site.mjs";

const site = await startSite({ sets: ["site.privacy_contact=privacy@example.org"] });
const v = new Visitor(site);

await test("security.txt names a contact and an end within a year", async () => {
	const a = await v.request("GET", "/.well-known/security.txt", { fetchSite: "none" });
	assert.equal(a.status, 200);
	assert.match(a.headers["content-type"], /^text\/plain; charset=utf-8$/i);
	assert.match(a.text, /^Contact: mailto:privacy@example\.org$/m);
	const expires = Date.parse(a.text.match(/^Expires: (\S+)$/m)[1]);
	assert.ok(expires > Date.now() && expires < Date.now() + 366 * 86400000);
	assert.equal(a.text.match(/^Expires:/gm).length, 1);
});

await test("gpc.json says that the signal is honoured", async () => {
	const a = await v.request("GET", "/.well-known/gpc.json", { fetchSite: "none" });
	assert.equal(a.status, 200);
	assert.match(a.headers["content-type"], /^application\/json/);
	const got = JSON.parse(a.text);
	assert.equal(got.gpc, true);
	assert.match(got.lastUpdate, /^\d{4}-\d\d-\d\d$/);
});

const dtd = path.join(top, "tests/specimens/p3p/p3p.dtd"), folder = temporaryFolder();
async function p3p(name, language = "en") {
	const a = await new Visitor(site, { language }).request("GET", `/w3c/${name}`, { fetchSite: "none" });
	assert.equal(a.status, 200);
	assert.match(a.headers["content-type"], /^text\/xml; charset=utf-8$/i);
	const file = path.join(folder, `${language}-${name}`);
	writeFileSync(file, a.body);
	execFileSync("xmllint", ["--noout", "--nonet", "--dtdvalid", dtd, file], { stdio: "pipe" });
	return a.text;
}

await test("P3P: reference file and policies are valid, in both languages", async () => {
	const reference = await p3p("p3p.xml");
	for (const name of ["members", "visitors"])
		assert.match(reference, new RegExp(`about="/w3c/policy\\.xml#${name}"`));
	/* Whoever sends something about a person is told what holds for members. */
	const known = [...reference.match(/#members">([^]*?)<\/POLICY-REF>/)[1].matchAll(/<INCLUDE>([^<]*)</g)].map((m) => new RegExp(`^${m[1].replaceAll("*", ".*")}$`));
	for (const row of (await routes()).filter((r) => r.method === "POST" && !r.own && r.purpose !== "no personal data"))
		assert.ok(known.some((k) => k.test(row.path)), row.path);
	assert.match(await p3p("policy.xml"), /<POLICY name="members" xml:lang="en"/);
	assert.match(await p3p("policy.xml", "de"), /<POLICY name="members" xml:lang="de"/);
	/* the judge judges */
	const broken = path.join(folder, "broken.xml");
	writeFileSync(broken, readFileSync(path.join(folder, "en-policy.xml"), "utf8").replace("<ours/>", "<theirs/>"));
	assert.throws(() => execFileSync("xmllint", ["--noout", "--nonet", "--dtdvalid", dtd, broken], { stdio: "pipe" }));
});

await test("P3P: each purpose of the statement is in it, with its sentence, its data and who else gets it", async () => {
	const policy = await p3p("policy.xml"), statements = policy.split("<STATEMENT>").slice(1).map(unescape);
	const source = readFileSync(path.join(top, "privacy/purpose.c"), "utf8");
	const purposes = [...source.matchAll(/^\t\[PURPOSE_(\w+)\] = \{([\s\S]*?)\n\t\},/gm)].filter(([, name]) => !["NO_PERSONAL_DATA", "SITE"].includes(name));
	assert.ok(purposes.length > 40);
	for (const [, name, row] of purposes) {
		const says = row.match(/\.says = MSG\("([^"]*)"\)/)[1];
		const found = statements.filter((s) => s.includes(says));
		assert.equal(found.length, 1, name);
		const recipient = row.match(/\.recipient = MSG\("([^"]*)"\)/)?.[1];
		assert.equal(found[0].includes("recipient-description"), recipient !== undefined, name);
		if (recipient !== undefined)
			assert.ok(found[0].includes(recipient), name);
		if (/officer|assurer|staff|member/.test(recipient) && !/everybody/.test(recipient))
			assert.match(found[0], /<same>/, `${name}: they are bound by the community's agreement`);
	}
	assert.equal(statements.length, purposes.length + 1);
	for (const ref of ["user.bdate", "user.name.family", "user.home-info.online.email", "user.login.password", "dynamic.clickstream"])
		assert.match(policy, new RegExp(`ref="#${ref.replaceAll(".", "\\.")}"`));
	assert.doesNotMatch(policy, /<(telemarketing|individual-analysis|pseudo-analysis)/);
	assert.match(policy, /<NON-IDENTIFIABLE\/>/);
});

await test("each promise of the statement leads to its test, its purposes and this month's count", async () => {
	const { text } = await v.request("GET", "/privacy", { fetchSite: "none" });
	const promises = text.split(/<li id="p\d+">/).slice(1);
	assert.equal(promises.length, 17);
	for (const [i, promise] of promises.entries()) {
		const file = promise.match(/href="(\/promises\/p\d+)"><code>([^<]+)</);
		assert.equal(file[2], `tests/promises/p${String(i + 1).padStart(2, "0")}.mjs`);
		const got = await v.request("GET", file[1], { fetchSite: "none" });
		assert.match(got.headers["content-type"], /^text\/plain/);
		assert.equal(got.text, readFileSync(path.join(top, file[2]), "utf8"));
		const leads = [...promise.matchAll(/href="#(purpose-\d+)"/g)].map((m) => m[1]);
		assert.ok(leads.length > 0 && leads.every((id) => text.includes(`<details id="${id}">`)), file[2]);
		assert.match(promise, /this month: <strong>\d+</, file[2]);
	}
	assert.equal((await v.request("GET", "/promises/p18", { fetchSite: "none" })).status, 404);
});

await test("a purpose that needs a case, a code or a password says so", async () => {
	const { text } = await v.request("GET", "/privacy", { fetchSite: "none" });
	const header = readFileSync(path.join(top, "privacy/purpose.h"), "utf8"), words = readFileSync(path.join(top, "portal/public/promise.c"), "utf8");
	for (const [, fact] of header.matchAll(/^#define (FACT_\w+)/gm))
		assert.ok(words.includes(`{ ${fact}, MSG(`), `${fact} has no words`);
	assert.match(text.slice(text.indexOf("<code>case request</code>")), /^[^]*?Only with[^]*?a case that concerns you and that whoever looks works on/);
});

await test("the statement says what Global Privacy Control means here, and where the files are", async () => {
	const a = await v.request("GET", "/privacy", { fetchSite: "none", headers: { "sec-gpc": "1" } });
	assert.match(a.text, /Global Privacy Control that you want nothing sold or shared/);
	assert.match(a.text, /\/w3c\/p3p\.xml/);
	assert.equal(await site.stop(), 0);
});

finish();
