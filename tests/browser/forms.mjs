// Mistakes: a form comes back with what was typed, says what is wrong, and is announced.
import { expect, expectEqual } from './support.mjs';

const TYPED = 'Nguyễn "Thử" <b>&amp; Đặng</b> \'’ — ghi chú dài';

// Sends a form as browsers without checks of their own do.
async function sendUnchecked(world, page, form, status = 422) {
  await page.locator(form).evaluate((one) => { one.noValidate = true; });
  await world.send(page, form, status);
}

async function expectTold(page, field) {
  if (field) {
    expectEqual(await page.getAttribute(`#${field}`, 'aria-invalid'), 'true', `aria-invalid of ${field}`);
    const wrong = (await page.getAttribute(`#${field}`, 'aria-describedby')).split(' ')[0];
    expectEqual(await page.getAttribute(`#${wrong}`, 'role'), 'alert', `role of what is wrong with ${field}`);
  } else {
    expect(await page.locator('.notice.error, [role=alert]').count() > 0, 'no mistake is told');
  }
}

async function keeps(page, fields) {
  for (const [name, value] of Object.entries(fields)) expectEqual(await page.inputValue(`#${name}`), value, `#${name}`);
}

export async function forms(world, cases, people) {
  const { analyst, reviewer1, board, officer } = people;
  const long = world.facts.long;
  const step = (name, run) => cases.run(`what was typed stays: ${name}`, run);
  await step('a proposal of an unknown sample', async () => {
    await world.go(analyst, '/identifications/new');
    const typed = { sample: 'không có', person: 'F002-M1', reason: TYPED, evidence: long };
    for (const [name, value] of Object.entries(typed)) await analyst.fill(`#${name}`, value);
    await world.send(analyst, 'form[action="/identifications/new"]', 422);
    await keeps(analyst, typed);
    await expectTold(analyst, null);
  });
  await step('a proposal without a reason', async () => {
    await world.go(analyst, '/identifications/new');
    await analyst.fill('#sample', 'R0004');
    await analyst.fill('#evidence', TYPED);
    await sendUnchecked(world, analyst, 'form[action="/identifications/new"]');
    await keeps(analyst, { sample: 'R0004', evidence: TYPED });
    await expectTold(analyst, 'reason');
  });
  await step('a review without a verdict', async () => {
    await world.go(reviewer1, '/identifications/ID-2');
    await reviewer1.fill('#reason', TYPED);
    await sendUnchecked(world, reviewer1, 'form[action$="/review"]');
    await keeps(reviewer1, { reason: TYPED });
    await expectTold(reviewer1, 'verdict');
  });
  await step('a confirmation before the reviews', async () => {
    await world.go(board, '/identifications/ID-2');
    const offered = await board.$$eval('#step option', (all) => all.map((one) => one.value));
    await board.selectOption('#step', offered.includes('confirmed') ? 'confirmed' : 'rejected');
    await board.fill('#decision_reason', ' ');
    await sendUnchecked(world, board, 'form[action$="/decide"]');
    await expectTold(board, null);
    const { status } = await world.post(board, '/identifications/ID-2/decide', { step: 'confirmed', decision_reason: TYPED });
    expectEqual(status, 422, 'confirming without reviews');
  });
  await step('files without one', async () => {
    await world.go(analyst, '/import');
    await analyst.fill('#reason', TYPED);
    await analyst.fill('#investigation', 'main');
    await sendUnchecked(world, analyst, 'form[action="/import"]');
    await keeps(analyst, { reason: TYPED, investigation: 'main' });
    await expectTold(analyst, 'file');
  });
  await step('a file with mistakes, told with line and column', async () => {
    await world.go(analyst, '/import');
    await analyst.setInputFiles('#file', [{ name: 'sites.csv', mimeType: 'text/csv',
      buffer: Buffer.from(`code,name,latitude\nX-1,${long},north\nX-2,,95\n`) }]);
    await world.send(analyst, 'form[action="/import"]', 422);
    expect((await analyst.locator('table tbody tr').count()) >= 1, 'no table of mistakes');
  });
  await step('a report of nothing', async () => {
    await world.go(officer, '/reports/new');
    await officer.selectOption('#kind', 'comparison');
    await officer.fill('#subject', TYPED);
    await officer.fill('#note', long);
    const status = await world.submit(officer, 'form[action="/reports/new"]');
    expect([404, 422].includes(status), `status ${status}`);
    await keeps(officer, { subject: TYPED, note: long, kind: 'comparison' });
  });
  await step('a power study of nobody, and one that runs', async () => {
    await world.go(analyst, '/runs/new?kind=power');
    const form = 'form[action="/runs/new"]';
    const typed = { family: 'không có', threshold: '5,5', enough: '2', reason: TYPED };
    for (const [name, value] of Object.entries(typed)) await analyst.fill(`#${name}`, value);
    await sendUnchecked(world, analyst, form);
    await keeps(analyst, typed);
    await expectTold(analyst, 'enough');
    await analyst.fill('#enough', '0,9');
    await sendUnchecked(world, analyst, form);
    await expectTold(analyst, 'family');
    await analyst.fill('#family', 'F002');
    await world.send(analyst, form);
    await analyst.waitForSelector('a[href^="/runs/run-"]');
    await world.go(analyst, await analyst.getAttribute('a.button[href^="/runs/run-"]', 'href'));
    expect(await analyst.locator('text=F002-M1').count() > 0, 'the study names nobody');
  });
  await step('a validation, from its form to its report', async () => {
    await world.go(analyst, '/reports/new');
    await analyst.selectOption('#kind', 'validation');
    await analyst.fill('#note', TYPED);
    await analyst.selectOption('#as', 'issued');
    await world.send(analyst, 'form[action="/reports/new"]');
    await analyst.waitForSelector('a.button[href^="/reports/R-"]');
    await world.go(analyst, await analyst.getAttribute('a.button[href^="/reports/R-"]', 'href'));
    expect(await analyst.locator('a[href$="form=pdf"]').count() === 1, 'the report has no file');
  });
  await step('an account that is there already', async () => {
    const admin = people.admin || (people.admin = await world.logIn('admin', { language: 'vi' }));
    await world.go(admin, '/users');
    const form = 'form[action="/users"]';
    const fields = await admin.$$eval(`${form} input[type=text], ${form} textarea`, (all) => all.map((one) => one.name));
    for (const name of fields) await admin.fill(`#${name}`, name === 'code' ? 'reader' : TYPED);
    await sendUnchecked(world, admin, form);
    for (const name of fields) expectEqual(await admin.inputValue(`#${name}`), name === 'code' ? 'reader' : TYPED, `#${name}`);
  });
}
