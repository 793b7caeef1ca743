/*
 * tests/browser/trust.mjs - the web of trust in a browser, from an empty site.
 *
 * limit: 400
 *
 * Founders who vouch for each other; a member who meets three of them, becomes an assurer,
 * announces an event and vouches by a pass and by a slip, and whose certificate carries a name.
 * Nothing is planted: every fact comes in through a page.  Fay, Eva, Max and Vic use the
 * browser, three other founders send the same forms without a screen.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { again as againThere, enrol, member, password, signIn as signInThere } from '../flow/_people.mjs';
import { bin } from '../flow/site.mjs';
import { dayIn, toTheEvening } from '../flow/_events.mjs';
import { passChallenge } from '../flow/_exam.mjs';
import * as there from '../flow/_trust.mjs';
import { keyboard } from './_keys.mjs';
import { again, browse, check, join, mailTo, main, signIn, siteWithNames, step } from './_lib.mjs';
import { challenge, compare, fill, go, link, makeCode, matched, note, points, press, says, sign, takeCode, tell, typeCode, words } from './_meet.mjs';

const people = {
  fay: { given: 'Fay', family: 'Erste', birth: ['3', '4', '1971'] }, gus: { given: 'Gus', family: 'Zimmermann', birth: ['5', '6', '1968'] },
  hal: { given: 'Hal', family: 'Dritte', birth: ['1', '2', '1980'] }, ida: { given: 'Ida', family: 'Vierte', birth: ['9', '9', '1975'] },
  eva: { given: 'Eva Zoë', family: 'Neumann', birth: ['29', '2', '1988'] }, max: { given: 'Max', family: 'Østergård', birth: ['8', '8', '1977'] },
  vic: { given: 'Vic', family: 'Freitag', birth: ['3', '10', '1985'] },
};
const at = (name) => `${name}@example.org`;
const run = (program, ...args) => execFileSync(program, args, { stdio: 'pipe' }).toString();

main(async () => {
  const { site, dns } = await siteWithNames(['limit.mails_per_hour=10000', 'nginx.posts_per_minute=60000']);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'walk-'));
  const file = (name) => path.join(folder, name);
  const seen = new Set();
  const b = await browse(site, { viewport: { width: 1000, height: 800 } });
  const tooWide = [];
  const browser = {};		/* name: the page of who uses one */
  const silent = {};		/* name: a visitor without a screen */
  let shift = 0;

  const arrive = async (name, width) => {
    const page = await b.context.newPage();
    browser[name] = page;
    await page.setViewportSize({ width, height: 740 });
    page.on('load', async () => {
      const over = await page.evaluate(() => window.matchMedia('print').matches ? 0 : document.documentElement.scrollWidth - document.documentElement.clientWidth).catch(() => 0);
      if (over > 0) tooWide.push(`${await page.title()}: ${over} px at ${width}`);
    });
    await join(site, page, seen, at(name), password);
    await signIn(site, page, at(name), password);
    await tell(page, people[name]);
    return page;
  };
  const back = (name) => signIn(site, browser[name], at(name), password);

  // ---- founders ----

  await step('four people join and tell who they are', async () => {
    for (const name of ['gus', 'hal', 'ida'])
      silent[name] = await enrol(await member(site, at(name)), { questions: null, document: null, nationality: null, ...people[name] });
    const fay = await arrive('fay', 1000);
    await go(fay, 'My points');
    await says(fay, /0 assurance, of 100/, /Founding the web of trust/, /Nobody yet/);
    check(await fay.getByRole('button', { name: 'Offer to be a founder' }).count() === 0, 'offered without the challenge');
  });

  await step("two become officers by the site's codes", async () => {
    const { fay } = browser;
    await go(fay, 'Settings');
    await link(fay, 'Type it here');
    await again(fay, password);
    await fill(fay, { Code: site.codes[0] });
    await press(fay, 'Take the seat');
    await fay.getByRole('heading', { name: 'You are an officer now' }).waitFor();
    await back('fay');
    await silent.gus.own('/role');
    await againThere(silent.gus);
    await silent.gus.send({ code: site.codes[1] }, '/role');
    await signInThere(silent.gus, at('gus'));
  });

  await step('all pass the challenge and offer themselves', async () => {
    const { fay } = browser;
    await challenge(fay);
    await says(fay, /You have passed it/, /From 100 assurance points on you are an assurer/);
    await go(fay, 'My points');
    await press(fay, 'Offer to be a founder');
    await says(fay, /you offer yourself/);
    for (const v of Object.values(silent)) {
      await passChallenge(v);
      await v.own('/points');
      await v.send({}, '/points/founder');
    }
  });

  await step('one officer asks for the founding, two agree, four founders are told', async () => {
    const { fay } = browser;
    await go(fay, 'Home');
    await link(fay, 'Decide as an officer');
    await link(fay, 'The founding of the web of trust');
    await again(fay, password);
    await fill(fay, Object.fromEntries(['fay', 'gus', 'hal', 'ida'].map((name) => [`${people[name].given} ${people[name].family}`, true])));
    await fill(fay, { 'Your reason': 'They began it, and I know all four' });
    await press(fay, 'Ask for the founding');
    await says(fay, ...['fay', 'gus', 'hal', 'ida'].map((name) => new RegExp(`Who is proposed.* ${people[name].given} ${people[name].family} `)), /founders for 1 year/);
    await fill(fay, { 'For it': true, 'Your reason': 'As I said when I asked' });
    await press(fay, 'Vote');
    await says(fay, /You have voted/);
    const where = new URL(fay.url()).pathname.replace(/^\/~[^/]+/, '');
    await silent.gus.own(where);
    await againThere(silent.gus);
    await silent.gus.send({ vote: 'yes', reason: 'I know them, too' }, where);	/* a role of his own begins, so his session ends */
    await mailTo(site, at('fay'), /you are one of\s+them/, seen);
    for (const name of Object.keys(silent)) await signInThere(silent[name], at(name));
    await back('fay');
    await go(fay, 'My points');
    await says(fay, /You are a founder until \d{4}-\d\d-\d\d/);
  });

  await step('a code is taken, compared and noted with the keyboard only', async () => {
    const { fay } = browser;
    const { key, write, to, press: hit } = keyboard(fay);
    await takeCode(fay, await there.makeCode(silent.gus));
    await says(fay, /Both of you are founders: this is a founding assurance, of up to 35 points/);
    await to('Whole name');
    await write('Gus Zimerman');
    for (const [i, label] of ['Day', 'Month', 'Year'].entries()) {
      await to(label);
      await write(people.gus.birth[i]);
    }
    await hit('Compare');
    check((await matched(fay)).join() === '≈ differs in spelling,✓ matches', (await matched(fay)).join());
    await to('Whole name');
    await write('Gus Zimmermann');
    await hit('Compare');
    check((await matched(fay)).join() === '✓ matches,✓ matches', (await matched(fay)).join());
    await hit('Go on to vouching');
    const day = dayIn(0);
    for (const [label, text] of [['Place', 'Lübeck'], ['Day', day.day], ['Month', day.month], ['Year', day.year]]) {
      await to(label);
      await write(text);
    }
    await to('Passport');
    await key('Space');
    await to('Name 1, as on the papers');
    if (!await fay.locator('#f-name input').isChecked()) await key('Space');
    await to('Points');
    await write('35');
    await to('The member accepts the community agreement');
    await key('Space');
    await hit('Note it');
    await says(fay, /G\. Z\.,? ?points: 35/, /founding assurance/);
    await sign(fay, password);
  });

  await step('the founders meet and vouch for each other: a hundred points, marked as founding', async () => {
    const { fay } = browser;
    const today = dayIn(0).day;
    for (const name of Object.keys(silent)) {
      const id = await there.takeCode(silent[name], await makeCode(fay));
      await there.compare(silent[name], id, { name: 'Fay Erste', birth: people.fay.birth });
      await there.note(silent[name], id, { points: '35' });
      await there.sign(silent[name]);
      for (const other of Object.keys(silent))
        if (other !== name) await there.vouchFor(silent[name], silent[other], people[other], { points: '35' });
    }
    for (const name of ['hal', 'ida']) {
      await takeCode(fay, await there.makeCode(silent[name]));
      await compare(fay, people[name]);
      await note(fay, { place: 'Lübeck', day: dayIn(0), points: '35' });
      await sign(fay, password);
    }
    check(await points(fay) === 100, `${await points(fay)} points`);
    await says(fay, /Noted for you: 105/);
    /* All end in a year, seconds apart: what is told of the day is how it ends. */
    if (dayIn(0).day === today) await says(fay, /On \d{4}-\d\d-\d\d your assurance points fall to 0, if nobody vouches/);
    check(await fay.locator('.card .badge', { hasText: 'founding' }).count() === 3, 'marks of the founding');
  });

  // ---- a member meets three ----

  /* A whole meeting of Eva's with a founder who has no screen. */
  const meets = async (name, given) => {
    const id = await there.takeCode(silent[name], await makeCode(browser.eva));
    await there.compare(silent[name], id, { name: 'Eva Zoë Neumann', birth: people.eva.birth });
    await there.note(silent[name], id, { points: given });
    await there.sign(silent[name]);
  };

  await step('a fifth member, on a telephone, reads what points are for and what is missing', async () => {
    const eva = await arrive('eva', 320);
    check(await points(eva) === 0, 'points out of nothing');
    await says(eva, /Points still missing: 50\. Meetings this takes at least: 2\./, /Points still missing: 100\. Meetings this takes at least: 3\./, /Not passed yet: the assurer challenge/);
  });

  await step('the first meeting, both in a browser: the member sees who did what, and confirms', async () => {
    const { fay, eva } = browser;
    const code = await makeCode(eva);
    const [card, picture, letters] = await Promise.all(['.card:has(.code)', 'svg.qr', '.letters code'].map((part) => eva.locator(part).first().boundingBox()));
    check(picture.width >= 120, `the code's picture: ${JSON.stringify(picture)}`);
    for (const part of [picture, letters])
      check(part.x >= card.x + 8 && part.x + part.width <= card.x + card.width - 8, `outside its frame: ${JSON.stringify(part)} in ${JSON.stringify(card)}`);
    await fay.setViewportSize({ width: 390, height: 740 });
    await takeCode(fay, code);
    await eva.bringToFront();
    await eva.reload();
    await says(eva, /Fay Erste in use/, /The code was taken/);
    await fay.bringToFront();
    await compare(fay, people.eva);
    await note(fay, { place: 'Lübeck, Café Niederegger', day: dayIn(0), points: '35' });
    await sign(fay, password);
    await fay.setViewportSize({ width: 1000, height: 800 });
    check(await points(eva) === 35, `${await points(eva)} points`);
    await says(eva, /Points still missing: 15\. Meetings this takes at least: 1\./, /Fay Erste points: 35 counts Met/, /Lübeck, Café Niederegger/);
    await press(eva, /^Yes, we met/);
    await says(eva, /confirmed by you/);
    check(await eva.locator('.card .badge', { hasText: 'founding' }).count() === 0, 'marked as founding');
  });

  await step('the second meeting: from 50 on, names', async () => {
    const { eva } = browser;
    await meets('gus', '30');
    check(await points(eva) === 65, `${await points(eva)} points`);
    await says(eva, /your name in certificates ✓ yes/, /being an assurer – not yet .*Points still missing: 35\. Meetings this takes at least: 1\./);
    await link(eva, 'Your names');
    await says(eva, /Eva Zoë Neumann shown first may stand in certificates/, /vouched for it: 65/);
  });

  await step('the third: at 100 only the challenge is missing; passed, it makes an assurer', async () => {
    const { eva } = browser;
    await meets('hal', '35');
    check(await points(eva) === 100, `${await points(eva)} points`);
    const text = await words(eva);
    check(/being an assurer – not yet Not passed yet: the assurer challenge\. From 100 on, as an assurer/.test(text), text);
    await challenge(eva, { keep: true });
    await eva.getByRole('heading', { name: 'You are an assurer now' }).waitFor();
    await back('eva');
    await go(eva, 'My points');
    await says(eva, /being an assurer ✓ yes Points you may give to one person: 10/, /announcing events ✓ yes/);
  });

  await step('an Assured certificate with a name, its key made in the browser: OpenSSL shows it', async () => {
    const { eva } = browser;
    await go(eva, 'Certificates');
    await link(eva, 'New e-mail certificate');
    await fill(eva, { [at('eva')]: true, Assured: true, 'Eva Zoë Neumann': true, 'A pass-phrase for the key file': 'a key phrase 42', 'The same pass-phrase again': 'a key phrase 42' });
    await eva.getByLabel('Kind of key').selectOption('ec');
    await eva.getByRole('button', { name: 'Make the key and the certificate' }).click();
    const save = eva.getByRole('link', { name: 'Save the key file', exact: true });
    await save.waitFor({ timeout: 60000 });
    const [download] = await Promise.all([eva.waitForEvent('download'), save.click()]);
    await download.saveAs(file('eva.p12'));
    run('openssl', 'pkcs12', '-in', file('eva.p12'), '-passin', 'pass:a key phrase 42', '-nodes', '-clcerts', '-out', file('eva.pem'));
    for (const name of ['root.pem', 'issuer-assured-mail.pem']) run('curl', '-sS', '-o', file(name), `${site.http}/${name}`);
    const subject = run('openssl', 'x509', '-in', file('eva.pem'), '-noout', '-subject', '-issuer', '-nameopt', 'utf8,sep_multiline,lname');
    check(/commonName=Eva Zoë Neumann\n/.test(subject) && /issuer=[^]*Assured/.test(subject), subject);
    const text = run('openssl', 'x509', '-in', file('eva.pem'), '-noout', '-text');
    check(/E-mail Protection/.test(text) && text.includes(`email:${at('eva')}`), text);
    run('openssl', 'verify', '-x509_strict', '-purpose', 'smimesign', '-CAfile', file('root.pem'), '-untrusted', file('issuer-assured-mail.pem'), file('eva.pem'));
  });

  // ---- an event, and a slip ----

  await step('the new assurer announces an event; another member signs up and gets a pass', async () => {
    const { eva } = browser;
    const day = dayIn(1);
    shift = toTheEvening(1, 19);
    await go(eva, 'Events');
    await says(eva, /No event is announced/);
    await link(eva, 'Announce an event');
    await fill(eva, { Place: 'Café Zoë, Utrecht', Day: day.day, Month: day.month, Year: day.year, 'Begins at': '18:00', One: true, 'Ends at': '22:00', Places: '20', 'What else to know': 'Bring two documents.' });
    await eva.getByLabel('Clock of the place').selectOption('+00:00');
    await press(eva, 'Preview');
    await says(eva, /This is what everybody will read Café Zoë, Utrecht \d{4}-\d\d-\d\d 18:00 – 22:00/);
    await press(eva, 'Announce it');
    await says(eva, /You announced this event/);
    check(await eva.getByRole('button', { name: 'Check in as an assurer' }).count() === 0, 'checked in on the day before');
    const max = await arrive('max', 390);
    await go(max, 'Events');
    await link(max, 'About this event');
    await press(max, 'Sign up');
    await again(max, password);		/* a pass shows what lies behind it */
    await press(max, 'Sign up');
    await says(max, /Show the code to each assurer/, /Café Zoë, Utrecht/, /Your number on the list: 1/);
    check(await max.locator('svg.qr').count() === 1, 'no picture of the pass');
  });

  await step('on the day: checked in, and vouched by the pass', async () => {
    await there.restart(site, () => {}, [`clock.shift=${shift}`]);	/* an hour after it began */
    for (const name of ['eva', 'max', 'fay']) await back(name);
    const { eva, max } = browser;
    await go(max, 'Events');
    await link(max, 'Your events');
    const pass = await max.locator('.code code').innerText();
    await go(eva, 'Events');
    await link(eva, 'About this event');
    await press(eva, 'Check in as an assurer');
    await says(eva, /Assurers checked in 1/);
    await link(eva, 'Type an event pass');
    await typeCode(eva, pass);
    await compare(eva, people.max);
    await note(eva, { place: 'Utrecht', day: dayIn(0, shift), points: '10' });
    await sign(eva, password);
    check(await points(max) === 10, `${await points(max)} points`);
    await says(max, /Eva Zoë Neumann points: 10 counts/, /met at an event/);
    await says(eva, /Signed: 1\./);
    check(await points(eva) === 100, 'points changed by giving');
    await says(eva, /2 experience, of 50/);
  });

  let code;
  await step('a slip for a visitor: filled in, and printed on one page with a code that can be scanned', async () => {
    const { eva } = browser;
    const day = dayIn(0, shift);
    await go(eva, 'Events');
    await link(eva, 'Slips');
    await link(eva, 'Fill in a slip');
    await fill(eva, { 'Whole name': 'Vic Freitag', Day: '3', Month: '10', Year: '1985', 'Identity card': true, Place: 'Utrecht', Points: '10', 'The visitor accepts': true, Password: password });
    const met = eva.getByRole('group', { name: 'Day of the meeting' });
    for (const [label, text] of [['Day', day.day], ['Month', day.month], ['Year', day.year]]) await met.getByLabel(label, { exact: true }).fill(text);
    await press(eva, 'Sign the slip');
    code = await eva.locator('.code code').innerText();
    await says(eva, /Slip \d{6}/, /shown this once/);
    check(!/Freitag/.test(await words(eva)), 'the slip names the visitor');
    await press(eva, 'The slip to print');
    check(!eva.url().includes('~'), 'the printed page carries the session');
    await eva.emulateMedia({ media: 'print' });
    check(await eva.locator('.screen-only').isHidden() && await eva.getByRole('navigation').first().isHidden(), 'more is printed than the slip');
    check(!/Freitag|\b1985\b/.test(await words(eva)), 'the slip says who the visitor is');
    await eva.locator('svg.qr').screenshot({ path: file('qr.png') });
    check(run('zbarimg', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file('qr.png')).trim() === code.replaceAll('-', ''), 'the picture says something else');
    const pages = (await eva.pdf({ format: 'A4', path: file('slip.pdf') })).toString('latin1').match(/\/Type \/Page\b/g).length;
    check(pages === 1, `${pages} printed pages`);
    await eva.emulateMedia({ media: null });
  });

  await step('the visitor joins, brings the code and confirms: the points count', async () => {
    const vic = await arrive('vic', 360);
    await go(vic, 'Events');
    await link(vic, 'Bring a slip');
    await fill(vic, { Code: code });
    await press(vic, 'Compare');
    await says(vic, /It agrees with what you told us/, /Assurer Eva Zoë Neumann/, /Points 10/);
    await press(vic, 'Yes, we met: record it');
    check(await points(vic) === 10, `${await points(vic)} points`);
    await says(vic, /Eva Zoë Neumann points: 10 counts/, /met before joining, with a slip/);
  });

  await step('the mark of the founding still shows, no page was too wide, the ledger verifies', async () => {
    const { fay } = browser;
    await go(fay, 'My points');
    check(await fay.locator('.card .badge', { hasText: 'founding' }).count() === 3, 'marks of the founding');
    check(tooWide.length === 0, tooWide.join('\n'));
    run(path.join(bin, 'troth-ledger'), 'verify', '--state', site.dir);
  });

  await b.close();
  check(await site.stop() === 0, 'the site did not stop well');
  await dns.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
