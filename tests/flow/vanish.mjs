// tests/flow/vanish.mjs - kill -9 in the middle of an erasure: keeper, signer, clerk and portal die at one step
// after another (tests/peers/killer.c), between any two stages and within them; it goes on by itself and ends.
// limit: 900
//
//	STEPS=0		all of the steps below; else one of them in five, and one of each program

import assert from "node:assert/strict";
import path from "node:path";
import { command, finish, sleep, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { again, enrol, health, mailCertificate, member, request, search, verified } from "./_people.mjs";
import { Killer } from "../peers/killer.mjs";

const folder = temporaryFolder(), killer = new Killer(folder);
const site = await startSite({ dir: path.join(folder, "state"), env: killer.env, sets: ["argon.memory=8192", "argon.passes=1",
	"limit.mails_per_hour=10000", "nginx.posts_per_minute=60000"] });
killer.hurry(30);
const word = (n) => [...String(n)].map((d) => "bcdfghjklm"[d]).join("");
const gone = [];
let number = 10, deaths = 0;

const serves = () => until("the site to serve", async () => {
	try {
		await health(site);
		return (await new Visitor(site).request("GET", `/status?serial=${"0".repeat(32)}`)).status === 200;
	} catch {
		return false;
	}
}, 60000);

/* A member who asked for it and has the link. */
async function ready(certificate) {
	const n = number++, address = `vanish${word(n)}@example.org`, family = `Verschwind${word(n)}`;
	const v = await enrol(await member(site, address), { given: `Weg${word(n)}`, family, questions: null, document: null });
	if (certificate)
		await mailCertificate(v, address, request().csr);
	await v.own("/rights/erase");
	await again(v);
	await v.own("/rights/erase");
	await v.send({ when: "now", sure: true }, "/rights/erase");
	const code = v.words.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/)[0];
	const mail = await site.mail((m) => m.to.includes(address) && m.links.some((l) => l.includes("/erase/")));
	gone.push(address, family);
	return { code, link: mail.links.find((l) => l.includes("/erase/")) };
}

/* The button, as often as it takes: who was not told asks again. */
const press = async (p) => {
	const v = new Visitor(site);
	await v.get(p.link);
	if (v.page.status === 200)
		await v.send({ sure: true }, "/" + p.link.split("/").slice(3).join("/"));
	return v.page.status;
};
const done = async (p) => {
	const v = new Visitor(site);
	await v.get("/receipt", { fetchSite: "none" });
	await v.send({ code: p.code }, "/receipt");
	return /The erasure is done/.test(v.words);
};

async function erased(p, ms) {
	await until("the erasure to end", async () => {
		try {
			if (await done(p))
				return true;
			await press(p);		/* 404 once it was taken */
		} catch {
			/* somebody is dead just now */
		}
		await sleep(200);
		return false;
	}, ms);
}

const all = process.env.STEPS === "0";
let planned = 0;

for (const [program, steps, children] of [["troth-keeper", [0, 4, 9, 15, 22, 30, 39, 49, 60, 75], false], ["troth-clerk", [1, 5, 11], false],
	["troth-signer", [1, 3], false], ["troth-portal", [2, 6], true]])
	for (const after of steps.filter((_, i) => all || i % 5 === 1)) {
		planned++;
		await test(`${program} dies at step ${after + 1}`, async () => {
			const p = await ready(program === "troth-signer" || after === 15 || after === 22);
			killer.arm(program, { after, children });
			await press(p).catch(() => undefined);
			await until("a death, or the end", async () => killer.dead !== null || done(p).catch(() => false), 20000).catch(() => undefined);
			if (killer.disarm() !== null)
				deaths++;
			await serves();
			await erased(p, 120000);
		});
	}

await test("all of them are gone, and everything agrees", async () => {
	assert.ok(deaths * 2 >= planned, `${deaths} deaths, ${planned} planned`);
	console.log(`  # ${deaths} deaths in all`);
	await until("the signer to be told", async () => !/\([1-9]\d* open\)/.test(await verified(site)), 60000);
	const said = (await verified(site)).match(/(\d+) tombstones/)[1];
	assert.equal(Number(said), gone.length / 2);
	const doctor = await command(["doctor", "--state", site.dir]);
	assert.ok(!/does not agree|tamper/i.test(doctor.out), doctor.out);
	await until("nothing to be left", () => search(site.dir, gone, (f) => f.startsWith("outbox/")).length === 0, 100000)
		.catch(() => assert.deepEqual(search(site.dir, gone, (f) => f.startsWith("outbox/")), []));
	assert.equal(await site.stop(), 0);
});

finish();
