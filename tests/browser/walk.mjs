// The main path from a file to the family: import, quality of the references, search, hit, proposal,
// two reviews, confirmation, report, handover. It is walked in each language, each step by the role that
// does it, and wrong roles try it as well.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { expect, expectEqual } from './support.mjs';

const MOST_LOOKS = 500;

// What a heading says, to see that pages are in the language that was chosen.
const HEADINGS = {
  vi: { '/import': 'Nhập', '/reports': 'Báo cáo' },
  en: { '/import': 'Import', '/reports': 'Reports' },
};

export class Walk {
  // @param name  of the walk in case.json; how  {language, js}; people  {role: page}
  constructor(world, name, language, people) {
    const { person, family, sample, name: who } = world.facts.walks[name];
    Object.assign(this, { world, name, language, people, person, family, sample, who });
    this.files = path.join(path.dirname(world.facts.database), name);
  }

  async hasForm(page, step) {
    return (await page.locator(`form[action$="/${step}"]`).count()) > 0;
  }

  get target() {
    return `/identifications/${this.identification}`;
  }

  // --- import ---

  // @param what  the files hold; '' = their names say it
  async importFiles(page, what, files) {
    await this.world.go(page, '/import');
    await page.setInputFiles('#file', files);
    await page.selectOption('#what', what);
    await this.world.send(page, 'form[action="/import"]');
    await this.world.send(page, 'form[action="/import/write"]');
    expect(await page.locator('.notice.fine').count() === 1, 'the import is not told as done:', await this.world.text(page));
  }

  // The analyst looks at what files would change, and writes them.
  async imports() {
    const page = this.people.analyst;
    await this.world.go(page, '/import');
    expect((await page.textContent('h1')).startsWith(HEADINGS[this.language]['/import']), 'heading of the import:', await page.textContent('h1'));
    await this.world.go(page, `/families/${this.family}`, 404);
    await this.importFiles(page, '', [`${this.files}/families.csv`]);
    await this.importFiles(page, 'profiles', ['references', 'remains'].map((table) => `${this.files}/${table}.csv`));
    const officer = this.people.officer;
    await this.importFiles(officer, '', [path.join(path.dirname(this.files), `${this.family}-names.csv`)].map((file) =>
      ({ name: 'person_names.csv', mimeType: 'text/csv', buffer: fs.readFileSync(file) })));
  }

  // Names are for who may read names, on the way in as well.
  async refusesNames() {
    const page = this.people.analyst;
    await this.world.go(page, '/import');
    await page.setInputFiles('#file', [{ name: 'person_names.csv', mimeType: 'text/csv',
      buffer: Buffer.from(`person,kind,name\n${this.person},alias,Thử\n`) }]);
    await this.world.send(page, 'form[action="/import"]', 403);
  }

  // --- references and search ---

  async seesFamily() {
    const page = this.people.analyst;
    await this.world.go(page, `/families/${this.family}`);
    const text = await this.world.text(page);
    for (const code of [`${this.family}-R1`, `${this.family}-R2`, this.person]) expect(text.includes(code), `no ${code} on the page of the family`);
    expect(await page.locator('.picture svg').count() > 0, 'no pedigree');
    expect(!text.includes(this.who), 'a name is told to the analyst');
    await this.world.go(this.people.officer, `/families/${this.family}`);
    expect((await this.world.text(this.people.officer)).includes(this.who), 'the officer does not see the name');
    // A family whose references do not fit says so.
    await this.world.go(page, '/families/F002');
    expect(await page.locator('main').getByText(/F002-R2/).count() > 0, 'no doubt about the swapped reference');
  }

