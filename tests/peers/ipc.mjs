// tests/peers/ipc.mjs - our processes' frames (ledger/base/ipc.h, pack.h), spoken from a test:
// a client that asks, and a server that plays a process for the one under test.
import net from 'node:net';
import fs from 'node:fs';

export const ERR = ['none', 'input', 'denied', 'absent', 'conflict', 'busy', 'memory', 'full', 'io',
	'crypto', 'tamper', 'timeout'];

export class Pack {
	parts = [];
	u8(v) { this.parts.push(Buffer.from([v])); return this; }
	u32(v) { const b = Buffer.alloc(4); b.writeUInt32BE(v); this.parts.push(b); return this; }
	i64(v) { const b = Buffer.alloc(8); b.writeBigInt64BE(BigInt(v)); this.parts.push(b); return this; }
	exact(v) { this.parts.push(Buffer.from(v)); return this; }
	bytes(v) { this.u32(Buffer.byteLength(v)); this.parts.push(Buffer.from(v)); return this; }
	text(v) { return this.bytes(Buffer.from(v, 'utf8')); }
	end() { return Buffer.concat(this.parts); }
}

export class Unpack {
	constructor(b) { this.b = b; this.at = 0; }
	exact(n) {
		if (n > this.b.length - this.at)
			throw new Error('frame too short');
		this.at += n;
		return this.b.subarray(this.at - n, this.at);
	}
	u8() { return this.exact(1)[0]; }
	u32() { return this.exact(4).readUInt32BE(); }
	i64() { return Number(this.exact(8).readBigInt64BE()); }
	bytes() { return this.exact(this.u32()); }
	text() { return this.bytes().toString('utf8'); }
	get left() { return this.b.length - this.at; }
}

export class Refusal extends Error {
	constructor(kind, why) {
		super(`${ERR[kind] ?? kind} (${why})`);
		this.kind = ERR[kind];
		this.why = why;
	}
}

function head(op, id, n) {
	const h = Buffer.alloc(16);
	h.writeUInt32BE(op, 0);
	h.writeUInt32BE(n, 4);
	h.writeBigUInt64BE(BigInt(id), 8);
	return h;
}

/** Call each(op, id, body) for every whole frame that arrives. */
function frames(socket, each) {
	let held = Buffer.alloc(0);
	socket.on('data', (part) => {
		held = Buffer.concat([held, part]);
		while (held.length >= 16 && held.length >= 16 + held.readUInt32BE(4)) {
			const n = held.readUInt32BE(4);
			const body = held.subarray(16, 16 + n);
			const op = held.readUInt32BE(0), id = held.readBigUInt64BE(8);
			held = held.subarray(16 + n);
			each(op, id, body);
		}
	});
}

/** One connection. call() may run several times at once; the server answers in order. */
export class Client {
	waiting = new Map();
	next = 1n;
	static async open(path, name, secret) {
		const socket = net.connect(path);
		await new Promise((done, fail) => {
			socket.once('connect', done);
			socket.once('error', fail);
		});
		return Client.through(socket, name, secret);
	}
	/** The same over a stream that leads there. */
	static async through(socket, name, secret) {
		const c = new Client();
		c.socket = socket;
		frames(c.socket, (op, id, body) => c.answered(op, id, body));
		c.socket.on('close', () => c.over());
		c.socket.on('error', () => {});
		await c.call(0, new Pack().text(name).exact(secret).end());
		return c;
	}
	answered(op, id, body) {
		const ask = this.waiting.get(id);
		this.waiting.delete(id);
		const kind = body.readUInt32BE(0);
		if (kind !== 0)
			ask.fail(new Refusal(kind, body.readUInt32BE(4)));
		else
			ask.done(body.subarray(8));
	}
	over() {
		for (const ask of this.waiting.values())
			ask.fail(new Error('connection closed'));
		this.waiting.clear();
	}
	call(op, body = Buffer.alloc(0)) {
		return new Promise((done, fail) => {
			const id = this.next++;
			this.waiting.set(id, { done, fail });
			this.socket.write(Buffer.concat([head(op, id, body.length), body]));
		});
	}
	close() { this.socket.destroy(); }
}

/**
 * Play a process: ops is { number: (Unpack, peer) => Buffer or undefined }.  To refuse throw
 * a Refusal; throw anything else to hang up.  secret is what every peer must show.
 */
export function serve(path, secret, ops) {
	const server = net.createServer((socket) => {
		let peer = null;
		socket.on('error', () => {});
		server.held.add(socket);
		socket.on('close', () => server.held.delete(socket));
		frames(socket, async (op, id, body) => {
			let kind = 0, why = 0, out = Buffer.alloc(0);
			try {
				if (op === 0) {
					const hello = new Unpack(body);
					peer = hello.text();
					if (!hello.exact(32).equals(secret))
						throw new Refusal(ERR.indexOf('denied'), 0);
				} else
					out = await ops[op](new Unpack(body), peer) ?? out;
			} catch (fault) {
				if (!(fault instanceof Refusal)) {
					socket.destroy();
					return;
				}
				kind = ERR.indexOf(fault.kind);
				why = fault.why;
				out = Buffer.alloc(0);
			}
			const verdict = Buffer.alloc(8);
			verdict.writeUInt32BE(kind, 0);
			verdict.writeUInt32BE(why, 4);
			socket.write(Buffer.concat([head(op, id, 8 + out.length), verdict, out]));
		});
	});
	server.held = new Set();
	server.end = () => new Promise((done) => {
		for (const socket of server.held)
			socket.destroy();
		server.close(done);
	});
	return new Promise((done, fail) => {
		fs.rmSync(path, { force: true });
		server.once('error', fail);
		server.listen(path, () => done(server));
	});
}

export const refuse = (kind, why = 0) => new Refusal(ERR.indexOf(kind), why);
