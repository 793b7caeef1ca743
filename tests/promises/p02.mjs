// Promise 2: enrolment asks only for what is named, nothing is pre-ticked, and an address and a password are enough.
import assert from "node:assert/strict";
import { finish, formsOf, startSite, test } from "../flow/site.mjs";
import { formToken, health, member, routes, asker } from "../flow/_people.mjs";

const site = await startSite({});
const rows = (await routes()).filter((r) => r.method === "POST");
const asked = { "/join": ["address", "password", "again", "agree"], "/data/names": ["given", "middle", "family", "suffix"], "/data/birth": ["day", "month", "year"],
	"/data/nationality": ["nationality"], "/data/document": ["kind", "number"], "/addresses": ["address"], "/domains": ["name"],
	"/questions": [1, 2, 3, 4, 5].flatMap((n) => [`question${n}`, `answer${n}`]) };
let ann;

await test("the forms ask for what is promised and nothing else", () => {
	for (const [where, names] of Object.entries(asked))
		assert.deepEqual(rows.find((r) => r.path === where).fields.map((f) => f.name).sort(), [...names].sort(), where);
	for (const row of rows)
		for (const f of row.fields)
			assert.doesNotMatch(f.name, /phone|gender|sex|street|city|zip|postcode|country|employer|income|photo|twitter|title|salutation/i, row.path);
});

await test("an address and a password make a member; nothing else is held then", async () => {
	ann = await member(site, "ann@example.org");
	assert.equal((await health(site)).members, 1);
	assert.ok((await ann.own("/data")).text.split("nothing held").length - 1 >= 8, ann.words);
	assert.match((await ann.own("/addresses")).text, /ann@example\.org/);
	for (const where of ["/home", "/certs", "/domains", "/history", "/addresses"])
		assert.equal((await ann.own(where)).status, 200, where);
});

await test("no tick stands on any form before its owner puts it there", async () => {
	for (const where of ["/join", "/sign-in", "/status"])
		for (const form of formsOf((await ann.get(where)).text))
			for (const field of form.fields.filter((f) => f.type === "checkbox"))
				assert.ok(!field.checked, `${where}: ${field.name}`);
	await ann.get(`${site.https}/sign-in`);
	await ann.send({ address: "ann@example.org", password: "plenty of unrelated wooden hats" }, "/sign-in");
	for (const where of ["/certs/mail", "/certs/server", "/settings", "/data/document"])
		for (const form of formsOf((await ann.own(where)).text))
			for (const field of form.fields.filter((f) => f.type === "checkbox"))
				assert.ok(!field.checked, `${where}: ${field.name}`);
});

await test("a form that brings more is refused", async () => {
	const ask = asker(site, site.http);
	for (const [where, fields] of [["/data/names", "given=Ann&family=B&gender=f"], ["/data/birth", "day=1&month=1&year=1990&place=Ghent"]]) {
		const a = await ask("POST", ann.root + where, { body: `form=${formToken(ann.root, where)}&${fields}` });
		assert.equal(a.status, 400, where);
	}
	ask.close();
	assert.doesNotMatch((await ann.own("/data")).text, /Ghent/);
	assert.equal(await site.stop(), 0);
});

finish();
