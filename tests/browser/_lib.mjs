/*
 * tests/browser/_lib.mjs - a browser with a fresh profile that trusts one site's root,
 * the mails of a site's outbox, and a few steps that several walks share.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { bin, command, startSite } from '../flow/site.mjs';
import { peer } from '../peers/start.mjs';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/* A context whose home has its own NSS store with only this root in it. */
export async function browse(site, options = {}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
  const store = path.join(home, '.pki/nssdb');
  fs.mkdirSync(store, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${store}`, '--empty-password']);
  execFileSync('certutil', ['-A', '-d', `sql:${store}`, '-n', 'root', '-t', 'C,,', '-i', path.join(site.dir, 'www/root.pem')]);
  const context = await chromium.launchPersistentContext(path.join(home, 'profile'), {
    executablePath: '/usr/bin/chromium', args: flags, env: { ...process.env, HOME: home },
    locale: 'en-GB', acceptDownloads: true, ...options,
  });
  context.setDefaultTimeout(20000);
  context.on('page', (opened) => pages.add(opened));
  for (const opened of context.pages()) pages.add(opened);
  return { context, page: context.pages()[0] ?? await context.newPage(),
    async close() { await context.close(); fs.rmSync(home, { recursive: true, force: true }); } };
}

const decode = (text) => {
  const [head, ...rest] = text.replace(/\r\n/g, '\n').split('\n\n');
  const body = rest.join('\n\n');
  if (/quoted-printable/i.test(head)) {
    const raw = body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16)));
    return head + '\n\n' + Buffer.from(raw, 'latin1').toString('utf8');
  }
  return /base64/i.test(head) ? head + '\n\n' + Buffer.from(body, 'base64').toString('utf8') : head + '\n\n' + body;
};

export function mails(site) {
  const dir = path.join(site.dir, 'outbox/new');
  if (!fs.existsSync(dir)) return [];
  return fs.readdirSync(dir).map((name) => {
    const file = path.join(dir, name);
    return { name, at: fs.statSync(file).mtimeMs, text: decode(fs.readFileSync(file, 'utf8')) };
  }).sort((a, b) => a.at - b.at);
}

/* The newest mail to `to` that is not in `seen` (a Set of names) and fits `pattern`. */
export async function mailTo(site, to, pattern, seen) {
  for (let i = 0; i < 200; i++) {
    const found = mails(site).filter((m) => !seen.has(m.name) && new RegExp(`^To:.*${to.replace(/[.+]/g, '\\$&')}`, 'mi').test(m.text) && pattern.test(m.text));
    if (found.length > 0) { const m = found.at(-1); seen.add(m.name); return m.text; }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no mail to ${to} that fits ${pattern}`);
}

export const linkIn = (text) => text.match(/https?:\/\/\S+\/(?:verify|reset)\/[A-Za-z0-9_-]{32}/)[0];

const pages = new Set();		/* shown when a step fails */
let passed = 0;
let failed = 0;
/* One line a step; a failed step ends the walk. */
export async function step(name, run) {
  try {
    await run();
    passed++;
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    for (const page of pages) console.log(`--- ${await page.title().catch(() => 'closed')}\n${await page.locator('body').innerText({ timeout: 2000 }).catch(() => '')}`);
    console.log(`not ok - ${name}\n${error.stack}`);	/* last: what is cut off a log is its beginning */
    throw error;
  }
}
export const check = (value, words) => { if (!value) throw new Error(words); };

export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (failed === 0) console.log(`not ok - ${error.stack}`);
    failed = Math.max(failed, 1);
  }
  console.log(`${passed} steps passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

export async function join(site, page, seen, address, password) {
  await page.goto(`${site.https}/join`);
  await page.getByLabel('E-mail address').fill(address);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page.getByLabel(/I agree/).check();
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
  await page.goto(linkIn(await mailTo(site, address, /\/verify\//, seen)));
  await page.getByText('chose the password of this account').waitFor();
  await page.getByRole('button', { name: 'Yes, confirm' }).click();
  await page.getByRole('heading', { name: 'Confirmed' }).waitFor();
}

export async function signIn(site, page, address, password) {
  await page.goto(`${site.https}/sign-in`);
  await page.getByLabel('E-mail address').fill(address);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/~[A-Za-z0-9_-]{32}\/home$/);
  page.secret = password;	/* for steps that ask for it once more */
}

/* The password-again page, when it stands in the way. */
export async function again(page, password) {
  if (await page.getByRole('heading', { name: 'Your password, please' }).count() === 0) return;
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForLoadState();
}

/* A site whose prover asks a name server of the test's own, which answers for example.org. */
export async function siteWithNames(sets = [], options = {}) {
  const dns = await peer('dns');
  for (const zone of ['example.org', 'org']) await dns.tell('zone', { zone, signed: true });	/* CAA climbs to the top */
  const anchors = path.join(process.env.TMPDIR ?? os.tmpdir(), 'anchors');
  fs.writeFileSync(anchors, (await dns.tell('anchors')).text);
  const all = [`prover.stub=example.org=127.0.0.1@${dns.port},org=127.0.0.1@${dns.port}`, `prover.trust_anchor=${anchors}`, ...sets];
  const site = await startSite({ sets: all, ...options });
  return { site, dns, sets: all };
}

/* The people `troth demo` invents: { chidi: { address, password }, nemo: … }. */
export async function invent(site) {
  const { code, out, err } = await command(['demo', '--state', site.dir]);
  check(code === 0, out + err);
  return Object.fromEntries([...out.matchAll(/^((\w+)-\d+@example\.org) +(\S+) /gm)].map(([, address, name, password]) => [name, { address, password }]));
}

/* The rows of the program's own route table. */
export const routes = () => execFileSync(path.join(bin, 'troth-portal'), ['--routes']).toString().trim().split('\n')
  .map((line) => line.split('\t')).map(([method, where, name, guard, needs]) => ({ method, where, name, guard, needs }));

export const rootOf = (page) => page.url().match(/^https:\/\/[^/]+\/~[A-Za-z0-9_-]{32}/)[0];

/* From page to page as a link would: a pasted own address shows the sign-in question. */
export async function follow(page, address) {
  await Promise.all([page.waitForEvent('framenavigated'), page.evaluate((to) => { window.location.href = to; }, address)]);
  await page.waitForLoadState();
}
