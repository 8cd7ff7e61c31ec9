// What all browser tests use: cases in TAP, the server, people who are logged in, and what every page
// must be. Conditions are waited for, never a time.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export const MOST_BYTES = 150000;
const WAIT_MS = 20000;

export function expect(condition, ...what) {
  if (!condition) throw new Error(what.join(' '));
}
export function expectEqual(seen, expected, what) {
  expect(seen === expected, `${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`);
}

// --- cases ---

export class Cases {
  constructor() {
    this.n = 0;
    this.failed = 0;
  }
  // Runs a case; the function may return a text that is shown behind the name.
  async run(name, run) {
    const started = Date.now();
    let error = null;
    let told = '';
    try {
      told = (await run()) || '';
    } catch (caught) {
      error = caught;
    }
    this.n += 1;
    const n = this.n;
    if (error) {
      this.failed += 1;
      if (this.onFailure) await this.onFailure(n);
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${error ? 'not ok' : 'ok'} ${n} - ${name}`);
    console.log(`# ${seconds} s${told ? `, ${told}` : ''}`);
    if (error) console.log(String(error.stack || error).split('\n').slice(0, 40).map((line) => `# ${line}`).join('\n'));
    return !error;
  }
  end() {
    console.log(`1..${this.n}`);
    return this.failed === 0;
  }
}

// --- the server ---

export class Server {
  // Starts `homeward serve` on a port that the system chooses, and reads the address that it tells.
  static start(homeward, database, ...options) {
    const self = new Server();
    self.errors = '';
    self.process = spawn(homeward, ['serve', '-c', database, '--port', '0', ...options],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    self.ended = new Promise((resolve) => { self.process.on('exit', (status) => resolve(status)); });
    self.process.stderr.on('data', (bytes) => { self.errors += bytes; });
    return new Promise((resolve, reject) => {
      let text = '';
      self.process.stdout.on('data', (bytes) => {
        text += bytes;
        if (!text.includes('\n')) return;
        self.origin = text.trim().replace(/\/$/, '');
        resolve(self);
      });
      self.process.on('error', reject);
      self.process.on('exit', () => reject(new Error(`homeward serve ended: ${self.errors}`)));
    });
  }
  stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}

// --- one-time codes (RFC 6238 with SHA-1, six digits, 30 seconds) ---

export function oneTimeCode(secret, step) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secret.replace(/[\s=]/g, '').toUpperCase())
    bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) || []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = crypto.createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}
export const stepNow = () => Math.floor(Date.now() / 30000);

// --- the browser ---

export class World {
  // @param given  {homeward, folder, facts, cases}: the program, where results go, case.json
  constructor(given) {
    Object.assign(this, given);
    const require = createRequire(path.join(this.folder, 'package.json'));
    this.chromium = require('playwright-core').chromium;
    this.axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    this.pictures = path.join(this.folder, 'pictures');
    fs.mkdirSync(this.pictures, { recursive: true });
    this.wrong = []; // what any page did that no page may do
  }

