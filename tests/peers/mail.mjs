// tests/peers/mail.mjs - read a mail as a person's program would: headers unfolded and decoded, body decoded.

function qp(text) {
	const bytes = [];
	const lines = text.replace(/=\r?\n/g, '');
	for (let i = 0; i < lines.length; i++)
		if (lines[i] === '=') {
			bytes.push(parseInt(lines.slice(i + 1, i + 3), 16));
			i += 2;
		} else
			bytes.push(lines.charCodeAt(i));
	return Buffer.from(bytes).toString('utf8');
}

function words(value) {
	return value.replace(/(=\?UTF-8\?[BQ]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
		.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind, text) => (kind.toUpperCase() === 'B' ?
			Buffer.from(text, 'base64').toString('utf8') : qp(text.replaceAll('_', ' '))));
}

/** {headers: {name: value}, text, raw, lines} */
export function readMail(raw) {
	const at = raw.search(/\r?\n\r?\n/);
	const head = raw.slice(0, at), body = raw.slice(at).replace(/^\r?\n\r?\n/, '');
	const headers = {};
	for (const line of head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
		const colon = line.indexOf(':');
		headers[line.slice(0, colon).toLowerCase()] = words(line.slice(colon + 1).trim());
	}
	const coding = headers['content-transfer-encoding'];
	const text = (coding === 'quoted-printable' ? qp(body) : coding === 'base64' ?
		Buffer.from(body, 'base64').toString('utf8') : body).replaceAll('\r\n', '\n');
	return { headers, text, raw, lines: raw.split(/\r?\n/) };
}
