// tests/flow/ttp.mjs - trusted third parties and paper through the pages: two forms noted by a senior
// assurer, the top-up, the points and the certificate; the register of forms from signing to destroying.
// limit: 400

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { finish, startSite, temporaryFolder, test } from "./site.mjs";
import { download, enrol, freshen, mailCertificate, member, openssl, request, verified } from "./_people.mjs";
import { compare, makeAssurers, note, numberOf, restart, sign, sql, takeCode, vouchFor } from "./_trust.mjs";

const DAY = 86400;
const site = await startSite({ sets: ["limit.mails_per_hour=10000", "trust.ttp.countries=NZ TO"] });
const people = {
	xan: { given: "Xan", family: "Other" }, yan: { given: "Yan", family: "Other" }, nova: { given: "Nova", family: "Fresh" },
	sena: { given: "Sena", family: "Old" }, soma: { given: "Soma", family: "Elder" },
};
const who = {};
for (const name of Object.keys(people))
	who[name] = await enrol(await member(site, `${name}@example.org`), { questions: null, document: null, birth: ["29", "2", "1984"], ...people[name] });
await makeAssurers(site, ["sena@example.org", "soma@example.org"], { experience: 50 });
await makeAssurers(site, ["nova@example.org"]);
/* whom nobody has met yet */
const later = { yve: { given: "Yve", family: "Other", birth: ["29", "2", "1984"] }, zoe: { given: "Zoe", family: "Late", birth: ["29", "2", "1984"] },
	mia: { given: "Mia", family: "Waititi", birth: ["4", "5", "1991"], document: ["passport", "LXX 55512"] } };
for (const name of Object.keys(later))
	who[name] = await enrol(await member(site, `${name}@example.org`), { questions: null, document: null, ...later[name] });
const { nova, sena, soma, mia, yve, zoe } = who;
const own = async (v, where) => { await v.own(where); return v.words; };
const codeOn = (v) => v.page.text.match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)?.[1];
const name = "Mia Waititi", born = later.mia.birth;

/** A new form of Mia's: its code. */
async function form() {
	await freshen(mia);
	await mia.own("/ttp");
	await mia.send({ region: "NZ" }, "/ttp");
	assert.equal(mia.page.status, 200, mia.words);
	return codeOn(mia);
}

/** The form has come by post: from its code to the note. */
async function noted(assurer, code, third, values = {}) {
	const id = await takeCode(assurer, code);
	await compare(assurer, id, { name, birth: born });
	await note(assurer, id, { place: "Gisborne", points: "35", third, ...values }, 3);
	return id;
}

await test("the page says the way, where it counts, and needs a country", async () => {
	const words = (await freshen(mia), await own(mia, "/ttp"));
	assert.match(words, /Third parties that count: 2, for up to 35 points each/);
	assert.match(words, /too few assurers to meet: New Zealand, Tonga\./);
	assert.match(words, /Åland Islands \(AX\) Albania \(AL\) Algeria \(DZ\)/, "in the order of their names");
	await mia.send({ region: "" }, "/ttp");
	assert.equal(mia.page.status, 422);
	await mia.send({ region: "DE" }, "/ttp");
	assert.equal(mia.page.status, 422);
	assert.match(mia.words, /Country where your papers are checked: Trusted third parties do not count in this country: there are assurers/);
	assert.match(mia.page.text, /<option value="DE" selected/, "what was chosen stands");
	await mia.own("/ttp");
	await mia.send({}, "/ttp/topup");
	assert.equal(mia.page.status, 422);
	assert.match(mia.words, /A top-up comes after the trusted third parties have checked/);
	assert.equal(sql(site.dir, "SELECT COUNT(*) FROM handover WHERE kind >= 4")[0], "0");
});

