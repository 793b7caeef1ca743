/*
 * tests/browser/pages.mjs - every page there is, as a reader meets it.
 *
 * limit: 600
 *
 * The list of pages is the program's own (troth-portal --routes), so a new page that this
 * test cannot reach fails it.  On each: one h1, a title, a language, headings in order, no
 * duplicate id, a label for each input, one main button at most, no inline style or script,
 * readable contrast in light and dark, nothing wider than 320 px, no console error, no cookie
 * and no storage; every link leads somewhere; axe-core finds nothing.  Then the main way through without script.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import path from 'node:path';
import { Visitor } from '../flow/site.mjs';
import { enrol, freshen, member as newMember, signIn as enter } from '../flow/_people.mjs';
import { announce, signUp } from '../flow/_events.mjs';
import { compare, makeCode, numberOf, takeCode, vouchFor } from '../flow/_trust.mjs';
import { judges } from './_judges.mjs';
import { again, browse, check, follow, invent, join, linkIn, mailTo, main, rootOf, routes, signIn, siteWithNames, step } from './_lib.mjs';

/* What stands for the * of a route; {} means: found as a link on the page named here. */
const open = { '/verify/*': '/verify/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/reset/*': '/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '/contact/*': '/contact/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/erase/*': '/erase/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/events/*': '/events/AAAAAAAA',
  '/stop/*': '/stop/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/lost/*': '/lost/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/lost/open/*': '/lost/open/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '/policy/agreement/*': '/policy/agreement/1', '/policy/statement/*': '/policy/statement/2', '/policy/changes/agreement/*': '/policy/changes/agreement/2', '/policy/changes/statement/*': '/policy/changes/statement/2' };
const found = { '/history/*': '/history', '/domains/show/*': '/domains', '/domains/remove/*': ['/domains', '/domains/show/'], '/certs/show/*': '/certs',
  '/certs/change/*': ['/certs', '/certs/show/'], '/addresses/remove/*': '/addresses', '/password/*': '/password', '/assurances/withdraw/*': '/assurances',
  '/names/change/*': '/names', '/names/erase/*': '/names', '/directory/write/*': '/directory', '/papers/offer/*': '/papers',
  '/points/object/*': '/points' };
const made = {};	/* the same for what a meeting of this test has */
/* Not pages: files, and what only machines ask. */
const files = ['/.well-known/security.txt', '/.well-known/gpc.json', '/robots.txt', '/favicon.ico', '/once/*', '/once/form/*', '/ocsp/*',
  '/w3c/p3p.xml', '/w3c/policy.xml', '/export/data.schema.json', '/promises/*'];

/* Runs in the browser: what is wrong with this page's markup. */
function lookAt() {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const ids = all('[id]').map((e) => e.id);
  if (all('h1').length !== 1) wrong.push(`${all('h1').length} h1`);
  if (!/\S · \S/.test(document.title)) wrong.push(`title: ${document.title}`);
  if (!document.documentElement.lang) wrong.push('no lang');
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) wrong.push(`id twice: ${id}`);
  for (const e of all('input:not([type=hidden]), textarea, select')) if (e.labels.length === 0 && !e.getAttribute('aria-label')) wrong.push(`no label: ${e.outerHTML}`);
  for (const e of all('[aria-describedby], [aria-labelledby]'))
    for (const id of `${e.getAttribute('aria-describedby') ?? ''} ${e.getAttribute('aria-labelledby') ?? ''}`.split(' ').filter(Boolean))
      if (!document.getElementById(id)) wrong.push(`described by nothing: ${id}`);
  const levels = all('h1, h2, h3, h4').map((e) => Number(e.tagName[1]));
  levels.forEach((n, i) => { if (i > 0 && n > levels[i - 1] + 1) wrong.push(`h${levels[i - 1]} then h${n}`); });
  if (levels[0] !== 1) wrong.push('the first heading is no h1');
  if (all('main').length !== 1 || !document.querySelector('a.skip[href="#main"]')) wrong.push('no way to skip to the content');
  const main = all('.button').filter((e) => e.offsetParent && !e.matches('.second, .danger'));
  if (main.length > 1) wrong.push(`${main.length} main buttons: ${main.map((e) => e.textContent)}`);
  if (all('[style], style, script:not([src])').length > 0) wrong.push('inline style or script');
  for (const e of all('a[href^="#"]')) if (!document.getElementById(decodeURIComponent(e.hash.slice(1)))) wrong.push(`leads nowhere on the page: ${e.hash}`);
  if (all('a:not([href])').length > 0) wrong.push('a link without an address');
  if (all('.value').some((e) => getComputedStyle(e).display === 'inline' && getComputedStyle(e).unicodeBidi !== 'isolate')) wrong.push('typed text can move the words around it');
  for (const e of all('a, button')) if (!e.textContent.trim() && !e.getAttribute('aria-label')) wrong.push(`no words: ${e.outerHTML}`);
  if (all('th').some((e) => !e.textContent.trim() || !e.scope)) wrong.push('a table head that is empty or does not say of what');
  for (const e of all('main *')) if (e.scrollWidth > e.clientWidth && e.clientWidth > 0 && /auto|scroll/.test(getComputedStyle(e).overflowX) && e.tabIndex < 0 && !e.querySelector('a, button, input')) wrong.push(`scrolls, not by keyboard: ${e.outerHTML.slice(0, 80)}`);
  if (localStorage.length + sessionStorage.length > 0) wrong.push('storage');
  return wrong;
}

