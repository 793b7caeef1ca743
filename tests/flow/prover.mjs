// tests/flow/prover.mjs - the real troth-prover against name servers and web servers that
// answer well, badly, late, falsely or not at all.
//
//   node tests/flow/prover.mjs      (BIN: the folder of the program, default bin)
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Client } from '../peers/ipc.mjs';
import { peer } from '../peers/start.mjs';
import { DNS, HTTP, READY, US, caa, control, dir, fileOf, nonce, prove, secret, startProver } from './_prover.mjs';

const TIMEOUT = 3;
let dns, web, count = 0;

/** A prover of our own peers' zones. */
async function prover(settings = {}) {
	const anchor = path.join(dir, `anchor-${++count}`);
	fs.writeFileSync(anchor, (await dns.tell('anchors')).text);
	const zones = ['example', 'org', 'test', 'invalid-tld.example'];
	return startProver({ 'prover.stub': zones.map((z) => `${z}=127.0.0.1@${dns.port}`).join(','),
		'prover.trust_anchor': anchor, 'prover.timeout': TIMEOUT,
		'prover.at_once': 8, 'prover.http_port': web.port, 'prover.allow_private': 'yes', ...settings });
}

const set = (name, type, ...data) => dns.tell('set', { name, type, data });
const file = (host, n, rest) => web.tell('file', { host, path: fileOf(n), ...rest });

let p;
before(async () => {
	dns = await peer('dns');
	web = await peer('http');
	for (const [zone, signed] of [['example', false], ['org', false], ['test', false],
		['signed.example', true], ['bogus.example', true]])
		await dns.tell('zone', { zone, signed });
	p = await prover();
});
after(async () => {
	await p?.end();
	await dns?.stop();
	await web?.stop();
	fs.rmSync(dir, { recursive: true, force: true });
});

// ---- TXT ----

async function txt(name, ...values) {
	await set(`_troth-challenge.${name}`, 'TXT', ...values);
}

test('a TXT record that fits', async () => {
	const n = nonce();
	await txt('a.example', n);
	const s = await prove(p, DNS, 'a.example', n);
	assert.deepEqual([s.result, s.secure, s.kind, s.method, s.name, s.nonce], ['it', 0, 1, DNS, 'a.example', n]);
});

test('one of several, in several strings', async () => {
	const n = nonce();
	await txt('b.example', 'v=spf1 -all', [n.slice(0, 5), n.slice(5)]);
	assert.equal((await prove(p, DNS, 'b.example', n)).result, 'it');
});

test('other contents, and nearly the same', async () => {
	const n = nonce();
	await txt('c.example', nonce(), `${n} `, `"${n}"`, n.toUpperCase(), n.slice(1));
	const s = await prove(p, DNS, 'c.example', n);
	assert.equal(s.result, 'other');
	assert.equal(s.saw, 'TXT records: 5, none fits');
});

test('no record, no name', async () => {
	await set('d.example', 'A', '127.0.0.1');
	assert.equal((await prove(p, DNS, 'd.example', nonce())).result, 'nothing');
	await set('_troth-challenge.e.example', 'A', '127.0.0.1');
	assert.equal((await prove(p, DNS, 'e.example', nonce())).result, 'nothing');
});

test('through CNAME and DNAME into other zones', async () => {
	const n = nonce();
	await set('_troth-challenge.f.example', 'CNAME', 'f.signed.example.');
	await set('f.signed.example', 'CNAME', 'proofs.org.');
	await set('proofs.org', 'TXT', n);
	assert.equal((await prove(p, DNS, 'f.example', n)).result, 'it');
	await set('old.example', 'DNAME', 'new.org.');
	await set('_troth-challenge.x.new.org', 'TXT', n);
	assert.equal((await prove(p, DNS, 'x.old.example', n)).result, 'it');
});

test('a name that leaves no room for the label has no record', async () => {
	const label = 'x'.repeat(63), long = (n) => `${label}.${label}.${label}.${'y'.repeat(n - 192 - 15)}.signed.example`;
	for (const [bytes, result] of [[236, 'it'], [237, 'nothing'], [253, 'nothing']]) {
		const n = nonce(), name = long(bytes);
		assert.equal(name.length, bytes);
		await txt(name, n);
		assert.equal((await prove(p, DNS, name, n)).result, result);
	}
});

