// The pictures of docs/tour.md, taken of the synthetic case.
import fs from 'node:fs';
import path from 'node:path';

import { withPalette } from './png.mjs';
import { expect } from './support.mjs';

const MOST_BYTES = 60000;

// `at` is what stands at the upper edge.
const PICTURES = [
  { name: 'overview', actor: 'reviewer1', language: 'vi', target: '/', height: 900 },
  { name: 'import', actor: 'analyst', language: 'en', height: 640, prepare: 'import' },
  { name: 'family', actor: 'officer', language: 'vi', target: '/families/F002', height: 1420 },
  { name: 'who-is-who', actor: 'analyst', language: 'en', target: '/runs/run-2', at: '#joint', height: 760 },
  { name: 'identification', actor: 'reviewer1', language: 'vi', target: '/identifications/ID-1', height: 1000 },
  { name: 'review', actor: 'reviewer1', language: 'en', theme: 'dark', target: '/identifications/ID-1', at: '#next', height: 620 },
  { name: 'sites', actor: 'officer', language: 'en', target: '/sites', height: 900 },
  { name: 'phone', actor: 'officer', language: 'vi', width: 390, height: 844, target: '/dossiers/D-2', at: 'main h2' },
];

async function prepareImport(world, page) {
  await world.go(page, '/import');
  const folder = path.join(path.dirname(world.facts.database), 'vi');
  await page.setInputFiles('#file', [`${folder}/families.csv`]);
  await world.send(page, 'form[action="/import"]');
}

export async function tour(world, cases, people) {
  const folder = path.join(world.source, 'docs', 'tour');
  fs.mkdirSync(folder, { recursive: true });
  for (const one of PICTURES)
    await cases.run(`tour: ${one.name}`, async () => {
      const { language, theme = 'light', width = 1000, height } = one;
      const page = await world.again(people[one.actor], { language, theme, width, height });
      if (one.prepare) await prepareImport(world, page);
      else await world.go(page, one.target);
      if (one.at) await page.locator(one.at).first().evaluate((element) => element.scrollIntoView({ block: 'start' }));
      const bytes = withPalette(await page.screenshot({ animations: 'disabled' }), 200);
      expect(bytes.length <= MOST_BYTES, `${bytes.length} bytes`);
      fs.writeFileSync(path.join(folder, `${one.name}.png`), bytes);
      await page.context().close();
      return `${bytes.length} bytes`;
    });
}