await test("the printed form: names and code, nothing of birth date, nationality or document; its address works once", async () => {
	const code = await form(), stands = mia.url;
	await mia.send({}, "/ttp/form");
	const where = new URL(mia.url).pathname;
	assert.match(where, /^\/once\/form\/[\w-]{32}$/);
	assert.match(mia.words, /Form for a trusted third party/);
	assert.ok(mia.words.includes(code) && mia.words.includes(name));
	assert.match(mia.words, /Name Office Town Where to ask about it Date Signature Stamp/);
	assert.doesNotMatch(mia.page.text, /\b1991\b|55512|~[\w-]{32}|>NL<|Netherlands/);
	assert.equal((await mia.get(where)).status, 404);
	mia.url = stands;
	assert.match(await own(mia, "/history"), /form for a trusted third party/);
	/* also among all open codes, and there it is withdrawn */
	assert.match(await own(mia, "/handover"), /for a trusted third party's form/);
	await mia.own("/ttp");
	await mia.send({}, "/ttp/end");
	assert.match(new URL(mia.url).pathname, /\/ttp$/);
	assert.match(mia.words, /Of the last 30 days for a trusted third party's form withdrawn by you/);
});

const notary = "Tane Ngata, notary, Gisborne";
let drafts;
await test("only a senior assurer takes it, and the code is not used up by another one", async () => {
	const code = await form();
	await nova.own("/assure");
	await nova.send({ code }, "/assure");
	assert.equal(nova.page.status, 422);
	assert.match(nova.words, /needs an assurer with as much experience as counts/);
	const id = await takeCode(sena, code);
	assert.match(sena.words, /Compare with the form You meet nobody: the form in your hands/);
	await compare(sena, id, { name, birth: born, kind: "passport" });
	await sena.own(`/assure/note/${id}`);
	assert.match(sena.words, /Who checked the papers Name, office and town, .*Which papers did the third party see\?/);
	assert.match(sena.words, /Points you may give here: 0 to 35/);
	await note(sena, id, { place: "Gisborne", points: "35", third: "" }, 3);
	assert.equal(sena.page.status, 422);
	assert.match(sena.words, /Who checked the papers: Write name, office and town of who checked the papers/);
	const soon = new Date(Date.now() + 3 * DAY * 1000);
	await sena.send({ third: notary, day: `${soon.getUTCDate()}`, month: `${soon.getUTCMonth() + 1}`, year: `${soon.getUTCFullYear()}` }, `/assure/note/${id}`);
	assert.match(sena.words, /Day: The check cannot lie in the future/);
	assert.match(sena.page.text, /value="Tane Ngata, notary, Gisborne"/, "what was typed stays");
	await note(sena, id, { place: "Gisborne", points: "35", third: notary, paper: true }, 3);
	assert.match(sena.words, /M\. W\. , points: 35 .*papers checked by a trusted third party/);
	drafts = sql(site.dir, "SELECT COUNT(*) FROM assurance WHERE made_at = 0")[0];
	assert.equal(drafts, "1");
	await sign(sena);
	assert.match(sena.words, /Signed: 1\./);
});

await test("the same notary once more counts for nothing, whoever notes it and however it is spelled", async () => {
	await noted(soma, await form(), "tāne NGATA; notary / Gisborne");
	assert.equal(soma.page.status, 422);
	assert.match(soma.words, /This third party has checked this member before: only different ones count/);
	await soma.own("/assure");
	await own(mia, "/points");
	assert.match(mia.words, /35 assurance, of 100/);
	assert.match(mia.words, /Tane Ngata, notary, Gisborne points: 35 counts Checked \d{4}-\d\d-\d\d Gisborne papers checked by a trusted third party passport/);
	assert.match(mia.words, /the assurer keeps a paper form/);
	const mail = await site.mail((m) => m.to.includes("mia@example.org") && /check of your papers/.test(m.subject));
	assert.match(mail.text.replace(/\s+/g, " "), /a trusted third party has checked your papers/);
});

await test("another third party: 70 points, and a certificate with the name at the Assured level", async () => {
	/* two drafts about one third party: the second cannot be signed, and says why */
	await noted(soma, await form(), "Mere Pohatu, bank manager, Napier", { place: "Napier" });
	await sena.own("/assure");
	await noted(sena, await form(), "Mere Pohatu bank manager Napier", { place: "Napier" });
	await soma.own("/assure/sign");
	const [, draft] = soma.page.text.match(/name="draft" value="(\d+)"/);
	await soma.send({ draft, password: "plenty of unrelated wooden hats" }, "/assure/sign");
	assert.match(soma.words, /Signed: 1\./);
	await sena.own("/assure/sign");
	assert.match(sena.words, /These cannot be signed M\. W\. , points: 35 This third party has checked this member before/);
	await sena.send({}, "/assure/drop");
	assert.match(await own(mia, "/points"), /70 assurance, of 100/);
	/* a third one is one too many */
	await noted(sena, await form(), "Hone Rapata, lawyer, Wairoa");
	assert.match(sena.words, /As many trusted third parties as count have checked this member/);
	const serial = await mailCertificate(mia, "mia@example.org", request().csr, { level: "assured", name: "1" });
	const file = path.join(temporaryFolder(), "mia.pem");
	writeFileSync(file, await download(mia, serial));
	const said = openssl("x509", "-in", file, "-noout", "-subject", "-issuer").toString();
	assert.match(said, /subject=.*CN = Mia Waititi/);
	assert.match(said, /issuer=.*Assured Mail/);
});

await test("the top-up: nobody is met, no paper is seen, and 100 points are there", async () => {
	await freshen(mia);
	await mia.own("/ttp");
	await mia.send({}, "/ttp/topup");
	assert.match(mia.words, /for a top-up/);
	const cards = mia.page.text.split('<li class="card">').filter((c) => c.includes("for a top-up"));
	const code = cards[0].match(/<code translate="no">([0-9A-Z-]{19})<\/code>/)[1];
	const id = await takeCode(sena, code);
	assert.match(sena.words, /Compare for a top-up You meet nobody: trusted third parties have checked/);
	await compare(sena, id, { name, birth: born });
	await sena.own(`/assure/note/${id}`);
	assert.doesNotMatch(sena.words, /Which papers|Who checked|I keep a signed paper form/);
	const day = new Date();
	await sena.send({ place: "Kiel", day: `${day.getUTCDate()}`, month: `${day.getUTCMonth() + 1}`, year: `${day.getUTCFullYear()}`, name: "0", accepts: true, points: "35" }, `/assure/note/${id}`);
	assert.match(sena.words, /top-up after trusted third parties/);
	await sign(sena);
	assert.match(await own(mia, "/points"), /100 assurance, of 100/);
	assert.match(mia.words, /Sena Old points: 35 counts Checked \d{4}-\d\d-\d\d Kiel top-up after trusted third parties/);
	/* nobody was met: no experience comes of it */
	assert.match(await own(sena, "/assurances"), /M\. W\. points: 35 counts Checked \d{4}-\d\d-\d\d Kiel top-up after trusted third parties/);
	assert.match(await own(sena, "/points"), /50 experience, of 50/);
});

// ---- paper ----

await test("the register: a form comes in with the signature; confirmed on screen it need not be kept", async () => {
	assert.match(await own(soma, "/papers"), /Nothing is in your keeping A form comes in here when you sign/);
	assert.match(await own(sena, "/papers"), /Form 1 M\. W\. kept Noted \d{4}-\d\d-\d\d to be destroyed by \d{4}-\d\d-\d\d/);
	assert.match(await own(mia, "/points"), /Yes, it was so/);
	const cards = mia.page.text.split('<li class="card">'), card = cards.find((c) => c.includes("Tane Ngata"));
	const confirmed = card.match(/name="id" value="(\d+)"/)[1];
	assert.ok(confirmed);
	/* another form, of a meeting: it stays */
	await vouchFor(sena, yve, later.yve, { paper: true, points: "5" });
	await vouchFor(sena, zoe, later.zoe, { paper: true, points: "5" });
	await own(mia, "/points");
	await mia.send({ id: confirmed }, "/points/confirm");
	assert.equal(mia.page.status, 200);
	assert.match(await own(sena, "/papers"), /In your keeping Form 1 M\. W\. confirmed on screen: need not be kept .*Form 3 Z\. L\. kept .*Form 2 Y\. O\. kept/);
	assert.match(await own(sena, "/assurances"), /paper register/);
	assert.match(await own(sena, "/points"), /Paper register/);
});

await test("its time is over after the policy's life; asked once a year; ticked as destroyed", async () => {
	await restart(site, (dir) => sql(dir, `UPDATE paper SET made_at = made_at - ${7 * 365 * DAY} WHERE number = 2; UPDATE paper_asked SET at = at - ${366 * DAY};`));
	const mail = await site.mail((m) => m.to.includes("sena@example.org") && /Paper forms in your keeping/.test(m.subject));
	assert.match(mail.text.replace(/\s+/g, " "), /under "Paper register"/);
	assert.match(await own(sena, "/papers"), /Form 2 Y\. O\. to be destroyed now .*Form 1 M\. W\. confirmed on screen.*Form 3 Z\. L\. kept/);
	const destroy = async (number) => {
		await sena.own("/papers");
		const form = sena.page.text.split("<form").find((f) => f.includes("/papers/destroyed") && f.includes(`name="id" value="${number}"`));
		assert.ok(form, `no form for ${number}`);
		await sena.send({ id: `${number}` }, "/papers/destroyed");
		assert.equal(sena.page.status, 200);
	};
	await destroy(2);
	await destroy(1);
	assert.match(sena.words, /In your keeping Form 3 Z\. L\. kept .*Destroyed Form 2 Y\. O\. destroyed .*Form 1 M\. W\. destroyed/);
	await sena.send({}, "/papers/still");
	assert.match(sena.words, /Noted: what is not ticked as destroyed is still with you/);
	assert.match(await own(sena, "/history"), /form 2: destroyed/);
	assert.match(sena.words, /the others are still there/);
});

await test("handed over: offered behind the password, taken back, refused, accepted", async () => {
	const offer = async (to, where = "/papers/offer/3") => {
		await sena.own("/papers");
		await sena.own(where);
		return sena.send({ to }, where);
	};
	await freshen(sena);
	await offer("mia@example.org");
	assert.equal(sena.page.status, 422, "no assurer and no officer");
	assert.match(sena.words, /Who is to keep it: Nobody else of this number or address is an assurer or an officer/);
	assert.match(sena.page.text, /value="mia@example.org"/);
	await offer("sena@example.org");
	assert.equal(sena.page.status, 422);
	await sena.own("/papers/offer/1");
	assert.equal(sena.page.status, 404);
	assert.match(sena.words, /There is no such form in your register/);
	await offer(`${await numberOf(site, "soma@example.org")}`);
	assert.match(sena.words, /Form 3 Z\. L\. offered, not accepted yet/);
	const mail = await site.mail((m) => m.to.includes("soma@example.org") && /offered to you/.test(m.subject));
	assert.match(mail.text.replace(/\s+/g, " "), /asks you to take over signed paper forms/);
	await sena.send({}, "/papers/keep");
	assert.match(sena.words, /Form 3 Z\. L\. kept/);
	assert.match(await own(soma, "/papers"), /Nothing is in your keeping/);
	await offer("soma@example.org", "/papers/offer/0");
	assert.match(await own(soma, "/papers"), /Offered to you .*Form 3 Z\. L\. offered to you/);
	await soma.send({ answer: "no" }, "/papers/accept");
	assert.match(await own(sena, "/papers"), /Form 3 Z\. L\. kept/);
	await offer("soma@example.org", "/papers/offer/0");
	assert.match(await own(sena, "/history"), /all forms: offered to somebody else/);
	await soma.own("/papers");
	const stands = soma.url;
	const yes = soma.page.text.split("<form").find((f) => f.includes("/papers/accept") && f.includes('value="yes"'));
	assert.ok(yes);
	await soma.send({ answer: "yes" }, "/papers/accept");
	assert.match(soma.words, /In your keeping Form 3 Z\. L\. kept/);
	assert.match(await own(sena, "/papers"), /Destroyed/);
	assert.doesNotMatch(sena.words, /Form 3/);
	soma.url = stands;
	assert.match(await own(soma, "/history"), /form 3: taken over/);
});

await test("the ledger verifies; nothing of it stands in the log", async () => {
	await verified(site);
	assert.equal(await site.stop(), 0);
	assert.doesNotMatch(site.log, /Waititi|Ngata|Pohatu|55512|Gisborne|mia@example|AddressSanitizer|runtime error/);
});

finish();