test('a CNAME that loops gives no answer', async () => {
	await set('_troth-challenge.loop.example', 'CNAME', 'loop2.example.');
	await set('loop2.example', 'CNAME', '_troth-challenge.loop.example.');
	assert.notEqual((await prove(p, DNS, 'loop.example', nonce())).result, 'it');
});

test('an answer too long for UDP comes by TCP', async () => {
	const n = nonce();
	await txt('big.example', ...Array.from({ length: 12 }, () => ['x'.repeat(200)]), n);
	assert.equal((await prove(p, DNS, 'big.example', n)).result, 'it');
});

test('a record written a moment after the first look is seen', async () => {
	const n = nonce();
	assert.equal((await prove(p, DNS, 'later.example', n)).result, 'nothing');
	await txt('later.example', n);
	let s;
	for (let i = 0; i < 40 && s?.result !== 'it'; i++) {
		await new Promise((done) => setTimeout(done, 250));
		s = await prove(p, DNS, 'later.example', n);
	}
	assert.equal(s.result, 'it');
});

// ---- DNSSEC ----

test('signed and good is secure', async () => {
	const n = nonce();
	await txt('a.signed.example', n);
	const s = await prove(p, DNS, 'a.signed.example', n);
	assert.deepEqual([s.result, s.secure], ['it', 1]);
});

test('signed and absent is a secure nothing', async () => {
	const s = await prove(p, DNS, 'none.signed.example', nonce());
	assert.deepEqual([s.result, s.secure], ['nothing', 1]);
});

for (const how of ['corrupt', 'stripped'])
	test(`signatures ${how}: bogus, whatever it says`, async () => {
		const n = nonce();
		await txt(`${how}.signed.example`, n);
		await dns.tell('fail', { name: `_troth-challenge.${how}.signed.example`, how });
		const s = await prove(p, DNS, `${how}.signed.example`, n);
		assert.deepEqual([s.result, s.secure], ['bogus', 0]);
	});

test('a whole zone under another key is bogus', async () => {
	const n = nonce();
	await dns.tell('zone', { zone: 'bogus.example', signed: true });	// a new key; the anchor is the old one's
	await txt('a.bogus.example', n);
	assert.equal((await prove(p, DNS, 'a.bogus.example', n)).result, 'bogus');
	assert.equal((await caa(p, 'a.bogus.example')).result, 'bogus');
	await set('a.bogus.example', 'A', '127.0.0.1');
	assert.equal((await prove(p, HTTP, 'a.bogus.example', n)).result, 'bogus');
});

for (const how of ['servfail', 'refused', 'silent', 'garbage', 'drip'])
	test(`a name server that is ${how} proves nothing, in time`, async () => {
		const n = nonce(), began = Date.now();
		await txt(`${how}.example`, n);
		await dns.tell('fail', { name: `_troth-challenge.${how}.example`, how });
		assert.equal((await prove(p, DNS, `${how}.example`, n)).result, 'no answer');
		assert.ok(Date.now() - began < TIMEOUT * 1000 + 1500);
	});

test('name servers that lie prove nothing: other numbers, other questions, half answers, old signatures, ends without end', async () => {
	const rows = [['id.example', 'no answer'], ['name.example', 'no answer'], ['cut.example', 'no answer'],
		['expired.signed.example', 'bogus'], ['thousand.example', 'it'], ['chunks.example', 'other'],
		['eight.example', 'it']];
	const n = nonce(), began = Date.now();
	for (const [name] of rows.slice(0, 4)) {
		await txt(name, n);
		await dns.tell('fail', { name: `_troth-challenge.${name}`, how: name.split('.')[0] });
	}
	for (let i = 0; i < 8; i++)
		await set(i === 0 ? '_troth-challenge.eight.example' : `link${i}.eight.example`, 'CNAME', `link${i + 1}.eight.example.`);
	await set('link8.eight.example', 'TXT', n);
	await txt('thousand.example', ...Array.from({ length: 1000 }, (_, i) => `x${i}`), n);
	await txt('chunks.example', [''], ['', n, ''].concat(n), ['x'.repeat(255), n], Array(60).fill(n));
	const clients = await Promise.all(rows.map(() => Client.open(path.join(dir, 'run/prover.sock'), 'portal', secret)));
	const all = await Promise.all(rows.map(([name], i) => prove({ c: clients[i] }, DNS, name, n)));
	clients.forEach((c) => c.close());
	assert.deepEqual(all.map((s) => [s.name, s.result]), rows);
	assert.ok(Date.now() - began < TIMEOUT * 1000 + 3000);
});

