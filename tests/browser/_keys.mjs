/*
 * tests/browser/_keys.mjs - the keyboard of somebody who has nothing else.
 *
 * No click, no focus() and no fill(): only Tab, Enter, Space, arrows and letters.  At each
 * stop the focus must show, and the order must be the order on the page.
 */
import { check } from './_lib.mjs';

/* Runs in the browser: where the focus is, what it is called, whether it shows. */
export function here() {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return { tag: e.tagName, type: e.type ?? '', name: (e.labels?.[0]?.firstChild?.textContent ?? e.getAttribute('aria-label') ?? e.innerText ?? '').trim(), id: e.id,
    shows: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.right > 0 && box.left < window.innerWidth,
    y: box.top + window.scrollY };
}

export function keyboard(page) {
  const key = (...keys) => keys.reduce((before, k) => before.then(() => page.keyboard.press(k)), Promise.resolve());
  const write = (text) => page.keyboard.type(text);

  /* Tab until the thing with these words has the focus. */
  const to = async (words) => {
    let last = null;
    for (let i = 0; i < 60; i++) {
      await key('Tab');
      const at = await page.evaluate(here);
      if (at === null) continue;
      check(at.shows, `the focus does not show on ${at.tag} "${at.name}"`);
      if (last !== null && at.tag !== 'A' && last.tag !== 'A') check(at.y >= last.y - 5, `the order jumps up from "${last.name}" to "${at.name}"`);
      last = at;
      if (at.name === words) return at;
    }
    throw new Error(`Tab never comes to "${words}"`);
  };

  const press = async (words) => {
    await to(words);
    await Promise.all([page.waitForEvent('framenavigated'), key('Enter')]);
    await page.waitForLoadState();
  };
  return { key, write, to, press };
}
