// tests/flow/mail.mjs - the real troth-clerk between a keeper and a signer played from here, a mail
// server that misbehaves on purpose, and the Maildir; CRLs, checkpoints, tickets, faces.
//
//   node tests/flow/mail.mjs      (BIN: the folder of the program, default bin)
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Pack, refuse, serve, Unpack } from '../peers/ipc.mjs';
import { readMail } from '../peers/mail.mjs';
import { peer, run, stop } from '../peers/start.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = path.resolve(process.env.BIN ?? path.join(top, 'bin'), 'troth-clerk');
const K = { NEXT: 120, DONE: 121, TICKETS: 122, CANCEL: 123, SWEEP: 124, TREE: 125, CHECKPOINT: 126,
	FACES: 127, UNTOLD: 128, TOLD: 129, STORED: 84, CHANGED: 86 };
const S = { CHANGE: 4, PENDING: 5, STORED: 6, CRL: 9, HEAD: 10, CHECKPOINT: 11, CHAIN: 12 };
const WHY_TICKET = 56;
const SENT = 0, LATER = 1, REFUSED = 2;
const JOIN = 1, RESET = 5, DOMAIN = 10, ISSUED = 13, TEST = 17;

const keeperSecret = crypto.randomBytes(32), signerSecret = crypto.randomBytes(32);
let dir, smtp, ca, keeper, signer, clerk;

// ---- the peers played here ----

const world = {};
function reset() {
	Object.assign(world, { queue: [], lent: new Map(), done: [], tickets: [], stored: [], changed: [], cancelled: [],
		told: [], untold: [], sweeps: 0, more: 0, size: 0, head: 0, notes: [], faces: [], facesSince: [], pending: new Map(),
		crl: new Map(), issuers: [], crlFail: false, changeFail: null, hold: null, order: [] });
}
const root = (n) => crypto.createHash('sha256').update(`tree of ${n}`).digest();
const hex = (b) => Buffer.from(b).toString('hex');

