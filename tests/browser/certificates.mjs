/*
 * tests/browser/certificates.mjs - what a certificate's owner and those who rely on it can do.
 *
 * limit: 400
 *
 * Suspended, resumed, revoked: pages, revocation list and status page tell the same story.
 * gpgsm and OpenSSL use what the browser made.  A certificate signs its owner in on its own
 * port only while it is good and that is switched on.  Then the site's clock is put forward:
 * a shared computer's session ends, a reminder goes out, a certificate expires.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bin, startSite, temporaryFolder, until } from '../flow/site.mjs';
import { again, browse, check, follow, join, linkIn, mails, mailTo, main, rootOf, signIn, siteWithNames, step } from './_lib.mjs';

const member = { address: 'ruth@example.org', password: 'eleven borrowed umbrellas dry' };
const second = 'ruth@second.example.org';
const phrase = 'a key phrase 42';
const run = (program, args, options = {}) => execFileSync(program, args, { stdio: 'pipe', ...options }).toString();
const day = 86400;

main(async () => {
  const { site: first, dns, sets } = await siteWithNames(['caa.mail=yes'], { dir: path.join(temporaryFolder(), 'state') });
  let site = first;
  const file = (name) => path.join(first.dir, name);
  const root = file('www/root.pem');
  const seen = new Set();
  let b = await browse(site);
  let page = b.page;
  const own = async (where) => { await follow(page, rootOf(page) + where); await again(page, member.password); };
  const badge = (kind, words) => page.locator(`.badge.${kind}`, { hasText: words }).first().waitFor();

  /* The files the browser made, turned into PEM; the serial is the last part of the page's address. */
  const make = async (name, { address = member.address, kind = 'rsa', signIn: may = false, open = false, lost = false } = {}) => {
    await own(may ? '/certs/sign-in' : '/certs/mail');
    await page.getByLabel(address, { exact: true }).check();
    if (open) await page.getByLabel(/Show it to whoever/).check();
    await page.getByLabel('Your own word for it').fill(name);
    await page.getByLabel('Kind of key').selectOption(kind);
    await page.getByLabel('A pass-phrase for the key file').fill(phrase);
    await page.getByLabel('The same pass-phrase again').fill(phrase);
    const go = page.getByRole('button', { name: 'Make the key and the certificate' });
    /* The answer gets lost on its way: the page says so and still has the key. */
    if (lost) {
      await page.evaluate(() => {
        const real = window.fetch;
        window.fetch = async (...words) => { window.fetch = real; await real(...words); throw new TypeError('lost'); };
      });
      await go.click();
      await page.getByText('No answer came.').waitFor({ timeout: 120000 });
    }
    await go.click();
    await page.getByRole('link', { name: 'Save the key file', exact: true }).waitFor({ timeout: 120000 });
    for (const [link, to] of [['Save the key file', 'modern'], ['Save the older form', 'older']]) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link, exact: true }).click()]);
      await download.saveAs(file(`${name}.${to}.p12`));
    }
    /* A pass-phrase is as safe as the cheapest way to try one: the MAC counts as much as the cipher. */
    const told = execFileSync('sh', ['-c', 'openssl pkcs12 -in "$0" -passin "pass:$1" -info -noout 2>&1', file(`${name}.modern.p12`), phrase]).toString();
    check(/^MAC: sha256, Iteration 250000/m.test(told) && /PBKDF2, AES-256-CBC, Iteration 600000/.test(told), told);
    run('openssl', ['pkcs12', '-in', file(`${name}.modern.p12`), '-passin', `pass:${phrase}`, '-nodes', '-out', file(`${name}.pem`)]);
    run('openssl', ['pkcs12', '-in', file(`${name}.modern.p12`), '-passin', `pass:${phrase}`, '-nokeys', '-cacerts', '-out', file('chain.pem')]);
    const x = new X509Certificate(fs.readFileSync(file(`${name}.pem`)));
    fs.writeFileSync(file(`${name}.crt`), x.toString());
    return { name, x, serial: x.serialNumber.toLowerCase().padStart(32, '0'), sha256: x.fingerprint256 };
  };

  const change = async (c, button, reason) => {
    await own(`/certs/change/${c.serial}`);
    if (reason) await page.getByLabel(reason).check();
    await page.getByRole('button', { name: button }).click();
    await page.locator('.certificate').waitFor();
  };

  /* What the list named in the certificate says of it, asked until it says what is wanted. */
  const listed = (c, wanted) => until(`the list says ${wanted}`, () => {
    const at = run('openssl', ['x509', '-in', file(`${c.name}.crt`), '-noout', '-ext', 'crlDistributionPoints']).match(/URI:(http\S+)/)[1];
    fs.writeFileSync(file('list.crl'), execFileSync('curl', ['-sS', at]));
    const text = run('openssl', ['crl', '-inform', 'DER', '-in', file('list.crl'), '-noout', '-text']);
    const [, entry] = text.toLowerCase().split('serial number: ').slice(1).map((e) => [e, e]).find(([e]) => e.replace(/[^0-9a-f\n]/g, '').split('\n')[0].padStart(32, '0') === c.serial) ?? [null, null];
    return wanted === 'nothing' ? entry === null : entry !== null && entry.includes(wanted);
  }, 60000);

  /* What a stranger reads on the status page. */
  const ask = async ({ serial, address, upload }, look) => {
    const other = await b.context.newPage();
    try {
      await other.goto(`${site.https}/status`);
      if (serial) await other.getByLabel('Serial or SHA-256 fingerprint').fill(serial);
      if (address) await other.getByLabel('E-mail address in it').fill(address);
      if (upload) await other.getByLabel('The certificate as a file').setInputFiles(upload);
      await other.getByRole('button', { name: 'Ask' }).click();
      await other.locator('.answer').waitFor();
      await look(await other.locator('.answer').innerText());
    } finally {
      await other.close();
    }
  };
  const says = (pattern) => (text) => check(pattern.test(text), `${pattern}: ${text}`);

  let rsa;
  let ec;
  let ahead;	/* days before the end, as the page says */
  await step('join, and certificates with keys of both kinds', async () => {
    await join(site, page, seen, member.address, member.password);
    await signIn(site, page, member.address, member.password);
    rsa = await make('rsa', { signIn: true });
    ec = await make('ec', { kind: 'ec', signIn: true, lost: true });
    check(rsa.x.publicKey.asymmetricKeyType === 'rsa' && rsa.x.publicKey.asymmetricKeyDetails.modulusLength === 3072, 'no RSA 3072');
    check(ec.x.publicKey.asymmetricKeyDetails.namedCurve === 'prime256v1', 'no P-256');
    check(rsa.x.subject === `CN=${member.address}`, rsa.x.subject);
    /* DER has an order for the two attributes; a short address comes before the key's mark. */
    const order = await page.evaluate(() => Array.from(set(seq(octets([7, 7])), seq(octets([7])))));
    check(order.join() === [0x31, 11, 0x30, 3, 4, 1, 7, 0x30, 4, 4, 2, 7, 7].join(), order.join());
  });

  await step('OpenSSL signs, encrypts and decrypts with the P-256 key', async () => {
    fs.writeFileSync(file('letter'), 'Dear Ben,\n');
    run('openssl', ['cms', '-sign', '-in', file('letter'), '-signer', file('ec.pem'), '-certfile', file('chain.pem'), '-out', file('signed')]);
    run('openssl', ['cms', '-verify', '-in', file('signed'), '-CAfile', root, '-purpose', 'smimesign', '-out', file('back')]);
    run('openssl', ['cms', '-encrypt', '-aes256', '-in', file('letter'), '-out', file('sealed'), file('ec.crt')]);
    check(run('openssl', ['cms', '-decrypt', '-in', file('sealed'), '-inkey', file('ec.pem'), '-recip', file('ec.crt')]).includes('Dear Ben'), 'not decrypted');
  });

  await step('gpgsm signs, verifies, encrypts and decrypts with the older file', async () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'g'));
    const env = { ...process.env, GNUPGHOME: home };
    fs.chmodSync(home, 0o700);
    fs.writeFileSync(path.join(home, 'pin'), `#!/bin/sh\necho OK\nwhile read -r word rest; do\n[ "$word" = GETPIN ] && echo "D ${phrase}"\necho OK\n[ "$word" = BYE ] && exit\ndone\n`, { mode: 0o700 });
    fs.writeFileSync(path.join(home, 'gpg-agent.conf'), `pinentry-program ${path.join(home, 'pin')}\n`);
    fs.writeFileSync(path.join(home, 'gpgsm.conf'), 'disable-crl-checks\n');
    fs.writeFileSync(path.join(home, 'trustlist.txt'), `${new X509Certificate(fs.readFileSync(root)).fingerprint} S relax\n`);
    const gpgsm = (...args) => run('gpgsm', ['--batch', '--yes', ...args], { env });
    try {
      /* gpgsm waits five seconds for its agent: on a busy machine that is asked for beforehand, until it answers. */
      await until('gpg-agent', () => spawnSync('gpgconf', ['--launch', 'gpg-agent'], { env }).status === 0, 60000);
      gpgsm('--import', root, file('www/issuer-robot-mail.pem'));
      gpgsm('--import', file('rsa.older.p12'));
      gpgsm('--sign', '--local-user', member.address, '--output', file('g.sig'), file('letter'));
      gpgsm('--verify', file('g.sig'));
      gpgsm('--encrypt', '--recipient', member.address, '--output', file('g.enc'), file('letter'));
      check(gpgsm('--decrypt', file('g.enc')) === 'Dear Ben,\n', 'not decrypted');
    } finally {
      run('gpgconf', ['--kill', 'gpg-agent'], { env });
      fs.rmSync(home, { recursive: true, force: true });
    }
  });

  await step('NSS, as Thunderbird and Firefox use it, takes both files and accepts the certificate', async () => {
    for (const form of ['modern', 'older']) {
      const store = fs.mkdtempSync(path.join(os.tmpdir(), 'nss-'));
      const nss = (program, ...args) => run(program, [...args, '-d', `sql:${store}`]);
      try {
        nss('certutil', '-N', '--empty-password');
        nss('certutil', '-A', '-n', 'root', '-t', 'C,C,', '-i', root);
        nss('pk12util', '-i', file(`rsa.${form}.p12`), '-W', phrase);
        const name = nss('certutil', '-L').match(/^(.*\S) +u,u,u$/m)[1];
        check(/^< 0> rsa/m.test(nss('certutil', '-K')), 'no key');
        for (const use of ['S', 'R']) check(/certificate is valid/.test(nss('certutil', '-V', '-n', name, '-u', use, '-e')), `not good for ${use}`);
      } finally {
        fs.rmSync(store, { recursive: true, force: true });
      }
    }
  });

  await step('a pasted request gives its key and nothing else', async () => {
    run('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('pasted.key'), '-out', file('pasted.csr'), '-subj', '/O=Somebody Else/CN=ceo@example.com',
      '-addext', 'subjectAltName=email:ceo@example.com,DNS:example.com', '-addext', 'basicConstraints=CA:TRUE']);
    await own('/certs/mail');
    await page.getByText('Without script: paste a request made elsewhere').click();
    await page.getByLabel(member.address, { exact: true }).check();
    await page.getByLabel('Certificate request').fill(fs.readFileSync(file('pasted.csr'), 'utf8'));
    await page.getByRole('button', { name: 'Issue it' }).click();
    await page.locator('.certificate').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'DER', exact: true }).click()]);
    const x = new X509Certificate(fs.readFileSync(await download.path()));
    check(x.subject === `CN=${member.address}` && x.subjectAltName === `email:${member.address}` && !x.ca, `${x.subject} ${x.subjectAltName}`);
    fs.writeFileSync(file('pasted.pem'), x.toString() + fs.readFileSync(file('pasted.key'), 'utf8'));
    check(x.publicKey.equals(new X509Certificate(run('openssl', ['req', '-x509', '-key', file('pasted.key'), '-subj', '/CN=x', '-days', '1'])).publicKey), 'another key');
  });

  await step('status: by serial, fingerprint and file; unknown ones; contents only where the owner allows', async () => {
    await ask({ serial: rsa.serial }, says(/^valid/));
    await ask({ serial: rsa.serial.match(/../g).join(':').toUpperCase() }, says(/^valid/));
    await ask({ serial: rsa.sha256 }, says(/^valid/));
    await ask({ upload: file('ec.crt') }, says(/^valid/));
    await ask({ upload: file('www/root.pem') }, says(/^unknown/));
    await ask({ serial: '0'.repeat(31) + '1' }, says(/^unknown/));
    const hidden = (text) => check(!text.includes(member.address) && !text.includes('BEGIN CERTIFICATE'), text);
    await ask({ serial: rsa.serial, address: member.address }, hidden);
    await own(`/certs/show/${rsa.serial}`);
    await page.getByLabel(/Show it to whoever/).check();
    ahead = Number((await page.getByText(/One message to your primary address/).innerText()).match(/(\d+) days before/)[1]);
    await page.getByLabel('Remind me before it ends').check();
    await page.getByRole('button', { name: 'Keep this' }).click();
    await page.waitForLoadState();
    await own(`/certs/show/${rsa.serial}`);
    check(await page.getByLabel(/Show it to whoever/).isChecked() && await page.getByLabel('Remind me before it ends').isChecked(), 'the ticks are not kept');
    await ask({ serial: rsa.serial }, hidden);
    await ask({ serial: rsa.serial, address: 'someone@example.org' }, hidden);
    await ask({ serial: rsa.serial, address: member.address }, says(/BEGIN CERTIFICATE/));
  });

  await step('suspend, resume, revoke: list and status page say the same', async () => {
    await change(ec, 'Suspend it');
    await badge('held', 'suspended');
    await listed(ec, 'certificate hold');
    await ask({ serial: ec.serial }, says(/^suspended/));
    await change(ec, 'Resume it');
    await badge('good', 'valid');
    await listed(ec, 'nothing');
    await ask({ serial: ec.serial }, says(/^valid/));
    await change(ec, 'Revoke it', 'Replaced by a newer one');
    await badge('bad', 'revoked');
    await listed(ec, 'superseded');
    await ask({ upload: file('ec.crt') }, says(/^revoked[^]*[Rr]eplaced/));
    await own(`/certs/change/${ec.serial}`);
    check(await page.getByRole('button', { name: /Resume|Revoke it/ }).count() === 0, 'it could be brought back');
  });

  /* Another browser, which shows this certificate on the port for it. */
  const withCertificate = async (name, use) => {
    const pem = fs.readFileSync(file(`${name}.pem`), 'utf8');
    const cert = Buffer.from(pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/g).join(''));
    const key = Buffer.from(pem.match(/-----BEGIN PRIVATE KEY-----[^]*?-----END PRIVATE KEY-----\n/)[0]);
    const other = await browse(site, { ignoreHTTPSErrors: true, clientCertificates: [{ origin: site.cert, cert, key }] });
    try { await use(other.page); } finally { await other.close(); }
  };
  const tryIn = async (p) => {
    await p.goto(`${site.cert}/sign-in/certificate`);
    await p.getByRole('button', { name: 'Sign in with this certificate' }).click();
    await p.waitForLoadState();
  };
  const refused = (name) => withCertificate(name, async (p) => {
    await tryIn(p);
    check(!p.url().includes('/~') && await p.getByRole('alert').count() === 1, `${p.url()}: ${await p.locator('main').innerText()}`);
  });

  await step('signing in with a certificate: refused while it is off', () => refused('rsa'));

  await step('switched on, it opens own data and no role; switched off or suspended, it ends', async () => {
    await own('/settings');
    await page.getByRole('button', { name: 'Switch it on' }).click();
    await again(page, member.password);
    if (await page.getByRole('button', { name: 'Switch it on' }).count() > 0) await page.getByRole('button', { name: 'Switch it on' }).click();
    await page.getByRole('button', { name: 'Switch it off' }).waitFor();
    await withCertificate('rsa', async (p) => {
      await tryIn(p);
      await p.getByRole('heading', { name: 'Hello' }).waitFor();
      check(p.url().startsWith(`${site.cert}/~`), p.url());
      await p.getByText(member.address).first().waitFor();
      const go = (where) => follow(p, rootOf(p) + where);
      await go('/certs');
      await p.getByRole('heading', { name: 'Certificates' }).waitFor();
      await go('/role');
      check(await p.getByLabel('Code').count() === 0, 'a role page opens');
      const port = await b.context.newPage();	/* the same session at the other door */
      await port.goto(`${site.https}/`);
      await follow(port, `${site.https}${new URL(rootOf(p)).pathname}/home`);
      check(!(await port.content()).includes(member.address), 'the session opens without the certificate');
      await port.close();
      await change(rsa, 'Suspend it');
      await go('/home').catch(() => {});
      check(!(await p.content()).includes(member.address), 'a suspended certificate still opens data');
    });
    await refused('rsa');
    await change(rsa, 'Resume it');
    await withCertificate('rsa', async (p) => { await tryIn(p); await p.getByRole('heading', { name: 'Hello' }).waitFor(); });
    await refused('ec');	/* revoked */
    await withCertificate('pasted', async (p) => {	/* not made for signing in: nginx says so */
      await p.goto(`${site.cert}/sign-in/certificate`);
      check(await p.getByRole('button', { name: /Sign in/ }).count() === 0 && /certificate/i.test(await p.locator('body').innerText()), await p.content());
    });
    await own('/settings');
    await page.getByRole('button', { name: 'Switch it off' }).click();
    await page.getByRole('button', { name: 'Switch it on' }).waitFor();
    await refused('rsa');
  });

  await step('an address taken away takes its certificates along; the last way in warns', async () => {
    const declare = (value) => dns.tell('set', { name: 'second.example.org', type: 'CAA', data: [{ flags: 0, tag: 'issuemail', value }] });
    await declare(';');
    await own('/addresses');
    await page.getByLabel('E-mail address').fill(second);
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('waiting for the link').waitFor();
    await own('/certs/mail');
    check(await page.getByLabel(second, { exact: true }).count() === 0 && /not proved yet/.test(await page.locator('main').innerText()), 'an address that is not proved is offered');
    const other = await b.context.newPage();
    await other.goto(linkIn(await mailTo(site, second, /\/verify\//, seen)));
    await other.getByRole('button', { name: 'Yes, confirm' }).click();
    await other.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await other.close();
    /* Where the site asks, the domain's owner has a word in it (RFC 9495). */
    const forbidden = async () => {
      await own('/certs/mail');
      await page.getByLabel(second, { exact: true }).check();
      await page.getByLabel('Kind of key').selectOption('ec');
      await page.getByLabel('A pass-phrase for the key file').fill(phrase);
      await page.getByLabel('The same pass-phrase again').fill(phrase);
      await page.getByRole('button', { name: 'Make the key and the certificate' }).click();
      await page.getByText(/CAA records do not allow us|Done. Save the key file/).waitFor();
      return /CAA records/.test(await page.locator('#doing').innerText());
    };
    check(await forbidden(), 'issued against the CAA record');
    await declare('localhost');
    await until('the new CAA record counts', async () => !await forbidden());
    const c = await make('second', { address: second });
    await own('/addresses');
    await page.locator('.card', { hasText: second }).getByRole('link', { name: 'Remove' }).click();
    await page.waitForLoadState();
    await again(page, member.password);
    check(/revoked with it: 2/.test(await page.locator('main').innerText()), 'the certificate is not counted');
    check(await page.locator('main .warn a[href*="/certs/show/"]').count() === 2, 'the certificates are not named');
    check(!/last proved address/.test(await page.locator('main').innerText()), 'it is not the last one');
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('alert').waitFor();	/* without the tick */
    await page.getByLabel('Yes, I am sure').check();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('heading', { name: 'E-mail addresses' }).waitFor();
    await listed(c, 'revocation date');
    await ask({ serial: c.serial }, says(/^revoked/));
    await ask({ serial: rsa.serial }, says(/^valid/));
    await page.getByRole('link', { name: 'Remove' }).first().click();
    await page.waitForLoadState();
    await again(page, member.password);
    await page.getByText('This is your last proved address').waitFor();
  });

  await step('the page of sessions ends another one', async () => {
    const other = await browse(site);
    await signIn(site, other.page, member.address, member.password);
    await own('/sessions');
    const before = await page.locator('.card').count();
    await page.locator('.card').filter({ hasNotText: 'this one' }).first().getByRole('button', { name: 'End it' }).click();
    await until('a line less', async () => await page.locator('.card').count() === before - 1);
    await follow(other.page, `${rootOf(other.page)}/home`);
    check(!(await other.page.content()).includes(member.address), 'the other session still opens');
    await other.close();
  });

  /* The same site, its clock so many seconds further on. */
  const later = async (seconds) => {
    await site.stop();
    site = await startSite({ dir: first.dir, http: first.ports.http, https: first.ports.https,
      sets: [...sets, `site.cert_port=${first.ports.cert}`, `clock.shift=${seconds}`] });
  };

  await step('a shared computer: after five quiet minutes its session is over, another is not', async () => {
    const shared = await browse(site, { ignoreHTTPSErrors: true });
    await shared.page.goto(`${site.https}/sign-in`);
    await shared.page.getByLabel('E-mail address').fill(member.address);
    await shared.page.getByLabel('Password', { exact: true }).fill(member.password);
    await shared.page.getByLabel('This is a shared computer').check();
    await shared.page.getByRole('button', { name: 'Sign in' }).click();
    await shared.page.waitForURL(/\/home$/);
    await own('/home');
    await later(6 * 60);
    await follow(page, `${rootOf(page)}/home`);
    await page.getByText(member.address).first().waitFor();
    await follow(shared.page, `${rootOf(shared.page)}/home`);
    check(!(await shared.page.content()).includes(member.address), 'the shared computer is still signed in');
    await shared.close();
  });

  await b.close();
  const reminder = () => mails(site).filter((m) => !seen.has(m.name) && /^Subject:.*(end|expire|remind)/mi.test(m.text) && m.text.includes('certificate'));

  await step('a reminder, to who ticked it, as long before the end as the page says; not before', async () => {
    await later((180 - ahead - 1) * day);
    await until('the clerk has made its round', () => site.log.includes('published CRL assured-mail-0.crl'));
    await later((180 - ahead + 1) * day);
    await until('the reminder', () => reminder().length > 0);
    const sent = Date.parse(reminder()[0].text.match(/^Date: (.*)$/m)[1]);
    check(sent > Date.now() + (180 - ahead) * day * 1000, `sent too early: ${new Date(sent)}`);
  });

  await step('expired: the status page says so', async () => {
    await later(181 * day);
    b = await browse(site, { ignoreHTTPSErrors: true });
    await ask({ serial: rsa.serial }, says(/^expired/));
    await ask({ upload: file('rsa.crt') }, says(/^expired/));
    await ask({ upload: file('ec.crt') }, says(/^revoked/));	/* stays what it was */
    check(reminder().length === 1, `${reminder().length} reminders; one certificate was ticked`);
    await b.close();
  });

  await step('the ledger verifies', async () => {
    run(path.join(bin, 'troth-ledger'), ['verify', '--state', first.dir]);
  });

  await site.stop();
  await dns.stop();
  fs.rmSync(path.dirname(first.dir), { recursive: true, force: true });
});
