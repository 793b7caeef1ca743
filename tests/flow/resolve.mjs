// tests/flow/resolve.mjs - the real troth-prover as an operator runs it, no stub and no forwarder: from a root of
// our own down through delegations, to zones that knot signs and serves, neither of which we wrote.
// limit: 120
//
// Root servers have their true addresses and everybody listens at port 53, so all of it lies in a network
// namespace of this test's own, which a machine may forbid: then it says so and passes.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

if (process.env.RESOLVE_INSIDE === undefined) {
	/* Every IPv4 address there is leads home. */
	const script = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo || exit 77; RESOLVE_INSIDE=1 exec node "$1"';
	/* As root a network namespace is enough; else one of users too. */
	const how = process.getuid() === 0 ? '-n' : '-rn', may = spawnSync('unshare', [how, 'true'], { encoding: 'utf8' });
	const got = may.status === 0 ? spawnSync('unshare', [how, 'sh', '-c', script, 'sh', self], { stdio: 'inherit' }) : may;
	const refused = may.status !== 0 || got.status === 77;
	if (refused)
		console.log(`ok 1 - real name servers # SKIP no network namespace here: ${may.error?.message ?? (may.stderr.trim() || 'it is not allowed')}`);
	process.exit(refused ? 0 : got.status ?? 1);
}

const { peer, run, stop } = await import('../peers/start.mjs');
const { DNS, US, caa, dir, nonce, prove, startProver } = await import('./_prover.mjs');

// The root servers as libunbound knows them; b.root's address of before 2023, too.
const ROOTS = ['198.41.0.4', '199.9.14.201', '170.247.170.2', '192.33.4.12', '199.7.91.13', '192.203.230.10', '192.5.5.241',
	'192.112.36.4', '198.97.190.53', '192.36.148.17', '192.58.128.30', '193.0.14.129', '199.7.83.42', '202.12.27.33'];
const [TOP, BELOW, INWARD, NOBODY] = ['11.0.0.2', '11.0.0.3', '10.0.0.53', '11.0.0.9'];
const word = nonce(), other = nonce();
const label = 'x'.repeat(63);
const longest = (zone, last = 'y') => `${label}.${label}.${label}.${last.repeat(253 - 192 - 1 - zone.length)}.${zone}`;

const files = path.join(dir, 'knot');
const servers = [];
const OURS = { 'prover.trust_anchor': path.join(dir, 'anchor'), 'prover.timeout': 5 };
let inward, p;

const head = (zone, address) => `$ORIGIN ${zone}\n$TTL 5
@ SOA ns.${zone === '.' ? 'root' : zone} h.ns.zz. 1 60 60 3600 5
@ NS ${zone === '.' ? 'a.root-servers.net.' : `ns.${zone}`}
${zone === '.' ? 'a.root-servers.net.' : `ns.${zone}`} A ${address}\n`;
const delegation = (zone, address, ds = '') => `${zone} NS ns.${zone}\nns.${zone} A ${address}\n${ds}\n`;

const contents = (zone) => `
@ CAA 0 iodef "mailto:a@example.org"
host A 11.0.0.80
ours CAA 0 issue "${US}; policy=ev"
nobody CAA 0 issue ";"
future CAA 0 issue "${US}"
future CAA 128 future "x"
wild CAA 0 issue "${US}"
wild CAA 0 issuewild ";"
a.b.deep CAA 0 issue ";"
*.star CAA 0 issue ";"
there.star A 11.0.0.80
alias CNAME nobody.plain.zz.
old DNAME plain.zz.
one CNAME two
two CNAME one
${longest(zone)} CAA 0 issue ";"
${Array.from({ length: 300 }, (_, i) => `many CAA 0 issue "ca${i}.example"`).join('\n')}
_troth-challenge.several TXT "v=spf1 -all"
_troth-challenge.several TXT "${word.slice(0, 9)}" "${word.slice(9)}"
_troth-challenge.behind CNAME proof.plain.zz.
proof TXT "${word}"
*.all TXT "${word}"
bare TXT "${word}"
`;

