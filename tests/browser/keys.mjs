// The keyboard alone: logging in, finding what waits and reviewing it; no trap anywhere; focus is seen.
import { expect, expectEqual } from './support.mjs';

const MOST_TABS = 250;

async function focusOf(page) {
  return page.evaluate(() => {
    const one = document.activeElement;
    const style = getComputedStyle(one);
    return { tag: one.tagName, isSeen: one === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0),
      what: `${one.tagName.toLowerCase()} ${one.id || one.getAttribute('href') || one.textContent.trim().slice(0, 30)}` };
  });
}

// Presses Tab until this has the focus.
async function tabTo(page, selector) {
  for (let i = 0; i < MOST_TABS; i++) {
    await page.keyboard.press('Tab');
    const { isSeen, what } = await focusOf(page);
    expect(isSeen, `the focus is not seen on ${what} of ${page.url()}`);
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return i + 1;
  }
  throw new Error(`${selector} is not reached by Tab on ${page.url()}`);
}

async function enter(page, url) {
  await Promise.all([page.waitForURL(url), page.keyboard.press('Enter')]);
  await page.waitForLoadState('load');
}

// Tab goes through everything that can be used, and out of it again.
async function goesThrough(page) {
  const wanted = await page.evaluate(() => {
    const radios = new Set();
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter((one) => {
      if (one.disabled || one.getClientRects().length === 0 || getComputedStyle(one).visibility === 'hidden' || one.tabIndex < 0) return false;
      if (one.type === 'radio' && radios.has(one.name)) return false;
      if (one.type === 'radio') radios.add(one.name);
      one.dataset.wanted = '1';
      return true;
    }).length;
  });
  let reached = 0;
  let presses = 0;
  while (reached < wanted && presses < wanted * 2 + 40) {
    await page.keyboard.press('Tab');
    presses += 1;
    reached += await page.evaluate(() => {
      const one = document.activeElement;
      const isNew = one.dataset.wanted === '1';
      delete one.dataset.wanted;
      return isNew ? 1 : 0;
    });
  }
  const left = await page.$$eval('[data-wanted]', (all) => all.map((one) => one.outerHTML.slice(0, 80)));
  return left.length === 0 ? '' : `${page.url()}: ${left.length} of ${wanted} are not reached: ${left.slice(0, 3).join(' ')}`;
}

export async function keys(world, cases) {
  const page = await world.open({ language: 'vi' });
  await cases.run('keyboard: logs in', async () => {
    await world.go(page, '/login');
    await tabTo(page, '#actor');
    await page.keyboard.type('reviewer2');
    await tabTo(page, '#password');
    await page.keyboard.type(world.facts.password);
    await enter(page, `${world.origin}/`);
  });
  await cases.run('keyboard: a link leads past the navigation', async () => {
    await world.go(page, '/identifications');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.classList.contains('skip')), 'the first Tab does not reach the link past the navigation');
    const box = await page.locator('.skip').boundingBox();
    expect(box && box.x >= 0, 'the link is not seen when it has the focus');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the next Tab is not in the page');
  });
  await cases.run('keyboard: "/" goes to the search field, and Enter finds', async () => {
    await world.go(page, '/');
    await page.keyboard.press('/');
    await page.keyboard.type('ID-1');
    await enter(page, /\/(find\?q=ID-1|identifications\/ID-1)$/);
  });
  await cases.run('keyboard: "g" and a letter go where the navigation leads', async () => {
    await world.go(page, '/keys');
    const places = { d: '/records/dossier', f: '/records/family', i: '/identifications', p: '/sites', b: '/reports', h: '/' };
    for (const [letter, target] of Object.entries(places)) {
      const isThere = () => new URL(page.url()).pathname === target;
      for (let tries = 0; tries < 5 && !isThere(); tries++) { // the second key counts for a moment only
        await page.keyboard.type(`g${letter}`);
        await page.waitForURL(`${world.origin}${target}`, { timeout: 4000 }).catch(() => {});
      }
      expect(isThere(), `"g" "${letter}" leads to ${page.url()}, expected ${target}`);
    }
  });
  await cases.run('keyboard: "?" tells the keys, and Escape closes it', async () => {
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
  });
  await cases.run('keyboard: reviews an identification', async () => {
    await world.go(page, '/');
    await tabTo(page, 'nav a[href="/identifications"]');
    await enter(page, `${world.origin}/identifications`);
    await tabTo(page, 'main a[href="/identifications/ID-3"]');
    await enter(page, `${world.origin}/identifications/ID-3`);
    await tabTo(page, '#verdict');
    await page.keyboard.press('ArrowDown');
    expectEqual(await page.inputValue('#verdict'), 'agrees', 'the verdict');
    await tabTo(page, '#reason');
    await page.keyboard.type('Xem bằng bàn phím');
    await tabTo(page, 'form[action$="/review"] button');
    await Promise.all([page.waitForSelector('.notice.fine'), page.keyboard.press('Enter')]);
    expect((await world.text(page)).includes('Xem bằng bàn phím'), 'the review is not there');
  });
  await cases.run('keyboard: no page holds the focus, and everything is reached', async () => {
    const wrong = [];
    for (const target of ['/', '/identifications', '/identifications/ID-4', '/families/F002', '/remains/R0001', '/runs/run-1', '/records/site', '/reports/new']) {
      await world.go(page, target);
      const left = await goesThrough(page);
      if (left) wrong.push(left);
    }
    expect(wrong.length === 0, wrong.join('\n'));
  });
  await page.context().close();
}
