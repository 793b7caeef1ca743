/*
 * tests/browser/_meet.mjs - what members do with each other, in a browser: tell who they are, pass
 * the challenge, make and take codes, compare, note, sign.  From page to page by links alone.
 */
import { shown } from '../flow/_exam.mjs';
import { again, check } from './_lib.mjs';

export const words = async (page) => (await page.locator('main').innerText()).replace(/\s+/g, ' ');
export const says = async (page, ...patterns) => {
  const text = await words(page);
  for (const p of patterns) check(p.test(text), `${p} on ${await page.title()}: ${text}`);
};

/* By the words of a link or a button; where is a part of the page. */
export async function click(page, role, name, where = page.locator('main')) {
  await Promise.all([page.waitForEvent('framenavigated'), where.getByRole(role, { name, exact: true }).first().click()]);
  await page.waitForLoadState();
}
export const link = (page, name) => click(page, 'link', name);
export const press = (page, name) => click(page, 'button', name);
/* In the list at the top.  Who begins something looks at their page: those behind others are slow. */
export async function go(page, name) {
  await page.bringToFront();
  await click(page, 'link', name, page.getByRole('navigation'));
}

/* Fields by the beginning of their labels: { Place: 'Graz' }; a true ticks. */
export async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) {
    const field = page.getByLabel(new RegExp(`^${label}`)).first();
    if (value === true) await field.check();
    else await field.fill(value);
  }
}
const dated = ([day, month, year]) => ({ Day: day, Month: month, Year: year });

/* Name and birth date, from the home page. */
export async function tell(page, { given, family, birth }) {
  await go(page, 'Home');
  await link(page, 'Say what you are called');
  await fill(page, { 'Given name': given, 'Family name': family });
  await press(page, 'Keep these names');
  await go(page, 'Home');
  await link(page, 'Add your birth date');
  await fill(page, dated(birth));
  await press(page, 'Keep this date');
  await page.getByRole('heading', { name: 'My data' }).waitFor();
}

/* Everything right; keep: half-way the ticks are kept, as for a long look into the manual. */
export async function challenge(page, { keep = false } = {}) {
  await go(page, 'My points');
  await link(page, 'The assurer challenge');
  await press(page, 'Begin: the time starts');
  const all = shown({ page: { text: await page.content() } });
  check(all.length === 25 && all.every((q) => q.question), `${all.length} questions`);
  const tick = async (some) => {
    for (const q of some)
      for (const m of q.question.right) await page.locator(`#q${q.n} label`).nth(m).click();
  };
  const half = keep ? 10 : 0;
  await tick(all.slice(0, half));
  if (keep) {
    const ticked = await page.locator('fieldset input:checked').count();
    await press(page, 'Keep what I ticked');
    check(await page.locator('fieldset input:checked').count() === ticked && ticked >= half, 'ticks that were kept are gone');
  }
  await tick(all.slice(half));
  await press(page, 'Hand in all answers');
}

// ---- a meeting ----

export async function makeCode(page) {
  await go(page, 'My points');
  await link(page, 'Make a code for a meeting');
  await fill(page, { 'On a screen, when we meet': true });
  await press(page, 'Make a code');
  if (await page.getByRole('heading', { name: 'Your password, please' }).count() > 0) {
    await again(page, page.secret);
    await fill(page, { 'On a screen, when we meet': true });
    await press(page, 'Make a code');
  }
  return page.locator('.code code').first().innerText();
}

export async function takeCode(page, code) {
  await go(page, 'My points');
  await link(page, 'Vouch for somebody');
  await typeCode(page, code);
}
export async function typeCode(page, code) {
  await fill(page, { Code: code });
  await press(page, 'Go on');
  await page.getByRole('heading', { name: 'Compare with the papers' }).waitFor();
}

/* What the papers say, as the whole name stands there. */
export async function compare(page, { given, family, birth }) {
  await fill(page, { 'Whole name': `${given} ${family}`, ...dated(birth) });
  await press(page, 'Compare');
}

export const matched = async (page) => (await page.locator('#results .badge').allInnerTexts()).map((t) => t.replace(/\s+/g, ' '));

export async function note(page, { place, day, points }) {
  await link(page, 'Go on to vouching');
  await fill(page, { Place: place, ...dated([day.day, day.month, day.year]), Passport: true, Points: points, 'The member accepts': true });
  for (const name of await page.locator('#f-name input').all()) await name.check();
  await press(page, 'Note it');
}

export async function sign(page, password) {
  await page.getByRole('heading', { name: 'Sign what you noted' }).waitFor();
  await page.locator('input[name=draft]').first().check();
  await fill(page, { Password: password });
  await press(page, 'Sign');
  await again(page, password);
  await says(page, /Signed: 1\./);
}

/* The number on the first tile of "My points". */
export async function points(page) {
  await go(page, 'My points');
  return Number(await page.locator('.tiles b').first().innerText());
}
