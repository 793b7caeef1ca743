/*
 * tests/browser/_judges.mjs - what axe-core says of a page, and whether it was sent in order.
 *
 * axe takes its time, and most pages hold what others hold: it is asked when a page has an element
 * in a place or with attributes that no page before it had.  Colours it is not asked about: pages.mjs
 * reckons them itself, in both schemes.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { disorder } from '../flow/_markup.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

/* Begins to listen; gives a function that tells what is wrong with the page that is open. */
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