// ---- CAA ----

const ISSUE = (value, flags = 0) => ({ flags, tag: 'issue', value });
const caaRows = [
	// [what, { name: [records] }, asked, result, mail]
	['no records at all', {}, 'n0.example', 'it'],
	['ours', { 'n1.example': [ISSUE(US)] }, 'n1.example', 'it'],
	['others', { 'n2.example': [ISSUE('ca.other.example')] }, 'n2.example', 'forbidden'],
	['nobody', { 'n3.example': [ISSUE(';')] }, 'n3.example', 'forbidden'],
	['the parent forbids', { 'n4.example': [ISSUE(';')] }, 'a.b.n4.example', 'forbidden'],
	['the parent allows', { 'n5.example': [ISSUE(US)] }, 'a.b.n5.example', 'it'],
	['the closest set rules', { 'n6.example': [ISSUE(';')], 'a.n6.example': [ISSUE(US)] }, 'b.a.n6.example', 'it'],
	['the closest set rules, the other way', { 'n7.example': [ISSUE(US)], 'a.n7.example': [ISSUE(';')] }, 'a.n7.example', 'forbidden'],
	['a set of iodef alone ends the climb', { 'n8.example': [ISSUE(';')],
		'a.n8.example': [{ tag: 'iodef', value: 'mailto:x@n8.example' }] }, 'a.n8.example', 'it'],
	['critical and unknown', { 'n9.example': [ISSUE(US), { flags: 128, tag: 'future', value: 'x' }] }, 'n9.example', 'forbidden'],
	['unknown', { 'n10.example': [{ tag: 'future', value: 'x' }] }, 'n10.example', 'it'],
	['broken record data', { 'n11.example': ['00ff6973737565'] }, 'n11.example', 'forbidden'],
	['wildcard by issue', { 'n12.example': [ISSUE(US)] }, '*.n12.example', 'it'],
	['wildcard forbidden', { 'n13.example': [ISSUE(US), { tag: 'issuewild', value: ';' }] }, '*.n13.example', 'forbidden'],
	['the same without the star', { 'n14.example': [ISSUE(US), { tag: 'issuewild', value: ';' }] }, 'n14.example', 'it'],
	['mail is not asked by issue', { 'n15.example': [ISSUE(';')] }, 'n15.example', 'it', 1],
	['mail forbidden', { 'n16.example': [{ tag: 'issuemail', value: ';' }] }, 'n16.example', 'forbidden', 1],
	['mail forbidden says nothing of TLS', { 'n17.example': [{ tag: 'issuemail', value: ';' }] }, 'n17.example', 'it'],
	['parameters', { 'n18.example': [ISSUE(`${US}; account=230123`)] }, 'n18.example', 'it'],
	['an account restriction', { 'n19.example': [ISSUE(`${US}; accounturi=https://x.example/`)] }, 'n19.example', 'forbidden'],
	['securely', { 'n20.signed.example': [ISSUE(US)] }, 'n20.signed.example', 'it', 0, 1],
];

for (const [what, records, asked, result, mail = 0, secure = 0] of caaRows)
	test(`CAA: ${what}`, async () => {
		for (const [name, data] of Object.entries(records))
			await set(name, 'CAA', ...data);
		const s = await caa(p, asked, mail);
		assert.deepEqual([s.result, s.wildcard, s.name, s.method, s.nonce, s.kind, s.secure], [result,
			asked.startsWith('*.') ? 1 : 0, asked.replace('*.', ''), mail ? 1 : 0, '', 2, secure], s.saw);
	});