const keeperOps = {
	[K.NEXT]: () => {
		const m = world.queue.shift();
		if (!m)
			return new Pack().u8(0).end();
		world.lent.set(m.id, m);
		return new Pack().u8(1).i64(m.id).u8(m.kind).text(m.lang ?? 'en').text(m.to).exact(m.token ?? Buffer.alloc(24))
			.text(m.messageId ?? `${m.id}.stable@troth.example`).u32(m.purpose ?? 2).text(m.object ?? '').i64(m.expires ?? 0).end();
	},
	[K.DONE]: (u) => {
		const id = u.i64(), result = u.u8();
		world.done.push({ id, result });
	},
	[K.TICKETS]: (u) => {
		const most = u.i64(), list = world.tickets.slice(0, most);
		const p = new Pack().u32(list.length);
		for (const t of list)
			p.exact(t.id).bytes(t.act === 1 ? '' : t.ticket).u8(t.act);	// those to issue hold names
		return p.end();
	},
	[K.CANCEL]: (u) => {
		const id = hex(u.exact(16)), t = world.tickets.find((one) => hex(one.id) === id);
		if (t && Date.now() / 1000 < t.expires + 60)
			throw refuse('denied', WHY_TICKET);
		world.cancelled.push(id);
		world.tickets = world.tickets.filter((t) => hex(t.id) !== id);
	},
	[K.STORED]: (u) => {
		const receipt = u.bytes(), cert = u.bytes(), sealed = u.u8();
		world.stored.push({ receipt: String(receipt), cert: String(cert), sealed });
		world.untold.push(...world.tickets.filter((t) => `receipt ${hex(t.id)}` === String(receipt)).map((t) => hex(t.id)));
		world.tickets = world.tickets.filter((t) => `receipt ${hex(t.id)}` !== String(receipt));
	},
	[K.UNTOLD]: (u) => {
		const list = world.untold.slice(0, u.i64()), p = new Pack().u32(list.length);
		for (const id of list)
			p.exact(Buffer.from(id, 'hex'));
		return p.end();
	},
	[K.TOLD]: (u) => {
		while (u.left > 0) {
			const id = hex(u.exact(16));
			assert.ok(world.told.includes(id), 'the signer hears it first');
			world.untold = world.untold.filter((one) => one !== id);
		}
	},
	[K.CHANGED]: (u) => {
		const receipt = String(u.bytes());
		world.changed.push(receipt);
		world.tickets = world.tickets.filter((t) => `changed ${hex(t.id)}` !== receipt);
	},
	[K.SWEEP]: () => {
		world.sweeps++;
		return new Pack().u32(1).u32(0).u32(0).u32(0).u8(world.more-- > 0 ? 1 : 0).end();
	},
	[K.TREE]: (u) => {
		const from = u.i64();
		return new Pack().i64(world.size).exact(root(world.size)).bytes(`proof ${from} ${world.size}`).end();
	},
	[K.CHECKPOINT]: (u) => {
		const size = u.i64(), note = String(u.bytes());
		world.notes.push({ size, note });
	},
	[K.FACES]: (u) => {
		const since = u.i64();
		world.facesSince.push(since);
		const list = world.faces.filter((f) => f.number > since);
		const p = new Pack().u32(list.length);
		for (const f of list) {
			p.exact(f.serial).u8(1).i64(1000).i64(2000).exact(Buffer.alloc(32, 7)).u32(f.names.length);
			for (const n of f.names)
				p.text(n);
			p.i64(f.number);
		}
		return p.end();
	},
};
const signerOps = {
	[S.CHAIN]: () => [1, 2, 3, 4, ...world.issuers].reduce((p, n) => p.u8(n).i64(0).bytes("issuer"), new Pack().bytes("root").u32(4 + world.issuers.length)).end(),
	[S.CRL]: (u) => {
		const issuer = u.u8(), shard = u.u32();
		if (world.crlFail)
			throw refuse('io');
		return new Pack().u8(0).bytes(world.crl.get(`${issuer} ${shard}`) ?? `CRL of ${issuer} ${shard}`).end();
	},
	[S.HEAD]: () => new Pack().i64(world.head).exact(root(world.head)).end(),
	[S.CHECKPOINT]: (u) => {
		const size = u.i64(), r = u.exact(32), proof = String(u.bytes());
		assert.deepEqual(r, root(size));
		assert.equal(proof, `proof ${world.head} ${size}`);
		world.head = size;
		return new Pack().bytes(`note of ${size}`).end();
	},
	[S.PENDING]: (u) => {
		const id = hex(u.exact(16));
		if (!world.pending.has(id))
			throw refuse('absent');
		return new Pack().bytes(world.pending.get(id)).bytes(`receipt ${id}`).end();
	},
	[S.STORED]: (u) => {
		if (world.storedFail)
			throw refuse('io');
		while (u.left > 0)
			world.told.push(hex(u.exact(16)));
		if (world.bookLost)
			throw refuse('absent');
	},
	[S.CHANGE]: (u) => {
		const ticket = u.bytes();
		if (world.changeFail)
			throw refuse(world.changeFail);
		return new Pack().bytes(`changed ${hex(ticket.subarray(1, 17))}`).end();
	},
};
const openKeeper = async () => { keeper = await serve(path.join(dir, 'run/keeper.sock'), keeperSecret, keeperOps); };
const openSigner = async () => { signer = await serve(path.join(dir, 'run/signer.sock'), signerSecret, signerOps); };

async function until(what, check, patience = 15000) {
	const end = Date.now() + patience;
	for (;;) {
		const value = await check();
		if (value)
			return value;
		const dead = clerk.exitCode ?? clerk.signalCode;
		if (Date.now() > end || dead !== null)
			assert.fail(`${what}: did not happen; clerk said:\n${clerk?.said}`);
		await new Promise((done) => setTimeout(done, 50));
	}
}

function makeState() {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'troth-clerk-'));
	for (const d of ['run', 'clerk', 'clerk/secrets', 'www', 'www/crl', 'site', 'outbox', 'outbox/tmp', 'outbox/new', 'outbox/cur'])
		fs.mkdirSync(path.join(dir, d));
	fs.writeFileSync(path.join(dir, 'clerk/secrets/keeper'), keeperSecret);
	fs.writeFileSync(path.join(dir, 'clerk/secrets/signer'), signerSecret);
	ca = path.join(dir, 'smtp-ca.pem');
	fs.writeFileSync(path.join(dir, 'password'), 'pässword of the clerk\nsecond line\n');
}

const viaSmtp = () => ({ 'smtp.url': `smtp://localhost:${smtp.port}`, 'smtp.ca_file': ca });