/* Runs in the browser: texts whose contrast is below WCAG AA, of those that show. */
function tooFaint() {
  const part = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const colour = (text) => text.match(/[\d.]+/g).map(Number);
  const below = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = colour(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !e.offsetParent) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(colour(style.color)), light(below(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least) faint.add(`${ratio.toFixed(2)} for "${node.textContent.trim().slice(0, 40)}" (${e.tagName} ${e.className})`);
  }
  for (const e of document.querySelectorAll('input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea, select')) {
    if (!e.offsetParent) continue;
    const [a, b] = [light(colour(getComputedStyle(e).borderColor)), light(below(e.parentElement))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 3) faint.add(`border of ${e.name || e.id}`);
  }
  return [...faint];
}

/* Runs in the browser: headings and names that go on in the next line within a word, or behind the hyphen of "e-mail"; dates in two rows. */
function broken() {
  const found = [];
  for (const e of document.querySelectorAll('fieldset.date'))
    if (new Set([...e.querySelectorAll('.field')].map((f) => Math.round(f.getBoundingClientRect().top))).size > 1) found.push(`in two rows: ${e.innerText.trim()}`);
  for (const e of document.querySelectorAll('h1, h2, h3, b.value')) {
    const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), range = document.createRange();
    let before = null, text = '';
    for (let node = walk.nextNode(); node; node = walk.nextNode())
      for (let i = 0; i < node.length; i++) {
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const { top, height } = range.getBoundingClientRect();
        if (before !== null && height > 0 && top - before > height / 2 && (/[^\s.@–-]$/.test(text) || /\be-$/i.test(text))) found.push(`"${e.textContent.trim()}" is broken behind "${text.slice(-12)}"`);
        if (height > 0) before = top;
        text += node.data[i];
      }
  }
  return found;
}

const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
const get = (address, ca) => new Promise((done, failed) => {
  (address.startsWith('https:') ? https : http).get(address, { ca }, (answer) => { answer.resume(); answer.on('end', () => done(answer.statusCode)); }).on('error', failed);
});