test('CAA through a CNAME is the target\'s; without a set there the climb goes on at our own parent', async () => {
	await set('c1.example', 'CNAME', 'host.c1.org.');
	await set('host.c1.org', 'CAA', ISSUE(';'));
	assert.equal((await caa(p, 'c1.example')).result, 'forbidden');
	await set('w.c2.example', 'CNAME', 'host.c2.org.');
	await set('host.c2.org', 'A', '127.0.0.1');
	await set('c2.org', 'CAA', ISSUE(';'));	// above the target: not climbed
	assert.equal((await caa(p, 'w.c2.example')).result, 'it');
	await set('w.c3.example', 'CNAME', 'host.c2.org.');
	await set('c3.example', 'CAA', ISSUE(';'));
	assert.equal((await caa(p, 'w.c3.example')).result, 'forbidden');
});

test('CAA: the longest names there are, with a set, and with none', async () => {
	const label = 'x'.repeat(63), long = (last, zone) => `${label}.${label}.${label}.${last.repeat(253 - 192 - 1 - zone.length)}.${zone}`;
	for (const zone of ['example', 'signed.example']) {
		await set(long('a', zone), 'CAA', ISSUE(';'));
		assert.equal((await caa(p, long('a', zone))).result, 'forbidden');
		assert.equal((await caa(p, long('b', zone))).result, 'it');
	}
});

test('CAA through a DNAME', async () => {
	await set('d1.example', 'DNAME', 'd1.org.');
	await set('w.d1.org', 'CAA', ISSUE(';'));
	assert.equal((await caa(p, 'w.d1.example')).result, 'forbidden');
});

test('CAA: sets of many records, long, deep, or of another name', async () => {
	await set('c4.example', 'CAA', ...Array.from({ length: 200 }, () => ISSUE(US)));
	assert.equal((await caa(p, 'c4.example')).result, 'it');
	await set('c8.example', 'CAA', ...Array.from({ length: 200 }, (_, i) => ISSUE(`ca${i}.example`)));
	assert.equal((await caa(p, 'www.c8.example')).result, 'forbidden');
	await set('c5.example', 'CAA', ISSUE(`${US}; x=${'y'.repeat(60000)}`));
	assert.equal((await caa(p, 'c5.example')).result, 'it');
	await set('c6.example', 'CAA', ISSUE(';'));
	assert.equal((await caa(p, `${'a.'.repeat(110)}c6.example`)).result, 'forbidden');
	await dns.tell('fail', { name: '_troth-challenge.c7.example', how: 'poison' });
	await txt('c7.example', 'x');
	await prove(p, DNS, 'c7.example', nonce());
	assert.equal((await caa(p, 'poisoned.example')).result, 'it');
});

for (const how of ['servfail', 'silent', 'refused'])
	test(`CAA: a failure (${how}) at the name or above is no allowance`, async () => {
		await dns.tell('fail', { name: `f-${how}.example`, type: 'CAA', how });
		assert.equal((await caa(p, `f-${how}.example`)).result, 'no answer');
		assert.equal((await caa(p, `www.f-${how}.example`)).result, 'no answer');
	});

test('CAA: a corrupt signature is bogus', async () => {
	await set('k.signed.example', 'CAA', ISSUE(US));
	await dns.tell('fail', { name: 'k.signed.example', type: 'CAA', how: 'corrupt' });
	assert.equal((await caa(p, 'k.signed.example')).result, 'bogus');
});

// ---- HTTP ----

async function site(name, n, rest, address = '127.0.0.1') {
	await set(name, 'A', address);
	await file(name, n, rest);
}

