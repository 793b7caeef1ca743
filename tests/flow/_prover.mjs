// tests/flow/_prover.mjs - a troth-prover without a site: its folder, its start, what one asks it and what it says.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Pack, Unpack } from '../peers/ipc.mjs';
import { run, stop } from '../peers/start.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = path.resolve(process.env.BIN ?? path.join(top, 'bin'), 'troth-prover');
const RESULTS = ['', 'it', 'nothing', 'other', 'forbidden', 'bogus', 'no answer', 'refused place', 'too much'];
const PROVE = 2, CAA = 3;
export const READY = 1, DNS = 2, HTTP = 3;
export const US = 'ca.troth.example';

export const secret = crypto.randomBytes(32), control = crypto.randomBytes(32);
const pair = crypto.generateKeyPairSync('ed25519');
/** Its state folder; whoever uses this removes it at the end. */
export const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'troth-prover-'));

for (const d of ['run', 'prover', 'prover/peers'])
	fs.mkdirSync(path.join(dir, d), { mode: 0o700 });
const jwk = pair.privateKey.export({ format: 'jwk' });
fs.writeFileSync(path.join(dir, 'prover/statement.key'),
	Buffer.concat([Buffer.from(jwk.d, 'base64url'), Buffer.from(jwk.x, 'base64url')]), { mode: 0o600 });
fs.writeFileSync(path.join(dir, 'prover/peers/portal'), secret);
fs.writeFileSync(path.join(dir, 'prover/peers/control'), control);

export const nonce = () => crypto.randomBytes(24).toString('base64url');

/** A running prover of these settings, and a connection to it. */
export async function startProver(settings) {
	const all = { 'prover.caa_identity': US, ...settings };
	const child = run(program, ['--state', dir, ...Object.entries(all).flatMap(([k, v]) => ['--set', `${k}=${v}`])]);
	for (let i = 0; !child.said.includes('ready'); i++) {
		if (i > 200 || child.exitCode !== null)
			throw new Error(`prover did not start: ${child.said}`);
		await new Promise((done) => setTimeout(done, 50));
	}
	const c = await Client.open(path.join(dir, 'run/prover.sock'), 'portal', secret);
	return { child, c, end: async () => {
		c.close();
		const code = await stop(child);
		assert.equal(code, 0, child.said);
	} };
}

/** Open a statement: signature first. */
function opened(answer) {
	const wire = new Unpack(answer).bytes();
	const fields = wire.subarray(0, -64);
	assert.ok(crypto.verify(null, Buffer.concat([Buffer.from('troth statement v1\n'), fields]),
		pair.publicKey, wire.subarray(-64)), 'the statement is signed');
	const u = new Unpack(fields);
	const s = { kind: u.u8(), method: u.u8(), result: RESULTS[u.u8()], secure: u.u8(), wildcard: u.u8(),
		at: u.i64(), name: u.text(), nonce: u.text(), saw: u.text() };
	assert.equal(u.left, 0);
	assert.ok(Math.abs(s.at - Date.now() / 1000) < 60, 'made just now');
	return s;
}

export const prove = async (p, method, name, n) =>
	opened(await p.c.call(PROVE, new Pack().u8(method).text(name).text(n).end()));
export const caa = async (p, name, mail = 0) =>
	opened(await p.c.call(CAA, new Pack().text(name).u8(mail).end()));
/** Where the file with this nonce must lie: privacy/facts/statement.h. */
export const fileOf = (n) => '/.well-known/troth-challenge/' +
	crypto.createHash('sha256').update(`troth file v1\n${n}`).digest().subarray(0, 16).toString('base64url');
