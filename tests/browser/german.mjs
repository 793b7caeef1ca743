// limit: 240
/*
 * tests/browser/german.mjs - every page in German on a phone of 320 px.
 *
 * A text that is no message id stays English, and German words are longer: so each page must say
 * lang="de", hold no sentence with an English little word, and be no wider than the screen.  What
 * members typed, commands and what the prover saw are nobody's to translate.
 */
import { browse, check, follow, invent, linkIn, mailTo, main, rootOf, siteWithNames, step } from './_lib.mjs';

const english = /\b(the|of|your|you|and|with|for|this|from|which|not|is|are|by|to)\b/i;
const width = 320;
const secret = 'vier Kamele trinken gern Tinte';

await main(async () => {
  const { site } = await siteWithNames();
  const { chidi } = await invent(site);
  const b = await browse(site, { viewport: { width, height: 800 }, locale: 'de-DE' });
  const { page } = b;
  const send = async () => { await page.locator('main button.button').first().click(); await page.waitForLoadState(); };
  const own = async (where) => {
    await follow(page, `${rootOf(page)}/${where}`);
    if (!where.startsWith('password') && await page.getByRole('heading', { name: 'Ihr Passwort, bitte' }).count() > 0) {
      await page.locator('input[name=password]').fill(chidi.password);
      await send();
      await follow(page, `${rootOf(page)}/${where}`);
    }
  };
  const links = (part) => page.locator(`main a[href*="${part}"]`).evaluateAll((all) => [...new Set(all.map((a) => a.pathname.replace(/^\/~[^/]*\//, '')))]);
  const german = async (name) => {
    const seen = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const e of copy.querySelectorAll('pre, code, .value, [translate=no]')) e.remove();
      for (const e of copy.querySelectorAll('details')) e.open = true;
      document.body.append(copy);
      const said = copy.innerText.split('\n');
      copy.remove();
      for (const e of document.querySelectorAll('body *'))
        for (const a of ['title', 'alt', 'placeholder', 'aria-label']) said.push(e.getAttribute(a) ?? '');
      for (const e of document.querySelectorAll('[role=status]')) said.push(...Object.values(e.dataset));
      return { said: [document.title, ...said], lang: document.documentElement.lang, wide: document.documentElement.scrollWidth };
    });
    check(seen.lang === 'de', `${name} says lang="${seen.lang}"`);
    check(seen.wide <= width, `${name} is ${seen.wide} px wide`);
    const left = seen.said.filter((text) => english.test(text));
    check(left.length === 0, `${name} has English: ${left.join(' | ')}`);
  };

  try {
    await step('public pages', async () => {
      for (const where of ['', 'roots', 'privacy', 'protect', 'imprint', 'policy/agreement', 'help', 'help/accept', 'help/crl',
        'join', 'sign-in', 'sign-in/certificate', 'signed-out', 'forgot', 'status', 'nothing', `verify/${'a'.repeat(32)}`]) {
        await page.goto(`${site.https}/${where}`);
        await german(`/${where}`);
      }
    });
    await step('joining: a form with faults, the mail, the link', async () => {
      await page.goto(`${site.https}/join`);
      await page.locator('form[action="/join"]').evaluate((form) => { form.noValidate = true; });
      await page.getByLabel('E-Mail-Adresse').fill('neu@example.org');
      await page.getByLabel('Passwort', { exact: true }).fill('password1990');
      await send();
      check(await page.getByRole('heading', { name: 'Bitte prüfen' }).count() === 1, 'no summary');
      await german('faults');
      await page.getByLabel('Passwort', { exact: true }).fill(secret);
      await page.getByLabel('Dasselbe Passwort noch einmal').fill(secret);
      await page.getByRole('checkbox').check();
      await send();
      await german('joined');
      const mail = await mailTo(site, 'neu@example.org', /\/verify\//, new Set());
      check(/^Content-Language: de\r?$/m.test(mail) && /Willkommen/.test(mail) && !english.test(mail.split('\n\n').slice(1).join('\n').replace(/https:\S+/g, '')),
        mail);
      await page.goto(linkIn(mail));
      await german('verify');
      await send();
      await german('verified');
    });
    await step('signing in: wrong, then right', async () => {
      await page.goto(`${site.https}/sign-in`);
      await page.getByLabel('E-Mail-Adresse').fill(chidi.address);
      await page.getByLabel('Passwort', { exact: true }).fill('falsch');
      await send();
      await german('wrong password');
      await page.getByLabel('Passwort', { exact: true }).fill(chidi.password);
      await send();
      await page.waitForURL(/\/home$/);
      await german('home');
    });
    await step('own pages', async () => {
      for (const where of ['settings', 'sessions', 'role', 'policy', 'password', 'password/change', 'data', 'data/names', 'data/birth',
        'data/nationality', 'data/document', 'questions', 'history', 'addresses', 'domains', 'certs', 'certs/server', 'certs/mail']) {
        await own(where);
        await german(where);
      }
    });
    await step('each domain, certificate and line of the history', async () => {
      for (const [list, part] of [['domains', '/domains/show/'], ['certs', '/certs/show/'], ['history', '/history/']]) {
        await own(list);
        for (const where of (await links(part)).slice(0, 6)) {
          await own(where);
          await german(where);
          for (const change of await links('/remove/').then(async (all) => [...all, ...await links('/certs/change/')]).then((all) => all.slice(0, 1))) {
            await own(change);
            await german(change);
          }
        }
      }
    });
    await step('faults in own forms', async () => {
      await own('certs/server');
      await page.locator('textarea').fill('bla');
      await send();
      await german('no request');
      await own('domains');
      await page.locator('input[name=name]').fill('co.uk');
      await send();
      await german('a public suffix');
      await page.goto(page.url());
      await german('a pasted address');
    });
  } finally {
    await b.close();
    await site.stop();
  }
});