const HTTP_ROWS = [
	['the file fits', (n) => ({ body: n }), 'it'],
	['with a line end', (n) => ({ body: `${n}\n` }), 'it'],
	['with CR LF', (n) => ({ body: `${n}\r\n` }), 'it'],
	['with two line ends', (n) => ({ body: `${n}\n\n` }), 'other'],
	['with a space in front', (n) => ({ body: ` ${n}` }), 'other'],
	['with more behind', (n) => ({ body: `${n}\nmore` }), 'other'],
	['other contents', () => ({ body: '<html>hello</html>' }), 'other'],
	['empty', () => ({ body: '' }), 'other'],
	['a 404 that holds it', (n) => ({ status: 404, body: n }), 'nothing'],
	['a 403', (n) => ({ status: 403, body: n }), 'other'],
	['a 500', (n) => ({ status: 500, body: n }), 'no answer'],
	['no content', () => ({ status: 204 }), 'other'],
	['compressed is not asked for', (n) => ({ body: n, headers: { 'Content-Encoding': 'gzip' } }), 'it'],
	['exactly 1 KiB of something', () => ({ body: 'x'.repeat(1024) }), 'other'],
	['one byte more', () => ({ body: 'x'.repeat(1025) }), 'too much'],
	['no end of bytes', () => ({ how: 'huge' }), 'too much'],
	['no end of header lines', () => ({ how: 'heads' }), 'too much'],
	['no end of answers before the answer', () => ({ how: 'interim' }), 'too much'],
	['no end of header lines behind it', () => ({ how: 'trailers' }), 'too much'],
	['a chunk whose size has no end', () => ({ how: 'chunk' }), 'no answer'],
	['broken off', () => ({ how: 'drop' }), 'no answer'],
	['no answer', () => ({ how: 'hang' }), 'no answer'],
	['a byte a second', () => ({ how: 'drip' }), 'no answer'],
	['a header line a second', () => ({ how: 'slow' }), 'no answer'],
	['no HTTP at all', () => ({ how: 'garbage' }), 'no answer'],
	['half closed behind its head', () => ({ how: 'half' }), 'no answer'],
	['a redirect to ever new addresses', () => ({ how: 'chain' }), 'too much'],
	['a redirect to itself for ever', () => ({ how: 'loop' }), 'too much'],
	['a redirect without a place', () => ({ status: 302, body: 'x' }), 'other'],
];

HTTP_ROWS.forEach(([what, how, result], i) => test(`HTTP: ${what}`, async () => {
	const n = nonce(), began = Date.now();
	await site(`h${i}.example`, n, how(n));
	const s = await prove(p, HTTP, `h${i}.example`, n);
	assert.equal(s.result, result, s.saw);
	assert.ok(Date.now() - began < TIMEOUT * 1000 + 1500, 'in time');
}));

test('HTTP: no file, no address, nobody listens', async () => {
	await set('none.example', 'A', '127.0.0.1');
	assert.equal((await prove(p, HTTP, 'none.example', nonce())).result, 'nothing');
	assert.equal((await prove(p, HTTP, 'nowhere.example', nonce())).result, 'nothing');
	await set('deaf.example', 'A', '127.0.0.77');
	assert.equal((await prove(p, HTTP, 'deaf.example', nonce())).result, 'no answer');
});

test('HTTP: the request is plain', async () => {
	const n = nonce();
	await web.tell('log');
	await site('plain.example', n, { body: n, headers: { 'Set-Cookie': 'a=b; Domain=example' } });
	await prove(p, HTTP, 'plain.example', n);
	await prove(p, HTTP, 'plain.example', n);
	const { asked } = await web.tell('log');
	assert.equal(asked.length, 2);
	for (const a of asked)
		assert.deepEqual([a.cookie, a.agent, a.tls, a.host], ['', 'troth-prover', false, 'plain.example']);
});

const to = (url) => ({ status: 302, headers: { Location: url } });

test('HTTP: redirects, to http and https, relative and absolute', async () => {
	const n = nonce();
	await set('r.example', 'A', '127.0.0.1');
	await set('r.org', 'A', '127.0.0.1');
	await file('r.example', n, to('/one'));
	await web.tell('file', { path: '/one', ...to(`http://r.org:${web.port}/two`) });
	await web.tell('file', { path: '/two', ...to(`https://R.org:${web.port}/three`) });
	await web.tell('file', { path: '/three', body: n });
	assert.equal((await prove(p, HTTP, 'r.example', n)).result, 'it');
	const { asked } = await web.tell('log');
	assert.equal(asked.at(-1).tls, true);
});

