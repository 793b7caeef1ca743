// tests/peers/cert.mjs - a throw-away certificate for a peer that speaks TLS.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** {key, cert} as PEM; self-signed for `name` and 127.0.0.1. */
export function selfSigned(name) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'troth-peer-'));
	const at = (file) => path.join(dir, file);
	try {
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
			'-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`,
			'-keyout', at('key'), '-out', at('cert')], { stdio: 'ignore' });
		return { key: fs.readFileSync(at('key'), 'utf8'), cert: fs.readFileSync(at('cert'), 'utf8') };
	} finally {
		fs.rmSync(dir, { recursive: true, force: true });
	}
}
