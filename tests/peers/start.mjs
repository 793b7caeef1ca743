// tests/peers/start.mjs - start a peer or one of our own programs from a test, talk to it, end it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const here = path.dirname(fileURLToPath(import.meta.url));
const children = new Set();

process.on('exit', () => {
	for (const child of children)
		child.kill('SIGKILL');
});

function gone(child) {
	return new Promise((done) => {
		if (child.exitCode !== null || child.signalCode !== null)
			done();
		else
			child.once('exit', () => done());
	});
}

/** End a child: asked first, then made. Gives its exit code, or null when it had to be killed. */
export async function stop(child, patience = 8000) {
	if (child.exitCode === null && child.signalCode === null) {
		child.kill('SIGTERM');
		const late = setTimeout(() => child.kill('SIGKILL'), patience);
		await gone(child);
		clearTimeout(late);
	}
	children.delete(child);
	return child.exitCode;
}

export function run(command, args, options = {}) {
	const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
	children.add(child);
	child.said = '';
	child.stderr?.on('data', (text) => {
		child.said += text;
		if (process.env.LOUD)
			process.stderr.write(text);
	});
	return child;
}

/** Start tests/peers/NAME.mjs; the result holds its ports, tell(command, argument) and stop(). */
export async function peer(name, ...args) {
	const child = run(process.execPath, [path.join(here, `${name}.mjs`), ...args]);
	const ports = await new Promise((done, fail) => {
		createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line)));
		child.once('exit', (code) => fail(new Error(`${name} ended with ${code}: ${child.said}`)));
	});
	const tell = async (command, argument = {}) => {
		const answer = await fetch(`http://127.0.0.1:${ports.control}/${command}`,
			{ method: 'POST', body: JSON.stringify(argument) });
		const result = await answer.json();
		if (!answer.ok)
			throw new Error(`${name} ${command}: ${answer.status} ${result.fault ?? ''}`);
		return result;
	};
	return { ...ports, tell, child, stop: () => stop(child) };
}
