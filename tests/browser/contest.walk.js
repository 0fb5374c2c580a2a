// A contest of secretaries: the clerk calls one after the other on, judges mark on their phones, a hall looks at the ranking, one
// appeals. One judge has a conflict of interest, one marks without login, one without script, and one changes a mark.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { top } = require('../server/server');

const ITEMS = ['industry', 'talent', 'culture', 'ecology', 'organisation'];
const PEOPLE = [
  ['shuji1', '周书记', 'secretary', '140214001005'], ['shuji2', '吴书记', 'secretary', '140214001002'], ['shuji3', '郑书记', 'secretary', '140214001007'],
  ['pingwei1', '甲评委', 'judge', '140214'], ['pingwei2', '乙评委', 'judge', '140214001'], ['pingwei3', '丙评委', 'judge', '140214-yuanlin'],
  ['pingwei4', '丁评委', 'judge', '140214001005'],
];

module.exports = async (walk) => {
  const program = path.join(top, `build/${process.env.BUILD || 'release'}/yingshao`);
  for (const [login, name, role, unit] of PEOPLE) {
    execFileSync(program, ['user', 'add', '--login', login, '--name', name, '--role', role, '--unit', unit, '--data', walk.server.data], { input: 'pingwei-2026-Xx\n' });
    walk.server.accounts.set(login, 'pingwei-2026-Xx');
  }
  walk.clock.set(Date.now() + 60000); // they hold their posts by now
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const text = (page) => page.textContent('main');
  const until = async (page, words) => {
    for (const end = Date.now() + 8000; Date.now() < end && !(await text(page)).includes(words);) await page.waitForTimeout(200);
    return (await text(page)).includes(words);
  };

  let clerk = await walk.as('jiedao');
  await clerk.goto(walk.url('/gatherings/new?kind=secretaries_contest'));
  await clerk.fill('[name=title]', '一季度书记擂台比武');
  await clerk.fill('[name=starts_at]', walk.clock.in({ days: 2 }));
  await go(clerk, 'form[action="/gatherings"] button.go');
  const at = new URL(clerk.url()).pathname;
  await go(clerk, 'a[href$="/contest"]');
  for (const name of ['周书记', '吴书记', '郑书记']) await clerk.check(`form[action$="/contestants"] label:has-text("${name}") input`);
  await clerk.fill('form[action$="/contestants"] [name=title]', '支部工作一年');
  await go(clerk, 'form[action$="/contestants"] button');
  for (const name of ['甲评委', '乙评委', '丙评委', '丁评委']) await clerk.check(`form[action$="/judges"] label:has-text("${name}") input`);
  await go(clerk, 'form[action$="/judges"] button');
  walk.check('three compete and four judge', await clerk.locator('a[href*="/judge?seat="]').count() === 4);
  await walk.look(clerk, 'draft', { en: true });
  await clerk.goto(walk.url(at));
  await go(clerk, 'form[action$="/call"] button');
  walk.clock.pass({ days: 2 });

  clerk = await walk.as('jiedao');
  await clerk.goto(walk.url(at));
  await go(clerk, 'form[action$="/open"] button');
  const desk = () => clerk.goto(walk.url(`${at}/contest`));
  const next = async (name, what) => { await desk(); await go(clerk, `tr:has-text("${name}") form[action$="/${what}"] button`); };
  const shut = async () => { await desk(); await go(clerk, 'form[action$="/shut"] button'); };

  const hall = await walk.guest();
  await hall.setViewportSize({ width: 1920, height: 1080 });
  await hall.goto(walk.url(`${at}/ranking`));
  walk.check('the hall sees who competes', (await text(hall)).includes('郑书记'));

  const one = await walk.as('pingwei1', { phone: true });
  const two = await walk.as('pingwei2', { phone: true, script: false });
  const three = await walk.guest({ phone: true });
  const four = await walk.as('pingwei4', { phone: true });
  await one.goto(walk.url(`${at}/judge`));
  walk.check('before anybody is on there is nothing to mark', (await text(one)).includes('请稍候'));
  await next('周书记', 'on');
  walk.check('the phone shows by itself who is on', await until(one, '周书记'));
  walk.check('so does the screen', await until(hall, '正在展示'));
  await desk();
  const code = await clerk.locator('tr:has-text("丙评委") a[href*="/judge?seat="]').getAttribute('href');
  await three.goto(walk.url(code));
  await four.goto(walk.url(`${at}/judge`));
  walk.check('the judge of the same unit does not mark', (await text(four)).includes('您不给这名参赛者打分') && !await four.locator('form[data-each]').count());

  // With script each number is saved by itself; without, by the button.
  const types = async (judge, item, value) => {
    await judge.fill(`[name=item_${item}]`, value);
    await judge.locator(`[name=item_${item}]`).dispatchEvent('change');
    await judge.waitForFunction((id) => document.querySelector(`output[for=m-${id}]`).textContent, item);
    return judge.locator(`output[for=m-${item}]`).textContent();
  };
  const marks = async (judge, value) => {
    for (const item of ITEMS) await judge.locator(`output[for=m-${item}]`).evaluate((o) => { o.textContent = ''; });
    for (const item of ITEMS) walk.check(`${value} is saved`, await types(judge, item, value) === '已保存');
  };
  const sends = async (judge, value) => {
    await judge.goto(walk.url(`${at}/judge`));
    for (const item of ITEMS) await judge.fill(`[name=item_${item}]`, value);
    await go(judge, 'form[action$="/marks"] button');
  };
  await marks(one, '18');
  await one.locator('output[for=m-talent]').evaluate((o) => { o.textContent = ''; });
  walk.check('a mark out of range is refused on the spot', (await types(one, 'talent', '21')).includes('0 到 20'));
  await one.locator('output[for=m-talent]').evaluate((o) => { o.textContent = ''; });
  walk.check('a mark is changed', await types(one, 'talent', '19.5') === '已保存');
  walk.check('the sum follows', (await one.textContent('#own-points')) === '91.50');
  await walk.look(one, 'phone', { en: true });
  await sends(two, '20.5');
  walk.check('without script too', (await text(two)).includes('0 到 20') && await two.inputValue('[name=item_industry]') === '20.5');
  await sends(two, '16');
  await marks(three, '17');
  walk.check('the screen says how many have marked', await until(hall, '已打分 3 / 3'));
  walk.check('but no points yet', !(await text(hall)).includes('85.50'));
  await hall.screenshot({ path: path.join(walk.shots, 'contest-screen-on-1920.png') });
  await desk();
  await walk.look(clerk, 'desk', { en: true });
  await shut();
  await one.goto(walk.url(`${at}/judge`));

  await next('吴书记', 'on');
  await until(one, '吴书记');
  await marks(one, '19');
  await sends(two, '18');
  await three.goto(walk.url(code));
  await three.click('details.more summary');
  await three.fill('[name=reason]', '亲属');
  await go(three, 'form[action$="/recusals"] button');
  walk.check('who declares a conflict marks no more', (await text(three)).includes('亲属'));
  await four.goto(walk.url(`${at}/judge`));
  await marks(four, '18.5');
  await shut();
  await desk();
  await clerk.click('tr:has-text("郑书记") details summary');
  await clerk.fill('tr:has-text("郑书记") [name=reason]', '生病');
  await go(clerk, 'tr:has-text("郑书记") form[action$="/withdraw"] button');

  await clerk.goto(walk.url(at));
  await clerk.click('details.offer:has(form[action$="/close"]) summary');
  await go(clerk, 'form[action$="/close"] button');
  walk.check('the ranking comes up by itself', await until(hall, '92.50') && (await text(hall)).includes('85.50') && (await text(hall)).includes('初步排名'));
  await hall.screenshot({ path: path.join(walk.shots, 'contest-screen-1920.png') });
  await walk.look(hall, 'screen', { en: true });

  const loser = await walk.as('shuji1', { phone: true });
  await loser.goto(walk.url(`${at}/contestants/2`));
  walk.check('the formula stands there with its numbers', (await text(loser)).includes('(91.50 + 85.00 + 80.00) ÷ 3 = 85.50'));
  await loser.fill('[name=reason]', '乙评委漏看了产业部分的材料');
  await go(loser, 'form[action$="/appeal"] button');
  walk.check('one appeals once', !await loser.locator('form[action$="/appeal"]').count());
  const duban = await walk.as('duban');
  await duban.goto(walk.url(`${at}/contestants/2`));
  await walk.look(duban, 'appeal', { en: true });
  await duban.check('[name=upheld][value=yes]');
  await duban.fill('[name="6_industry"]', '19');
  await duban.fill('[name=text]', '经复核，产业部分应为 19 分');
  await go(duban, 'form[action$="/answer"] button');
  walk.check('the mark is corrected', (await text(duban)).includes('86.50'));

  walk.clock.pass({ days: 5 });
  clerk = await walk.as('jiedao');
  await desk();
  walk.check('the clerk need not make it final', !await clerk.locator('form[action$="/final"]').count());
  await hall.goto(walk.url(`${at}/ranking`));
  walk.check('the final list is public', (await text(hall)).includes('最终排名') && (await text(hall)).includes('86.50'));
};
module.exports.clock = true;
