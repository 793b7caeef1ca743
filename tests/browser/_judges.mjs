/*
 * tests/browser/_judges.mjs - what axe-core says of a page, and whether its tags are in order.
 *
 * axe takes its time, and most pages hold what others hold: it is asked when a page has an element
 * in a place or with attributes that no page before it had.  Colours it is not asked about: pages.mjs
 * reckons them itself, in both schemes.  The tags are those that were sent: a browser mends in silence
 * an end that is missing.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const empty = /^(area|base|br|col|hr|img|input|link|meta|wbr)$/;
const ends = /^(address|blockquote|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre|section|table|ul)$/;	/* these end a <p> by themselves */

/* Runs in the browser: elements by where they stand and what they carry, each kind once. */
function shapes() {
  const plain = new Set(['checked', 'selected', 'value', 'href', 'id', 'datetime']);
  return [...new Set([...document.body.querySelectorAll('*')].map((e) => [e.parentElement.localName, e.localName, e.type, e.getAttribute('role'),
    ...e.getAttributeNames().filter((name) => !plain.has(name)).sort()].join(' ')))];
}

/* Runs in the browser: closed details are opened for as long as axe looks. */
async function ask() {
  const closed = [...document.querySelectorAll('details:not([open])')];
  for (const e of closed) e.open = true;
  const { violations } = await window.axe.run(document, { resultTypes: ['violations'],
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    rules: { 'target-size': { enabled: true }, 'color-contrast': { enabled: false } } });
  for (const e of closed) e.open = false;
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${v.help}: ${node.html.slice(0, 160)}`));
}

/* What of these tags is out of order. */
export function disorder(html) {
  const open = [];
  const wrong = [];
  for (const [whole, end, tag] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>/g)) {
    if (!end && open.at(-1) === 'p' && ends.test(tag)) wrong.push(`<${tag}> in a <p>`);
    if (!end && !empty.test(tag) && !whole.endsWith('/>')) open.push(tag);
    if (end && open.pop() !== tag) return [...wrong, `</${tag}> closes something else`];
  }
  return open.length > 0 ? [...wrong, `<${open.at(-1)}> has no end`] : wrong;
}

/* Begins to listen; gives what judges a page: its name and what is wrong with it. */
export function judges(page) {
  const sent = new Map();	/* address -> a promise of the newest page from there */
  const known = new Set();
  page.on('response', (answer) => {
    if (answer.request().isNavigationRequest() && answer.frame() === page.mainFrame()) sent.set(answer.url(), answer.text().catch(() => ''));
  });
  return async () => {
    const wrong = disorder(await sent.get(page.url().split('#')[0]) ?? '');
    const fresh = (await page.evaluate(shapes)).filter((shape) => !known.has(shape));
    if (fresh.length === 0) return wrong;
    for (const shape of fresh) known.add(shape);
    await page.evaluate(axe);
    return [...wrong, ...await page.evaluate(ask)];
  };
}