main(async () => {
  const { site, dns } = await siteWithNames();
  const people = await invent(site);
  /* Chidi, an assurer since the demo, is in the middle of a meeting, keeps a paper form, has a code himself, another name,
     an event announced and a line in the directory. */
  const here = Object.fromEntries(await Promise.all(['chidi', 'mei', 'sukarno'].map(async (name) => [name, await enter(new Visitor(site), people[name].address, people[name].password)])));
  const olga = { given: 'Olga', family: 'Kern', birth: ['29', '2', '1984'], document: null, questions: null };
  await vouchFor(here.chidi, await enrol(await newMember(site, 'olga@example.org'), olga), olga, { paper: true }, people.chidi.password);
  await makeCode(here.chidi, 'printed');
  const meeting = await takeCode(here.chidi, await makeCode(here.mei));
  await compare(here.chidi, meeting, { name: '美 林', birth: ['9', '1', '2001'], kind: 'passport' });
  for (const where of ['with', 'show', 'note']) made[`/assure/${where}/*`] = `/assure/${where}/${meeting}`;
  await here.chidi.own('/names/add');
  await here.chidi.send({ sort: 'artist', given: 'Chi', family: 'Star' }, '/names/add');
  const event = await announce(here.chidi);
  made['/events/*'] = `/events/${event}`;
  made['/events/end/*'] = `/events/end/${event}`;
  await here.chidi.own('/directory/mine');
  await here.chidi.send({ named: true, region: 'Graz', languages: 'German', place: '47.07, 15.43' }, '/directory/mine');
  await here.chidi.send({}, '/directory/mine/publish');
  /* Sukarno objects to what Chidi noted, so that officers have something to decide. */
  await here.sukarno.own('/points');
  const objectTo = here.sukarno.page.text.match(/\/points\/object\/\d+/)[0];
  await here.sukarno.own(objectTo);
  await here.sukarno.send({ words: 'We have never met.' }, objectTo);
  const ada = await enter(new Visitor(site), people.ada.address, people.ada.password);
  await ada.own('/officers');
  made['/officers/decision/*'] = ada.page.text.match(/href="\/~[^/]+(\/officers\/decision\/\d+)"[^>]*>[^<]*bjection/)[1];
  /* She comes to the event that she announced, and that is on. */
  await ada.own('/events/mine');
  made.hers = ada.page.text.match(/href="\/~[^/]+(\/events\/\d+)"/)[1];
  await signUp(ada, made.hers.split('/').pop());
  /* An authority asks for Chidi's name. */
  await freshen(ada, people.ada.password);
  await ada.own('/officers/disclosures/new');
  await ada.send({ authority: 'Bezirksgericht Graz', basis: 'StPO 76a', document: { file: 'An order' }, members: String(await numberOf(site, people.chidi.address, people.chidi.password)),
    field: ['4'], first: '2026-01-01', last: '2026-01-31', reason: 'The order is attached' }, '/officers/disclosures/new');
  made['/officers/disclosures/*'] = new URL(ada.url).pathname.replace(/^\/~[^/]+/, '');
  made['/officers/disclosures/borrow/*'] = made['/officers/disclosures/*'].replace('/disclosures/', '/disclosures/borrow/');
  made['/guest/*'] = '/guest/12345678';	/* nobody's: a seat takes seven days' notice */
  await here.chidi.own('/cases/new');
  await here.chidi.send({ kind: 'complaint', words: 'Nobody answered me.' }, '/cases/new');
  made['/cases/*'] = made['/desk/case/*'] = new URL(here.chidi.url).pathname.replace(/^\/~[^/]+/, '');
  made['/desk/case/*'] = made['/desk/case/*'].replace('/cases/', '/desk/case/');	/* not for members */
  await here.sukarno.own('/cases/report');
  await here.sukarno.send({ against: 'member', about: '', words: 'Somebody sold points.' }, '/cases/report');
  made.report = new URL(here.sukarno.url).pathname.replace(/^\/~[^/]+\/cases/, '/desk/case');
  await here.chidi.own('/cases/new');
  await here.chidi.send({ kind: 'name', words: 'I am called Chi Star now.' }, '/cases/new');
  made['/cases/name/*'] = new URL(here.chidi.url).pathname.replace(/^\/~[^/]+\/cases/, '/cases/name');
  made['/officers/breaches/*'] = '/officers/breaches/12345678';	/* not for members; an officer enters one below */
  const b = await browse(site, { viewport: { width: 600, height: 900 } });
  const { page } = b;
  const said = [];
  const links = new Map();	/* where to -> seen on */
  let expected = 0;		/* a page that answers 4xx is an error to the console */
  page.on('console', (m) => { if (m.type() === 'error') said.push(m.text()); });
  page.on('pageerror', (e) => said.push(e.message));

  /* One page, narrow and wide, in both schemes.  What it ended with is where the next begins: each switch costs a drawing. */
  const schemes = ['light', 'dark'], widths = [600, 320];	/* 600: 1200 at 200 % */
  const others = judges(page);
  const judge = async (name) => {
    const wrong = [...await page.evaluate(lookAt), ...await others()];
    for (const scheme of [...schemes]) {
      if (scheme !== schemes[0]) await page.emulateMedia({ colorScheme: scheme });
      wrong.push(...(await page.evaluate(tooFaint)).map((t) => `${scheme}: ${t}`));
    }
    for (const width of [...widths]) {
      if (width !== widths[0]) await page.setViewportSize({ width, height: 900 });
      const over = await page.evaluate(wide);
      if (over > 0) wrong.push(`${over} px too wide at ${width}`);
      if (width === 320) wrong.push(...await page.evaluate(broken));
    }
    schemes.reverse();
    widths.reverse();
    if (said.filter((t) => !/status of 4\d\d/.test(t)).length > 0) wrong.push(...said);
    said.length = 0;
    if ((await b.context.cookies()).length > 0) wrong.push('a cookie');
    for (const to of await page.locator('a[href]:not([href^="#"])').evaluateAll((list) => list.map((a) => a.href.split('#')[0])))
      if (to.startsWith('http')) links.set(to.replace(/~[A-Za-z0-9_-]{32}/, '~'), name);
    check(wrong.length === 0, `${name}:\n  ${wrong.join('\n  ')}`);
  };

  const rows = routes().filter((r) => r.method === 'GET' && !files.includes(r.where));

  await step('every page a visitor can open', async () => {
    for (const { where, guard } of rows.filter((r) => r.guard === 'open')) {
      const answer = await page.goto(site.https + (open[where] ?? where));
      check(!where.includes('*') || open[where], `${where}: say in this test what stands for its *`);
      check(answer.status() === (open[where] && !where.startsWith('/policy/') ? 410 : 200) || (open[where] && [404, 403].includes(answer.status())), `${where}: ${answer.status()}`);
      await judge(where);
      check(guard === 'open', guard);
    }
  });

  await step('the own pages ask who it is when nobody is signed in', async () => {
    const none = `${site.https}/~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`, stranger = new Visitor(site);
    for (const { where } of rows.filter((r) => r.guard === 'own')) {
      const answer = await stranger.request('GET', none + where.replace('*', '1'));
      check(answer.status === 403, `${where}: ${answer.status}`);
    }
    check((await page.goto(`${none}/home`)).status() === 403, 'the browser got in');
    await judge('the sign-in question');
    check((await page.goto(`${site.https}/no/such/page`)).status() === 404, 'a page that is not there');
    await judge('a page that is not there');
  });

  await step('a form with faults: the summary has the focus and leads to each field', async () => {
    await page.goto(`${site.https}/join`);
    await page.getByLabel('E-mail address').fill('somebody@example.org');
    await page.getByLabel('Password', { exact: true }).fill('password');
    await page.getByRole('button', { name: 'Send me the link' }).click();
    await page.getByRole('alert').waitFor();
    await judge('/join with faults');
    await page.emulateMedia({ forcedColors: 'active' });
    check(await page.locator('main .button').evaluate((e) => getComputedStyle(e).borderTopWidth) === '2px', 'in high contrast a button is words like others');
    await page.emulateMedia({ forcedColors: null });
    check(await page.evaluate(() => document.activeElement.id) === 'summary', 'the focus is elsewhere');
    check((await page.title()).startsWith('Please check'), await page.title());
    check(await page.getByLabel('E-mail address').inputValue() === 'somebody@example.org', 'what was typed is gone');
    check(await page.getByLabel('Password', { exact: true }).inputValue() === '', 'a password came back');
    for (const link of await page.getByRole('alert').getByRole('link').all()) {
      const id = (await link.getAttribute('href')).slice(1);
      await link.press('Enter');
      check(await page.evaluate(() => document.activeElement.id) === id, `the link to ${id} does not lead into the field`);
    }
  });

  for (const [name, does] of [['chidi', 'who has everything'], ['nemo', 'who has nothing yet']])
    await step(`every page of a member ${does}`, async () => {
      const { address, password } = people[name];
      await signIn(site, page, address, password);
      const to = async (where) => { await follow(page, rootOf(page) + where); await judge(`${where} of ${name}`); if (await page.getByRole('heading', { name: 'Your password, please' }).count() > 0 && !where.startsWith('/password')) { await again(page, password); await judge(`${where} of ${name}`); } };
      for (const { where } of rows.filter((r) => r.guard === 'own')) {
        if (!where.includes('*')) { await to(where); continue; }
        if (made[where]) { await to(made[where]); continue; }
        check(found[where], `${where}: say in this test where a link to it stands`);
        const [list, ...via] = [found[where]].flat();
        let at = list;
        for (const start of [...via, where.slice(0, -1)]) {
          await follow(page, rootOf(page) + at);
          const hrefs = await page.locator('main a[href]').evaluateAll((all) => all.map((a) => new URL(a.href).pathname.replace(/^\/~[^/]+/, '')));
          at = hrefs.find((href) => href.startsWith(start));
          if (at === undefined) break;
        }
        if (where === '/password/*') at = '/password/data';
        check(at !== undefined || name === 'nemo', `${where}: no link to one on ${list}`);
        if (at !== undefined) await to(at);
      }
      /* Each domain in its states: not proved, with a value to publish, proved. */
      await follow(page, `${rootOf(page)}/domains`);
      const waiting = page.locator('.card', { hasText: 'not proved yet' }).getByRole('link');
      if (await waiting.count() > 0) {
        await waiting.first().click();
        for (const button of ['Give me a value to publish', 'Give me a file to publish', 'Send the message']) {
          if (button === 'Send the message') await page.getByLabel('postmaster').check();
          await page.getByRole('button', { name: button }).click();
          await page.waitForLoadState();
          await judge(`a domain after "${button}"`);
        }
        await page.getByRole('button', { name: 'Send the message' }).click();
        await page.getByRole('alert').waitFor();
        await judge('a domain without a mailbox chosen');
      }
    });

  await step('an officer: pages and faults', async () => {
    const { address, password } = people.ada;
    const to = async (where) => { await follow(page, rootOf(page) + where); await again(page, password); };
    const press = async (name) => { await Promise.all([page.waitForEvent('framenavigated'), page.getByRole('button', { name, exact: true }).first().click()]); await page.waitForLoadState(); };
    await signIn(site, page, address, password);
    for (const where of ['/home', '/officers', '/officers/founding', '/officers/standing', '/officers/later', '/officers/disclosures', '/officers/disclosures/new', made['/officers/disclosures/*'], made['/officers/decision/*'], made.hers]) {
      await to(where);
      await judge(`${where} of ada`);
    }
    await to('/officers/breaches');
    await judge('/officers/breaches of ada');
    await page.getByLabel('Known for how many hours?').fill('3');
    await page.getByLabel('What happened').fill('A laptop was left in a train.');
    await press('Enter it');
    await judge('a breach');
    await to(made['/officers/decision/*']);
    await page.getByText('We have never met.').waitFor();
    await press('Vote');
    await page.getByRole('alert').waitFor();
    await judge('a vote with faults');
    await to('/officers/standing');
    await page.getByLabel('Member number or e-mail address').fill(people.chidi.address);
    await press('Look it up');
    await judge('a standing looked up');
    await press('Ask for it');
    await page.getByRole('alert').waitFor();
    await judge('asking with faults');
    await to('/officers/disclosures/new');
    await press('Ask for it');
    await page.getByRole('alert').waitFor();
    await judge('asking for a disclosure with faults');
    await to(made['/officers/disclosures/borrow/*']);
    await judge('borrowing an officer');
    await press('Ask for it');
    await page.getByRole('alert').waitFor();
    await judge('borrowing an officer with faults');
  });

  await step('support staff: the list, a case not taken, one taken, a field opened', async () => {
    const { address, password } = people.sana;
    const to = async (where) => { await follow(page, rootOf(page) + where); await again(page, password); };
    const press = async (name) => { await Promise.all([page.waitForEvent('framenavigated'), page.getByRole('button', { name, exact: true }).first().click()]); await page.waitForLoadState(); };
    await signIn(site, page, address, password);
    await to('/desk');
    await judge('/desk of sana');
    await to('/desk/letter');
    await judge('/desk/letter of sana');
    await press('Open the case');
    await page.getByRole('alert').waitFor();
    await judge('a letter with faults');
    await to('/desk');
    for (const where of await page.locator('main a[href*="/desk/case/"]').evaluateAll((all) => all.map((a) => new URL(a.href).pathname.replace(/^\/~[^/]+/, '')))) {
      await to(where);
      await judge(`${where} of sana`);
    }
    await to(made['/desk/case/*']);
    await press('Take this case');
    await page.getByText('Nobody answered me.').waitFor();
    await judge('a case taken');
    await page.locator('input[name=field]').first().check();
    await page.locator('input[name=reason]').first().fill('To answer the complaint.');
    await press('Open it for ten minutes');
    await again(page, password);
    await judge('after asking for a field');
    /* A report: whom it concerns is found, and two officers are asked to let them be told later. */
    await to(made.report);
    await press('Take this case');
    await page.getByLabel('E-mail address', { exact: true }).check();
    await page.getByLabel('Exactly').fill(people.mei.address);
    await press('Find');
    await judge('a report, with whom it concerns');
    await page.getByText('Tell the member later').click();
    await press('Ask two officers');
    await page.getByRole('alert').waitFor();
    await judge('asking to tell later with faults');
    await page.getByLabel('For how many days').fill('9');
    await page.getByLabel('Why telling would do harm').fill('They would warn the others.');
    await press('Ask two officers');
    await page.getByText('Two officers are asked').waitFor();
    await judge('a report of which telling later was asked for');
  });

  await step('a meeting: faults, fields shown, a draft, the printed form', async () => {
    const { address, password } = people.chidi;
    await signIn(site, page, address, password);
    const press = async (name) => { await Promise.all([page.waitForEvent('framenavigated'), page.getByRole('button', { name, exact: true }).first().click()]); await page.waitForLoadState(); };
    await follow(page, `${rootOf(page)}/assure`);
    await page.getByLabel('Code').fill('7KQM-3V9X-D2TP-84HQ');
    await press('Go on');
    await judge('a wrong code');
    await follow(page, rootOf(page) + made['/assure/with/*']);
    await press('Compare');
    await judge('nothing to compare');
    await follow(page, rootOf(page) + made['/assure/show/*']);
    await again(page, password);
    await press('Show me');
    await page.getByText('2001-01-09').waitFor();
    await judge('fields shown');
    await follow(page, rootOf(page) + made['/assure/note/*']);
    await press('Note it');
    await judge('noting with faults');
    for (const link of await page.getByRole('alert').getByRole('link').all()) {
      const id = (await link.getAttribute('href')).slice(1);
      check(await page.locator(`[id="${id}"]`).count() === 1, `the link to ${id} leads nowhere`);
    }
    const day = new Date();
    for (const [label, value] of [['Place', 'Lübeck'], ['Day', day.getUTCDate()], ['Month', day.getUTCMonth() + 1], ['Year', day.getUTCFullYear()], ['Points', 5]])
      await page.getByLabel(label, { exact: true }).fill(String(value));
    await page.getByLabel('Passport', { exact: true }).check();
    await page.locator('input[name=name]').first().check();
    await page.getByLabel('The member accepts the community agreement').check();
    await press('Note it');
    await judge('a draft');
    await press('Sign');
    await judge('signing with a fault');
    await follow(page, `${rootOf(page)}/password/handover`);
    await again(page, password);
    await press('The form to print');
    await page.getByRole('heading', { name: 'Assurance form' }).waitFor();
    await judge('the printed form');
  });

  await step('the printed form is one sheet of A4 and of Letter, filled, blank and for two; its code reads back', async () => {
    const { address, password } = people.chidi;
    const sheet = async (name, code) => {
      for (const format of ['A4', 'Letter']) {
        const file = path.join(site.dir, 'form.pdf');
        await page.pdf({ path: file, format, displayHeaderFooter: true });
        check(/^Pages:\s+1$/m.test(execFileSync('pdfinfo', [file]).toString()), `${name}: more than one ${format} sheet`);
        if (!code) continue;
        execFileSync('pdftoppm', ['-r', '150', '-gray', '-singlefile', file, path.join(site.dir, 'form')]);
        const read = execFileSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', path.join(site.dir, 'form.pgm')], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
        check(read === code.replaceAll('-', ''), `${name}: the picture says ${read}, not ${code}`);
      }
    };
    await page.goto(`${site.https}/form`);
    await sheet('blank');
    await page.goto(`${site.https}/form?mutual=1`);
    await sheet('blank, for two');
    await signIn(site, page, address, password);
    await follow(page, `${rootOf(page)}/password/handover`);
    await again(page, password);
    await page.getByRole('button', { name: 'The form to print' }).click();
    await page.getByRole('heading', { name: 'Assurance form' }).waitFor();
    await sheet('with the code', await page.locator('.letters code').innerText());
    await signIn(site, page, address, password);
    await follow(page, `${rootOf(page)}/handover`);
    await page.getByLabel('For two who vouch for each other').check();
    await page.getByRole('button', { name: 'A form with my names' }).click();
    await page.getByRole('heading', { name: 'The other way round' }).waitFor();
    await sheet('with names, for two');
    await signIn(site, page, address, password);
    await follow(page, `${rootOf(page)}/ttp`);
    await page.getByLabel('Country where your papers are checked').selectOption('NZ');
    await page.getByRole('button', { name: 'Make a form' }).click();
    await again(page, password);
    await page.getByLabel('Country where your papers are checked').selectOption('NZ');
    await page.getByRole('button', { name: 'Make a form' }).click();
    await page.getByText('for the first senior assurer').waitFor();
    await judge('a code for a third party');
    await page.getByRole('button', { name: 'The form to print' }).click();
    await page.getByRole('heading', { name: 'Form for a trusted third party' }).waitFor();
    await judge("a third party's form");
    await sheet("a third party's", await page.locator('.letters code').innerText());
  });

  await step('scanning: the camera fills the field where the browser can read codes, and nothing shows where it cannot', async () => {
    const { address, password } = people.chidi;
    await signIn(site, page, address, password);
    await follow(page, `${rootOf(page)}/assure`);
    check(await page.locator('#scan').isVisible() === false, 'the camera is offered without a reader of codes');
    const policy = await page.evaluate(() => [document.featurePolicy?.allowsFeature('camera'), document.featurePolicy?.allowsFeature('microphone')]);
    check(policy[0] !== false && policy[1] !== true, `policy: ${policy}`);
    const markup = await page.evaluate(() => { document.createElement('p').innerHTML = '<b>x</b>'; }).catch((refused) => refused.message);
    check(/TrustedHTML/.test(markup), `a page with a script makes markup of a text: ${markup}`);
    said.length = 0;	/* the console told it, too */
    await page.addInitScript(() => {
      window.BarcodeDetector = class {
        static async getSupportedFormats() { return ['qr_code']; }
        async detect(seen) { return seen.srcObject ? [{ rawValue: 'https://example.org/other' }, { rawValue: '7kqm3v9xd2tp84hq' }] : []; }
      };
      navigator.mediaDevices.getUserMedia = async () => document.createElement('canvas').captureStream();
      HTMLMediaElement.prototype.play = async () => {};
    });
    await follow(page, `${rootOf(page)}/assure`);
    await page.getByRole('button', { name: 'Scan it with the camera' }).click();
    await page.getByText('The code stands in the field.').waitFor();
    check(await page.getByLabel('Code').inputValue() === '7KQM-3V9X-D2TP-84HQ', await page.getByLabel('Code').inputValue());
    check(await page.locator('#picture').isVisible() === false, 'the camera is still on');
    await judge('after scanning');
    await follow(page, `${rootOf(page)}/home`);
    check(!await page.evaluate(() => document.featurePolicy?.allowsFeature('camera') ?? false), 'other pages may ask for the camera');
  });

  await step('the assurer challenge in its states: open, faulty, kept, not passed', async () => {
    const { address, password } = people.sukarno;
    await signIn(site, page, address, password);
    await follow(page, `${rootOf(page)}/challenge`);
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { name: '25 questions' }).waitFor();
    await judge('questions');
    await page.locator('#q2 input').nth(1).check();
    await page.getByRole('button', { name: 'Hand in all answers' }).click();
    await page.getByRole('alert').waitFor();
    await judge('questions, most of them open');
    check(await page.locator('#q2 input').nth(1).isChecked(), 'a tick is lost');
    check(await page.locator('fieldset .fault').count() === 24, 'not every open question says so');
    await page.getByRole('link', { name: '7', exact: true }).press('Enter');
    check(new URL(page.url()).hash === '#q7', 'the link to question 7');
    /* The place to keep ticks leads to the questions behind it. */
    await page.getByRole('button', { name: 'Keep what I ticked' }).first().click();
    await page.waitForURL(/#q6$/);
    check(await page.locator('#q2 input').nth(1).isChecked(), 'a tick is not kept');
    check(await page.getByRole('alert').count() === 0, 'keeping is no fault');
    await follow(page, `${rootOf(page)}/challenge`);
    await judge('a try is open');
    await page.getByRole('link', { name: 'Go on with it' }).click();
    await page.getByLabel('Hand in although questions are left open').check();
    await page.getByRole('button', { name: 'Hand in all answers' }).click();
    const right = Number((await page.getByText(/\d+ of 25 answers were right/).innerText()).match(/(\d+) of 25/)[1]);
    check(right <= 1, 'open questions count as wrong');
    await judge('not passed');
    check(await page.locator('main .card h3').count() === 25 - right, 'not every wrong answer is explained');
  });

  await step('Back shows pages from memory, but none of them after signing out', async () => {
    const kept = await browse(site, { ignoreDefaultArgs: ['--disable-back-forward-cache'] }), p = kept.page;
    await signIn(site, p, people.nemo.address, people.nemo.password);
    const home = p.url();
    await p.evaluate(() => { window.kept = true; });
    await p.getByRole('navigation').getByRole('link', { name: 'Certificates' }).click();
    await p.waitForURL(/\/certs$/);
    await Promise.all([p.waitForURL(home, { waitUntil: 'commit' }), p.evaluate(() => window.history.back())]);
    check(await p.evaluate(() => window.kept), 'this browser keeps no page for Back: the rest shows nothing');
    await p.getByRole('button', { name: 'Sign out' }).click();
    await p.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await p.waitForLoadState();
    await Promise.all([p.waitForURL(home, { waitUntil: 'commit' }), p.evaluate(() => window.history.back())]);
    await p.getByRole('heading', { name: 'Your session is over' }).waitFor();
    await kept.close();
  });

  await step('no link leads nowhere', async () => {
    const chidi = await enter(new Visitor(site), people.chidi.address, people.chidi.password);
    const one = new Map();	/* one of each kind is enough */
    for (const [to, on] of links) one.set(to.replace(/[0-9a-f]{32}|\d+$/, '*'), [to, on]);
    for (const [to, on] of one.values()) {
      const { hostname } = new URL(to);
      if (hostname !== 'localhost') { check(to.startsWith('https://'), `${to} on ${on}`); continue; }
      if (to.startsWith(site.cert)) continue;	/* signing in by certificate has a test of its own */
      if (to.includes('/~/')) {
        await chidi.own(to.replace(/^.*\/~/, ''));
        check(!/There is no such page|Something/.test(chidi.page.text.match(/<h1[^>]*>([^<]*)/)[1]), `${to} on ${on}`);
      } else {
        const code = await get(to, site.ca);
        check(code === 200 || (code < 500 && open[new URL(to).pathname.replace(/[^/]+$/, '*')]), `${to} on ${on}: ${code}`);
      }
    }
    check(one.size > 40, `${one.size} links`);
  });
  await b.close();

  const plain = await browse(site, { javaScriptEnabled: false });
  const p = plain.page;
  const seen = new Set();
  const file = (name) => path.join(site.dir, name);
  const member = { address: 'plain@example.org', password: 'six quiet barges near Utrecht' };

  await step('without script: join, sign in, tell a name', async () => {
    await join(site, p, seen, member.address, member.password);
    await signIn(site, p, member.address, member.password);
    await p.getByRole('link', { name: 'Say what you are called' }).click();
    await p.getByLabel('Given name or names').fill('Plain');
    await p.getByRole('button', { name: 'Keep these names' }).click();
    await p.getByRole('heading', { name: 'My data' }).waitFor();
    await p.getByText('Plain', { exact: true }).waitFor();
  });

  await step('without script: a domain by mail and a server certificate from a pasted request', async () => {
    await p.getByRole('navigation').getByRole('link', { name: 'Domains' }).click();
    await p.getByLabel('Domain').fill('plain.example.org');
    await p.getByRole('button', { name: 'Add it' }).click();
    await p.getByLabel('webmaster').check();
    await p.getByRole('button', { name: 'Send the message' }).click();
    const other = await plain.context.newPage();
    await other.goto(linkIn(await mailTo(site, 'webmaster@plain.example.org', /\/verify\//, seen)));
    await other.getByRole('button', { name: 'Yes, confirm' }).click();
    await other.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await other.close();
    execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('p.key'), '-out', file('p.csr'),
      '-subj', '/', '-addext', 'subjectAltName=DNS:plain.example.org'], { stdio: 'pipe' });
    await p.getByRole('navigation').getByRole('link', { name: 'Certificates' }).click();
    await p.getByRole('link', { name: 'New server certificate' }).click();
    await p.getByLabel('Certificate request').fill(fs.readFileSync(file('p.csr'), 'utf8'));
    await p.getByRole('button', { name: 'Look at it' }).click();
    await p.getByRole('button', { name: 'Issue it' }).click();
    await p.getByRole('heading', { name: 'plain.example.org', level: 1 }).waitFor();
  });

  await step('without script: an e-mail certificate from a pasted request', async () => {
    execFileSync('openssl', ['req', '-new', '-newkey', 'rsa:3072', '-nodes', '-keyout', file('m.key'), '-out', file('m.csr'), '-subj', '/'], { stdio: 'pipe' });
    await p.getByRole('navigation').getByRole('link', { name: 'Certificates' }).click();
    await p.getByRole('link', { name: 'New e-mail certificate' }).click();
    check(await p.getByText('Make the key here').isVisible() === false, 'what needs script shows');
    await p.getByLabel(member.address).check();
    await p.getByLabel('Certificate request').fill(fs.readFileSync(file('m.csr'), 'utf8'));
    await p.getByRole('button', { name: 'Issue it' }).click();
    await p.getByRole('heading', { name: member.address, level: 1 }).waitFor();
  });

  await step('without script: the assurer challenge', async () => {
    await follow(p, `${rootOf(p)}/challenge`);
    await p.getByRole('button', { name: 'Begin' }).click();
    for (let n = 1; n <= 25; n++) await p.locator(`#q${n} input`).first().check();
    await p.getByRole('button', { name: 'Keep what I ticked' }).nth(2).click();
    await p.waitForURL(/#q16$/);
    for (let n = 1; n <= 25; n++) check(await p.locator(`#q${n} input`).first().isChecked(), `question ${n} lost its tick`);
    await p.getByRole('button', { name: 'Hand in all answers' }).click();
    await p.getByText('answers were right; 20 are needed').waitFor();
  });

  await plain.close();
  await site.stop();
  await dns.stop();
});