test('HTTP: five redirects are followed, six are not', async () => {
	const n = nonce();
	await set('five.example', 'A', '127.0.0.1');
	await file('five.example', n, to('/r1'));
	for (let i = 1; i < 5; i++)
		await web.tell('file', { host: 'five.example', path: `/r${i}`, ...to(`/r${i + 1}`) });
	await web.tell('file', { host: 'five.example', path: '/r5', body: n });
	assert.equal((await prove(p, HTTP, 'five.example', n)).result, 'it');
	await web.tell('file', { host: 'five.example', path: '/r5', ...to('/r6') });
	await web.tell('file', { host: 'five.example', path: '/r6', body: n });
	assert.equal((await prove(p, HTTP, 'five.example', n)).result, 'too much');
});

for (const url of ['ftp://x.example/', 'file:///etc/passwd', 'gopher://x.example/', 'http://127.0.0.1/', 'http://[::1]/',
	'http://2130706433/', 'http://0x7f.1/', 'http://localhost/', 'http://x.example:22/', 'http://x.example:8081/',
	'http://user:pw@x.example/', 'dict://x.example:80/', 'http://x_y.example/', 'javascript:alert(1)//'])
	test(`HTTP: a redirect to ${url} is not followed`, async () => {
		const n = nonce();
		await set('x.example', 'A', '127.0.0.1');
		await site('away.example', n, to(url));
		const s = await prove(p, HTTP, 'away.example', n);
		assert.ok(['refused place', 'nothing'].includes(s.result), `${s.result}: ${s.saw}`);
		if (!url.startsWith('javascript'))
			assert.equal(s.result, 'refused place');
	});

test('HTTP: IPv6, on a machine that has it', async () => {
	if (!web.six)
		return;
	const n = nonce();
	await set('six.example', 'AAAA', '::1');
	await file('six.example', n, { body: n });
	await web.tell('log');
	assert.equal((await prove(p, HTTP, 'six.example', n)).result, 'it');
	assert.equal((await web.tell('log')).asked[0].family, 'IPv6');
});

test('HTTP: a server that answers for A and is silent for AAAA still counts', async () => {
	const n = nonce();
	await site('half.example', n, { body: n });
	await dns.tell('fail', { name: 'half.example', type: 'AAAA', how: 'silent' });
	assert.equal((await prove(p, HTTP, 'half.example', n)).result, 'it');
});

// ---- limits, and what is not looked up ----

for (const [name, n] of [['Example.org', nonce()], ['example.org.', nonce()], ['org', nonce()], ['127.0.0.1', nonce()],
	['a b.org', nonce()], ['*.example.org', nonce()], ['', nonce()], ['example.org', 'short'], ['example.org', `${nonce()}/../x`],
	['example.org', `${nonce()}\r\nX: y`]])
	test(`refused at the socket: ${JSON.stringify([name, n.replace(/[A-Za-z0-9_-]{20,}/, '…')])}`, async () => {
		await assert.rejects(prove(p, DNS, name, n), { kind: 'input' });
	});

test('many at once: what fits is answered, the rest is told to come back', async () => {
	const n = nonce(), name = 'slow.example', clients = [];
	await txt(name, n);
	await dns.tell('fail', { name: `_troth-challenge.${name}`, how: 'silent' });
	for (let i = 0; i < 12; i++)
		clients.push(await Client.open(path.join(dir, 'run/prover.sock'), 'portal', secret));
	const began = Date.now();
	const all = await Promise.allSettled(clients.map((c) => prove({ c }, DNS, name, n)));
	const busy = all.filter((r) => r.status === 'rejected' && r.reason.kind === 'busy').length;
	const late = all.filter((r) => r.status === 'fulfilled' && r.value.result === 'no answer').length;
	assert.deepEqual([late, busy], [8, 4]);
	assert.ok(Date.now() - began < TIMEOUT * 1000 + 1500, 'side by side');
	clients.forEach((c) => c.close());
	await dns.tell('fail', { name: `_troth-challenge.${name}`, how: '' });
	assert.equal((await prove(p, DNS, 'a.example', nonce())).result, 'other');	// and it still works
});

