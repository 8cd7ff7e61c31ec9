// Logging in: the password that somebody else gave, the second factor, and what is refused.
import { expect, expectEqual, oneTimeCode, stepNow } from './support.mjs';

// Who works with the case.
export const ROLES = ['analyst', 'reviewer1', 'reviewer2', 'board', 'officer', 'reader'];

// Everybody's window: {role: page}. The officer sets up a second factor and logs in with it.
export async function logInAll(world, cases) {
  const people = {};
  await cases.run('everybody logs in', async () => {
    for (const actor of ROLES) people[actor] = await world.logIn(actor, { language: 'vi' });
  });
  await cases.run('a second factor is set up, and asked for', async () => {
    const { officer } = people;
    await world.go(officer, '/account');
    await world.submit(officer, 'form[action="/account/second-factor"]');
    const secret = /\b[A-Z2-7]{16,}\b/.exec(await world.text(officer))[0];
    const step = stepNow();
    await officer.fill('#otp', oneTimeCode(secret, step - 1)); // a code is taken once: two are left
    await world.send(officer, 'form[action="/account/second-factor/confirm"]');
    await world.submit(officer, 'form[action="/logout"]');
    expectEqual(new URL(officer.url()).pathname, '/login', 'page after logging out');
    await officer.fill('#actor', 'officer');
    await officer.fill('#password', world.facts.password);
    await world.send(officer, 'form[action="/login"]');
    expectEqual(new URL(officer.url()).pathname, '/login/code', 'page after the password');
    await world.go(officer, '/login/code');
    expectEqual((await officer.request.get(`${world.origin}/families/F002`, { maxRedirects: 0 })).status(), 303, 'a page with the password alone');
    const wrong = String((Number(oneTimeCode(secret, step)) + 1) % 1000000).padStart(6, '0');
    await officer.fill('#otp', wrong);
    await world.send(officer, 'form[action="/login/code"]', 422);
    await officer.fill('#otp', oneTimeCode(secret, step));
    await world.send(officer, 'form[action="/login/code"]');
    expect((await officer.textContent('.who')).includes('officer'), 'the officer is not logged in');
  });
  return people;
}

export async function accounts(world, cases) {
  await cases.run('a password that somebody else gave is changed first', async () => {
    const page = await world.open({ language: 'en' });
    await world.go(page, '/login');
    await page.fill('#actor', 'newcomer');
    await page.fill('#password', world.facts.first);
    await world.submit(page, 'form[action="/login"]');
    expectEqual(new URL(page.url()).pathname, '/password', 'page after the first login');
    const fields = await page.$$eval('form[action="/password"] input[type=password]', (all) => all.map((one) => one.name));
    const fill = async (texts) => {
      for (let i = 0; i < fields.length; i++) await page.fill(`[name="${fields[i]}"]`, texts[i]);
      return world.submit(page, 'form[action="/password"]');
    };
    const answers = (text) => (fields.length === 3 ? [world.facts.first, text, text] : [text, text]);
    expectEqual(await fill(answers('short')), 422, 'status of a short password');
    expect(await page.locator('[role=alert], .notice.error').count() > 0, 'the short password is not told');
    expectEqual(await fill(answers('another long one')), 200, 'status of a good password');
    await world.go(page, '/records');
    await page.context().close();
  });
  await cases.run('a wrong password and nobody’s name are answered alike, and what was typed stays', async () => {
    const page = await world.open({ language: 'vi' });
    const told = [];
    for (const actor of ['reader', 'nobody<b>']) {
      await world.go(page, '/login');
      await page.fill('#actor', actor);
      await page.fill('#password', 'not the right one at all');
      await world.send(page, 'form[action="/login"]', 422);
      told.push(await page.textContent('.notice.error'));
      expectEqual(await page.inputValue('#actor'), actor, 'name in the form');
      expectEqual(await page.inputValue('#password'), '', 'password in the form');
    }
    expectEqual(told[0], told[1], 'answers');
    await page.context().close();
  });
}
