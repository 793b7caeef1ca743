// tests/peers/dns.mjs - an authoritative name server whose answers a test decides.
//
// Zones are signed with a key made at the start (ECDSA P-256, algorithm 13) or unsigned.  Signed ones
// deny with an NSEC for the very name asked, signed on the fly (RFC 4470, RFC 9824).  A name can be
// made to fail: servfail, refused, silent (no answer at all), corrupt (a broken signature), stripped
// (no signatures), expired (a signature of last week), garbage, drip (only by TCP, a byte a second), cut (too
// long for UDP, and TCP hangs up), id (another question's number), name (the answer to another question),
// poison (records of other names come along, of record type CAA and saying: nobody).
//
//   node dns.mjs [ADDRESS PORT]      127.0.0.1 and a free port
//   stdout: {"port":..,"control":..}
//   /zone {zone, signed}    /set {name, type, data: [..]}    /fail {name, type?, how} ("" : no more)
//   /anchors {}: {text} for a trust anchor file    /log {}: names and types asked, then forgotten
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { control, listen, ready } from './peer.mjs';

const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, DNAME: 39, OPT: 41, DS: 43,
	RRSIG: 46, NSEC: 47, DNSKEY: 48, CAA: 257 };
const NAME_OF = Object.fromEntries(Object.entries(TYPE).map(([k, v]) => [v, k]));
const TTL = 5;
const zones = new Map();		// name -> { signed, key, tag }
const records = new Map();		// "name type" -> [rdata]
const faults = new Map();		// "name type" or "name *" -> how
let asked = [];

const clean = (name) => name.toLowerCase().replace(/\.$/, '');
const labels = (name) => (name === '' ? [] : name.split('.'));
const u16 = (v) => Buffer.from([v >> 8 & 255, v & 255]);
const u32 = (v) => { const b = Buffer.alloc(4); b.writeUInt32BE(v >>> 0); return b; };

function wireName(name) {
	return Buffer.concat([...labels(name).map((l) => {
		const text = Buffer.from(l, 'latin1');
		return Buffer.concat([Buffer.from([text.length]), text]);
	}), Buffer.from([0])]);
}

function rdata(type, v) {
	switch (type) {
	case 'A':
		return Buffer.from(v.split('.').map(Number));
	case 'AAAA':
		return Buffer.from(expand(v), 'hex');
	case 'CNAME': case 'DNAME': case 'NS':
		return wireName(clean(v));
	case 'TXT':
		return Buffer.concat([v].flat().map((t) => Buffer.concat([Buffer.from([Buffer.byteLength(t)]), Buffer.from(t)])));
	case 'CAA':
		if (typeof v === 'string')
			return Buffer.from(v, 'hex');
		return Buffer.concat([Buffer.from([v.flags ?? 0, v.tag.length]), Buffer.from(v.tag + v.value)]);
	default:
		throw new Error(`type ${type}`);
	}
}

function expand(address) {
	let [front, back] = address.split('::');
	const v4 = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
	const hex4 = (s) => s?.replace(v4, (_, a, b, c, d) => `${(a << 8 | b).toString(16)}:${(c << 8 | d).toString(16)}`);
	const list = (s) => (s ? hex4(s).split(':') : []);
	const a = list(front), b = back === undefined ? [] : list(back);
	const fill = back === undefined ? [] : Array(8 - a.length - b.length).fill('0');
	return [...a, ...fill, ...b].map((g) => g.padStart(4, '0')).join('');
}

// ---- signing, RFC 4034 ----

function keyTag(dnskey) {
	let sum = 0;
	for (let i = 0; i < dnskey.length; i++)
		sum += i & 1 ? dnskey[i] : dnskey[i] << 8;
	return (sum + (sum >> 16 & 0xffff)) & 0xffff;
}

