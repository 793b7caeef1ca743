// tests/peers/smtp.mjs - a mail server that behaves as a test says, and keeps what it is given.
//
//   node smtp.mjs [CA-FILE-TO-WRITE]
//   stdout: {"port":..,"control":..,"name":"localhost"}
//   /mode {starttls, user, password, mechanisms, refuse, greylist, sender, hang, dropAfterData,
//          dropBeforeData, dataCode, greeting, flood, drip}: absent means the usual
//       refuse: {"address": 550}   greylist: true (each first try of an address gets 451)
//       flood: "EHLO" | "MAIL": answers it without end   drip: every answer comes a byte a second
//       hang: "connect" | "MAIL" | "DATA" | "END"    dropAfterData: n mails are taken and the line cut
//   /mails {from}: [{from, to, data, tls, user, helo}] from that one on (0: all)    /forget {}    /log {}: commands, without secrets
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { selfSigned } from './cert.mjs';
import { control, listen, ready } from './peer.mjs';

const own = selfSigned('localhost');
const context = tls.createSecureContext(own);
let mode = {}, mails = [], log = [], seen = new Set();

class Session {
	constructor(socket) {
		this.from = null;
		this.to = [];
		this.tls = false;
		this.user = '';
		this.helo = '';
		this.next = null;		// takes the next line instead of a command
		this.use(socket);
		if (mode.hang !== 'connect')
			this.say(mode.greeting ?? '220 localhost ESMTP');
	}
	use(socket) {
		this.socket = socket;
		this.held = '';
		socket.setEncoding('latin1');
		socket.on('error', () => {});
		socket.on('data', (text) => {
			this.held += text;
			for (let at; this.socket === socket && (at = this.held.indexOf('\r\n')) >= 0;) {
				const line = this.held.slice(0, at);
				this.held = this.held.slice(at + 2);
				(this.next ?? this.command).call(this, line);
			}
		});
	}
	say(...lines) {
		const text = lines.map((l) => `${l}\r\n`).join('');
		if (mode.drip)
			this.drip(this.socket, text);
		else if (!this.socket.destroyed)
			this.socket.write(text);
	}
	drip(socket, text) {
		if (socket.destroyed || text === '')
			return;
		socket.write(text[0]);
		setTimeout(() => this.drip(socket, text.slice(1)), 1000);
	}
	pour(socket) {
		while (!socket.destroyed)
			if (!socket.write('250-there is more to say\r\n'.repeat(1000))) {
				socket.once('drain', () => this.pour(socket));
				return;
			}
	}
	reset() {
		this.from = null;
		this.to = [];
	}
	command(line) {
		const word = line.slice(0, 4).toUpperCase();
		log.push(line.replace(/^(AUTH \S+).*/i, '$1'));
		if (mode.hang === word)
			return;
		if (mode.flood === word) {
			this.pour(this.socket);
			return;
		}
		switch (word) {
		case 'EHLO':
			this.helo = line.slice(5);
			this.say(...this.features());
			return;
		case 'HELO':
			this.say('250 localhost');
			return;
		case 'STAR':
			this.startTls();
			return;
		case 'AUTH':
			this.auth(line);
			return;
		case 'MAIL':
			this.mailFrom(line);
			return;
		case 'RCPT':
			this.rcptTo(line);
			return;
		case 'DATA':
			this.data();
			return;
		case 'RSET':
			this.reset();
			this.say('250 fine');
			return;
		case 'NOOP':
			this.say('250 fine');
			return;
		case 'QUIT':
			this.say('221 bye');
			this.socket.end();
			return;
		default:
			this.say('500 what?');
		}
	}
	features() {
		const list = ['localhost', '8BITMIME', 'SMTPUTF8'];
		if (!this.tls && mode.starttls !== false)
			list.push('STARTTLS');
		if (mode.user && (this.tls || mode.starttls === false))
			list.push(`AUTH ${mode.mechanisms ?? 'PLAIN LOGIN'}`);
		return list.map((f, i) => `250${i === list.length - 1 ? ' ' : '-'}${f}`);
	}
	startTls() {
		if (this.tls || mode.starttls === false) {
			this.say('502 no');
			return;
		}
		this.say('220 go on');
		this.socket.removeAllListeners('data');
		// What was sent in clear behind the command is dropped.
		const secure = new tls.TLSSocket(this.socket, { isServer: true, secureContext: context });
		this.tls = true;
		this.reset();
		this.use(secure);
	}
	auth(line) {
		const [, kind, first] = line.split(' ');
		const check = (user, password) => {
			this.next = null;
			if (user === mode.user && password === mode.password) {
				this.user = user;
				this.say('235 welcome');
			} else
				this.say('535 wrong');
		};
		const text = (b) => Buffer.from(b, 'base64').toString('utf8');
		if (/^plain$/i.test(kind)) {
			const take = (b) => check(...text(b).split('\0').slice(1));
			if (first)
				take(first);
			else {
				this.next = take;
				this.say('334 ');
			}
		} else if (/^login$/i.test(kind)) {
			const askPassword = (user) => {
				this.next = (b) => check(text(user), text(b));
				this.say('334 UGFzc3dvcmQ6');
			};
			if (first)
				askPassword(first);
			else {
				this.next = askPassword;
				this.say('334 VXNlcm5hbWU6');
			}
		} else
			this.say('504 no such way');
	}
	mailFrom(line) {
		const address = /<([^>]*)>/.exec(line)?.[1];
		if (mode.sender)
			this.say(`${mode.sender} sender not wanted`);
		else if (mode.user && !this.user)
			this.say('530 who are you?');
		else {
			this.reset();
			this.from = address;
			this.say('250 fine');
		}
	}
	rcptTo(line) {
		const address = Buffer.from(/<([^>]*)>/.exec(line)?.[1] ?? '', 'latin1').toString('utf8');
		const code = mode.refuse?.[address];
		if (code)
			this.say(`${code} <${address}> not here`);
		else if (mode.greylist && !seen.has(address)) {
			seen.add(address);
			this.say('451 come again');
		} else {
			this.to.push(address);
			this.say('250 fine');
		}
	}
	data() {
		if (this.to.length === 0) {
			this.say('503 to whom?');
			return;
		}
		if (mode.dropBeforeData) {
			this.socket.destroy();
			return;
		}
		const lines = [];
		this.say('354 go on');
		this.next = (line) => {
			if (line !== '.') {
				lines.push(line.startsWith('.') ? line.slice(1) : line);
				return;
			}
			this.next = null;
			this.taken(lines);
		};
	}
	taken(lines) {
		if (mode.hang === 'END')
			return;
		if (mode.dataCode) {
			this.say(`${mode.dataCode} not like this`);
			return;
		}
		mails.push({ from: this.from, to: this.to, tls: this.tls, user: this.user, helo: this.helo,
			data: Buffer.from(lines.map((l) => `${l}\r\n`).join(''), 'latin1').toString('utf8') });
		this.reset();
		if (mode.dropAfterData > 0) {
			mode.dropAfterData--;
			this.socket.destroy();
			return;
		}
		this.say('250 taken');
	}
}

const open = new Set();
const server = net.createServer((socket) => {
	open.add(socket);
	socket.on('close', () => open.delete(socket));
	new Session(socket);
});
if (process.argv[2])
	fs.writeFileSync(process.argv[2], own.cert);
ready({
	port: await listen(server), name: 'localhost', cert: own.cert,
	control: await control({
		mode: (m) => {
			mode = m;
			seen = new Set();
			for (const socket of open)		// a kept connection would still follow the old ways
				socket.destroy();
		},
		mails: ({ from = 0 }) => ({ mails: mails.slice(from) }),
		forget: () => { mails = []; },
		log: () => {
			const was = log;
			log = [];
			return { log: was };
		},
	}),
});
