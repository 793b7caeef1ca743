// tests/promises/_plain.mjs - a page's words, a paragraph a line, as portal/public/policy keeps them.
//
// "# " and "## " begin headings, "- " a line of a list; the cells of a table and a term with what it means
// have " | " between them.  What has the class "here" speaks of one site alone and is left out.

import { unescape } from "../flow/site.mjs";

const blocks = { h2: "# ", h3: "## ", summary: "## ", p: "" };

export function plain(html) {
	const inside = html.slice(html.indexOf('<main id="main">'), html.indexOf("</main>"));
	const lines = [];
	let line = null, skip = null, depth = 0, inList = 0, counted = null, defined = false;
	const flush = () => {
		const text = line?.text.replace(/\s+/g, " ").replace(/ ([.,:;])/g, "$1").trim() ?? "";
		if (text !== "" && text !== "|")
			lines.push(line.mark + text);
		line = null;
	};
	const begin = (mark) => { flush(); line = { mark, text: "" }; };
	for (const [all, close, name, rest] of inside.matchAll(/<(\/?)([a-z0-9]+)\b([^>]*)>|[^<]+/g)) {
		if (skip !== null) {
			if (name === skip)
				depth += close ? -1 : 1;
			if (depth === 0)
				skip = null;
			continue;
		}
		if (name === undefined) {
			if (line !== null)
				line.text += unescape(all);
			continue;
		}
		if (!close && (/class="([^"]* )?(here|crumb|contents)( [^"]*)?"/.test(rest) || name === "h1")) {
			skip = name;
			depth = 1;
			continue;
		}
		if (name === "dl" || name === "table") {
			flush();
			defined = name === "dl" && !close;
		} else if (name === "ol" && !defined) {
			counted = close ? null : Number(rest.match(/start="(\d+)"/)?.[1] ?? 1);
		} else if (name === "dt" || name === "tr") {
			if (!close)
				begin("");
		} else if (!close && (name === "dd" || name === "td" || name === "th")) {
			line ??= { mark: "", text: "" };
			line.text += line.text.trim() === "" ? "" : " | ";
			inList = 0;
		} else if (!close && name === "li" && defined) {
			line.text += inList++ > 0 ? ", " : "";
		} else if (name === "li" && !defined) {
			close ? flush() : begin(counted === null ? "- " : `- ${counted++}. `);
		} else if (name in blocks && !defined && line?.mark.startsWith("- ") !== true) {
			close ? flush() : begin(blocks[name]);
		}
	}
	flush();
	return lines.join("\n") + "\n";
}