  // Begins a search and waits for its run: a script follows it by events, without one who waits looks
  // again.
  async searches() {
    const page = this.people.analyst;
    const { reader } = this.people;
    await this.world.go(reader, '/runs');
    expect(await reader.locator('a[href^="/runs/new"]').count() === 0, 'the reader is offered a search');
    expectEqual((await this.world.post(reader, '/runs/new', { kind: 'search', investigation: 'main' })).status, 403, 'the reader posting a search');
    await this.world.go(page, '/runs');
    await this.world.follow(page, 'main a[href^="/runs/new"]');
    await page.fill('#persons', '200');
    await page.fill('#threshold', 'nhiều');
    await this.world.send(page, 'form[action="/runs/new"]', 422);
    expectEqual(await page.inputValue('#persons'), '200', 'persons after a mistake');
    await page.fill('#threshold', this.language === 'vi' ? '4,5' : '4.5');
    await this.world.send(page, 'form[action="/runs/new"]');
    expect(/^\/tasks\//.test(new URL(page.url()).pathname), `the page of the search is ${page.url()}`);
    const run = page.locator('main a[href^="/runs/run-"]').first();
    if (this.name === 'plain') {
      for (let i = 0; i < MOST_LOOKS && (await run.count()) === 0; i++) await page.reload();
    }
    await run.waitFor();
    this.run = (await run.getAttribute('href')).split('/').pop();
  }

  async seesHit() {
    const page = this.people.analyst;
    await this.world.go(page, '/runs');
    const runs = page.locator('table a[href^="/runs/"], table a[href^="/records/run/"]');
    expect(await runs.count() > 0, 'no run is listed');
    await this.world.go(page, `/runs/${this.run}`);
    const row = page.locator('tr', { has: page.locator(`a[href="/remains/${this.sample}"]`) }).first();
    expect((await row.textContent()).includes(this.person), 'the hit is not there');
    await this.world.go(page, `/remains/${this.sample}`);
    expect((await this.world.text(page)).includes(this.person), 'the remains do not tell whom they fit');
  }

  // --- the identification ---

  async findsProposal() {
    const page = this.people.analyst;
    await this.world.go(page, `/remains/${this.sample}`);
    const link = page.locator('main a[href^="/identifications/ID-"]').first();
    this.identification = (await link.textContent()).trim();
    await Promise.all([page.waitForURL(`**${this.target}`), link.click()]);
    const text = await this.world.text(page);
    expect(text.includes(this.person) && text.includes(this.sample), 'the identification tells of others');
  }

  async refuses(role, step, fields) {
    const page = this.people[role];
    await this.world.go(page, this.target);
    expect(!(await this.hasForm(page, step)), `${role} has a form to ${step}`);
    const { status } = await this.world.post(page, `${this.target}/${step}`, fields);
    expectEqual(status, 403, `${role} posting ${step}`);
  }

  async reviews(role) {
    const page = this.people[role];
    await this.world.go(page, '/');
    await this.world.follow(page, 'main a[href="/identifications"]');
    expect((await this.world.text(page)).includes(this.identification), `${role} is not told that ${this.identification} waits`);
    await this.world.go(page, this.target);
    await page.selectOption('#verdict', 'agrees');
    await page.fill('#reason', `Đã xem lại số liệu (${this.language})`);
    await this.world.send(page, `form[action="${this.target}/review"]`);
    expect(await page.locator('.notice.fine').count() > 0, 'the review is not told as done');
  }

  async confirms() {
    const page = this.people.board;
    await this.world.go(page, this.target);
    expect((await this.world.text(page)).includes(this.who), 'the board does not see the name');
    await page.selectOption('#step', 'confirmed');
    await page.fill('#decision_reason', `Hội đồng thống nhất (${this.language})`);
    await this.world.send(page, `form[action="${this.target}/decide"]`);
    expect(await page.locator('main .state.good').count() > 0, 'it is not shown as confirmed:', await this.world.text(page));
  }

  // --- the report ---

  async download(page, link) {
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const file = path.join(this.world.folder, 'downloads', `${this.name}-${download.suggestedFilename()}`);
    await download.saveAs(file);
    return file;
  }

  async issuesReport() {
    const page = this.people.officer;
    await this.world.go(page, this.target);
    await this.world.go(page, '/reports/new?kind=board');
    await page.selectOption('#kind', 'board');
    await page.fill('#subject', this.identification);
    await page.selectOption('#language', this.language);
    await page.selectOption('#names', 'with');
    await page.selectOption('#as', 'draft');
    const draft = await this.download(page, page.locator('form[action="/reports/new"] button[type=submit]'));
    expectEqual(fs.readFileSync(draft).subarray(0, 4).toString(), '%PDF', 'first bytes of the draft');
    await page.selectOption('#as', 'issued'); // the page still stands, with what was typed
    await this.world.send(page, 'form[action="/reports/new"]');
    this.report = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]);
    const file = await this.download(page, page.locator('a[href*="form=pdf"]'));
    expectEqual(fs.readFileSync(file).subarray(0, 4).toString(), '%PDF', 'first bytes of the PDF');
    let text;
    try {
      text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    } catch (error) {
      if (error.code === 'ENOENT') return 'pdftotext is not there: the text was not compared';
      throw error;
    }
    expect(text.replace(/\s+/g, ' ').normalize('NFC').includes(this.who), `the report does not have the name ${this.who}`);
    // Its reader has no names.
    const reader = this.people.reader;
    await this.world.go(reader, `/reports/${this.report}`);
    expect(!(await this.world.text(reader)).includes(this.who), 'the page of the report names somebody to the reader');
    return '';
  }

  async checksReport() {
    const page = this.people.officer;
    await this.world.go(page, `/reports/${this.report}`);
    const file = await this.download(page, page.locator('a[href*="form=json"]'));
    await this.world.go(page, '/reports/check');
    await page.setInputFiles('#file', file);
    await this.world.send(page, 'form[action="/reports/check"]');
    expect(await page.locator('.notice.fine').count() === 1, 'the report is not intact:', await this.world.text(page));
    const text = fs.readFileSync(file, 'utf8');
    const changed = text.replace(/("log10_lr", "value": )(\d)/, (all, key, digit) => key + (digit === '9' ? 8 : Number(digit) + 1));
    expect(changed !== text, 'no ratio in the report');
    await page.setInputFiles('#file', { name: 'report.json', mimeType: 'application/json', buffer: Buffer.from(changed) });
    await this.world.submit(page, 'form[action="/reports/check"]');
    expect(await page.locator('.notice.error').count() === 1, 'a changed number is not found');
  }

  async handsOver() {
    const page = this.people.officer;
    await this.world.go(page, this.target);
    await this.world.follow(page, `a[href="/handovers/new?identification=${this.identification}"]`);
    await page.fill('#handed_on', '2026-07-27');
    await page.fill('#recipient', this.who);
    await page.fill('#place', 'Nhà truyền thống xã');
    await page.fill('#minutes', `BB-${this.name}`);
    await this.world.send(page, 'form[action="/handovers/new"]');
    expect(/^\/handovers\/[^/]+$/.test(new URL(page.url()).pathname), `the page after the handover is ${page.url()}`);
    this.handover = new URL(page.url()).pathname;
    expect((await this.world.text(page)).includes(this.who), 'the recipient is not shown to the officer');
    await this.world.go(this.people.reader, this.handover);
    expect(!(await this.world.text(this.people.reader)).includes(this.who), 'the recipient is shown to the reader');
  }

  async refusesHandover(role) {
    const page = this.people[role];
    await this.world.go(page, this.target);
    expect(await page.locator('a[href^="/handovers/new"]').count() === 0, `${role} is offered to hand over`);
    const { status } = await this.world.post(page, '/handovers/new', { identification: this.identification,
      item: `sample:${this.sample}`, handed_on: '2026-07-27', recipient: 'tried' });
    expectEqual(status, 403, `${role} posting a handover`);
  }
}