const conf = (server) => `server:
  rundir: "${server.dir}"
  listen: [${server.listen.map((a) => `"${a}@53"`).join(', ')}]
log:
  - target: stderr
    any: info
database:
  storage: "${server.dir}"
policy:
  - id: nsec
    manual: on
    single-type-signing: on
    algorithm: ecdsap256sha256
  - id: nsec3
    manual: on
    single-type-signing: on
    algorithm: ecdsap256sha256
    nsec3: on
    nsec3-iterations: 0
  - id: optout
    manual: on
    single-type-signing: on
    algorithm: ecdsap256sha256
    nsec3: on
    nsec3-iterations: 0
    nsec3-opt-out: on
zone:
${server.zones.map((z) => `  - domain: "${z.name}"
    file: "${z.file}"
    zonefile-sync: -1
    journal-content: none
${z.policy ? `    dnssec-signing: on\n    dnssec-policy: ${z.policy}\n` : ''}`).join('')}`;

/** Write the server's folder, make keys for its signed zones: their DS come with them, in z.ds. */
function makeServer(name, listen, zones) {
	const server = { name, listen, dir: path.join(files, name), zones };
	fs.mkdirSync(server.dir, { recursive: true });
	server.conf = path.join(server.dir, 'knot.conf');
	for (const z of zones)
		z.file = path.join(server.dir, z.name === '.' ? 'root.zone' : `${z.name}zone`);
	fs.writeFileSync(server.conf, conf(server));
	for (const z of zones.filter((one) => one.policy)) {
		const keys = (...args) => execFileSync('keymgr', ['-c', server.conf, z.name, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
		keys('generate', 'algorithm=ecdsap256sha256', 'ksk=yes', 'zsk=yes');
		z.ds = keys('ds').split('\n').find((line) => / 13 2 /.test(line));
	}
	return server;
}

async function startServer(server, texts) {
	for (const z of server.zones)
		fs.writeFileSync(z.file, head(z.name, server.listen[0]) + texts[z.name]);
	const child = run('knotd', ['-c', server.conf]);
	servers.push(child);
	child.stdout.on('data', (text) => { child.said += text; });
	const loaded = () => server.zones.every((z) => child.said.includes(`[${z.name}] loaded`));
	for (let i = 0; !loaded(); i++) {
		assert.ok(i < 200 && child.exitCode === null, `knotd: ${child.said}`);
		await new Promise((done) => setTimeout(done, 50));
	}
}

before(async () => {
	const below = makeServer('below', [BELOW], [{ name: 'nsec.zz.', policy: 'nsec' }, { name: 'nsec3.zz.', policy: 'nsec3' },
		{ name: 'plain.zz.' }, { name: 'unknown.zz.' }, { name: 'wrong.zz.', policy: 'nsec' }, { name: 'bare.zz.' }]);
	const top = makeServer('top', [TOP], [{ name: 'zz.', policy: 'optout' }]);
	const root = makeServer('root', ROOTS, [{ name: '.', policy: 'nsec' }]);
	const ds = Object.fromEntries([below, top, root].flatMap((s) => s.zones).map((z) => [z.name, z.ds ?? '']));
	const wrong = ds['wrong.zz.'].replace(/.$/, (last) => (last === '0' ? '1' : '0'));
	const texts = Object.fromEntries(below.zones.map((z) => [z.name, contents(z.name.slice(0, -1)).replace(/^x{63}\S+/m, (n) => `${n}.`)]));
	texts['zz.'] = [['nsec.zz.', ds['nsec.zz.']], ['nsec3.zz.', ds['nsec3.zz.']], ['plain.zz.'], ['wrong.zz.', wrong],
		['unknown.zz.', `unknown.zz. DS 1 99 2 ${'ab'.repeat(32)}`], ['bare.zz.', `bare.zz. DS 1 13 2 ${'ab'.repeat(32)}`]]
		.map(([zone, line]) => delegation(zone, BELOW, line)).join('') +
		delegation('inward.zz.', INWARD) + delegation('lame.zz.', BELOW) + delegation('lost.zz.', NOBODY);
	texts['.'] = delegation('zz.', TOP, ds['zz.']) + '@ CAA 0 issue ";"\n';
	for (const server of [below, top, root])
		await startServer(server, texts);
	inward = await peer('dns', INWARD, '53');
	await inward.tell('zone', { zone: 'inward.zz' });
	await inward.tell('set', { name: '_troth-challenge.inward.zz', type: 'TXT', data: [word] });
	fs.writeFileSync(path.join(dir, 'anchor'), `${ds['.']}\n`);
	p = await startProver(OURS);
});
after(async () => {
	await p?.end();
	await inward?.stop();
	await Promise.all(servers.map((s) => stop(s)));
	fs.rmSync(dir, { recursive: true, force: true });
});

const CAA_ROWS = [	// [name before the zone's, what CAA says, does the answer leave the zone]
	['host', 'it'], ['none.at.all', 'it'], ['ours', 'it'], ['nobody', 'forbidden'], ['www.nobody', 'forbidden'], ['future', 'forbidden'],
	['wild', 'it'], ['*.wild', 'forbidden'], ['deep', 'it'], ['b.deep', 'it'], ['x.a.b.deep', 'forbidden'],
	['x.star', 'forbidden'], ['x.y.star', 'forbidden'], ['there.star', 'it'], ['x.there.star', 'it'],
	['alias', 'forbidden', true], ['www.alias', 'forbidden', true], ['nobody.old', 'forbidden', true], ['host.old', 'it', true], ['many', 'forbidden'],
];
const TXT_ROWS = [['several', 'it'], ['behind', 'it', true], ['a.all', 'it'], ['bare', 'nothing'], ['host', 'nothing']];

for (const [zone, secure] of [['nsec.zz', 1], ['nsec3.zz', 1], ['plain.zz', 0], ['unknown.zz', 0]])
	test(`CAA and TXT in ${zone}`, async () => {
		for (const [name, result, leaves] of CAA_ROWS) {
			const s = await caa(p, `${name}.${zone}`);
			assert.deepEqual([s.result, s.secure], [result, leaves ? 0 : secure], `${name}.${zone}: ${s.saw}`);
		}
		for (const [name, result, leaves] of TXT_ROWS) {
			const s = await prove(p, DNS, `${name}.${zone}`, word);
			assert.deepEqual([s.result, s.secure], [result, leaves ? 0 : secure], `${name}.${zone}: ${s.saw}`);
		}
		assert.equal((await prove(p, DNS, `several.${zone}`, other)).result, 'other');
		assert.equal((await caa(p, `one.${zone}`)).result, 'no answer', 'a CNAME that loops');
		assert.equal((await caa(p, longest(zone))).result, 'forbidden');
		assert.equal((await caa(p, longest(zone, 'z'))).result, 'it');
	});

test('a zone whose parent holds another key\'s DS is bogus, signed or not', async () => {
	for (const zone of ['wrong.zz', 'bare.zz']) {
		for (const name of ['ours', 'none', 'nobody', 'alias'])
			assert.equal((await caa(p, `${name}.${zone}`)).result, 'bogus');
		assert.equal((await prove(p, DNS, `several.${zone}`, word)).result, 'bogus');
	}
});

test('no name, no top level, and none of the root\'s CAA', async () => {
	for (const name of ['none.zz', 'a.none.zz', 'none.nowhere'])
		assert.equal((await caa(p, name)).result, 'it');
});

test('name servers that do not know their zone, or are not there', async () => {
	for (const name of ['x.lame.zz', 'x.lost.zz'])
		assert.equal((await caa(p, name)).result, 'no answer');
});

test('a name server at a private address is not asked, unless private addresses are allowed or it is the operator\'s own', async () => {
	assert.equal((await prove(p, DNS, 'inward.zz', word)).result, 'no answer');
	assert.deepEqual((await inward.tell('log')).asked, []);
	for (const settings of [{ 'prover.allow_private': 'yes' }, { 'prover.stub': `inward.zz=${INWARD}` }]) {
		await p.end();
		p = await startProver({ ...OURS, ...settings });
		assert.equal((await prove(p, DNS, 'inward.zz', word)).result, 'it');
	}
});