function makeZone(name, signed) {
	const z = { name, signed };
	if (signed) {
		const pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const jwk = pair.publicKey.export({ format: 'jwk' });
		z.key = pair.privateKey;
		z.dnskey = Buffer.concat([u16(257), Buffer.from([3, 13]), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')]);
		z.tag = keyTag(z.dnskey);
	}
	zones.set(name, z);
}

const rr = (owner, type, data) =>
	Buffer.concat([wireName(owner), u16(type), u16(1), u32(TTL), u16(data.length), data]);

function sign(zone, owner, type, set, how) {
	const now = Math.floor(Date.now() / 1000) - (how === 'expired' ? 7 * 86400 : 0);
	const front = Buffer.concat([u16(type), Buffer.from([13, labels(owner).length]), u32(TTL),
		u32(now + 86400), u32(now - 3600), u16(zone.tag), wireName(zone.name)]);
	const sorted = [...set].sort(Buffer.compare).map((d) => rr(owner, type, d));
	const signature = crypto.sign('sha256', Buffer.concat([front, ...sorted]),
		{ key: zone.key, dsaEncoding: 'ieee-p1363' });
	if (how === 'corrupt')
		signature[7] ^= 1;
	return rr(owner, TYPE.RRSIG, Buffer.concat([front, signature]));
}

function bitmap(types) {
	const windows = new Map();
	for (const t of types) {
		const w = windows.get(t >> 8) ?? Buffer.alloc(32);
		w[(t & 255) >> 3] |= 0x80 >> (t & 7);
		windows.set(t >> 8, w);
	}
	return Buffer.concat([...windows].sort((a, b) => a[0] - b[0]).map(([n, w]) => {
		let len = 32;
		while (w[len - 1] === 0)
			len--;
		return Buffer.concat([Buffer.from([n, len]), w.subarray(0, len)]);
	}));
}

/** The name right behind this one: a label in front (RFC 4470), or, where that has no room, its first label's end one higher. */
function behind(name) {
	const wire = wireName(name);
	if (wire.length + 2 <= 255)
		return Buffer.concat([Buffer.from([1, 0]), wire]);
	wire[wire[0]]++;
	return wire;
}

// ---- answering ----

function zoneOf(name) {
	for (let at = labels(name); ; at = at.slice(1)) {
		const z = zones.get(at.join('.'));
		if (z || at.length === 0)
			return z;
	}
}

function typesAt(name, zone) {
	const here = Object.keys(TYPE).filter((t) => records.has(`${name} ${t}`)).map((t) => TYPE[t]);
	if (name === zone.name)
		here.push(TYPE.SOA, TYPE.NS, ...(zone.signed ? [TYPE.DNSKEY] : []));
	return here;
}

const below = (name) => [...records.keys()].some((k) => k.split(' ')[0].endsWith(`.${name}`));
const soa = (zone) => Buffer.concat([wireName(`ns.${zone.name}`), wireName(`hostmaster.${zone.name}`),
	u32(1), u32(60), u32(60), u32(3600), u32(1)]);

function setAt(name, type, zone) {
	if (name === zone.name && type === TYPE.SOA)
		return [soa(zone)];
	if (name === zone.name && type === TYPE.DNSKEY && zone.signed)
		return [zone.dnskey];
	if (name === zone.name && type === TYPE.NS)
		return [wireName(`ns.${zone.name}`)];
	return records.get(`${name} ${NAME_OF[type]}`);
}

function dnameAbove(name) {
	for (let at = labels(name).slice(1); at.length > 0; at = at.slice(1))
		if (records.has(`${at.join('.')} DNAME`))
			return at.join('.');
	return null;
}

/** The answer and authority sections, and the code. */
function resolve(name, type, wantsSignatures, how) {
	const zone = zoneOf(name);
	const signs = zone?.signed && wantsSignatures && how !== 'stripped';
	const put = (into, owner, t, set) => {
		into.push(...set.map((d) => rr(owner, t, d)));
		if (signs)
			into.push(sign(zone, owner, t, set, how));
	};
	const answer = [], authority = [];
	if (!zone)
		return { code: 5, answer, authority };
	const set = setAt(name, type, zone);
	const alias = type === TYPE.CNAME ? null : setAt(name, TYPE.CNAME, zone);
	const dname = dnameAbove(name);
	if (set)
		put(answer, name, type, set);
	else if (alias)
		put(answer, name, TYPE.CNAME, alias);
	else if (dname) {
		const target = records.get(`${dname} DNAME`);
		put(answer, dname, TYPE.DNAME, target);
		const front = wireName(name.slice(0, -dname.length - 1));
		answer.push(rr(name, TYPE.CNAME, Buffer.concat([front.subarray(0, -1), target[0]])));
	} else {
		put(authority, zone.name, TYPE.SOA, [soa(zone)]);
		const types = typesAt(name, zone);
		if (signs)
			put(authority, name, TYPE.NSEC, [Buffer.concat([behind(name),
				bitmap([...types, TYPE.NSEC, TYPE.RRSIG])])]);
		else if (types.length === 0 && !below(name) && !zone.signed)
			return { code: 3, answer, authority };
	}
	return { code: 0, answer, authority };
}

function question(m) {
	const parts = [];
	let at = 12;
	while (m[at] !== 0) {
		parts.push(m.subarray(at + 1, at + 1 + m[at]).toString('latin1'));
		at += 1 + m[at];
	}
	return { name: clean(parts.join('.')), type: m.readUInt16BE(at + 1), end: at + 5 };
}

/** A whole answer, or null for silence. */
function reply(m, room) {
	const q = question(m);
	const how = faults.get(`${q.name} ${NAME_OF[q.type]}`) ?? faults.get(`${q.name} *`) ?? '';
	const edns = m.readUInt16BE(10) > 0;
	const wants = edns && (m[m.length - 11 + 7] & 0x80) !== 0;
	asked.push(`${q.name} ${NAME_OF[q.type] ?? q.type}`);
	if (how === 'silent')
		return null;
	if (how === 'garbage')
		return Buffer.concat([m.subarray(0, 2), crypto.randomBytes(40)]);
	if (how === 'cut' && room === 65535)
		return Buffer.alloc(0);
	const r = how === 'servfail' ? { code: 2, answer: [], authority: [] } :
		how === 'refused' ? { code: 5, answer: [], authority: [] } : resolve(q.name, q.type, wants, how);
	const opt = edns ? [Buffer.from([0, 0, TYPE.OPT, 1232 >> 8, 1232 & 255, 0, 0, wants ? 0x80 : 0, 0, 0, 0])] : [];
	const number = Buffer.from(m.subarray(0, 2)), asks = Buffer.from(m.subarray(12, q.end));
	if (how === 'id')
		number[0] ^= 1;
	if (how === 'name')
		asks[1] ^= 1;
	if (how === 'poison')
		r.answer.push(rr('poisoned.example', TYPE.CAA, rdata('CAA', { tag: 'issue', value: ';' })));
	const build = (answer, authority, flags) => Buffer.concat([number,
		u16(0x8400 | flags | (m[2] & 1) << 8 | r.code), u16(1), u16(answer.length), u16(authority.length),
		u16(opt.length), asks, ...answer, ...authority, ...opt]);
	const whole = build(r.answer, r.authority, 0);
	return whole.length <= room && (how !== 'drip' || room === 65535) && how !== 'cut' ? whole : build([], [], 0x0200);
}

const udp = dgram.createSocket('udp4');
udp.on('message', (m, from) => {
	try {
		const r = reply(m, 1232);
		if (r)
			udp.send(r, from.port, from.address);
	} catch { /* not a question */ }
});

function drip(socket, bytes) {
	if (socket.destroyed || bytes.length === 0)
		return;
	socket.write(bytes.subarray(0, 1));
	setTimeout(() => drip(socket, bytes.subarray(1)), 1000);
}

const tcp = net.createServer((socket) => {
	let held = Buffer.alloc(0);
	socket.on('error', () => {});
	socket.on('data', (part) => {
		held = Buffer.concat([held, part]);
		while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
			const m = held.subarray(2, 2 + held.readUInt16BE(0)), r = reply(m, 65535);
			held = held.subarray(2 + held.readUInt16BE(0));
			if (r?.length === 0)
				socket.destroy();
			else if (r && faults.get(`${question(m).name} *`) === 'drip')
				drip(socket, Buffer.concat([u16(r.length), r]));
			else if (r)
				socket.write(Buffer.concat([u16(r.length), r]));
		}
	});
});

/** The same port for both transports. */
async function listenBoth(address = '127.0.0.1', fixed = '0') {
	for (let tries = 0; ; tries++) {
		const port = await listen(tcp, address, Number(fixed));
		try {
			await new Promise((done, fail) => {
				udp.once('error', fail);
				udp.bind({ port, address, exclusive: true }, done);
			});
			return port;
		} catch (fault) {
			if (tries > 20)
				throw fault;
			await new Promise((done) => tcp.close(done));
		}
	}
}

const port = await listenBoth(...process.argv.slice(2));
ready({
	port,
	control: await control({
		zone: ({ zone, signed }) => makeZone(clean(zone), Boolean(signed)),
		set: ({ name, type, data }) => {
			const key = `${clean(name)} ${type}`;
			if (data.length === 0)
				records.delete(key);
			else
				records.set(key, data.map((d) => rdata(type, d)));
		},
		fail: ({ name, type, how }) => {
			const key = `${clean(name)} ${type ?? '*'}`;
			if (how)
				faults.set(key, how);
			else
				faults.delete(key);
		},
		anchors: () => ({ text: [...zones.values()].filter((z) => z.signed).map((z) =>
			`${z.name}. 3600 IN DNSKEY 257 3 13 ${z.dnskey.subarray(4).toString('base64')}\n`).join('') }),
		log: () => {
			const was = asked;
			asked = [];
			return { asked: was };
		},
	}),
});
