// tests/flow/_exam.mjs - the assurer challenge in tests: the file of questions, as its authors read it, and
// what a page of questions shows.  Whoever knows the file knows the answers.

import { readFileSync } from "node:fs";
import path from "node:path";
import { top, unescape } from "./site.mjs";

export const bankFile = path.join(top, "portal/trust/challenge.en.txt");

function bank(text) {
	const all = [];
	let at, last;
	for (const line of text.split("\n")) {
		const [, word, rest] = line.match(/^(\S+)\s*(.*)$/) ?? [];
		if (/^\s+\S/.test(line))
			last(line.trim());
		else if (word === "question")
			all.push(at = { name: rest.split(" ")[0], version: Number(rest.split(" ")[1]), options: [], right: [], ask: "", because: "" });
		else if (word === "type" || word === "about")
			at[word] = rest;
		else if (word === "ask" || word === "because")
			at[word] = rest, last = (more) => (at[word] += ` ${more}`);
		else if (word === "+" || word === "-") {
			if (word === "+")
				at.right.push(at.options.length);
			at.options.push(rest), last = (more) => (at.options[at.options.length - 1] += ` ${more}`);
		} else if (word === "answer")
			at.options = ["True", "False"], at.right = [rest === "true" ? 0 : 1];
	}
	return all;
}
export const known = bank(readFileSync(bankFile, "utf8"));

/** The questions on the present page, in their order. */
export function shown(v) {
	return [...v.page.text.matchAll(/<fieldset class="sheet" id="q(\d+)"[^>]*>([\s\S]*?)<\/fieldset>/g)].map(([, n, inside]) => {
		const ask = unescape(inside.match(/<legend[^>]*>\s*([\s\S]*?)\s*<\/legend>/)[1]).replace(/^\d+\. /, "");
		const labels = [...inside.matchAll(/<label[^>]*>\s*([\s\S]*?)\s*<\/label>/g)].map((m) => unescape(m[1]));
		const kinds = new Set([...inside.matchAll(/type="(radio|checkbox)"/g)].map((m) => m[1]));
		return { n: Number(n), ask, labels, kinds: [...kinds], open: inside.includes("No answer yet."), question: known.find((q) => q.ask === ask) };
	});
}
export const rightly = (q) => q.question.right.map(String);

/** What to send for these questions; the first `wrong` of them wrongly. */
export function answers(all, wrong) {
	return Object.fromEntries(all.map((q, i) => {
		const right = rightly(q);
		if (i >= wrong)
			return [`q${q.n}`, right];
		const other = q.labels.findIndex((_, m) => !q.question.right.includes(m));
		return [`q${q.n}`, other < 0 ? right.slice(1) : [String(other)]];
	}));
}

/** Through the pages, everything right. */
export async function passChallenge(v) {
	await v.own("/challenge");
	await v.send({}, "/challenge");
	await v.send(answers(shown(v), 0), "/challenge/questions");
	if (!/You have passed it/.test(v.words))
		throw new Error(`not passed: ${v.page.status} ${v.words.slice(0, 400)}`);
	return v;
}
