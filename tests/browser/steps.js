// steps.js - what people do again and again in walks with a clock: const { at, act, … } = require('./steps')(walk);
'use strict';

const COMMUNITY = '140214001002';

module.exports = (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  const says = async (page, words) => walk.check(`${page.who} reads ${words}`, (await text(page)).includes(words));
  const photo = async (page, name) => ({ name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) });
  const press = async (page, selector) => {
    await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
    return wrong(page);
  };
  const fill = async (form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const box = form.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'select-one') await box.selectOption(value);
      else if (type === 'radio' || type === 'checkbox') await form.locator('label.rad', { hasText: value }).first().click();
      else await box.fill(value);
    }
  };
  // Sessions end after half a day: whoever comes back after that signs in again.
  const people = {};
  const at = async (who, where) => {
    if (!people[who] || people[who].since + 11 * 3600000 < clock.now) {
      people[who] = await walk.as(who);
      people[who].since = clock.now;
    }
    await people[who].goto(walk.url(where));
    return people[who];
  };
  const send = async (page, action, fields) => {
    const offer = page.locator(`details.offer:has(input[name=action][value=${action}])`).first();
    if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
    await fill(offer, fields);
    await Promise.all([page.waitForNavigation(), offer.locator('form button.wide').click()]);
    return wrong(page);
  };
  const act = async (who, where, action, fields = {}) => {
    const page = await at(who, where);
    const said = await send(page, action, fields);
    walk.check(`${who} may ${action}: ${said}`, !said);
    return page;
  };
  const prepare = async (who, kind, fields, label = '') => {
    const page = await at(who, `/gatherings/new?kind=${kind}`);
    await fill(page.locator('form[action="/gatherings"]'), fields);
    if (label) await page.locator('form[action="/gatherings"] label.rad', { hasText: label }).first().click();
    const said = await press(page, 'form[action="/gatherings"] button.go');
    walk.check(`${kind} is prepared: ${said}`, /\/gatherings\/\d+$/.test(page.url()));
    return new URL(page.url()).pathname;
  };
  const close = async (page, fields) => {
    const form = page.locator('details.offer:has(form[action$="/close"])');
    if (!await form.evaluate((d) => d.open)) await form.locator('summary').click();
    await fill(form, fields);
    return press(page, 'form[action$="/close"] button');
  };
  const button = async (page, name) => {
    const said = await press(page, `form[action$="/${name}"] button`);
    walk.check(`${page.who} may ${name}: ${said}`, !said);
  };
  const report = async (page, fields) => {
    const answer = await page.request.post(walk.url('/report.json'), { form: { where: '小区里', at: COMMUNITY, sure: '1', ...fields } });
    walk.check(`a resident reports: ${answer.status()}`, answer.ok());
    return answer.json();
  };
  const matter = async (who, title) => {
    const page = await at(who, `/matters?words=${encodeURIComponent(title)}`);
    await Promise.all([page.waitForNavigation(), page.click(`a.ttl:has-text("${title}")`)]);
    return new URL(page.url()).pathname;
  };
  return { text, wrong, says, photo, press, fill, at, send, act, prepare, close, button, report, matter, people };
};
