// tests/peers/http.mjs - a web server that behaves as a test says: http and https on one port
// (the first byte tells which), on 127.0.0.1 and, where there is one, on ::1.
//
//   stdout: {"port":..,"control":..}
//   /file {path, host?, status?, headers?, body?, how?} ("body" null: forget)
//       how: "hang" never answers; "drip" a byte a second; "huge" bytes without end;
//       "heads" header lines without end; "slow" header lines, one a second; "interim" answers before the
//       answer, "trailers" after it and "chunk" a chunk's size, all without end; "garbage" no HTTP at all;
//       "half" no more after the head, and that side closed; "chain" redirects to ever new addresses; "drop" closes half-way; "loop" redirects to itself
//   /log {}: what was asked, then forgotten: [{host, path, tls, agent, cookie, family}]
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { selfSigned } from './cert.mjs';
import { control, listen, ready } from './peer.mjs';

const files = new Map();
let asked = [];

function forever(answer, piece, pause) {
	const again = () => {
		if (answer.destroyed || answer.socket?.destroyed)
			return;
		const more = answer.write(piece);
		if (more || pause)
			setTimeout(again, pause);
		else
			answer.once('drain', again);
	};
	again();
}

function heads(socket, first, line) {
	socket.write(first);
	let n = 0;
	const again = () => {
		if (!socket.destroyed && n++ < 100000)
			socket.write(line(n), () => setImmediate(again));
	};
	again();
}

const header = (n) => `X-Line-${n}: ${'x'.repeat(200)}\r\n`;

function slow(socket) {
	socket.write('HTTP/1.1 200 OK\r\n');
	const timer = setInterval(() => socket.write('X-More: x\r\n'), 1000);
	socket.on('close', () => clearInterval(timer));
}

/* The address of the file, and behind it any number. */
const chained = (url) => url.replace(/\?.*$/, '');

function serve(request, answer) {
	const host = (request.headers.host ?? '').replace(/:\d+$/, '');
	const file = files.get(`${host} ${request.url}`) ?? files.get(`* ${request.url}`) ?? files.get(`${host} ${chained(request.url)}`);
	asked.push({ host, path: request.url, tls: Boolean(request.socket.encrypted),
		agent: request.headers['user-agent'] ?? '', cookie: request.headers.cookie ?? '',
		family: request.socket.remoteFamily });
	request.socket.on('error', () => {});
	answer.on('error', () => {});
	if (!file) {
		answer.writeHead(404);
		answer.end('no such file');
		return;
	}
	const status = file.status ?? 200, headers = file.headers ?? {};
	switch (file.how ?? '') {
	case 'hang':
		return;
	case 'drip':
		answer.writeHead(status, headers);
		forever(answer, 'x', 1000);
		return;
	case 'huge':
		answer.writeHead(status, headers);
		forever(answer, Buffer.alloc(65536, 'x'), 0);
		return;
	case 'heads':
		heads(request.socket, 'HTTP/1.1 200 OK\r\n', header);
		return;
	case 'interim':
		heads(request.socket, '', () => 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20));
		return;
	case 'trailers':
		heads(request.socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n', header);
		return;
	case 'chunk':
		heads(request.socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;', () => 'x'.repeat(1000));
		return;
	case 'slow':
		slow(request.socket);
		return;
	case 'garbage':
		request.socket.end(Buffer.alloc(2000, 0x16));
		return;
	case 'half':
		request.socket.end(`HTTP/1.1 ${status} OK\r\nContent-Length: 1000\r\n\r\n`);
		return;
	case 'chain':
		answer.writeHead(302, { Location: `${chained(request.url)}?${Math.random()}` });
		answer.end();
		return;
	case 'drop':
		answer.writeHead(status, { ...headers, 'Content-Length': 1000 });
		answer.write('half', () => request.socket.destroy());
		return;
	case 'loop':
		answer.writeHead(302, { Location: request.url });
		answer.end();
		return;
	default:
		answer.writeHead(status, headers);
		answer.end(file.body ?? '');
	}
}

const plain = http.createServer(serve);
const secure = https.createServer(selfSigned('peer.test'), serve);

function front() {
	return net.createServer((socket) => {
		socket.on('error', () => {});
		socket.once('readable', () => {
			const first = socket.read(1);
			if (first === null)
				return;
			socket.unshift(first);
			(first[0] === 0x16 ? secure : plain).emit('connection', socket);
		});
	});
}

const port = await listen(front());
// A machine without IPv6 is fine: the tests ask which there is.
const six = await listen(front(), '::1', port).then(() => true, () => false);
ready({
	port, six,
	control: await control({
		file: ({ path, host, ...file }) => {
			if (file.body === null)
				files.delete(`${host ?? '*'} ${path}`);
			else
				files.set(`${host ?? '*'} ${path}`, file);
		},
		log: () => {
			const was = asked;
			asked = [];
			return { asked: was };
		},
	}),
});
