// tests/flow/_markup.mjs - what is out of order in a page as it was sent.
//
// A browser mends in silence a tag that has no end or ends something else; of an id that stands twice, or a
// link to a place of the page that is not there, whoever follows it learns first.

const empty = /^(area|base|br|col|hr|img|input|link|meta|wbr)$/;
const endsParagraph = /^(address|aside|blockquote|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre|section|table|ul)$/;

export function disorder(html) {
	const open = [], wrong = [], ids = new Set(), targets = [];

	for (const [whole, end, tag] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>/g)) {
		const id = whole.match(/ id="([^"]*)"/)?.[1], target = tag === "a" && whole.match(/ href="#([^"]+)"/)?.[1];

		if (end && open.pop() !== tag)
			return [...wrong, `</${tag}> ends something else`];
		if (!end && open.at(-1) === "p" && endsParagraph.test(tag))
			wrong.push(`<${tag}> in a <p>`);
		if (!end && !empty.test(tag) && !whole.endsWith("/>"))
			open.push(tag);
		if (id !== undefined && ids.size === ids.add(id).size)
			wrong.push(`id twice: ${id}`);
		if (target)
			targets.push(decodeURIComponent(target));
	}
	if (open.length > 0)
		wrong.push(`<${open.at(-1)}> has no end`);
	return [...wrong, ...targets.filter((to) => !ids.has(to)).map((to) => `a link to ${to}, which is not there`)];
}
