/*
 * tests/browser/_pictures.mjs - the pictures in README.md, of real pages.
 *
 * `make pictures` runs it: a site of its own, filled by `troth demo`, the invented Chidi signed
 * in, each page in light and in dark.  Debian's pngquant makes them small.  Not a test: its name
 * begins with an underscore.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { browse, check, follow, invent, rootOf, signIn, siteWithNames } from './_lib.mjs';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'pictures');
const most = 120 * 1024;	/* bytes of one picture */
const width = 860;
const tallest = 1000;		/* of what is shown: a longer page is cut */

const { site } = await siteWithNames(['site.name=Troth']);
const { chidi } = await invent(site);
const b = await browse(site, { viewport: { width, height: tallest }, deviceScaleFactor: 1.5 });
const { page } = b;

async function take(name) {
  for (const colorScheme of ['light', 'dark']) {
    const file = path.join(folder, `${name}-${colorScheme}.png`);
    await page.emulateMedia({ colorScheme });
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(tall, tallest) } });
    execFileSync('pngquant', ['--force', '--strip', '--skip-if-larger', '--speed', '1', '--output', file, '64', file]);
    const { size } = fs.statSync(file);
    check(size <= most, `${file} has ${size} bytes`);
    console.log(`${path.relative(process.cwd(), file)}  ${Math.round(size / 1024)} KiB`);
  }
}

try {
  fs.mkdirSync(folder, { recursive: true });
  await page.goto(`${site.https}/`);
  await take('front');
  await signIn(site, page, chidi.address, chidi.password);
  await take('home');
  await follow(page, `${rootOf(page)}/certs`);
  await page.locator('a[href*="/certs/show/"]').first().click();
  await page.waitForLoadState();
  await take('certificate');
  await follow(page, `${rootOf(page)}/history`);
  await take('history');
} finally {
  await b.close();
  process.exitCode = await site.stop();
}
process.exit();