  async begin() {
    this.server = await Server.start(this.homeward, this.facts.database, '--demo');
    this.origin = this.server.origin;
    this.browser = await this.chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
        '--disable-background-networking', '--disable-component-update', '--force-color-profile=srgb',
        '--font-render-hinting=none'],
    });
  }

  async end() {
    if (this.browser) await this.browser.close();
    return this.server ? this.server.stop() : 0;
  }

  // A window of its own, with its own cookies. All that its pages do is watched.
  async open({ language = 'vi', theme = 'light', width = 1200, height = 900, js = true } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height }, locale: language === 'vi' ? 'vi-VN' : 'en-GB',
      colorScheme: theme === 'dark' ? 'dark' : 'light', javaScriptEnabled: js, timezoneId: 'Asia/Ho_Chi_Minh',
      acceptDownloads: true, reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(WAIT_MS);
    this.watch(context);
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    return page;
  }

  // Notes what no page may do: log, ask elsewhere, fail inside.
  watch(context) {
    const note = (what) => { this.wrong.push(what); };
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.origin}/`) && !/^(data|about|blob):/.test(url)) note(`a request to ${url}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 500) note(`${response.url()}: status ${response.status()}`);
    });
    context.on('console', (message) => {
      // The browser tells every answer of 4xx so; statuses are looked at where they are expected.
      if (!/^(error|warning)$/.test(message.type()) || /^Failed to load resource: the server responded with a status of 4/.test(message.text())) return;
      note(`console on ${message.page() ? message.page().url() : '?'}: ${message.text()}`);
    });
    context.on('weberror', (error) => note(`script error: ${error.error()}`));
  }

  // Another window of somebody who is logged in.
  async again(page, how) {
    const other = await this.open(how);
    await other.context().addCookies((await page.context().cookies()).filter((one) => /^(__Host-)?homeward$/.test(one.name)));
    return other;
  }

  // Goes to a page of this server. @return its answer
  async go(page, target, status = 200) {
    const response = await page.goto(`${this.origin}${target}`);
    expectEqual(response.status(), status, `status of ${target}`);
    expectEqual(page.url(), this.origin + target, 'the page that came'); // not the login, for one
    return response;
  }

  // Somebody's window, logged in. A second factor: `secret` is what codes are made with.
  async logIn(actor, how = {}) {
    const page = await this.open(how);
    await this.go(page, '/login');
    if (how.language) expectEqual(await page.getAttribute('html', 'lang'), how.language, 'language of the login');
    await page.fill('#actor', actor);
    await page.fill('#password', how.password || this.facts.password);
    await this.submit(page, 'form[action="/login"]');
    if (how.secret) {
      expectEqual(new URL(page.url()).pathname, '/login/code', 'page after the password');
      await page.fill('#otp', oneTimeCode(how.secret, how.step));
      await this.submit(page, 'form[action="/login/code"]');
    }
    expect((await page.textContent('.who')).includes(actor), `${actor} is not logged in: ${page.url()}`);
    return page;
  }

  // Chooses the language by the button of the page, unless it is there already.
  async choose(page, language) {
    if ((await page.getAttribute('html', 'lang')) !== language) await this.submit(page, 'form[action="/language"]');
    expectEqual(await page.getAttribute('html', 'lang'), language, 'language of the page');
  }

  // Clicks a link and waits for its page.
  async follow(page, link) {
    const href = await page.locator(link).first().getAttribute('href');
    await Promise.all([page.waitForURL(`${this.origin}${href}`), page.locator(link).first().click()]);
  }

  // Presses the button of a form and waits for the page that follows. @return its status
  async submit(page, form, button = 'button[type=submit], button:not([type])') {
    const [response] = await Promise.all([
      page.waitForResponse((one) => one.request().isNavigationRequest() && one.frame() === page.mainFrame() &&
        !(one.status() >= 300 && one.status() < 400)),
      page.locator(form).first().locator(button).last().click(),
    ]);
    await page.waitForLoadState('load');
    return response.status();
  }

  // Presses the button of a form, and expects an answer with this status.
  async send(page, form, status = 200) {
    const seen = await this.submit(page, form);
    expect(seen === status, `${form} was answered by ${seen}, expected ${status}: ${await this.text(page)}`);
  }

  // What stands on a page, blanks made one.
  async text(page) {
    return (await page.textContent('main')).replace(/\s+/g, ' ').trim();
  }

  // Pictures of all windows, for who looks for what went wrong.
  async pictureAll(n) {
    const open = this.browser ? this.browser.contexts().flatMap((one) => one.pages()) : [];
    for (let i = 0; i < open.length; i++)
      await open[i].screenshot({ path: path.join(this.pictures, `failed-${n}-${i + 1}.png`) }).catch(() => {});
  }

  async picture(page, name) {
    await page.screenshot({ path: path.join(this.pictures, `${name}.png`), fullPage: true, animations: 'disabled' });
  }

  // A form's POST without its page: {status, text}, as somebody who writes requests by hand, with a
  // token that is right.
  async post(page, target, fields) {
    const csrf = await page.getAttribute('input[name=csrf]', 'value');
    const response = await page.request.post(`${this.origin}${target}`, {
      form: { csrf, ...fields }, headers: { origin: this.origin }, maxRedirects: 0,
    });
    return { status: response.status(), text: await response.text() };
  }

  // Runs the program on the case. @return its output
  async program(...words) {
    return new Promise((resolve, reject) => {
      const child = spawn(this.homeward, words, { env: { ...process.env, HOMEWARD_CASE: this.facts.database } });
      let out = '';
      let err = '';
      child.stdout.on('data', (bytes) => { out += bytes; });
      child.stderr.on('data', (bytes) => { err += bytes; });
      child.on('error', reject);
      child.on('exit', (status) => (status === 0 ? resolve(out) : reject(new Error(`homeward ${words.join(' ')}: exit ${status}: ${err}`))));
    });
  }
}
