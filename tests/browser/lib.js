// lib.js - what a walk can do. A walk is a file NAME.walk.js:
//
//   module.exports = async (walk) => {
//     const resident = await walk.guest({ phone: true });         // a page of a browser of their own
//     await resident.goto(walk.url('/report'));
//     await walk.look(resident, 'report');                        // pictures at 1440 and 390, axe, overflow: each a check
//     const wang = await walk.as('wang');                         // signed in with an account of the demo
//     walk.check('the inbox has it', (await wang.textContent('main')).includes('路灯'));
//   };
//
// A walk that needs days to pass says `module.exports.clock = true`: it gets a server of its own and walk.clock.
// Each check counts. What a browser complains about on the way (script errors, refused content, answers of 500 and more)
// is a failed check by itself.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { top } = require('../server/server');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

// The time of a server of the walk's own: `module.exports.clock = true` beside the walk. It stands until it is moved.
class Clock {
  constructor(file) {
    this.file = file;
    this.set(Date.now());
  }

  set(ms) {
    this.now = ms;
    fs.writeFileSync(`${this.file}.new`, `${Math.round(ms)}\n`);
    fs.renameSync(`${this.file}.new`, this.file);
  }

  // {days: 3, hours: 1, minutes: 5}
  later({ days = 0, hours = 0, minutes = 0 }) { return this.now + ((days * 24 + hours) * 60 + minutes) * 60000; }

  pass(span) { this.set(this.later(span)); }

  // As a form wants it, in Shanghai: '2026-11-22T15:04', so much later than now.
  in(span) { return new Date(this.later(span) + 8 * 3600000).toISOString().slice(0, 16); }
}

class Walk {
  constructor(name, browser, server, shots, clock) {
    Object.assign(this, { name, browser, server, shots, clock, passed: 0, failures: [], people: [], doneTo: 0 });
  }

  url(at) { return this.server.url + at; }

  check(what, holds) {
    if (holds) {
      this.passed++;
    } else {
      this.failures.push(`FAILED ${this.name}: ${what}`);
      console.log(this.failures.at(-1));
    }
    return holds;
  }

  // After the clock moved: until the server has done what fell due by itself.
  async caughtUp() {
    const to = this.clock ? this.clock.now : 0;
    const done = async () => {
      const { done_to: until } = await (await fetch(this.url('/healthz.json'))).json();
      return Date.parse(`${until.replace(' ', 'T')}.999+08:00`) >= to;
    };
    for (let i = 0; i < 600 && this.doneTo !== to && !await done(); i++) await new Promise((resolve) => { setTimeout(resolve, 100); });
    this.doneTo = to;
  }