async function start(settings) {
	const all = { 'site.host': 'troth.example', 'site.https_port': 8443, 'mail.from': 'post@troth.example', 'mail.from_name': 'Troth, the post', ...settings };
	clerk = run(program, ['--state', dir, ...Object.entries(all).flatMap(([k, v]) => ['--set', `${k}=${v}`])]);
	await until('start', () => clerk.said.includes('ready'));
}
async function end(child = clerk) {
	const code = await stop(child);
	assert.equal(code, 0, child.said);
}
const done = (id) => until(`mail ${id} done`, () => world.done.find((d) => d.id === id));

before(async () => {
	reset();
	makeState();
	smtp = await peer('smtp', ca);
	await openKeeper();
	await openSigner();
});
after(async () => {
	if (clerk && clerk.exitCode === null)
		await stop(clerk);
	await smtp?.stop();
	await keeper?.end();
	await signer?.end();
	fs.rmSync(dir, { recursive: true, force: true });
});

// ---- SMTP ----

const token = crypto.randomBytes(24);

test('a join mail: STARTTLS, headers, words, link', async () => {
	await smtp.tell('mode', {});
	await start(viaSmtp());
	const expires = Math.floor(Date.now() / 1000) + 3600;
	world.queue.push({ id: 1, kind: JOIN, to: 'ann@example.org', token, expires });
	assert.equal((await done(1)).result, SENT);
	const { mails: [m] } = await smtp.tell('mails');
	assert.deepEqual([m.from, m.to, m.tls, m.helo], ['post@troth.example', ['ann@example.org'], true, 'troth.example']);
	const { headers: h, text, lines } = readMail(m.data);
	assert.equal(h.from, '"Troth, the post" <post@troth.example>');
	assert.equal(h.to, '<ann@example.org>');
	assert.equal(h.subject, 'Confirm your address to join Troth');
	assert.equal(h['message-id'], '<1.stable@troth.example>');
	assert.equal(h['auto-submitted'], 'auto-generated');
	assert.equal(h['content-type'], 'text/plain; charset=utf-8');
	assert.equal(h['mime-version'], '1.0');
	assert.ok(Math.abs(new Date(h.date) - Date.now()) < 60000);
	assert.match(h.date, /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/);
	assert.ok(lines.includes(`https://troth.example:8443/verify/${token.toString('base64url')}`), 'the link stands on its own line');
	assert.match(text, /until \d{4}-\d\d-\d\d \d\d:\d\d\s+UTC/);
	assert.match(text, /Why you get this mail:/);
	assert.match(text, /To make you a member/);
	assert.match(text, /did not ask to\s+join/);
	assert.ok(lines.every((l) => l.length <= 78));
});

