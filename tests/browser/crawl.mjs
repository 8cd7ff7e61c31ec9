// Every page that links lead to.
//
// As each role, by requests alone: no link leads where it is refused, and nobody who may not read names
// finds one. Then in the browser, in both languages, light and dark, on a desk, a phone and paper.
import { expect, MOST_BYTES } from './support.mjs';

// Pages of one kind: codes are left out, words of the application stay.
const WORDS = /^(new|check|file|pedigree|withdraw|events|openapi\.json)$/;
function patternOf(target) {
  const [where, query] = target.split('?');
  const parts = where.split('/').map((part, i, all) => {
    const isKind = i === 2 && all[1] === 'records';
    return i < 2 || isKind || WORDS.test(part) ? part : '*';
  });
  const keys = query ? `?${query.split('&').map((pair) => pair.split('=')[0]).join('&')}` : '';
  return parts.join('/') + keys;
}

function linksOf(html) {
  const found = [];
  for (const match of html.matchAll(/ (?:href|src)="(\/[^"#]*)/g)) {
    const target = match[1].replace(/&amp;/g, '&');
    if (!/^\/(assets|language|theme|logout)/.test(target)) found.push(target);
  }
  return found;
}

// The same with all kinds of records as one: their lists and fields are written by the same hand.
function coarseOf(target) {
  return patternOf(target).replace(/^\/records\/[^/?]+/, '/records/+');
}

// Follows links from the first page, with at most `most` pages of a kind.
// @param take  (target, text) is called with each page that is text
// @return [{target, pattern}] in the order of finding
export async function crawl(world, page, most, take, kindOf = patternOf) {
  const seen = new Set(['/']);
  const counts = new Map();
  const queue = ['/'];
  const from = { '/': '' };
  const pages = [];
  const refused = [];
  for (let i = 0; i < queue.length; i++) {
    const target = queue[i];
    const response = await page.request.get(world.origin + target, { maxRedirects: 0 });
    const type = response.headers()['content-type'] || '';
    if (response.status() !== 200) refused.push(`${target} of ${from[target]}: ${response.status()}`);
    const text = /text|json/.test(type) ? await response.text() : '';
    take(target, text);
    if (!type.startsWith('text/html') || response.headers()['content-disposition']) continue;
    pages.push({ target, pattern: kindOf(target) });
    for (const link of linksOf(text)) {
      const pattern = kindOf(link);
      const count = counts.get(pattern) || 0;
      if (seen.has(link) || count >= most) continue;
      seen.add(link);
      counts.set(pattern, count + 1);
      from[link] = target;
      queue.push(link);
    }
  }
  expect(refused.length === 0, 'links lead where there is nothing to see:', refused.join(', '));
  return pages;
}

// --- as each role ---

const NAMELESS = ['reader', 'analyst', 'reviewer1', 'admin'];

export async function roles(world, cases, people) {
  await cases.run('the administrator logs in', async () => { people.admin = await world.logIn('admin'); });
  for (const role of NAMELESS)
    await cases.run(`${role}: links lead to pages, and nobody is named`, async () => {
      const named = [];
      const pages = await crawl(world, people[role], 8, (target, text) => {
        if (/nguyễn\s+thử|nguyen\s+thu\b/i.test(text.normalize('NFC'))) named.push(target);
      });
      expect(named.length === 0, 'names are told on', named.join(', '));
      return `${pages.length} pages`;
    });
  await cases.run('officer: links lead to pages, and people are named', async () => {
    let named = 0;
    const pages = await crawl(world, people.officer, 3, (target, text) => { named += /Nguyễn Thử/.test(text); });
    expect(named > 3, `names are told on ${named} pages only`);
    return `${pages.length} pages`;
  });
  await cases.run('who sees another investigation sees nothing of this one', async () => {
    const page = await world.logIn('elsewhere');
    const { person, family, sample } = world.facts.walks.vi;
    const told = [];
    await crawl(world, page, 8, (target, text) => {
      if (new RegExp(`${person}|${family}-|${sample}|ID-1\\b`).test(text) && !target.startsWith('/audit')) told.push(target);
    });
    expect(told.length === 0, 'it is told on', told.join(', '));
    for (const target of [`/families/${family}`, `/remains/${sample}`, '/identifications/ID-1'])
      expect([403, 404].includes((await page.request.get(world.origin + target)).status()), `${target} is opened`);
  });
}

// --- the API ---

// What the description says of each operation holds for each role.
export async function api(world, cases, people) {
  const description = await (await people.reader.request.get(`${world.origin}/api/v1/openapi.json`)).json();
  const operations = Object.entries(description.paths).flatMap(([target, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ target, method, may: one['x-permissions'] || [] })));
  await cases.run('API: nothing but logging in is answered without a session', async () => {
    const page = await world.open();
    const open = [];
    for (const { target, method } of operations) {
      const url = world.origin + target.replace(/\{\w+\}/g, 'x');
      const response = await page.request.fetch(url, { method, ...(method === 'get' ? {} : { data: {} }) });
      if (![401, 403].includes(response.status())) open.push(`${method} ${target}: ${response.status()}`);
    }
    await page.context().close();
    expect(open.every((one) => /login|openapi/.test(one)), open.join(', '));
    return `${operations.length} operations`;
  });
  for (const [role, page] of Object.entries(people))
    await cases.run(`API: ${role} is refused what the description says`, async () => {
      const me = await (await page.request.get(`${world.origin}/api/v1/whoami`)).json();
      const mine = Array.isArray(me.permissions) ? me.permissions : String(me.permissions).split(/[\s,]+/);
      const csrf = me.csrf || await page.getAttribute('input[name=csrf]', 'value');
      let refused = 0;
      for (const { target, method, may } of operations) {
        if (may.every((one) => mine.includes(one))) continue;
        const response = await page.request.fetch(world.origin + target.replace(/\{\w+\}/g, 'ID-1'), {
          method, headers: { 'x-csrf-token': csrf, origin: world.origin }, ...(method === 'get' ? {} : { data: {} }),
        });
        expect(response.status() === 403, `${method} ${target}: ${response.status()}, for ${mine}`);
        refused += 1;
      }
      return `${refused} operations`;
    });
  await cases.run('API: a step of an identification is refused to wrong roles', async () => {
    const steps = { review: { verdict: 'agrees' }, confirm: {}, reject: {} };
    for (const role of ['analyst', 'reader', 'officer'])
      for (const [step, more] of Object.entries(steps)) {
        const page = people[role];
        const csrf = await page.getAttribute('input[name=csrf]', 'value');
        const response = await page.request.post(`${world.origin}/api/v1/identifications/ID-2/steps`,
          { headers: { 'x-csrf-token': csrf, origin: world.origin }, data: { step, reason: 'tried', ...more } });
        expect(response.status() === 403, `${role}, ${step}: ${response.status()} ${await response.text()}`);
      }
  });
  await cases.run('API: names are told to who may read them, and to nobody else', async () => {
    for (const [role, page] of Object.entries(people)) {
      const kinds = await (await page.request.get(`${world.origin}/api/v1/records`)).json();
      let named = '';
      for (const { kind } of kinds.items) {
        const text = await (await page.request.get(`${world.origin}/api/v1/records/${kind}`)).text();
        if (/nguyễn thử/i.test(text.normalize('NFC'))) named = kind;
      }
      expect((named !== '') === /officer|board/.test(role), `${role}: ${named || 'no name is told'}`);
    }
  });
}

