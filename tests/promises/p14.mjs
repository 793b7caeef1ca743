// Promise 14: lists are opt-in: chosen on a page, confirmed by a link, stopped by one click without signing in.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { command, finish, startSite, test, until, Visitor } from "../flow/site.mjs";
import { asker, freshen, health, member, search } from "../flow/_people.mjs";

const lists = "mail.lists=news: What is new here, four times a year; talk: Members among themselves > https://lists.example.org/talk";
const site = await startSite({ sets: [lists, "nginx.posts_per_minute=60000"] });
const ann = await member(site, "ann@example.org"), ben = await member(site, "ben@example.org");
const quiet = () => until("an empty queue", async () => (await health(site))["mails waiting"] === 0);
const of = (who, what) => site.mails().filter((m) => m.to.includes(who) && what.test(m.subject));
const sent = (name, words) => {
	const file = path.join(path.dirname(site.dir), "words");
	writeFileSync(file, words);
	return command(["list", name, file, "--state", site.dir, "--set", lists]);
};

await test("joining puts nobody on a list; no form on the way asks", async () => {
	const v = new Visitor(site);
	await v.get("/join");
	assert.doesNotMatch(v.page.text, /name="list"|newsletter/i);
	await ann.own("/lists");
	assert.equal(ann.page.status, 200);
	assert.doesNotMatch(ann.words, /you get it|waiting for the link/);
	const got = await sent("news", "Nobody should read this.");
	assert.equal(got.code, 0, got.err);
	assert.match(got.out, /goes to 0 /);
	await quiet();
	assert.deepEqual(of("example.org", /news/), []);
});

await test("a list that is kept elsewhere is a link, and nothing else", async () => {
	assert.match(ann.page.text, /href="https:\/\/lists\.example\.org\/talk"/);
	assert.match(ann.words, /We send nothing about you there/);
	const token = ann.form("/lists").fields.find((f) => f.name === "form").value;
	await ann.follow(await ann.request("POST", `${ann.root}/lists`, { body: new URLSearchParams({ form: token, list: "talk", on: "1" }).toString() }));
	assert.equal(ann.page.status, 422);
});

await test("chosen is not confirmed: until the link is followed nothing comes", async () => {
	await ann.own("/lists");
	await ann.send({}, "/lists");
	assert.match(ann.words, /waiting for the link/);
	await site.mail((m) => m.to.includes("ann@") && /Confirm that you want/.test(m.subject));
	assert.match((await sent("news", "Too early.")).out, /goes to 0 /);
	const { links } = of("ann@", /Confirm that you want/)[0], link = links.find((l) => l.includes("/verify/"));
	const v = new Visitor(site);
	await v.get(link);
	assert.match(v.words, /want the mails of this list/);
	await v.get(link);		/* looking, also a mail scanner's, confirms nothing */
	assert.match((await sent("news", "Still too early.")).out, /goes to 0 /);
	await v.send({}, "/" + link.split("/").slice(3).join("/"));
	assert.equal(v.page.status, 200);
	await ann.own("/lists");
	assert.match(ann.words, /you get it/);
	await ann.own("/history");
	assert.match(ann.words, /news: confirmed/);
});

let news;
await test("a mail of the list reaches who confirmed it and nobody else, names its purpose and how to stop it", async () => {
	assert.match((await sent("news", "The Quokka server is new.\n")).out, /goes to 1 /);
	news = await site.mail((m) => m.to.includes("ann@") && /Quokka/.test(m.text));
	assert.match(news.text.replace(/\s+/g, " "), /What for, in the words of our privacy statement: To send you the mails of a list that you asked for/);
	assert.match(news.headers["list-unsubscribe"], /^<https:\/\/\S+\/stop\/[\w-]{32}>$/);
	assert.equal(news.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
	assert.equal(news.headers["list-id"], "<news.localhost>");
	await quiet();
	assert.deepEqual(of("ben@", /news/), []);
	assert.doesNotMatch(news.text + news.subject, /ann@/);
});

await test("who restricted what is done with their data gets none, and can still stop", async () => {
	await freshen(ann);
	await ann.own("/rights/restrict");
	await ann.send({ sure: true }, "/rights/restrict");
	assert.equal(ann.page.status, 200, ann.words);
	assert.match((await sent("news", "Not for the restricted.")).out, /goes to 0 /);
	await freshen(ann);
	await ann.own("/rights/restrict");
	await ann.send({}, "/rights/restrict/lift");
});

await test("one click of a mail program stops it: a POST from anywhere, without a session or a page of ours (RFC 8058)", async () => {
	const stop = new URL(news.headers["list-unsubscribe"].slice(1, -1)).pathname;
	const ask = asker(site, site.https);
	const post = (where, body) => ask("POST", where, { fetchSite: null, body });
	assert.equal((await post(stop, "")).status >= 400, true);
	assert.equal((await ask("GET", stop, { fetchSite: null })).status, 200);	/* shows a page, stops nothing */
	await ann.own("/lists");
	assert.match(ann.words, /you get it/);
	/* A link of another kind does nothing by this way. */
	await ann.send({}, "/lists");
	await ann.own("/lists");
	await ann.send({}, "/lists");
	await until("a second link", () => of("ann@", /Confirm that you want/).length === 2);
	const confirm = of("ann@", /Confirm that you want/)[1].links.find((l) => l.includes("/verify/"));
	assert.ok((await post(`/stop/${confirm.split("/").at(-1)}`, "List-Unsubscribe=One-Click")).status >= 400);
	const v = new Visitor(site);
	await v.get(confirm);
	await v.send({}, new URL(confirm).pathname);
	for (let i = 0; i < 3; i++) {	/* a mail program may post it again: it is stopped */
		const answer = await post(stop, "List-Unsubscribe=One-Click");
		assert.equal(answer.status, 200);
		assert.match(answer.text, /The list is stopped: no more mails of it come to you/);
	}
	await ann.own("/lists");
	assert.doesNotMatch(ann.words, /you get it/);
	assert.match((await sent("news", "Who is still there?")).out, /goes to 0 /);
	await ann.own("/history");
	assert.match(ann.words, /news: stopped/);
	ask.close();
});

await test("bad words: no such list, a file that is too long, a link that was never made", async () => {
	assert.notEqual((await sent("olds", "x")).code, 0);
	assert.notEqual((await sent("news", "x".repeat(1801))).code, 0);
	assert.notEqual((await sent("news", "")).code, 0);
	const ask = asker(site, site.https);
	assert.ok((await ask("POST", `/stop/${"A".repeat(32)}`, { fetchSite: null, body: "List-Unsubscribe=One-Click" })).status >= 400);
	assert.ok((await ask("POST", "/stop/x", { fetchSite: null, body: "List-Unsubscribe=One-Click" })).status >= 400);
	ask.close();
});

await test("what was written to a list lies in no file in the clear but the outbox", async () => {
	await quiet();
	assert.deepEqual(search(site.dir, ["Quokka"], (f) => f.includes("outbox")), []);
	assert.equal(await site.stop(), 0, site.log);
});

finish();