  // A browser of somebody's own. {phone, script: false, lang: 'en'}
  async guest({ phone = false, script = true, lang = 'zh-CN' } = {}) {
    const context = await this.browser.newContext({
      viewport: phone ? PHONE : DESK, javaScriptEnabled: script, locale: lang, timezoneId: 'Asia/Shanghai',
      permissions: ['geolocation'], geolocation: { longitude: 113.08, latitude: 40.06 },
    });
    context.setDefaultTimeout(10000);
    const page = await context.newPage();
    const goto = page.goto.bind(page);
    page.goto = async (...where) => {
      await this.caughtUp();
      return goto(...where);
    };
    page.who = 'guest';
    const complain = (what) => this.check(`${page.who} on ${page.url()}: ${what}`, false);
    page.on('pageerror', (e) => complain(e.message));
    page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(m.text())) complain(m.text()); });
    page.on('response', (r) => { if (r.status() >= 500) complain(`${r.status()} ${r.request().method()} ${r.url()}`); });
    this.people.push(page);
    return page;
  }

  async as(account, options) {
    const page = await this.guest(options);
    page.who = account;
    return this.sign(page, account);
  }

  async sign(page, account) {
    await page.goto(this.url('/login'));
    await page.fill('[name=name]', account);
    await page.fill('[name=password]', this.server.accounts.get(account) || '');
    await Promise.all([page.waitForNavigation(), page.click('form[action="/login"] button')]);
    if (!this.check(`${account} is signed in`, !page.url().includes('/login'))) throw new Error(`${account} cannot sign in`);
    return page;
  }

  // Somebody more than the demo has, with a post: their account. Their post begins by the clock of this machine.
  hire(account, name, role, unit) {
    const program = path.join(top, `build/${process.env.BUILD || 'release'}/yingshao`);
    execFileSync(program, ['user', 'add', '--login', account, '--name', name, '--role', role, '--unit', unit, '--data', this.server.data],
      { input: 'yingshao-demo\n' });
    this.server.accounts.set(account, 'yingshao-demo');
    if (this.clock) this.clock.pass({ minutes: 1 });
  }

  // The page of somebody with an account, at a place; they sign in again when half a day has ended their session.
  async at(account, where, options) {
    let page = this.people.find((p) => p.who === account);
    if (page) await page.goto(this.url(where));
    if (!page || page.url().includes('/login')) {
      page = page ? await this.sign(page, account) : await this.as(account, options);
      await page.goto(this.url(where));
    }
    return page;
  }

  // ---- forms ----

  // What the page refuses, '' for nothing.
  async wrong(page) { return (await page.locator('.note.bad, .field.bad .err, .offer .err').allTextContents()).join(' ').trim(); }

  async press(page, button) {
    await Promise.all([page.waitForNavigation(), page.locator(button).first().click()]);
    return this.wrong(page);
  }

  // It goes through.
  async does(page, what, button) {
    const said = await this.press(page, button);
    return this.check(`${page.who}: ${what} ${said}`, !said);
  }

  // It does not, and says so in these words (a text or a pattern).
  async refused(page, what, button, words) {
    const said = await this.press(page, button);
    return this.check(`${page.who}: ${what} is refused: ${said}`, words instanceof RegExp ? words.test(said) : said.includes(words));
  }

  async says(page, words) {
    return this.check(`${page.who} reads ${words} on ${page.url()}`, (await page.textContent('main')).includes(words));
  }

  async fill(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const box = form.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'select-one') await box.selectOption({ label: value });
      else if (type === 'radio') await form.locator('label.rad', { hasText: value }).first().click();
      else await box.fill(value);
    }
  }

  async photo(page, name) { return { name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) }; }

  // Opens a matter: its address.
  async begin(account, procedure, fields) {
    const page = await this.at(account, `/procedures/${procedure}/new`);
    const form = `form[action="/procedures/${procedure}"]`;
    await this.fill(page.locator(form), fields);
    await this.does(page, `begins ${procedure}`, `${form} button.go`);
    return new URL(page.url()).pathname;
  }

  // One of the actions on a matter's page.
  async act(account, matter, action, fields) {
    const page = await this.at(account, matter);
    const offer = `details.offer:has(input[name=action][value=${action}])`;
    const box = page.locator(offer).first();
    if (!await box.evaluate((d) => d.open)) await box.locator('summary').click();
    await this.fill(box, fields);
    await this.does(page, action, `${offer} form button.wide`);
    return page;
  }

  // What fell due by itself is done, and the page says so.
  async settled(account, where, words, options) {
    const page = await this.at(account, where, options);
    await this.says(page, words);
    return page;
  }

  // ---- meetings that decide (needs a clock) ----

  // Prepared from the page of the matter that it decides, for `span` from now: its address.
  async prepare(account, matter, kind, span, title = '') {
    const page = await this.at(account, matter);
    await Promise.all([page.waitForNavigation(), page.locator(`a[href^="/gatherings/new?kind=${kind}"]`).first().click()]);
    if (title) await page.fill('[name=title]', title);
    await page.fill('[name=starts_at]', this.clock.in(span));
    await page.fill('[name=where]', '村委会会议室');
    await this.does(page, `prepares ${kind}`, 'form[action="/gatherings"] button.go');
    return new URL(page.url()).pathname;
  }

  async call(account, gathering) {
    await this.does(await this.at(account, gathering), 'calls it', 'form[action$="/call"] button');
  }

  // Opened, the first `present` of the roll there.
  async open(account, gathering, present) {
    const page = await this.at(account, gathering);
    await this.does(page, 'opens it', 'form[action$="/open"] button');
    return present ? this.mark(account, gathering, 0, present) : page;
  }

  async mark(account, gathering, from, to) {
    const page = await this.at(account, gathering);
    for (const box of (await page.locator('#roll input[name=n]').all()).slice(from, to)) await box.check();
    await this.does(page, 'takes presence', '#roll button[value=present]');
    return page;
  }

  // The vote on its first item is opened: the page of the item.
  async ask(account, gathering, method) {
    const page = await this.at(account, `${gathering}/motions/1`);
    await page.locator(`label.rad:has(input[value=${method}])`).click();
    await this.does(page, `votes by ${method}`, 'form[action$="/open"] button');
    return page;
  }

  // Votes by hands, counted and announced.
  async hands(account, gathering, counts) {
    const page = await this.ask(account, gathering, 'hands');
    for (const [name, n] of Object.entries(counts)) await page.fill(`#d-${name}`, String(n));
    await this.does(page, 'counts hands', 'form[action$="/decide"] button');
    return page;
  }

  async close(account, gathering, minutes) {
    const page = await this.at(account, gathering);
    await page.click('summary:has-text("结束并归档")');
    await page.fill('form[action$="/close"] [name=minutes]', minutes);
    await page.setInputFiles('form[action$="/close"] [name=meeting_photos]', await this.photo(page, 'meeting.jpg'));
    await this.does(page, 'closes it', 'form[action$="/close"] button');
    return page;
  }

  // Pictures of the page at both widths, with axe's rules and no sideways scrolling; {en: true} also in English.
  async look(page, what, { en = false } = {}) {
    const had = page.viewportSize();
    const at = page.url();
    const versions = [['', ''], ...(en ? [['-en', 'en']] : [])];
    for (const [suffix, lang] of versions) {
      if (lang) await page.goto(`${at}${at.includes('?') ? '&' : '?'}lang=${lang}`);
      for (const size of [DESK, PHONE]) {
        await page.setViewportSize(size);
        const name = `${this.name}-${what}${suffix}-${size.width}`;
        await page.screenshot({ path: path.join(this.shots, `${name}.png`), fullPage: true });
        await this.inspect(page, name);
      }
    }
    if (en) {
      await page.goto(`${at}${at.includes('?') ? '&' : '?'}lang=zh`);
      await page.goto(at);
    }
    await page.setViewportSize(had);
  }

  async inspect(page, name) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    this.check(`${name} scrolls ${wide} pixels sideways`, wide <= 0);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
    }));
    const words = found.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
    this.check(`${name} has faults that axe finds: ${words.join(' | ')}`, !words.length);
  }

  async broke(error) {
    this.check(error.stack || String(error), false);
    for (const [i, page] of this.people.entries()) {
      const file = path.join(this.shots, `${this.name}-broke-${i}.png`);
      try { await page.screenshot({ path: file, fullPage: true }); } catch { /* its browser is gone */ }
      console.log(`  ${page.who} was at ${page.url()}: ${file}`);
    }
  }

  async end() {
    for (const page of this.people) await page.context().close();
  }
}

module.exports = { Clock, Walk };
