// tests/flow/disk.mjs - no room left on the disk, and too many passwords at once: refused clearly, nothing
// broken, and everything goes on afterwards.
// limit: 200
//
// The site's folder lies on a small tmpfs in a mount namespace of this test's own, which a machine may
// forbid: then it says so and passes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { finish, sleep, startSite, temporaryFolder, test, until, Visitor } from "./site.mjs";
import { asker, enrol, formToken, health, inParallel, mailCertificate, member, request, signIn, verified } from "./_people.mjs";

const self = fileURLToPath(import.meta.url);
const inside = process.env.DISK_MOUNT;

if (inside === undefined) {
	const mount = path.join(temporaryFolder(), "small");
	mkdirSync(mount);
	/* As root a mount namespace is enough; else one of users too. */
	const flags = process.getuid() === 0 ? "-m" : "-rm";
	const script = 'mount -t tmpfs -o size=20m tmpfs "$1" || exit 77; DISK_MOUNT=$1 exec node "$2"';
	/* In a container even unshare itself may be refused. */
	const allowed = spawnSync("unshare", [flags, "true"]).status === 0;
	const got = !allowed ? { status: 77 } : spawnSync("unshare", [flags, "sh", "-c", script, "sh", mount, self], { stdio: "inherit" });
	if (got.status === 77 || got.error !== undefined || got.status === null)
		console.log(`ok 1 - disk full # SKIP no mount namespace here: ${got.error?.message ?? "it is not allowed"}`);
	process.exit(got.status === 77 ? 0 : got.status ?? 0);
}

const dir = path.join(inside, "state");
const ballast = path.join(inside, "ballast");
const site = await startSite({ dir, asShipped: true, sets: ["nginx.posts_per_minute=60000", "argon.children=1", "argon.queue=1", "argon.passes=6"] });
const ann = await enrol(await member(site, "ann@example.org"));
const { csr } = request();

/* Fill up to the last `leave` bytes. */
function fill(leave = 0) {
	const fd = openSync(ballast, "a");
	let piece = Buffer.alloc(65536);
	for (;;)
		try {
			const { bavail, bsize } = statfsSync(inside);
			if (bavail * bsize <= leave)
				break;
			writeSync(fd, piece.subarray(0, Math.min(piece.length, Math.max(1, bavail * bsize - leave))));
		} catch {
			break;
		}
	closeSync(fd);
}
const free = () => rmSync(ballast, { force: true });
const serves = () => until("the site to serve again", async () => {
	try {
		await health(site);
		return (await ann.request("GET", `${ann.root}/home`)).status === 200;
	} catch {
		return false;
	}
}, 60000);

/* Until the room that files have reserved is used up too. */
async function fullNow() {
	fill();
	for (let i = 0; i < 400; i++) {
		const a = await ann.request("GET", `${ann.root}/home`);
		if (a.status !== 200)
			return a;
		fill();
	}
	throw new Error("the disk never gets full");
}

function refusal(a, what) {
	assert.ok([503, 507].includes(a.status), `${what}: ${a.status}`);
	assert.match(a.headers["retry-after"] ?? "", /^\d+$/, what);
	assert.match(a.text, /<h1[^>]*>[^<]+</, what);
	assert.doesNotMatch(a.text, /Briain|X123|ann@example\.org/, `${what}: shows what it could not record`);
}

await test("disk full: reads that must be recorded are refused, writes too, with a clear page", async () => {
	refusal(await fullNow(), "home");
	const a = await ann.request("GET", `${ann.root}/data`);
	refusal(a, "my data");
	assert.equal(a.status, 507);
	assert.match(a.text, /no room left/i);
	/* The list of what was done opens no field and writes no line. */
	for (const where of ["/addresses", "/certs"])
		refusal(await ann.request("GET", ann.root + where), where);
	/* The forms were open before. */
	for (const [where, body] of [["/data/names", "given=Bea&family=Later"], ["/addresses", "address=late%40example.org"], ["/domains", "name=late.example.org"],
		["/certs/mail", `address=ann%40example.org&request=${encodeURIComponent(csr)}`]])
		refusal(await ann.request("POST", ann.root + where, { body: `form=${formToken(ann.root, where)}&${body}` }), where);
	const v = new Visitor(site);
	for (const where of ["/", "/privacy", "/join", "/sign-in", "/status", "/roots"])
		assert.equal((await v.get(where)).status, 200, `public page ${where}`);
	for (const [where, values] of [["/join", { address: "new@example.org", password: "quite a few unrelated hats", again: "quite a few unrelated hats", agree: true }],
		["/sign-in", { address: "ann@example.org", password: "plenty of unrelated wooden hats" }], ["/forgot", { address: "ann@example.org" }]]) {
		await v.get(where);
		await v.send(values, where);
		refusal(v.page, where);
	}
});