test('askers that hang up half-way harm nobody', async () => {
	const name = '_troth-challenge.hang.example';
	await dns.tell('fail', { name, how: 'silent' });
	for (let i = 0; i < 4; i++) {
		const c = await Client.open(path.join(dir, 'run/prover.sock'), 'portal', secret);
		prove({ c }, DNS, 'hang.example', nonce()).catch(() => {});
		await new Promise((done) => setTimeout(done, 30));
		c.close();
	}
	await p.c.call(READY);
	assert.equal((await caa(p, 'n1.example')).result, 'it');
});

test('a wrong secret, an unknown peer, an unlisted operation', async () => {
	const sock = path.join(dir, 'run/prover.sock');
	await assert.rejects(Client.open(sock, 'portal', crypto.randomBytes(32)), { kind: 'denied' });
	await assert.rejects(Client.open(sock, 'clerk', secret), { kind: 'denied' });
	const c = await Client.open(sock, 'control', control);
	await assert.rejects(c.call(9), /closed/);
});

test('nothing it logs names what was asked', () => {
	assert.doesNotMatch(p.child.said, /example|org|127\.0\.0/);
});

test('it ends at once with look-ups under way', async () => {
	await p.end();
	const q = await prover({ 'prover.timeout': 30 });
	await dns.tell('fail', { name: '_troth-challenge.end.example', how: 'silent' });
	await site('end.example', 'x'.repeat(32), { how: 'hang' });
	const left = [prove(q, DNS, 'end.example', nonce()).catch(() => {}), prove(q, HTTP, 'end.example', 'x'.repeat(32)).catch(() => {})];
	await new Promise((done) => setTimeout(done, 300));
	const began = Date.now();
	await q.end();
	assert.ok(Date.now() - began < 4000);
	await Promise.all(left);
	p = null;
});

test('private places are refused unless configured: by name, by redirect, in every spelling', async () => {
	const q = await prover({ 'prover.allow_private': 'no' });
	const n = nonce();
	await web.tell('log');
	for (const [i, [type, address]] of [['A', '127.0.0.1'], ['A', '10.0.0.1'], ['A', '169.254.169.254'], ['A', '100.64.0.1'],
		['A', '0.0.0.0'], ['A', '192.168.1.1'], ['A', '172.16.0.1'], ['A', '224.0.0.1'], ['AAAA', '::1'],
		['AAAA', '::ffff:127.0.0.1'], ['AAAA', 'fe80::1'], ['AAAA', 'fd00::1'], ['AAAA', '64:ff9b::7f00:1'], ['AAAA', '2002:7f00:1::1']].entries()) {
		await set(`place${i}.example`, type, address);
		const s = await prove(q, HTTP, `place${i}.example`, n);
		assert.equal(s.result, 'refused place', address);
	}
	assert.deepEqual((await web.tell('log')).asked, []);
	await q.end();
});

test('a forwarder instead of stubs', async () => {
	const q = await prover({ 'prover.stub': '', 'prover.resolver': `127.0.0.1@${dns.port}` });
	const n = nonce();
	await txt('fwd.signed.example', n);
	const s = await prove(q, DNS, 'fwd.signed.example', n);
	assert.deepEqual([s.result, s.secure], ['it', 1]);
	await q.end();
});

test('a zone the resolver thinks it knows itself', async () => {
	const q = await prover();
	const n = nonce();
	await txt('a.club.test', n);
	assert.equal((await prove(q, DNS, 'a.club.test', n)).result, 'it');
	await q.end();
});

for (const [what, settings] of [['a stub without address', { 'prover.stub': 'example' }],
	['an anchor that is not there', { 'prover.trust_anchor': '/no/such/file' }],
	['a forwarder that is no address', { 'prover.resolver': 'dns.example' }]])
	test(`refuses to start with ${what}`, async () => {
		await assert.rejects(prover(settings), /did not start/);
	});
