// tests/peers/peer.mjs - what every outside peer shares: free ports, a control port, a clean end.
//
// A peer prints one line of JSON with its ports on stdout when it is ready, is told what to do over
// HTTP on its control port (JSON in, JSON out, loopback only), and ends on SIGTERM.
import http from 'node:http';

const LIMIT = 4 << 20;

/** Listen on a port the system picks (or a given one) and give the port back. */
export function listen(server, host = '127.0.0.1', port = 0) {
	return new Promise((done, fail) => {
		server.once('error', fail);
		server.listen({ port, host, exclusive: true }, () => done(server.address().port));
	});
}

async function body(request) {
	const parts = [];
	let size = 0;
	for await (const part of request) {
		size += part.length;
		if (size > LIMIT)
			throw new Error('too long');
		parts.push(part);
	}
	return Buffer.concat(parts).toString('utf8');
}

/** commands: { name: async (argument) => answer }; POST /name. */
export async function control(commands) {
	const server = http.createServer(async (request, answer) => {
		const run = commands[request.url.slice(1)];
		try {
			const text = await body(request);
			const result = run ? await run(text === '' ? {} : JSON.parse(text)) : undefined;
			answer.writeHead(run ? 200 : 404, { 'Content-Type': 'application/json' });
			answer.end(JSON.stringify(result ?? {}));
		} catch (fault) {
			answer.writeHead(400, { 'Content-Type': 'application/json' });
			answer.end(JSON.stringify({ fault: String(fault) }));
		}
	});
	return listen(server);
}

/** Say that we are ready, and end when told to. */
export function ready(ports) {
	process.on('SIGTERM', () => process.exit(0));
	process.on('SIGINT', () => process.exit(0));
	// A test that dies without saying goodbye closes our stdin.
	process.stdin.resume();
	process.stdin.on('end', () => process.exit(0));
	process.stdout.write(`${JSON.stringify(ports)}\n`);
}
