// Strong villages help weak ones: a project of the library from its declaration to its evaluation, and a weak village that is
// struck off the list once its figures reach the standard and two others have looked at them.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { top } = require('../server/server');

const VILLAGE = '140214101200';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const says = async (page, ...words) => {
    const all = await text(page);
    for (const word of words) walk.check(`${page.who} reads ${word} on ${page.url()}`, all.includes(word));
  };
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  const photo = async (page, name) => ({ name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) });
  const fill = async (form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const box = form.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'radio') await form.locator('label.rad', { hasText: value }).first().click();
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
  const send = async (page, action, fields = {}) => {
    const offer = page.locator(`details.offer:has(input[name=action][value=${action}])`).first();
    if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
    await fill(offer, fields);
    await Promise.all([page.waitForNavigation(), offer.locator('form button.wide').click()]);
    return wrong(page);
  };
  const act = async (who, where, action, fields) => {
    const page = await at(who, where);
    const said = await send(page, action, fields);
    walk.check(`${who} may ${action}: ${said}`, !said);
    return page;
  };
  const begin = async (who, procedure, fields) => {
    const page = await at(who, `/procedures/${procedure}/new`);
    const form = page.locator(`form[action="/procedures/${procedure}"]`);
    await fill(form, fields);
    await Promise.all([page.waitForNavigation(), form.locator('button.go').click()]);
    return page;
  };
  const login = (name, role, unit) => {
    execFileSync(path.join(top, 'build/release/yingshao'), ['user', 'add', '--login', name, '--name', name, '--role', role, '--unit', unit,
      '--data', walk.server.data], { input: 'yingshao-demo\n' });
    walk.server.accounts.set(name, 'yingshao-demo');
  };
  login('ruocun', 'secretary', VILLAGE);
  login('zhenzuzhi', 'organiser', VILLAGE.slice(0, 9));
  clock.pass({ hours: 1 }); // their posts began by the clock of this machine

  // ---- the library: a project names who helps and what it costs
  const project = { title: '三座温室大棚', body: '连片种植番茄', goal: '村集体年增收五万元', planned: '大棚 200,000\n水电 36,000.50', ends_on: clock.in({ days: 300 }).slice(0, 10) };
  let ruocun = await begin('ruocun', 'village_project', { ...project, helper: '' }).catch(() => people.ruocun);
  walk.check('who helps must be said', !/\/matters\//.test(ruocun.url()));
  ruocun = await begin('ruocun', 'village_project', { ...project, helper: '西韩岭乡强村', planned: '大棚 二十万' });
  walk.check('an amount that is none is refused at its line', /第 1 行/.test(await wrong(ruocun)));
  ruocun = await begin('ruocun', 'village_project', { ...project, helper: '西韩岭乡强村' });
  const library = new URL(ruocun.url()).pathname;
  await says(ruocun, '236,000.50', '西韩岭乡强村', '待审核');
  await walk.look(ruocun, 'declared', { en: true });
  await act('zhenzuzhi', library, 'accept');
  await act('quzuzhi', library, 'list');
  const list = await at('quzuzhi', '/matters?mechanism=village_project&open=1');
  await says(list, project.title, '实施中');
  await walk.look(list, 'library');
  clock.pass({ days: 20 });
  ruocun = await act('ruocun', library, 'progress', { stage: '实施', done_text: '首座大棚封顶', spent: '大棚 80,000' });
  await says(ruocun, '80,000.00', '首座大棚封顶');
  ruocun = await act('ruocun', library, 'finish', { result: '大棚投产，增收 52,000 元', spent: '大棚 118,000', photo_after: await photo(ruocun, 'after.jpg') });
  await says(ruocun, '198,000.00');
  walk.check('who did it does not check it', await ruocun.locator('input[name=action][value=pass]').count() === 0);
  await act('zhenzuzhi', library, 'pass');
  const guest = await walk.guest({ phone: true });
  await guest.goto(walk.url('/public'));
  walk.check('everybody may read its results', (await text(guest)).includes(project.title));
  clock.pass({ days: 8 });
  let qu = await act('quzuzhi', library, 'grade', { mark: '90', note: '带动明显' });
  await says(qu, '评定等次', '90');
  await qu.goto(walk.url(`${library}/print`));
  await says(qu, '236,000.50', '198,000.00', '大棚', '数字与资金');
  await walk.look(qu, 'sheet');

  // ---- the strike-off: figures that fall short are refused, and two others look at those that do not
  ruocun = await begin('ruocun', 'strike_off', { title: '高山镇一村', body: '收入连续达标，申请销号' });
  const weak = new URL(ruocun.url()).pathname;
  walk.check('the standard can be read', (await ruocun.locator('details.offer:has(input[value=hand_in])').textContent()).includes('200000'));
  const figures = { income: '213,400.50', own_income: '120,000', stable_years: '2', photo_after: await photo(ruocun, 'books.jpg') };
  for (const [field, value] of [['income', '199,999.99'], ['own_income', '50,000'], ['stable_years', '0'], ['income', '二十万']]) {
    await ruocun.goto(walk.url(weak));
    const said = await send(ruocun, 'hand_in', { ...figures, [field]: value });
    walk.check(`${field} ${value} is refused: ${said}`, said.length > 0);
  }
  await walk.look(ruocun, 'short');
  await act('ruocun', weak, 'hand_in', figures);
  await says(ruocun, '213,400.50', '镇街、区级核查');
  walk.check('the village does not check itself', await ruocun.locator('input[name=action][value=pass]').count() === 0);
  let zhen = await at('zhenzuzhi', weak);
  walk.check('what was checked must reach it as well', (await send(zhen, 'pass', { income_seen: '150,000' })).length > 0);
  zhen = await act('zhenzuzhi', weak, 'pass', { income_seen: '213,400.50' });
  await says(zhen, '镇街、区级核查');
  qu = await act('quzuzhi', weak, 'fail', { reason: '入账凭证不全' });
  await says(qu, '填报数据');
  ruocun = await act('ruocun', weak, 'hand_in', { ...figures, income: '201,000' });
  await act('zhenzuzhi', weak, 'pass', { income_seen: '201,000' });
  qu = await act('quzuzhi', weak, 'pass', { income_seen: '201,000' });
  await says(qu, '销号公示');
  await walk.look(qu, 'checked', { en: true });
  clock.pass({ days: 8 });
  qu = await at('quzuzhi', weak);
  await says(qu, '已销号');
  await walk.look(qu, 'struck-off');

  // ---- both come out as figures that lead to their records
  for (const [figure, words] of [['village_projects', project.title], ['villages_struck_off', '高山镇一村']]) {
    await qu.goto(walk.url(`/figures/${figure}/records?period=all`));
    await says(qu, words);
  }
  await qu.goto(walk.url('/figures/village_budget?period=all'));
  await says(qu, '236,000.50');
  await walk.look(qu, 'budget');
};
module.exports.clock = true;
