// A quarter applies for its name with evidence on five dimensions, falls short before the judges, hands in again and is granted it
// (D11); and what a council decided is built in batches, checked by residents and published, with its figure (A4).
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { top } = require('../server/server');

const DIMENSIONS = ['leadership', 'together', 'lawful', 'culture', 'smart'];
const JUDGES = [['pinga', '甲评委', '140214'], ['pingb', '乙评委', '140214-yuanlin'], ['pingc', '丙评委', '140214-zhujian']];

module.exports = async (walk) => {
  const { clock } = walk;
  for (const [login, name, unit] of JUDGES) {
    execFileSync(path.join(top, `build/${process.env.BUILD || 'release'}/yingshao`), ['user', 'add', '--login', login, '--name', name, '--role', 'judge',
      '--unit', unit, '--data', walk.server.data], { input: 'pingwei-2026-Xx\n' });
    walk.server.accounts.set(login, 'pingwei-2026-Xx');
  }
  clock.pass({ hours: 1 }); // they hold their posts by now
  const text = (page) => page.textContent('main');
  const says = async (page, ...words) => {
    const all = await text(page);
    for (const word of words) walk.check(`${page.who} reads ${word} on ${page.url()}`, all.includes(word));
  };
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const photo = async (page, name) => ({ name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) });
  const fill = async (form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const box = form.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'select-one') await box.selectOption({ label: value });
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
    await fill(page.locator(`form[action="/procedures/${procedure}"]`), fields);
    await go(page, `form[action="/procedures/${procedure}"] button.go`);
    return new URL(page.url()).pathname;
  };

  // ---- D11: the application
  const quarter = await begin('shuji', 'quarter', { title: '阳光小区', body: '路面、绿化、议事角', households: '420' });
  const shuji = await at('shuji', quarter);
  walk.check('without evidence nothing is handed in', (await send(shuji, 'hand_in', { politics_text: '支部建在小区', together_text: '业委会', rules_text: '公约', culture_text: '家风' }).catch(() => 'kept')).length > 0);
  const evidence = { politics_text: '支部建在小区', together_text: '业委会、物业、社区同议', rules_text: '小区公约', culture_text: '家风墙', smart_text: '门禁、车位线上管', photo_after: await photo(shuji, 'evidence.jpg') };
  const apply = async () => {
    await act('shuji', quarter, 'hand_in', evidence);
    await act('jiedao', quarter, 'accept');
  };
  await apply();

  // One review: three judges mark five dimensions without script, each the same everywhere.
  const review = async (marks) => {
    const qu = await at('quzuzhi', quarter);
    walk.check('carried is nobody\'s to type', await qu.locator('input[name=action][value=carried]').count() === 0);
    await go(qu, 'a[href*="/gatherings/new?kind=model_quarters_review"]');
    await qu.fill('[name=title]', '完美小区评审会');
    await qu.fill('[name=starts_at]', clock.in({ days: 2 }));
    await go(qu, 'form[action="/gatherings"] button.go');
    const held = new URL(qu.url()).pathname;
    await qu.goto(walk.url(`${held}/contest`));
    await says(qu, '阳光小区');
    for (const [, name] of JUDGES) await qu.check(`form[action$="/judges"] label:has-text("${name}") input`);
    await go(qu, 'form[action$="/judges"] button');
    await qu.goto(walk.url(held));
    await go(qu, 'form[action$="/call"] button');
    clock.pass({ days: 2 });
    let clerk = await at('quzuzhi', held);
    await go(clerk, 'form[action$="/open"] button');
    await clerk.goto(walk.url(`${held}/contest`));
    await go(clerk, 'form[action$="/on"] button');
    for (const [i, [login]] of JUDGES.entries()) {
      const judge = await walk.as(login, { phone: true, script: false });
      await judge.goto(walk.url(`${held}/judge`));
      for (const item of DIMENSIONS) await judge.fill(`[name=item_${item}]`, i === 0 ? '101' : String(marks[i]));
      await go(judge, 'form[action$="/marks"] button');
      if (i === 0) {
        walk.check('more than a hundred is refused', (await wrong(judge)).length > 0);
        await judge.goto(walk.url(`${held}/judge`));
        for (const item of DIMENSIONS) await judge.fill(`[name=item_${item}]`, String(marks[0]));
        await go(judge, 'form[action$="/marks"] button');
      }
      walk.check(`${login} has marked: ${await wrong(judge)}`, !await wrong(judge));
    }
    clerk = await at('quzuzhi', `${held}/contest`);
    await walk.look(clerk, `marks-${marks[0]}`);
    await go(clerk, 'form[action$="/shut"] button');
    await clerk.goto(walk.url(held));
    await clerk.click('details.offer:has(form[action$="/close"]) summary');
    await go(clerk, 'form[action$="/close"] button');
    await clerk.goto(walk.url(`${held}/contest`));
    if (await clerk.locator('form[action$="/final"]').count()) await go(clerk, 'form[action$="/final"] button');
    return at('quzuzhi', quarter);
  };
  let qu = await review([78, 76, 80]);
  await says(qu, '准备佐证材料');
  await walk.look(qu, 'returned', { en: true });
  await apply();
  qu = await review([90, 88, 93]);
  walk.check('the name is granted', !(await qu.locator('.head .chip').textContent()).includes('评审'));
  await says(qu, '授予');
  await walk.look(qu, 'granted');

  // ---- A4: charging piles in two batches
  const facility = await begin('shequ', 'facility', { title: '第二批充电桩', body: '东门七组充电桩', planned: '充电桩 70,000', ends_on: clock.in({ days: 90 }).slice(0, 10) });
  walk.check('who asks for it does not approve it', await (await at('shequ', facility)).locator('input[name=action][value=approve]').count() === 0);
  await act('jiedao', facility, 'approve', { unit: '新胜惠民超市' });
  let firm = await act('qiye', facility, 'batch', { done_text: '第一批四组', charging_sets: '4', spent: '充电桩 40,000' });
  walk.check('fewer than none are refused', (await send(firm, 'batch', { done_text: '第二批', charging_sets: '-3' })).length > 0);
  firm = await act('qiye', facility, 'batch', { done_text: '第二批三组', charging_sets: '3', spent: '充电桩 29,500' });
  await says(firm, '69,500.00');
  await act('qiye', facility, 'finish', { done_text: '七组全部通电', photo_after: await photo(firm, 'piles.jpg') });
  await act('jiandu', facility, 'pass', { photo_check: await photo(firm, 'check.jpg') });
  await act('shequ', facility, 'pass', { photo_check: await photo(firm, 'check.jpg') });
  await says(people.shequ, '结果公示');
  clock.pass({ days: 8 });
  const end = await at('jiedao', '/figures/A-2?period=all&unit=140214001');
  await says(end, '7');
  await go(end, 'a[href*="/records"]');
  await says(end, '第二批充电桩');
  await walk.look(end, 'piles');
};
module.exports.clock = true;