// --- in the browser ---

// Serious and critical findings of axe, or its whole list of rules if none is named.
async function axe(page, rules) {
  return page.evaluate(async (only) => {
    const options = { resultTypes: ['violations'] };
    if (only) options.runOnly = { type: 'rule', values: only };
    const result = await window.axe.run(document, options);
    return result.violations.filter((one) => /serious|critical/.test(one.impact))
      .map((one) => `${one.id} (${one.nodes.length}): ${one.nodes.slice(0, 2).map((node) => `${node.target} ${node.failureSummary.split('\n')[1] || ''}`).join('; ')}`);
  }, rules);
}

// How far the page, or on paper what is cut, is wider than the window.
async function overflow(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return '';
    const culprits = [...document.querySelectorAll('body *')].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.right > document.documentElement.clientWidth + 0.5 && !one.closest('.scroll > *, .picture > *, nav.main ul > *');
    }).slice(0, 4).map((one) => `${one.tagName.toLowerCase()}.${one.className && one.className.baseVal === undefined ? one.className : ''}`);
    return `${wide} px too wide: ${culprits.join(', ')}`;
  });
}

// What is too wide for a sheet, or hidden behind an edge.
async function cutOnPaper(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const cut = [...document.querySelectorAll('main *')].filter((one) => {
      if (one.closest('svg') || !one.getClientRects().length) return false;
      const style = getComputedStyle(one);
      return style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1 && !/^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName);
    }).map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
    return [...(wide > 0 ? [`${wide} px too wide`] : []), ...cut].join(', ');
  });
}

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1200, height: 900 };
// A4 less margins of 1 cm, at 96 dots an inch.
const PAPER = { width: 718, height: 1047 };

