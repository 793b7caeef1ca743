// limit: 600
/*
 * tests/browser/german.mjs - every page in German on a phone of 320 px.
 *
 * A text that is no message id stays English, and German words are longer: so each page must say
 * lang="de", hold no sentence with an English little word, and be no wider than the screen.  What
 * members typed, commands, what the prover saw and the challenge's questions are no messages.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { Visitor } from '../flow/site.mjs';
import { announce, signUp } from '../flow/_events.mjs';
import { signIn as enter } from '../flow/_people.mjs';
import { compare, makeCode, note, sign, takeCode } from '../flow/_trust.mjs';
import { browse, check, follow, invent, linkIn, mailTo, main, rootOf, siteWithNames, step } from './_lib.mjs';

const english = /\b(the|of|your|you|and|with|for|this|from|which|not|is|are|by|to)\b/i;
const width = 320;
const secret = 'vier Kamele trinken gern Tinte';

await main(async () => {
  /* Of experience few assurers have much: so that there is one who takes third parties' forms. */
  const { site } = await siteWithNames(['trust.senior=1']);
  const { ada, bela, chidi, mei, sukarno } = await invent(site);
  /* Chidi is an assurer: some vouchings signed, one meeting begun, one event with a visitor. */
  const [giver, seen, vouched] = await Promise.all([chidi, mei, sukarno].map((p) => enter(new Visitor(site), p.address, p.password)));
  const event = await announce(giver, { place: 'Zur Post, Lübeck', note: 'Hinten im Saal.' });
  await signUp(vouched, event);
  const meeting = await takeCode(giver, await makeCode(seen));
  const b = await browse(site, { viewport: { width, height: 800 }, locale: 'de-DE' });
  const { page } = b;
  const send = async () => { await page.locator('main button.button').first().click(); await page.waitForLoadState(); };
  const press = async (name) => {
    await Promise.all([page.waitForEvent('framenavigated'), page.getByRole('button', { name, exact: true }).first().click()]);
    await page.waitForLoadState();
  };
  let who = chidi;
  const comeAs = async (person) => {
    who = person;
    await page.goto(`${site.https}/sign-in`);
    await page.getByLabel('E-Mail-Adresse').fill(who.address);
    await page.getByLabel('Passwort', { exact: true }).fill(who.password);
    await send();
    await page.waitForURL(/\/home$/);
  };
  const own = async (where) => {
    await follow(page, `${rootOf(page)}/${where}`);
    if (!where.startsWith('password') && await page.getByRole('heading', { name: 'Ihr Passwort, bitte' }).count() > 0) {
      await page.locator('input[name=password]').fill(who.password);
      await send();
      await follow(page, `${rootOf(page)}/${where}`);
    }
  };
  /* A page, with the password just entered. */
  const behind = async (where) => {
    await own(`password/${where}`);
    await page.locator('input[name=password]').fill(who.password);
    await send();
  };
  const links = (part) => page.locator(`main a[href*="${part}"]`).evaluateAll((all) => [...new Set(all.map((a) => a.pathname.replace(/^\/~[^/]*\//, '')))]);
  const german = async (name) => {
    const seen = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const e of copy.querySelectorAll('pre, code, .value, .said, [translate=no], [lang=en]')) e.remove();
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
    const left = seen.said.filter((text) => english.test(text.replace(/ \([A-Z]{2}\)$/, '')));	/* a country's code: Belarus (BY) */
    check(left.length === 0, `${name} has English: ${left.join(' | ')}`);
  };

  const oneSheet = async (name) => {
    for (const format of ['A4', 'Letter']) {
      const file = path.join(site.dir, 'form.pdf');
      await page.pdf({ path: file, format, displayHeaderFooter: true });
      check(/^Pages:\s+1$/m.test(execFileSync('pdfinfo', [file]).toString()), `${name}: more than one ${format} sheet`);
    }
  };

  try {
    await step('public pages', async () => {
      for (const where of ['', 'roots', 'privacy', 'protect', 'imprint', 'policy/agreement', 'help', 'help/accept', 'help/crl',
        'form', 'form?mutual=1', 'directory', 'directory?place=Berlin', 'events', `events/${event}`, 'signed-out/assurer',
        'join', 'sign-in', 'sign-in/certificate', 'signed-out', 'forgot', 'status', 'nothing', `verify/${'a'.repeat(32)}`,
        'statistics', 'receipt', 'seats', 'case', 'case/new', 'case/report', 'case/key']) {
        await page.goto(`${site.https}/${where}`);
        await german(`/${where}`);
      }
    });
    await step('the form is one sheet, also for two', async () => {
      for (const where of ['form', 'form?mutual=1']) {
        await page.goto(`${site.https}/${where}`);
        await oneSheet(`/${where}`);
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
      await comeAs(chidi);
      await german('home');
    });
    await step('own pages', async () => {
      for (const where of ['settings', 'sessions', 'role', 'policy', 'password', 'password/change', 'data', 'data/names', 'data/birth',
        'data/nationality', 'data/document', 'questions', 'history', 'addresses', 'domains', 'certs', 'certs/server', 'certs/mail']) {
        await own(where);
        await german(where);
      }
    });
    await step('the web of trust', async () => {
      for (const where of ['points', 'names', 'names/add', 'names/birth', 'handover', 'assure', `assure/with/${meeting}`, `assure/show/${meeting}`,
        'assure/sign', 'assurances', 'challenge', 'directory', 'directory/mine', 'events', `events/${event}`, 'events/mine', 'events/new',
        `events/end/${event}`, 'slips', 'slips/new', 'slip', 'ttp', 'papers']) {
        await own(where);
        await german(where);
      }
      for (const [list, part] of [['names', '/names/erase/'], ['assurances', '/assurances/withdraw/']]) {
        await own(list);
        for (const where of (await links(part)).slice(0, 1)) {
          await own(where);
          await german(where);
        }
      }
      await compare(giver, meeting, { name: '美 林', birth: ['9', '1', '2001'], kind: 'passport' });
      for (const where of [`assure/with/${meeting}`, `assure/note/${meeting}`]) {
        await own(where);
        await german(where);
        await send();
        await german(`${where} with faults`);
      }
    });
    await step('a third party: no country, the code, the form on one sheet, what an assurer makes of it', async () => {
      await comeAs(sukarno);
      await behind('ttp');
      await press('Formular erzeugen');
      await page.getByRole('heading', { name: 'Bitte prüfen' }).waitFor();
      await german('ttp with faults');
      await page.getByLabel('Land, in dem Ihre Papiere geprüft werden').selectOption('NZ');
      await press('Formular erzeugen');
      await german('ttp with a code');
      await press('Das Formular zum Drucken');
      await page.getByRole('heading', { name: 'Formular für einen Dritten' }).waitFor();
      await german("a third party's form");
      await oneSheet("a third party's form");
      const code = await page.locator('.letters code').innerText();
      await comeAs(sukarno);
      await behind('ttp');
      await press('Code für die Aufstockung erzeugen');
      await german('a top-up too early');
      const form = await takeCode(giver, code);
      await comeAs(chidi);
      await own(`assure/with/${form}`);
      await german('comparing with the form');
      await compare(giver, form, { name: 'Sukarno', birth: ['29', '2', '1984'] });
      for (const where of [`assure/with/${form}`, `assure/note/${form}`]) {
        await own(where);
        await german(`${where} of a third party`);
        await send();
        await german(`${where} of a third party with faults`);
      }
    });
    await step('paper: a form kept, offered, taken back and destroyed', async () => {
      await note(giver, meeting, { paper: true });
      await sign(giver, chidi.password);
      await own('papers');
      await german('papers with a form');
      await own('papers/offer/1');
      await send();
      await german('an offer with faults');
      await page.locator('input[name=to]').fill(ada.address);
      await send();
      await german('papers with an offer');
      await comeAs(ada);
      await own('papers');
      await page.getByRole('heading', { name: 'Ihnen angeboten' }).waitFor();
      await german('papers offered');
      await comeAs(chidi);
      await own('papers/offer/0');	/* behind the password, as taking back is */
      await german('papers to hand over');
      await own('papers');
      await press('Angebot zurückziehen');
      await press('Die anderen sind noch da');
      await german('papers still there');
      await own('papers/offer/0');
      await german('all papers');
      await own('papers');
      await press('Es ist vernichtet');
      await german('papers destroyed');
    });
    await step('an objection', async () => {
      await comeAs(sukarno);
      await own('points');
      const where = (await links('/points/object/'))[0];
      await own(where);
      await german('objecting');
      await send();
      await german('objecting with faults');
      await page.locator('textarea').fill('Wir haben uns nie getroffen.');
      await send();
      for (const after of ['points', where]) {
        await own(after);
        await german(`${after} after objecting`);
      }
    });
    await step('officers: decisions, the founding, a standing', async () => {
      await comeAs(ada);
      for (const where of ['home', 'officers/founding', 'officers']) {
        await own(where);
        await german(`${where} of an officer`);
      }
      const objection = await page.getByRole('link', { name: 'Widerspruch gegen eine Bürgschaft' }).first().getAttribute('href');
      for (const where of [...await links('/officers/decision/').then((all) => all.slice(-2)), objection.replace(/^\/~[^/]*\//, '')]) {
        await own(where);
        await german(`${where} of an officer`);
      }
      await press('Abstimmen');
      await german('a vote with faults');
      await page.getByLabel('Die Bürgschaft gilt').check();
      await page.locator('textarea').fill('Der Bürge hat das Formular.');
      await press('Abstimmen');
      await german('a vote given');
      await own('officers/standing');
      await german('nobody looked up');
      await send();
      await german('nobody found');
      for (const kind of ['Eine Aussetzung', 'Die Feststellung eines Betrugs']) {
        await own('officers/standing');
        await page.locator('input[name=who]').fill(chidi.address);
        await press('Nachsehen');
        await german('a standing looked up');
        await press('Beantragen');
        await german('asking with faults');
        await page.getByLabel(kind).check();
        await page.locator('textarea').fill('Drei Mitglieder sagten es mir.');
        await press('Beantragen');
        await german(`asked for: ${kind}`);
      }
      await comeAs(bela);
      await own('officers');
      await german('officers with decisions');
      for (const where of await links('/officers/decision/')) {
        await own(where);
        await german(`${where} of another officer`);
      }
      await comeAs(chidi);
    });
    await step('the privacy desk: rights, a case and its faults, seats', async () => {
      for (const where of ['rights', 'rights/restrict', 'rights/erase', 'rights/take', 'cases', 'cases/report', 'cases/new']) {
        await own(where);
        await german(where);
      }
      await send();
      await german('a case with faults');
      await page.locator('input[value=complaint]').check();
      await page.locator('textarea').fill('Niemand hat mir geantwortet.');
      await send();
      await page.getByText('Niemand hat mir geantwortet.').waitFor();
      await german('a case');
      await own('cases');
      await german('cases with one');
      await comeAs(ada);
      for (const where of ['desk', 'officers/seats']) {
        await own(where);
        await german(`${where} of an officer`);
      }
      await send();
      await german('asking for a seat with faults');
      await comeAs(chidi);
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
