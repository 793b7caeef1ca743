// tests/flow/_age.mjs - open a file that age (age-encryption.org/v1) closed with a pass-phrase: written from its specification
// (C2SP age.md), not from our C.
import assert from "node:assert/strict";
import { createDecipheriv, createHmac, hkdfSync, scryptSync } from "node:crypto";

function open(key, nonce, box) {
	const d = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
	d.setAuthTag(box.subarray(-16));
	return Buffer.concat([d.update(box.subarray(0, -16)), d.final()]);
}

export function ageOpen(file, phrase) {
	const head = file.toString("latin1").match(/^age-encryption\.org\/v1\n-> scrypt ([\w+/]{22}) (\d+)\n([\w+/]{43})\n---( [\w+/]{43}\n)/);
	assert.ok(head, "an age file for a pass-phrase");
	const salt = Buffer.concat([Buffer.from("age-encryption.org/v1/scrypt"), Buffer.from(head[1], "base64")]);
	const wrap = scryptSync(phrase, salt, 32, { N: 2 ** Number(head[2]), r: 8, p: 1, maxmem: 2 ** 28 });
	const key = open(wrap, Buffer.alloc(12), Buffer.from(head[3], "base64"));
	const mac = createHmac("sha256", Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), "header", 32)));
	assert.equal(mac.update(head[0].slice(0, -head[4].length)).digest("base64").replace(/=+$/, ""), head[4].trim());
	const body = file.subarray(head[0].length), payload = Buffer.from(hkdfSync("sha256", key, body.subarray(0, 16), "payload", 32));
	const pieces = [];
	for (let at = 16, i = 0, last = false; !last; i++) {
		const box = body.subarray(at, at + 65536 + 16), nonce = Buffer.alloc(12);
		last = at + box.length === body.length;
		nonce.writeUInt32BE(i, 7);
		nonce[11] = last ? 1 : 0;
		pieces.push(open(payload, nonce, box));
		at += box.length;
	}
	return Buffer.concat(pieces);
}
