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
const fs = require('fs');
const path = require('path');

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
    fs.writeFileSync(this.file, `${Math.round(ms)}\n`);
  }

  // {days: 3, hours: 1, minutes: 5}
  later({ days = 0, hours = 0, minutes = 0 }) { return this.now + ((days * 24 + hours) * 60 + minutes) * 60000; }

  pass(span) { this.set(this.later(span)); }

  // As a form wants it, in Shanghai: '2026-11-22T15:04', so much later than now.
  in(span) { return new Date(this.later(span) + 8 * 3600000).toISOString().slice(0, 16); }
}

class Walk {
  constructor(name, browser, server, shots, clock) {
    Object.assign(this, { name, browser, server, shots, clock, passed: 0, failed: 0, people: [] });
  }

  url(at) { return this.server.url + at; }

  check(what, holds) {
    if (holds) this.passed++; else this.failed++;
    if (!holds) console.log(`FAILED ${this.name}: ${what}`);
    return holds;
  }

  // A browser of somebody's own. {phone, script: false, lang: 'en'}
  async guest({ phone = false, script = true, lang = 'zh-CN' } = {}) {
    const context = await this.browser.newContext({
      viewport: phone ? PHONE : DESK, javaScriptEnabled: script, locale: lang, timezoneId: 'Asia/Shanghai',
      permissions: ['geolocation'], geolocation: { longitude: 113.08, latitude: 40.06 },
    });
    context.setDefaultTimeout(10000);
    const page = await context.newPage();
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
    await page.goto(this.url('/login'));
    await page.fill('[name=name]', account);
    await page.fill('[name=password]', this.server.accounts.get(account) || '');
    await Promise.all([page.waitForNavigation(), page.click('form[action="/login"] button')]);
    if (!this.check(`${account} is signed in`, !page.url().includes('/login'))) throw new Error(`${account} cannot sign in`);
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