// All steps, a case each; after one that failed the rest has nothing to stand on.
export async function walkAll(walk, cases) {
  const review = { verdict: 'agrees', reason: 'tried' };
  const confirm = { step: 'confirmed', decision_reason: 'tried' };
  const steps = [
    ['the analyst looks at files, then writes them', () => walk.imports()],
    ['names are not imported by who may not read them', () => walk.refusesNames()],
    ['the family shows its pedigree and its doubts', () => walk.seesFamily()],
    ['remains are searched', () => walk.searches()],
    ['the hit is shown', () => walk.seesHit()],
    ['the proposal is found at the remains', () => walk.findsProposal()],
    ...['analyst', 'reader', 'officer', 'board'].map((role) =>
      [`the ${role} cannot review`, () => walk.refuses(role, 'review', review)]),
    ['a first reviewer agrees', () => walk.reviews('reviewer1')],
    ['a second reviewer agrees', () => walk.reviews('reviewer2')],
    ...['analyst', 'reader', 'officer', 'reviewer1'].map((role) =>
      [`the ${role} cannot confirm`, () => walk.refuses(role, 'decide', confirm)]),
    ['the board confirms', () => walk.confirms()],
    ['a report is issued and saved', () => walk.issuesReport()],
    ['the report is checked, and a changed number found', () => walk.checksReport()],
    ...['analyst', 'reader', 'board'].map((role) => [`the ${role} cannot hand over`, () => walk.refusesHandover(role)]),
    ['the remains are handed over', () => walk.handsOver()],
  ];
  for (const [name, run] of steps)
    if (!(await cases.run(`${walk.name}: ${name}`, run))) return;
}
