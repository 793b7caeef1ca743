/*
 * tests/browser/keyboard.mjs - join, sign in and enrol with the keyboard only.
 *
 * limit: 120
 *
 * How: _keys.mjs.
 */
import { startSite } from '../flow/site.mjs';
import { here, keyboard } from './_keys.mjs';
import { browse, check, linkIn, mailTo, main, step } from './_lib.mjs';

const member = { address: 'keys@example.org', password: 'nine slow ferries past Vlissingen' };

main(async () => {
  const site = await startSite();
  const seen = new Set();
  const b = await browse(site, { viewport: { width: 1000, height: 800 } });
  const { page } = b;
  const { key, write, to, press } = keyboard(page);
  const heading = (words) => page.getByRole('heading', { level: 1, name: words }).waitFor();
  const password = async () => {
    await to('Password');
    await write(member.password);
    await press('Go on');
  };

  await step('the first Tab offers to skip to the content, and does', async () => {
    await page.goto(site.https);
    await key('Tab');
    const at = await page.evaluate(here);
    check(at.name === 'Skip to the content' && at.shows, JSON.stringify(at));
    await key('Enter', 'Tab');
    check((await page.evaluate(here)).name === 'Join' && await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the focus is not in the content');
  });

  await step('join, with a fault on the way', async () => {
    await page.goto(`${site.https}/join`);
    await to('E-mail address');
    await write(member.address);
    await to('Password');
    await write(member.password);
    await to('The same password again');
    await write(`${member.password}?`);
    await key('Enter');
    await page.getByRole('alert').waitFor();
    check((await page.evaluate(here)).id === 'summary', 'the summary does not have the focus');
    await key('Tab', 'Enter');	/* its first link leads into a field */
    check((await page.evaluate(here)).tag === 'INPUT', 'the link leads into no field');
    await page.keyboard.press('Shift+Tab');
    await page.goto(`${site.https}/join`);
    await to('E-mail address');
    await write(member.address);
    await to('Password');
    await write(member.password);
    await to('The same password again');
    await write(member.password);
    await to('I agree to the community agreement and have read the privacy statement');
    await key('Space');
    await press('Send me the link');
    await heading('Look into your mailbox');
    await page.goto(linkIn(await mailTo(site, member.address, /\/verify\//, seen)));
    await press('Yes, confirm');
    await heading('Confirmed');
  });

  await step('sign in', async () => {
    await press('Sign in');
    await to('E-mail address');
    await write(member.address);
    await to('Password');
    await write(member.password);
    await to('This is a shared computer');
    await press('Sign in');
    await heading('Hello');
  });

  await step('tell a name and a birth date', async () => {
    await press('Say what you are called');
    await to('Given name or names');
    await write('Kay');
    await to('Family name');
    await write('Board');
    await key('Enter');
    await heading('My data');
    await press('Home');
    await heading('Hello, Kay');
    await press('Add your birth date');
    for (const [field, text] of [['Day', '1'], ['Month', '12'], ['Year', '1980']]) {
      await to(field);
      await write(text);
    }
    await press('Keep this date');
    await heading('My data');
  });

  await step('make a code for a meeting, and take it back', async () => {
    await press('Home');
    await heading('Hello, Kay');
    await press('Be vouched for');
    await heading('Hand over to an assurer');
    for (const asked of [true, false]) {
      await to('On a screen, when we meet');
      await key('Space');
      await press('Make a code');
      if (asked) {
        await heading('Your password, please');
        await password();
        await heading('Hand over to an assurer');
      }
    }
    await page.getByRole('heading', { name: 'Your open codes' }).waitFor();
    await press((await page.getByRole('button', { name: 'Withdraw this code' }).innerText()).trim());
    await page.getByText('withdrawn by you').waitFor();
  });

  await step('choose a document by arrow keys', async () => {
    await page.evaluate((where) => { window.location.href = where; }, page.url().replace(/\/[^/]*$/, '/data/document'));
    await heading('Identity document');
    await to('Passport');
    await key('ArrowDown', 'ArrowDown');	/* an arrow from nothing chosen takes the next one */
    const chosen = await page.locator('input[name=kind]:checked').getAttribute('value');
    check(['identity card', 'driving licence'].includes(chosen), chosen);
    await to('Number of the document');
    await write('X 123');
    await press('Keep this');
    await heading('My data');
  });

  await step('five questions, behind the password', async () => {
    await press('five questions');
    if (await page.getByRole('heading', { name: 'Your password, please' }).count() > 0)
      await password();
    await heading('Five questions');
    const answers = ['A red kite', 'Mrs Abernathy', 'Under the stairs', 'Seventeen', 'The long bridge'];
    for (const [i, answer] of answers.entries()) {
      await to(`Question ${i + 1}`);
      await write(`What is my secret number ${'one two three four five'.split(' ')[i]}?`);
      await to(`Answer ${i + 1}`);
      await write(answer);
    }
    await press('Keep these');
    await heading('Hello, Kay');
  });

  await step('sign out', async () => {
    await press('Sign out');
    await heading('You are signed out');
  });

  await b.close();
  await site.stop();
});