test('a reset mail links to /reset, a domain mail names the domain, a notice has no link', async () => {
	await smtp.tell('forget');
	world.queue.push({ id: 2, kind: RESET, to: 'ann@example.org', token, purpose: 6 },
		{ id: 3, kind: DOMAIN, to: 'hostmaster@bücher.example', token, object: 'xn--bcher-kva.example', purpose: 18 },
		{ id: 4, kind: ISSUED, to: 'ann@example.org', object: 'ends in 1a2b 3c4d', purpose: 20 });
	await done(4);
	const { mails } = await smtp.tell('mails');
	assert.match(mails[0].data, new RegExp(`/reset/${token.toString('base64url')}\r\n`));
	assert.match(readMail(mails[1].data).headers.subject, /^May a member of Troth have certificates for xn--bcher-kva\.example\?$/);
	assert.doesNotMatch(mails[2].data, /\/verify\//);
	assert.match(mails[2].data, /1a2b 3c4d/);
});

test('refused for good, put off, greylisted: each mail by itself', async () => {
	await smtp.tell('forget');
	await smtp.tell('mode', { refuse: { 'gone@example.org': 550, 'full@example.org': 452 } });
	world.queue.push({ id: 10, kind: TEST, to: 'gone@example.org' }, { id: 11, kind: TEST, to: 'full@example.org' },
		{ id: 12, kind: TEST, to: 'good@example.org' });
	assert.equal((await done(10)).result, REFUSED);
	assert.equal((await done(11)).result, LATER);
	assert.equal((await done(12)).result, SENT);
	await smtp.tell('mode', { greylist: true });
	world.queue.push({ id: 13, kind: TEST, to: 'grey@example.org' });
	assert.equal((await done(13)).result, LATER);
	world.queue.push({ id: 14, kind: TEST, to: 'grey@example.org' });
	assert.equal((await done(14)).result, SENT);
	await smtp.tell('mode', { dataCode: 554 });
	world.queue.push({ id: 15, kind: TEST, to: 'x@example.org' });
	assert.equal((await done(15)).result, REFUSED);
	await smtp.tell('mode', { dataCode: 451 });
	world.queue.push({ id: 16, kind: TEST, to: 'x@example.org' });
	assert.equal((await done(16)).result, LATER);
	await smtp.tell('mode', { dropBeforeData: true });
	world.queue.push({ id: 17, kind: TEST, to: 'x@example.org' });
	assert.equal((await done(17)).result, LATER);
});

test('a line cut after the mail was taken: again, under the same Message-ID', async () => {
	await smtp.tell('forget');
	await smtp.tell('mode', { dropAfterData: 1 });
	world.queue.push({ id: 20, kind: TEST, to: 'x@example.org', messageId: '<same@troth.example>' });
	assert.equal((await done(20)).result, LATER);
	world.queue.push({ id: 21, kind: TEST, to: 'x@example.org', messageId: '<same@troth.example>' });
	assert.equal((await done(21)).result, SENT);
	const { mails } = await smtp.tell('mails');
	assert.deepEqual(mails.map((m) => readMail(m.data).headers['message-id']), ['<same@troth.example>', '<same@troth.example>']);
});

test('a server that takes no sender: nothing is lost, and it is asked less often', async () => {
	await smtp.tell('mode', { sender: 550 });
	world.done = [];
	world.queue.push(...[30, 31, 32, 33].map((id) => ({ id, kind: TEST, to: 'x@example.org' })));
	await done(30);
	await new Promise((wait) => setTimeout(wait, 1800));
	assert.ok(world.done.length <= 2, 'a pause lies between');
	assert.ok(world.done.every((d) => d.result === LATER));
	await smtp.tell('mode', {});
	world.done = [];
	await until('the rest goes out', () => world.done.some((d) => d.result === SENT) && world.queue.length === 0);
});

test('what cannot be written is refused for good: addresses that would break a header, a link that is over', async () => {
	await smtp.tell('forget');
	world.queue.push({ id: 40, kind: TEST, to: 'a@b.org>\r\nBcc: <x@y.org' }, { id: 41, kind: TEST, to: 'nobody' },
		{ id: 42, kind: JOIN, to: 'late@example.org', token, expires: 1000 }, { id: 43, kind: JOIN, to: 'a@example.org' },
		{ id: 44, kind: 99, to: 'a@example.org' }, { id: 45, kind: TEST, to: 'a@example.org', messageId: 'x@y>\r\nX: z' });
	for (const id of [40, 41, 42, 43, 44, 45])
		assert.equal((await done(id)).result, REFUSED, `mail ${id}`);
	assert.equal((await smtp.tell('mails')).mails.length, 0);
});

test('nothing it logged names a person or a link', async () => {
	assert.doesNotMatch(clerk.said, /@|ann|bücher|example|verify|Confirm/);
	await end();
});

for (const mechanisms of ['PLAIN', 'LOGIN'])
	test(`AUTH ${mechanisms} with a password from a file`, async () => {
		await smtp.tell('forget');
		await smtp.tell('mode', { user: 'clerk', password: 'pässword of the clerk', mechanisms });
		await start({ ...viaSmtp(), 'smtp.user': 'clerk', 'smtp.password_file': path.join(dir, 'password'),
			'site.name': 'Träüth – の', 'mail.from_name': 'Träüth – の'.repeat(4) });
		world.queue.push({ id: 50, kind: TEST, to: 'ann@example.org' });
		world.done = [];
		assert.equal((await done(50)).result, SENT);
		const { mails: [m] } = await smtp.tell('mails');
		assert.deepEqual([m.user, m.tls], ['clerk', true]);
		const r = readMail(m.data);
		assert.equal(r.headers.subject, 'A test mail from Träüth – の');
		assert.equal(r.headers.from, `${'Träüth – の'.repeat(4)} <post@troth.example>`);
		assert.equal(r.headers['content-transfer-encoding'], 'quoted-printable');
		assert.match(r.text, /^Mail from Träüth – の arrives\./);
		assert.match(m.data, /^[\x00-\x7f]*$/);
		assert.ok(r.lines.every((l) => l.length <= 78));
		await end();
	});

for (const [what, mode, settings] of [
	['a wrong password', { user: 'clerk', password: 'other' }, { 'smtp.user': 'clerk' }],
	['a server without STARTTLS', { starttls: false }, {}],
	['a certificate we do not trust', {}, { 'smtp.ca_file': '' }],
	['a server that says nothing we know', { greeting: '554 go away' }, {}],
])
	test(`${what}: put off, never sent`, async () => {
		await smtp.tell('forget');
		await smtp.tell('log');
		await smtp.tell('mode', mode);
		await start({ ...viaSmtp(), ...(settings['smtp.user'] ? { 'smtp.password_file': path.join(dir, 'password') } : {}), ...settings });
		world.done = [];
		world.queue.push({ id: 60, kind: TEST, to: 'ann@example.org' });
		assert.equal((await done(60)).result, LATER);
		assert.equal((await smtp.tell('mails')).mails.length, 0);
		assert.ok(!(await smtp.tell('log')).log.some((l) => /^(MAIL|RCPT)/.test(l)), 'no address went out in clear');
		await end();
	});

test('without TLS only when the operator says so', async () => {
	await smtp.tell('mode', { starttls: false });
	await start({ ...viaSmtp(), 'smtp.require_tls': 'no' });
	world.done = [];
	world.queue.push({ id: 61, kind: TEST, to: 'ann@example.org' });
	assert.equal((await done(61)).result, SENT);
	await end();
});

const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

[['hangs', { hang: 'DATA' }, 70], ['drips', { drip: true }, 71],
	['never ends an answer', { flood: 'MAIL' }, 72]].forEach(([what, mode, id]) => test(`a server that ${what} holds up no CRL, takes no memory, and a stop does not wait for it`, async () => {
	await smtp.tell('mode', mode);
	await start(viaSmtp());
	world.queue.push({ id, kind: TEST, to: 'ann@example.org' });
	await until('it hangs', () => world.lent.has(id));
	const had = resident(clerk.pid), crl = `a newer CRL ${id}`;
	world.crl.set('2 0', crl);
	await until('the CRL appears', () => fs.readFileSync(path.join(dir, 'www/crl/robot-mail-0.crl'), 'utf8') === crl, 4000);
	await new Promise((over) => setTimeout(over, 1000));
	assert.ok(resident(clerk.pid) < had + 16384, `${had} KiB became ${resident(clerk.pid)}`);
	const began = Date.now();
	await end();
	assert.ok(Date.now() - began < 7500, `${Date.now() - began} ms`);
}));

// ---- Maildir ----

const inbox = () => fs.readdirSync(path.join(dir, 'outbox/new'));

test('without a mail server: a Maildir, each mail once', async () => {
	await start({});
	world.done = [];
	world.queue.push({ id: 80, kind: JOIN, to: 'ann@example.org', token, messageId: 'once@troth.example' });
	assert.equal((await done(80)).result, SENT);
	assert.equal(inbox().length, 1);
	const raw = fs.readFileSync(path.join(dir, 'outbox/new', inbox()[0]), 'utf8');
	assert.doesNotMatch(raw, /\r/);
	assert.equal(readMail(raw).headers.to, '<ann@example.org>');
	world.queue.push({ id: 81, kind: JOIN, to: 'ann@example.org', token, messageId: 'once@troth.example' });
	assert.equal((await done(81)).result, SENT);
	assert.equal(inbox().length, 1, 'the same Message-ID is not written twice');
	fs.renameSync(path.join(dir, 'outbox/new', inbox()[0]), path.join(dir, 'outbox/cur', `${inbox()[0]}:2,S`));
	world.queue.push({ id: 82, kind: JOIN, to: 'ann@example.org', token, messageId: 'once@troth.example' },
		{ id: 83, kind: JOIN, to: 'ann@example.org', token, messageId: 'other@troth.example' });
	await done(83);
	assert.equal(inbox().length, 1);
	assert.deepEqual(fs.readdirSync(path.join(dir, 'outbox/tmp')), []);
	assert.equal(fs.statSync(path.join(dir, 'outbox/new', inbox()[0])).mode & 0o777, 0o600);
});

// ---- CRLs and checkpoints ----

test('CRLs of all issuers, within seconds of a change, and only then', async () => {
	const at = (name) => path.join(dir, 'www/crl', name);
	await until('all four', () => ['robot-tls', 'robot-mail', 'assured-tls', 'assured-mail'].every((n) => fs.existsSync(at(`${n}-0.crl`))));
	assert.equal(fs.readFileSync(at('assured-mail-0.crl'), 'utf8'), 'CRL of 4 0');
	assert.equal(fs.statSync(at('assured-mail-0.crl')).mode & 0o777, 0o644);
	const before_ = fs.statSync(at('robot-tls-0.crl'));
	world.crl.set('3 0', 'changed');
	await until('the changed one', () => fs.readFileSync(at('assured-tls-0.crl'), 'utf8') === 'changed', 4000);
	assert.equal(fs.statSync(at('robot-tls-0.crl')).ino, before_.ino, 'an unchanged one is left alone');
	assert.deepEqual(fs.readdirSync(path.join(dir, 'www/crl')).filter((n) => n.startsWith('.')), []);
	world.issuers.push(2 + 16, 2 + 32);	/* portal/signer/issuer.h */
	await until('the lists of new issuers', () => ['2', '3'].every((n) => fs.existsSync(at(`robot-mail-${n}-0.crl`))), 4000);
	assert.equal(fs.readFileSync(at('robot-mail-3-0.crl'), 'utf8'), 'CRL of 34 0');
	assert.equal(fs.statSync(at('robot-tls-0.crl')).ino, before_.ino);
});

test('a checkpoint while the tree grows, none while it rests', async () => {
	world.size = 5;
	await until('the note', () => world.notes.some((n) => n.size === 5));
	world.size = 9;
	await until('the next', () => world.notes.some((n) => n.size === 9));
	const n = world.notes.length;
	await new Promise((wait) => setTimeout(wait, 2500));
	assert.equal(world.notes.length, n);
	assert.deepEqual(world.notes.at(-1), { size: 9, note: 'note of 9' });
});

test('a note that got lost between signer and keeper is carried again after a restart', async () => {
	await end();
	world.notes = [];
	await start({});
	await until('the note', () => world.notes.some((n) => n.size === 9));
});

test('a keeper with a shorter tree than was signed: nothing is signed, and it is said', async () => {
	world.size = 7;
	await until('said', () => /shorter/.test(clerk.said));
	assert.equal(world.head, 9);
	world.size = 9;
});

// ---- what crashes left ----

const ticket = (act, id, expires) => new Pack().u8(act).exact(id).exact(Buffer.alloc(16, 3)).u8(1).i64(10).i64(20).i64(expires)
	.exact(crypto.randomBytes(100)).end();
const open = (act, id, expires) => ({ id, act, expires, ticket: ticket(act, id, expires) });

test('interrupted issues, changes, and tickets nobody used', async () => {
	const now = Math.floor(Date.now() / 1000);
	const ids = Array.from({ length: 5 }, () => crypto.randomBytes(16));
	world.pending.set(hex(ids[0]), 'sealed certificate');
	world.tickets = [
		open(1, ids[0], now + 600),
		open(1, ids[1], now - 600),	// never signed, over
		open(1, ids[2], now + 600),	// never signed, still good
		open(2, ids[3], now + 600),
		open(1, ids[4], now - 10),	// just over: somebody may still carry it
	];
	await until('all that can be', () => world.stored.length === 1 && world.changed.length === 1 && world.cancelled.length === 1 && world.told.length === 1);
	assert.deepEqual(world.stored[0], { receipt: `receipt ${hex(ids[0])}`, cert: 'sealed certificate', sealed: 1 });
	assert.equal(world.told[0], hex(ids[0]));
	assert.equal(world.changed[0], `changed ${hex(ids[3])}`);
	assert.equal(world.cancelled[0], hex(ids[1]));
	assert.deepEqual(world.tickets.map((t) => hex(t.id)), [hex(ids[2]), hex(ids[4])]);
});

test('a change the signer refuses is cancelled when it is over, not before', async () => {
	const now = Math.floor(Date.now() / 1000), a = crypto.randomBytes(16), b = crypto.randomBytes(16);
	world.changeFail = 'denied';
	world.tickets = [open(2, a, now - 600), open(3, b, now + 600)];
	await until('one cancelled', () => world.cancelled.includes(hex(a)));
	assert.deepEqual(world.tickets.map((t) => hex(t.id)), [hex(b)]);
	world.changeFail = null;
	await until('the other done', () => world.tickets.length === 0);
});

test('a signer that could not be told is told later', async () => {
	const id = crypto.randomBytes(16), now = Math.floor(Date.now() / 1000);
	world.storedFail = true;
	world.pending.set(hex(id), 'sealed');
	world.tickets = [open(1, id, now + 600)];
	await until('stored', () => world.tickets.length === 0);
	assert.deepEqual(world.untold, [hex(id)]);
	world.storedFail = false;
	await until('told', () => world.untold.length === 0);
	assert.ok(world.told.includes(hex(id)));
});

// The portal stored it and died before anybody told the signer: the keeper remembers.
test('what a dead portal did not tell the signer, the clerk does', async () => {
	const ids = Array.from({ length: 300 }, () => hex(crypto.randomBytes(16)));
	world.untold = [...ids];
	await until('all told', () => world.untold.length === 0);
	assert.deepEqual(ids.filter((id) => !world.told.includes(id)), []);
});

test('a signer that lost its book has nothing to drop', async () => {
	world.bookLost = true;
	world.untold = [hex(crypto.randomBytes(16))];
	await until('over', () => world.untold.length === 0);
	world.bookLost = false;
});

// ---- faces, tidying ----

test('faces go to the site store and are asked for from there on', async () => {
	world.faces = [{ serial: crypto.randomBytes(16), names: ['a.example', 'b.example'], number: 12 },
		{ serial: crypto.randomBytes(16), names: ['c.example'], number: 15 }];
	await until('both carried', () => world.facesSince.includes(15));
	await end();
	world.facesSince = [];
	await start({});
	await until('asked', () => world.facesSince.length > 0);
	assert.equal(world.facesSince[0], 15);
});

test('tidying goes on while there is more', async () => {
	await end();
	world.sweeps = 0;
	world.more = 3;
	await start({});
	await until('four rounds', () => world.sweeps === 4);
});

// ---- peers that are away ----

test('keeper and signer gone: it waits, and goes on when they are back', async () => {
	await keeper.end();
	await signer.end();
	await new Promise((wait) => setTimeout(wait, 1500));
	assert.equal(clerk.exitCode, null);
	world.size = 11;
	world.done = [];
	world.queue.push({ id: 90, kind: TEST, to: 'ann@example.org' });
	await openKeeper();
	await openSigner();
	assert.equal((await done(90)).result, SENT);
	await until('checkpoint', () => world.notes.some((n) => n.size === 11));
});

test('a keeper that dies before it hears the result hears it when it is back', async () => {
	const was = keeperOps[K.DONE];
	world.done = [];
	let deaths = 0;
	keeperOps[K.DONE] = (u) => {
		if (deaths++ < 2)
			throw new Error('dies');
		return was(u);
	};
	world.queue.push({ id: 91, kind: TEST, to: 'ann@example.org' });
	assert.equal((await done(91)).result, SENT);
	keeperOps[K.DONE] = was;
});

test('it starts before everybody else, and stops at once while alone', async () => {
	await end();
	await keeper.end();
	await signer.end();
	await start({});
	const began = Date.now();
	await end();
	assert.ok(Date.now() - began < 3000);
	await openKeeper();
	await openSigner();
});

test('a full or broken outbox: put off, nothing lost', async () => {
	await start({});
	fs.renameSync(path.join(dir, 'outbox/tmp'), path.join(dir, 'outbox/away'));
	world.done = [];
	world.queue.push({ id: 95, kind: TEST, to: 'ann@example.org', messageId: 'full@troth.example' });
	assert.equal((await done(95)).result, LATER);
	fs.renameSync(path.join(dir, 'outbox/away'), path.join(dir, 'outbox/tmp'));
	world.queue.push({ id: 96, kind: TEST, to: 'ann@example.org', messageId: 'full@troth.example' });
	assert.equal((await done(96)).result, SENT);
	await end();
});

for (const [what, settings] of [['a mail address that is none', { 'mail.from': 'me' }], ['an address of a mail server that is none', { 'smtp.url': 'mail.example' }],
	['a password file that is not there', { 'smtp.url': 'smtp://localhost', 'smtp.user': 'x', 'smtp.password_file': '/no/such' }]])
	test(`refuses to start with ${what}`, async () => {
		await assert.rejects(start(settings));
	});
