// ties.js - what walks of bonds do again and again: const { tie, untied, … } = require('./ties')(walk);
'use strict';

module.exports = (walk) => {
  const steps = require('./steps')(walk);
  const { text, press, fill, at, wrong } = steps;

  // On a page or in a part of it: the choice of a select whose words hold all of these.
  const choose = async (page, name, words) => {
    const options = await page.locator(`select[name=${name}] option`).evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
    const found = options.find(([value, label]) => value && [words].flat().every((word) => label.includes(word)));
    if (!walk.check(`${name} offers ${words}`, Boolean(found))) throw new Error(options.slice(0, 9).join(' | '));
    await page.locator(`select[name=${name}]`).selectOption(found[0]);
  };
  const form = async (who, kind, one, other, fields) => {
    const page = await at(who, `/bonds/new?kind=${kind}`);
    await choose(page, 'one', one);
    await choose(page, 'other', other);
    await fill(page.locator('form[action="/bonds"]'), fields);
    return page;
  };
  // Two are tied: the address of their bond.
  const tie = async (who, kind, one, other, fields = {}) => {
    const page = await form(who, kind, one, other, fields);
    const said = await press(page, 'form[action="/bonds"] button.go');
    walk.check(`${kind} is made: ${said}`, /\/bonds\/\d+$/.test(page.url()));
    return new URL(page.url()).pathname;
  };
  // They are not, and are told so in these words.
  const untied = async (who, kind, one, other, fields, words) => {
    const page = await form(who, kind, one, other, fields);
    const said = await press(page, 'form[action="/bonds"] button.go');
    walk.check(`${kind} is refused with ${words}: ${said}`, said.includes(words));
    return page;
  };
  const reads = async (page, ...words) => {
    const all = await text(page);
    for (const word of words) walk.check(`${page.who} reads ${word} on ${page.url()}`, all.includes(word));
  };
  const lacks = async (page, word) => walk.check(`${page.who} does not read ${word}`, !(await text(page)).includes(word));
  const me = async (who) => (await (await (await at(who, '/work')).request.get(walk.url('/me.json'))).json()).name;
  // One of the duties that wait for somebody, opened.
  const duty = async (who, title) => {
    const page = await at(who, '/work?box=duties');
    await Promise.all([page.waitForNavigation(), page.locator('a.ttl', { hasText: title }).first().click()]);
    return page;
  };
  const done = async (page, fields) => {
    const box = page.locator('form:has(button.lg)').first();
    await fill(box, fields);
    await Promise.all([page.waitForNavigation(), box.locator('button.lg').click()]);
    return wrong(page);
  };
  return { ...steps, choose, tie, untied, reads, lacks, me, duty, done };
};
