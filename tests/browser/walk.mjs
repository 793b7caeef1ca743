/*
 * tests/browser/walk.mjs - the main job, end to end, in a browser and with outside programs.
 *
 * limit: 400
 *
 * A member joins, proves an address and a domain, gets certificates that work, revokes one,
 * and reads in the history what happened.  The site is a real one in a folder of its own;
 * name servers and web servers are the tests' own peers.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { bin, startSite } from '../flow/site.mjs';
import { peer } from '../peers/start.mjs';
import { again, browse, check, join, linkIn, mailTo, main, signIn, step } from './_lib.mjs';

const member = { address: 'ann@example.org', password: 'plenty of unrelated wooden hats' };
const run = (program, ...args) => execFileSync(program, args, { stdio: 'pipe' }).toString();
const freePort = () => new Promise((done) => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});
const until = async (words, test) => {
  for (let i = 0; i < 300; i++) {
    if (await test()) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`never: ${words}`);
};

main(async () => {
  const dns = await peer('dns');
  const web = await peer('http');
  await dns.tell('zone', { zone: 'example.org', signed: true });
  await dns.tell('zone', { zone: 'org', signed: true });	/* CAA climbs to the top-level domain */
  const anchors = path.join(process.env.TMPDIR ?? '/tmp', 'anchors');
  fs.writeFileSync(anchors, (await dns.tell('anchors')).text);
  const site = await startSite({ asShipped: true, sets: [`prover.stub=example.org=127.0.0.1@${dns.port},org=127.0.0.1@${dns.port}`, `prover.trust_anchor=${anchors}`,
    `prover.http_port=${web.port}`, 'prover.allow_private=yes'] });
  const file = (name) => path.join(site.dir, name);
  const seen = new Set();
  const b = await browse(site);
  const { page } = b;
  const root = file('www/root.pem');
  let home = '';
  const own = (where) => page.goto(`${page.url().match(/^https:\/\/[^/]+\/~[A-Za-z0-9_-]{32}/)[0]}${where}`);
  const go = async (name) => { await page.getByRole('navigation').getByRole('link', { name, exact: true }).click(); await page.waitForLoadState(); };

  await step('home needs no cookie, no storage and no script', async () => {
    await page.goto(site.https);
    await page.getByRole('heading', { level: 1 }).waitFor();
    check((await b.context.cookies()).length === 0, 'a cookie was set');
    check(await page.locator('script').count() === 0, 'home has a script');
    check(await page.evaluate(() => localStorage.length + sessionStorage.length) === 0, 'storage was used');
  });

  await step('all that is wrong with a join is said at once', async () => {
    await page.goto(`${site.https}/join`);
    await page.getByLabel('E-mail address').fill('ann(at)example');
    await page.getByLabel('Password', { exact: true }).fill('password1234');
    await page.getByLabel('The same password again').fill('password12345');
    await page.getByLabel(/I agree/).check();
    await page.getByRole('button', { name: 'Send me the link' }).click();
    const told = await page.getByRole('alert').innerText();
    for (const words of [/e-mail address/, /stronger password/, /not the same/]) check(words.test(told), told);
  });

  await step('join, the mailed link, the first sign-in', async () => {
    await join(site, page, seen, member.address, member.password);
    await signIn(site, page, member.address, member.password);
    home = page.url();
  });

  await step('a pasted session address shows the sign-in question', async () => {
    const other = await b.context.newPage();
    const answer = await other.goto(home);
    check(answer.status() === 403, `status ${answer.status()}`);
    check(!(await other.content()).includes(member.address), 'the address shows');
    await other.close();
  });

  await step('enrol: names, birth date, questions', async () => {
    await page.getByRole('link', { name: 'Say what you are called' }).click();
    await page.getByLabel('Given name or names').fill('Ann Zoë');
    await page.getByLabel('Family name').fill('Ó Briain');
    await page.getByRole('button', { name: 'Keep these names' }).click();
    await page.getByText('Ó Briain').waitFor();
    await page.locator('a[href$="/data/birth"]').first().click();
    await page.getByLabel('Day').fill('29');
    await page.getByLabel('Month').fill('2');
    await page.getByLabel('Year').fill('1985');
    await page.getByRole('button', { name: 'Keep this date' }).click();
    await page.getByRole('alert').waitFor();
    check(await page.getByLabel('Day').inputValue() === '29', 'typed values are kept');
    await page.getByLabel('Year').fill('1984');
    await page.getByRole('button', { name: 'Keep this date' }).click();
    await page.getByRole('heading', { name: 'My data' }).waitFor();
    await page.getByRole('link', { name: 'five questions' }).first().click();
    await again(page, member.password);
    const pairs = [['Street of my first school', 'Lindenweg'], ['Name of the first boat', 'Albatros'], ['Who taught me chess', 'Uncle Piet'],
      ['Song at the wedding', 'La Paloma'], ['Colour of the old barn door', 'Ox-blood']];
    for (const [i, [q, a]] of pairs.entries()) {
      await page.getByLabel(`Question ${i + 1}`).fill(q);
      await page.getByLabel(`Answer ${i + 1}`).fill(a);
    }
    await page.getByRole('button', { name: 'Keep these' }).click();
    await page.waitForURL(/\/home$/);
    check(await page.getByText('Set your five questions').count() === 0, 'the step is done');
  });

  await step('my history tells it, by others first', async () => {
    await go('My history');
    await page.getByRole('heading', { name: 'By others' }).waitFor();
    const lines = await page.locator('ul.history li').allInnerTexts();
    check(lines.length >= 4, `${lines.length} lines`);
    check((await page.content()).includes('times that day') || lines.length > 4, 'own lines are grouped');
    await page.locator('ul.history a').first().click();
    await page.getByText('Number in the ledger').waitFor();
  });

  await step('a second address', async () => {
    await go('Addresses');
    await page.getByLabel('E-mail address').fill('ann@work.example.org');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('waiting for the link').waitFor();
    const link = linkIn(await mailTo(site, 'ann@work.example.org', /\/verify\//, seen));
    const other = await b.context.newPage();
    await other.goto(link);
    await other.getByText('If you did not expect this message, close this page').waitFor();
    await other.getByRole('button', { name: 'Yes, confirm' }).click();
    await other.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await other.close();
    await page.reload();
    check(await page.getByText('waiting for the link').count() === 0, 'it is proved');
  });

  await step('a domain, by DNS, by HTTP and by mail', async () => {
    await go('Domains');
    await page.getByLabel('Domain').fill('co.uk');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Domain').fill('example.org');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('button', { name: 'Give me a value to publish' }).click();
    const value = await page.locator('dd code').nth(2).innerText();
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByText('found nothing there yet').waitFor();
    await dns.tell('set', { name: '_troth-challenge.example.org', type: 'TXT', data: [value] });
    await dns.tell('set', { name: 'example.org', type: 'A', data: ['127.0.0.1'] });
    await until('the record is seen', async () => {		/* that there was none is remembered for three seconds */
      await page.getByRole('button', { name: 'Look now' }).click();
      await page.waitForLoadState();
      return await page.getByRole('heading', { name: 'Domains' }).count() > 0;
    });
    await page.locator('.badge.good', { hasText: 'proved' }).waitFor();

    await go('Domains');
    await page.getByLabel('Domain').fill('www.example.org');
    await dns.tell('set', { name: 'www.example.org', type: 'A', data: ['127.0.0.1'] });
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('button', { name: 'Give me a file to publish' }).click();
    const nonce = (await page.locator('dd code').last().innerText()).trim();
    const address = (await page.locator('dd code', { hasText: '/.well-known/' }).innerText()).trim();
    check(!address.includes(nonce), 'the request does not tell what the file must say');
    await web.tell('file', { path: new URL(address).pathname, body: nonce });
    await until('the file is seen', async () => {
      await page.getByRole('button', { name: 'Look now' }).click();
      await page.waitForLoadState();
      return await page.getByRole('heading', { name: 'Domains' }).count() > 0;
    });

    await page.getByLabel('Domain').fill('club.example.org');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByLabel('hostmaster').check();
    await page.getByRole('button', { name: 'Send the message' }).click();
    const link = linkIn(await mailTo(site, 'hostmaster@club.example.org', /\/verify\//, seen));
    const other = await b.context.newPage();
    await other.goto(link);
    await other.getByRole('button', { name: 'Yes, confirm' }).click();
    await other.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await other.close();
  });

  let serverSerial = '';
  await step('a server certificate from a pasted request', async () => {
    run('openssl', 'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('server.key'), '-out', file('server.csr'),
      '-subj', '/C=NL/O=Nobody/CN=www.example.org', '-addext', 'subjectAltName=DNS:www.example.org,DNS:*.example.org,DNS:elsewhere.test,IP:10.0.0.1');
    await go('Certificates');
    await page.getByRole('link', { name: 'New server certificate' }).click();
    await page.locator('#f-request').fill(fs.readFileSync(file('server.key'), 'utf8'));
    await page.getByRole('button', { name: 'Look at it' }).click();
    await page.getByRole('alert').getByText('private key').first().waitFor();
    check(!(await page.content()).includes('BEGIN PRIVATE KEY'), 'the key comes back on the page');
    await page.locator('#f-request').fill(fs.readFileSync(file('server.csr'), 'utf8'));
    await page.getByRole('button', { name: 'Look at it' }).click();
    await page.getByRole('heading', { name: 'This will be issued' }).waitFor();
    const dropped = await page.locator('dd').nth(2).innerText();
    check(dropped.includes('elsewhere.test'), `dropped: ${dropped}`);
    await page.getByRole('button', { name: 'Issue it' }).click();
    await page.getByRole('heading', { name: 'Get it' }).waitFor();
    serverSerial = page.url().split('/').at(-1);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PEM, with its issuer' }).click()]);
    await download.saveAs(file('server.pem'));
    const text = run('openssl', 'x509', '-in', file('server.pem'), '-noout', '-text');
    check(/DNS:\*\.example\.org/.test(text) && !/Nobody|elsewhere|10\.0\.0\.1/.test(text), text);
  });

  await step('an nginx with it is accepted by s_client and by curl', async () => {
    const port = await freePort();
    fs.mkdirSync(file('web'), { recursive: true });
    fs.writeFileSync(file('web/nginx.conf'), `daemon off; master_process off; pid ${file('web/pid')}; error_log stderr;
events {} http { access_log off; client_body_temp_path ${file('web/1')}; proxy_temp_path ${file('web/2')}; fastcgi_temp_path ${file('web/3')}; uwsgi_temp_path ${file('web/4')}; scgi_temp_path ${file('web/5')};
server { listen 127.0.0.1:${port} ssl; ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server.key')}; return 200 "good\\n"; } }`);
    const nginx = spawn('nginx', ['-e', 'stderr', '-p', file('web'), '-c', file('web/nginx.conf')], { stdio: 'ignore', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
    try {
      await until('nginx listens', () => new Promise((done) => { const s = net.connect(port, '127.0.0.1', () => { s.end(); done(true); }).on('error', () => done(false)); }));
      const tls = execFileSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'www.example.org', '-verify_hostname', 'www.example.org',
        '-CAfile', root, '-verify_return_error'], { input: '', stdio: 'pipe' }).toString();
      check(tls.includes('Verify return code: 0 (ok)'), tls);
      check(run('curl', '-sS', '--cacert', root, '--resolve', `www.example.org:${port}:127.0.0.1`, `https://www.example.org:${port}/`) === 'good\n', 'curl');
    } finally {
      nginx.kill();
    }
  });

  await step('an e-mail certificate with a key made in the browser; cms signs and decrypts with it', async () => {
    await go('Certificates');
    await page.getByRole('link', { name: 'New e-mail certificate' }).click();
    await page.getByRole('link', { name: 'One that also signs you in to web sites' }).click();
    await again(page, member.password);
    await page.getByLabel(member.address).check();
    await page.getByLabel('A pass-phrase for the key file').fill('päss phrase 9');
    await page.getByLabel('The same pass-phrase again').fill('päss phrase 8');
    await page.getByRole('button', { name: 'Make the key and the certificate' }).click();
    await page.getByText('The two pass-phrases differ.').waitFor();		/* a slip would lock the only copy of the key */
    await page.getByLabel('The same pass-phrase again').fill('päss phrase 9');
    await page.getByRole('button', { name: 'Make the key and the certificate' }).click();
    await page.getByRole('link', { name: 'Save the key file', exact: true }).waitFor({ timeout: 120000 });
    for (const [name, to, legacy] of [['Save the key file', 'modern.p12', []], ['Save the older form', 'older.p12', ['-legacy']]]) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()]);
      await download.saveAs(file(to));
      run('openssl', 'pkcs12', '-in', file(to), '-passin', 'pass:päss phrase 9', '-nodes', '-clcerts', '-out', file(`${to}.pem`), ...legacy);
      run('openssl', 'pkcs12', '-in', file(to), '-passin', 'pass:päss phrase 9', '-nokeys', '-cacerts', '-out', file('chain.pem'), ...legacy);
    }
    const pem = file('modern.p12.pem');
    fs.writeFileSync(file('letter'), 'Dear Ben,\n');
    run('openssl', 'cms', '-sign', '-in', file('letter'), '-signer', pem, '-certfile', file('chain.pem'), '-out', file('signed'));
    run('openssl', 'cms', '-verify', '-in', file('signed'), '-CAfile', root, '-purpose', 'smimesign', '-out', file('back'));
    run('openssl', 'cms', '-encrypt', '-aes256', '-in', file('letter'), '-out', file('sealed'), pem);
    check(run('openssl', 'cms', '-decrypt', '-in', file('sealed'), '-inkey', pem, '-recip', pem).includes('Dear Ben'), 'decrypted');
    const text = run('openssl', 'x509', '-in', pem, '-noout', '-text');
    check(text.includes(`email:${member.address}`) && text.includes('E-mail Protection'), text);
  });

  await step('revoke the server certificate: CRL, OCSP and the status page say so within a minute', async () => {
    await go('Certificates');
    await page.locator(`a[href$="${serverSerial}"]`).click();
    await page.getByRole('link', { name: 'Revoke it' }).click();
    await again(page, member.password);
    await page.getByLabel('Its key was lost, stolen or shown').check();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await page.locator('.badge.bad', { hasText: 'revoked' }).waitFor();
    const issuer = file('issuer.pem');
    const blocks = fs.readFileSync(file('server.pem'), 'utf8').match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g);
    fs.writeFileSync(file('leaf.pem'), blocks[0]);
    fs.writeFileSync(issuer, blocks[1]);
    const text = run('openssl', 'x509', '-in', file('leaf.pem'), '-noout', '-text');
    const crlAt = text.match(/URI:(http\S+\.crl)/)[1];
    await until('the CRL lists it', () => {
      fs.writeFileSync(file('now.crl'), execFileSync('curl', ['-sS', crlAt]));
      return run('openssl', 'crl', '-inform', 'DER', '-in', file('now.crl'), '-noout', '-text').toLowerCase().replace(/[^0-9a-f]/g, '').includes(serverSerial);
    });
    const ocspAt = text.match(/OCSP - URI:(http\S+)/)[1];
    const answer = run('openssl', 'ocsp', '-issuer', issuer, '-cert', file('leaf.pem'), '-url', ocspAt, '-CAfile', root);
    check(/: revoked/.test(answer) && /keyCompromise/.test(answer), answer);
    const other = await b.context.newPage();
    await other.goto(`${site.https}/status`);
    await other.getByLabel('Serial or SHA-256 fingerprint').fill(serverSerial);
    await other.getByRole('button', { name: 'Ask' }).click();
    await other.locator('.badge.bad', { hasText: 'revoked' }).waitFor();
    await other.getByText('www.example.org').waitFor();
    await other.close();
  });

  await step('a forgotten password: mailed link, three answers, a notice, the 72 hours', async () => {
    const other = await b.context.newPage();
    await other.goto(`${site.https}/forgot`);
    await other.getByLabel('E-mail address').fill(member.address);
    await other.getByRole('button', { name: 'Send me the link' }).click();
    await other.goto(linkIn(await mailTo(site, member.address, /\/(reset|verify)\//, seen)));
    const answers = { 'first school': 'linden weg', 'first boat': 'ALBATROS', chess: 'uncle  piet', wedding: 'lá paloma', 'barn door': 'oxblood' };
    for (let i = 1; i <= 3; i++) {
      const field = other.locator(`#f-answer${i}`);
      const question = await other.locator(`label[for=f-answer${i}]`).innerText();
      await field.fill(Object.entries(answers).find(([key]) => question.includes(key))[1]);
    }
    member.password = 'seven other quiet lanterns';
    await other.getByLabel('Password', { exact: true }).fill(member.password);
    await other.getByLabel('The same password again').fill(member.password);
    await other.getByRole('button', { name: 'Set the new password' }).click();
    await other.getByRole('heading', { name: 'The new password is set' }).waitFor();
    await other.close();
    await mailTo(site, 'ann@work.example.org', /password/i, seen);
    await signIn(site, page, member.address, member.password);
    await page.getByText('Your password was recovered recently').waitFor();
  });

  await step('sign out; the address opens nothing any more', async () => {
    const gone = page.url();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.evaluate((to) => { window.location.href = to; }, gone);
    await page.getByRole('heading', { name: 'Your session is over' }).waitFor();
    await page.waitForLoadState();
    check(!(await page.content()).includes(member.address), 'the address still shows');
  });

  await step('the ledger verifies while the site runs', async () => {
    const said = run(path.join(bin, 'troth-ledger'), 'verify', '--state', site.dir);
    check(said.length > 0, 'nothing said');
  });

  await b.close();
  await site.stop();
  await dns.stop();
  await web.stop();
});
