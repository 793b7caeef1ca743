// tests/flow/memory.mjs - memory that is refused, to one process after another, while a member acts and looks:
// what was acknowledged holds, nothing is doubled or left out, and no page is less than it usually is.
// limit: 7200
//
// Each time one request for memory gets none, and never twice one that came by the same way through the
// program (tests/peers/killer.c).  A library may end its process then (libfcgi does); no fault of memory is one.
//
//	MEMORY=n	so many refusals of each third act, page and program (1); 0 is all ways there are, of all of them

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { command, finish, test } from "./site.mjs";
import { kindle } from "./_fire.mjs";
import { enter, mailCertificate, take } from "./_life.mjs";
import { Sweeper } from "./_sweep.mjs";
import { audit } from "./_books.mjs";
import { deliver } from "./_post.mjs";

const some = Number(process.env.MEMORY ?? 1), MOST = 500, WAY = 5;
const world = await kindle({ sets: ["prover.timeout=2", "post.lmtp=yes"] });
const { killer } = world;
const sweeper = new Sweeper(world, some);
const { ann } = sweeper;
await sweeper.settle();
await take(ann, "seen", mailCertificate("seen", "address"));
console.log(`  # MEMORY=${some}`);

let read = 0, total = 0, offered = 0;
/* An abort is a library's; the sanitizers' word, or SIGSEGV, SIGBUS, SIGFPE, is about a fault. */
function noFault() {
	const said = world.site.log.slice(read);
	read = world.site.log.length;
	assert.doesNotMatch(said, /Sanitizer|runtime error:|ended by signal (4|7|8|11)\b/, said);
}

/* As often as asked, or until no way is left. */
async function refusals(what, once) {
	let n = 0;
	if (some !== 0 && offered++ % 3 !== 0)
		return;
	while (n < (some === 0 ? MOST : some) && await once())
		n++;
	noFault();
	total += n;
	console.log(`  # ${n} refusals: ${what}`);
}

const worker = { children: true };
for (const [act, ...victims] of [
	["a certificate for mail", ["troth-keeper"], ["troth-signer"], ["troth-signer", worker], ["troth-portal", worker], ["troth-clerk", { patience: 300 }]],
	["a certificate for a server", ["troth-keeper"], ["troth-signer"], ["troth-prover"], ["troth-portal", worker]],
	["a revocation", ["troth-keeper"], ["troth-signer"], ["troth-portal", worker], ["troth-clerk", { patience: 300 }]],
	["a correction", ["troth-keeper"], ["troth-portal", worker]],
	["a sign-in", ["troth-keeper"], ["troth-keeper", worker], ["troth-portal", worker]]])
	for (const [program, options] of victims)
		await test(`${act}: memory is refused to ${program}${options?.children ? "'s children" : ""}`, () => refusals(`${act}, ${program}`, () =>
			sweeper.once(act, program, { refuses: true, fresh: WAY, ...options })));

// ---- pages ----

/* What is another each time: the session's address, a form's token, times. */
const usual = (page) => page.replace(/~[A-Za-z0-9_-]{32}/g, "~").replace(/value="[^"]*"/g, "").replace(/\d{1,2}:\d{2}/g, "");
const look = async (where) => {
	const { status, text } = await ann.v.request("GET", ann.v.root + where);
	return { status, text: usual(text) };
};

for (const where of ["/home", "/data", "/addresses", "/domains", "/certs", "/history", "/sessions", "/directory", "/lists", "/settings", "/points"])
	await test(`${where} is whole, or no page at all`, async () => {
		await enter(ann);
		for (const [program, options] of [["troth-keeper"], ["troth-portal", worker]])
			await refusals(`${where}, ${program}`, async () => {
				/* Two looks that agree say what it usually is; a page that tells of the looks never does. */
				let first = await look(where), second = await look(where);
				assert.equal(first.status, 200, `${where}: ${first.status}`);
				killer.arm(program, { refuses: true, fresh: WAY, ...options });
				const third = await look(where), who = killer.disarm();
				assert.ok(third.status === 200 || third.status >= 500, `${where}: ${third.status}\n${world.site.log.slice(-1500)}`);
				if (third.status === 200 && first.text === second.text)
					assert.equal(third.text, first.text);
				await world.serves();
				return who !== null;
			});
	});

// ---- mails that come in, commands ----

for (const name of ["plain", "opaque", "signed", "nested"])
	await test(`a mail, ${name}: answered as it usually is, or "later"`, async () => {
		const raw = readFileSync(new URL(`../specimens/incoming/${name}`, import.meta.url)).toString();
		const hand = () => deliver(world.site, { from: ann.address, raw }).catch((e) => e.message);
		const ever = await hand();
		await refusals(`a mail, ${name}`, async () => {
			killer.arm("troth-postbox", { refuses: true, fresh: WAY });
			const said = await hand(), who = killer.disarm();
			assert.ok(said === ever || !/^[25]\d\d .*\n$/.test(said ?? ""), `${said}, and usually ${ever}`);
			return who !== null;
		});
	});

for (const [program, ...words] of [["troth-ledger", "verify"], ["troth", "doctor"]])
	await test(`${program} ${words}: says what it usually says, or that it could not look`, async () => {
		const ask = () => command([...words, "--state", world.dir], { program, env: killer.env }), ever = await ask();
		await refusals(`${program} ${words}`, async () => {
			killer.arm(program, { refuses: true, fresh: WAY });
			const said = await ask(), who = killer.disarm();
			assert.ok(said.code === ever.code || said.code === 1 || said.code === 2, `${said.code}\n${said.out}${said.err}`);
			assert.doesNotMatch(said.out + said.err, /tamper|changed behind/i);
			return who !== null;
		});
	});

await test("everything agrees afterwards", async () => {
	await world.again();
	noFault();
	await audit(world, [ann]);
	await world.end();
});
console.log(`  # ${total} refusals in all`);
finish();