// What is wrong with a page; a list.
// @param name  of its pictures; '' = none are taken
async function look(world, page, target, how, name) {
  const wrong = [];
  const keep = async (what) => { if (name) await world.picture(page, `${name}-${what}`); };
  const add = (what, text) => { if (text && text.length > 0) wrong.push(`${target} (${how.language}, ${what}): ${text}`); };
  const response = await world.go(page, target);
  const bytes = (await response.body()).length;
  if (bytes >= MOST_BYTES) add('size', `${bytes} bytes`);
  await page.evaluate(world.axe);
  add('light', (await axe(page)).join('\n  '));
  add('desk', await overflow(page));
  if (how.language === 'vi') await keep('vi-light');
  await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
  add('dark', (await axe(page, how.language === 'vi' ? ['color-contrast'] : null)).join('\n  '));
  if (how.language === 'en') await keep('en-dark');
  await page.evaluate(() => { document.documentElement.dataset.theme = 'light'; });
  await page.setViewportSize(PHONE);
  add('phone', await overflow(page));
  if (how.language === 'vi') await keep('vi-phone');
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: 'print' });
  add('paper', await cutOnPaper(page));
  if (how.language === 'en') {
    await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
    add('paper of who has chosen dark', (await axe(page, ['color-contrast'])).join('\n  '));
  }
  if (how.language === 'vi') await keep('vi-paper');
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize(DESK);
  return wrong;
}

const nameOf = (pattern) => pattern.replace(/^\/$/, 'home').replace(/^\//, '').replace(/[^a-z0-9?=-]+/gi, '_').replace(/\?/, '-').replace(/_+$/, '');

export async function pages(world, cases) {
  let list = [];
  let chief = null;
  await cases.run('the links of who may do everything', async () => {
    chief = await world.logIn('chief', { language: 'vi' });
    list = await crawl(world, chief, 2, (target, text) => {
      expect(Buffer.byteLength(text) < MOST_BYTES || /form=/.test(target), `${target} has ${Buffer.byteLength(text)} bytes`);
    }, coarseOf);
    const { unbroken } = world.facts;
    for (const target of ['/dossiers/D-1', '/records/site/QT-02', '/remains/L-1-A', '/records/accession/BOX-3', `/records/site/${unbroken}`])
      if (!list.some((one) => one.target === target)) list.push({ target, pattern: target });
    return `${list.length} pages`;
  });
  const names = new Map();
  for (const one of list) {
    const name = nameOf(one.pattern);
    names.set(name, (names.get(name) || 0) + 1);
    one.name = names.get(name) > 1 && !/^records/.test(name) ? '' : `${name}${names.get(name) > 1 ? `-${names.get(name)}` : ''}`;
  }
  await Promise.all(['vi', 'en'].map(async (language) => {
    const page = await world.again(chief, { language });
    const wrong = [];
    for (const one of list) wrong.push(...await look(world, page, one.target, { language }, one.name));
    await cases.run(`${language}: pages are accessible, light and dark, and fit a desk, a phone and paper`, () => {
      expect(wrong.length === 0, `${wrong.length} findings:\n${wrong.join('\n')}`);
      return `${list.length} pages`;
    });
  }));
}