await test("room again: it goes on by itself, and nothing that was refused is there", async () => {
	free();
	await serves();
	await ann.own("/data");
	assert.match(ann.words, /Briain/);
	assert.doesNotMatch(ann.words, /Bea|Later/);
	assert.doesNotMatch((await ann.own("/addresses")).text, /late@example/);
	assert.doesNotMatch((await ann.own("/certs")).text, /\/certs\/show\//);
	await mailCertificate(ann, "ann@example.org", csr);
	await verified(site);
	assert.equal((await health(site)).members, 1);
});

await test("a process that falls while the disk is full comes back with the room", async () => {
	await fullNow();
	for (const name of ["keeper", "signer", "portal", "clerk"])
		process.kill(site.pid(name), "SIGKILL");
	await sleep(2500);
	const v = new Visitor(site);
	const a = await v.request("GET", `${site.http}/`).catch(() => null);
	if (a !== null)
		assert.ok(a.status === 200 || a.status === 502 || a.status === 503, `${a.status}`);
	free();
	await serves();
	await verified(site);
	assert.doesNotMatch((await ann.own("/certs")).text, /badge bad/);
});

await test("the last bytes, again and again: whatever was acknowledged is there", async () => {
	let kept = "Briain";
	for (let i = 0; i < 6; i++) {
		fill(4096 * [0, 1, 3, 8, 20, 50][i]);
		for (let n = 0; n < 60; n++) {
			const name = `Name${"abcdefghij"[i]}${[...String(n)].map((d) => "abcdefghij"[d]).join("")}`;
			const a = await ann.request("POST", `${ann.root}/data/names`, { body: `form=${formToken(ann.root, "/data/names")}&given=Ann&family=${name}` });
			if (a.status === 303)
				kept = name;
			else {
				refusal(a, `names, round ${i}`);
				break;
			}
		}
		free();
		await serves();
		await ann.own("/data");
		assert.match(ann.words, new RegExp(kept), `round ${i}`);
		await verified(site);
	}
});

await test("too many passwords at once: 503 with Retry-After, the others are answered, pages go on", async () => {
	const ask = asker(site, site.http, { sockets: 24 });
	const token = ((await ask("GET", "/sign-in")).text.match(/name="form" value="([\w-]+)"/))[1];
	const seen = {};
	const all = inParallel(Array.from({ length: 24 }, (_, i) => i), 24, async (i) => {
		const a = await ask("POST", "/sign-in", { body: new URLSearchParams({ form: token, address: `who${i}@example.org`, password: "some password or other" }).toString() });
		seen[a.status] = (seen[a.status] ?? 0) + 1;
		if (a.status === 503) {
			assert.match(a.headers["retry-after"] ?? "", /^[1-9]\d*$/);
			assert.match(a.text, /signing in just now/);
		} else
			assert.ok([422, 429].includes(a.status), `${a.status}`);
	});
	await sleep(30);
	const from = Date.now();
	assert.equal((await ask("GET", `${ann.root}/home`)).status, 200);
	const took = Date.now() - from;
	await all;
	console.log(`  # ${JSON.stringify(seen)}; a page meanwhile took ${took} ms`);
	assert.ok(seen[503] > 0, JSON.stringify(seen));
	assert.ok(seen[422] > 0, JSON.stringify(seen));
	ask.close();
	await signIn(new Visitor(site), "ann@example.org");
});

await test("stopped and started once more the site is whole", async () => {
	assert.equal(await site.stop(), 0, site.log.slice(-1500));
	await verified(site);
	assert.ok(readdirSync(dir).length > 0);
});

finish();
