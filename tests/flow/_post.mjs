// tests/flow/_post.mjs - a mail server handing mails to the postbox by LMTP.  Stands on nothing; starts nothing by itself.

import net from "node:net";
import path from "node:path";

/** Speak LMTP: each of `steps` is sent when the answer to the one before is there; all answers, by step. */
export function speak(site, steps) {
	return new Promise((done, failed) => {
		const socket = net.connect(path.join(site.dir, "run/lmtp.sock"));
		const answers = [], left = [...steps];
		let held = "";
		const whole = (text) => /^(?:\d{3}-[^\r\n]*\r\n)*\d{3} [^\r\n]*\r\n$/.test(text);
		socket.setEncoding("latin1");
		socket.setTimeout(30000, () => socket.destroy(new Error(`no answer: ${answers.join("")}`)));
		socket.on("error", failed);
		socket.on("close", () => done(answers));
		socket.on("data", (text) => {
			held += text;
			if (!whole(held))
				return;
			answers.push(held);
			held = "";
			if (left.length === 0)
				socket.end();
			else
				socket.write(left.shift());
		});
	});
}

/** One mail; the answer to its last dot. */
export async function deliver(site, { from, to = "troth@localhost", head = {}, body = "", raw = undefined }) {
	const whole = raw ?? [...Object.entries({ "From": from, "To": to, "Message-ID": `<${Math.random()}@mx.example.org>`, ...head })
		.map(([name, value]) => `${name}: ${value}`), "", body].join("\n");
	const lines = whole.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..");
	const answers = await speak(site, ["LHLO mx.example.org\r\n", `MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, "DATA\r\n", `${lines}\r\n.\r\n`, "QUIT\r\n"]);
	return answers[5] ?? answers.at(-1);
}
