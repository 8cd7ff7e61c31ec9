// The browser tests: pages of `homeward serve` in Chromium, as people use them.
//
//     node tests/browser/browser.mjs HOMEWARD FOLDER [--tour | NAME…]
//
// FOLDER holds node_modules (package.json, npm ci) and case/ (case.py). Cases are told in TAP. Pictures of
// pages are left in FOLDER/pictures. NAMEs choose parts of the tests. --tour takes the pictures of
// docs/tour.md anew instead.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { accounts, logInAll } from './accounts.mjs';
import { api, pages, roles } from './crawl.mjs';
import { forms } from './forms.mjs';
import { keys } from './keys.mjs';
import { Cases, World } from './support.mjs';
import { tour } from './tour.mjs';
import { Walk, walkAll } from './walk.mjs';

async function walks(world, cases, people) {
  for (const language of ['vi', 'en']) {
    await cases.run(`${language}: everybody chooses the language`, async () => {
      for (const page of Object.values(people)) await world.choose(page, language);
    });
    await walkAll(new Walk(world, language, language, people), cases);
  }
}

// The main path once more in browsers that run no script.
async function plain(world, cases, people) {
  const windows = {};
  for (const [role, page] of Object.entries(people)) windows[role] = await world.again(page, { language: 'en', js: false });
  for (const page of Object.values(windows)) await world.go(page, '/');
  await walkAll(new Walk(world, 'plain', 'en', windows), cases);
  for (const page of Object.values(windows)) await page.context().close();
}

const PARTS = { accounts, walks, plain, forms, keys, roles, api, pages };

async function main() {
  const [homeward, folder, ...names] = process.argv.slice(2);
  const facts = JSON.parse(fs.readFileSync(path.join(folder, 'case', 'case.json'), 'utf8'));
  const cases = new Cases();
  const world = new World({ homeward: path.resolve(homeward), folder: path.resolve(folder), facts,
    source: fileURLToPath(new URL('../..', import.meta.url)) });
  cases.onFailure = (n) => world.pictureAll(n);
  try {
    await world.begin();
    const people = await logInAll(world, cases);
    const parts = names[0] === '--tour' ? [tour] : Object.entries(PARTS)
      .filter(([name]) => names.length === 0 || names.includes(name)).map(([, run]) => run);
    for (const run of parts) await run(world, cases, people);
    await cases.run('no page logs an error, breaks its policy or asks another server', () => {
      if (world.wrong.length > 0) throw new Error([...new Set(world.wrong)].join('\n'));
    });
  } catch (error) {
    await cases.run('the tests came to their end', () => { throw error; });
  } finally {
    const status = await world.end();
    await cases.run('the server ends when asked, without complaint', () => {
      if (status !== 0 || (world.server && world.server.errors)) throw new Error(`exit ${status}: ${world.server && world.server.errors}`);
    });
  }
  process.exit(cases.end() ? 0 : 1);
}

main();
