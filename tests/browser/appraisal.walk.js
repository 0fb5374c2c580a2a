// Y6: stars of community secretaries from the opening to the publication. Judges mark on their phones, one for themselves is refused;
// figures are read when the year is over; the secretary sees the own sheet, appeals twice, and a mark is corrected in the open.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { top } = require('../server/server');

const PEOPLE = [
  ['pj1', '甲评委', 'judge', '140214'], ['pj2', '乙评委', 'judge', '140214-yuanlin'], ['pj3', '丙评委', 'judge', '140214001'],
  ['jie2', '丁组织', 'organiser', '140214001'], ['duban2', '戊督办', 'supervisor', '140214'],
];

module.exports = async (walk) => {
  const program = path.join(top, `build/${process.env.BUILD || 'release'}/yingshao`);
  const run = (...args) => execFileSync(program, [...args, '--data', walk.server.data], { encoding: 'utf8' });
  for (const [login, name, role, unit] of PEOPLE) {
    execFileSync(program, ['user', 'add', '--login', login, '--name', name, '--role', role, '--unit', unit, '--data', walk.server.data], { input: 'pingwei-2026-Xx\n' });
    walk.server.accounts.set(login, 'pingwei-2026-Xx');
  }
  walk.clock.set(Date.now() + 60000);
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const text = (page) => page.textContent('main');

  // The demo has a round of the last quarter that is over, and this year's stars, for which marks are being given.
  let org = await walk.as('quzuzhi');
  await org.goto(walk.url('/appraisals'));
  walk.check('one is published and one takes marks', (await text(org)).includes('已公布') && (await text(org)).includes('评分中'));
  await org.selectOption('[name=kind]', 'secretary_stars');
  await org.fill('[name=period]', '2026-Q3');
  await go(org, 'form[action="/appraisals"] button');
  walk.check('a quarter is no year', (await text(org)).includes('完整的一年'));
  await walk.look(org, 'list', { en: true });
  await org.goto(walk.url('/appraisals'));
  await go(org, 'tr:has(.chip) a.ttl:has-text("星级评定")');
  const at = new URL(org.url()).pathname;
  walk.check('the formula stands there', (await text(org)).includes('按期结案率 60 → 0, 95 → 30') || (await text(org)).includes('60 → 0, 95 → 30'));
  walk.check('before the year is over nothing is reckoned', (await text(org)).includes('周期结束后才能读取指标') && !await org.locator('form[action$="/draft"]').count());

  // Marks, on the phone; a secretary who is a judge as well does not mark the own community.
  const n = await (async () => {
    const shuji = await walk.as('shuji');
    await shuji.goto(walk.url('/me'));
    const name = (await shuji.textContent('h1')).trim();
    const view = await org.evaluate(async (u) => (await fetch(u, { headers: { Accept: 'application/json' } })).json(), walk.url(at));
    return view.subjects.find((s) => s.name === name).n;
  })();
  const give = async (login, mark, options) => {
    const judge = await walk.as(login, { phone: true, ...options });
    await judge.goto(walk.url(`${at}/judge?from=${n}`));
    await judge.fill(`#m-${n}-panel`, mark);
    await go(judge, `#s${n} button`);
    return judge;
  };
  const one = await give('pj1', '120');
  walk.check('a mark above a hundred is refused and stands as it was typed', (await text(one)).includes('0 到 100') && await one.inputValue(`#m-${n}-panel`) === '120');
  await one.fill(`#m-${n}-panel`, '60');
  await go(one, `#s${n} button`);
  walk.check('it is given', (await one.textContent(`#s${n}`)).includes('已评'));
  await walk.look(one, 'judge', { en: true });
  await give('pj2', '88', { script: false });
  await give('pj3', '90.5');
  const zuzhi = await walk.as('zuzhi', { phone: true });
  await zuzhi.goto(walk.url(`${at}/judge?from=${n}`));
  await zuzhi.check(`#s${n} [value=yes]`);
  await go(zuzhi, `#s${n} button`);
  const duban = await walk.as('duban');
  await duban.goto(walk.url(`${at}/judge?from=${n}`));
  await duban.fill(`#m-${n}-fault`, '2');
  await go(duban, `#s${n} button`);
  walk.check('a deduction needs its reason', (await text(duban)).includes('请说明') || (await text(duban)).includes('理由'));
  await duban.fill(`#m-${n}-fault`, '2');
  await duban.fill(`#w-${n}-fault`, '通报批评一次');
  await go(duban, `#s${n} button`);
  const shuji0 = await walk.as('shuji');
  await shuji0.goto(walk.url(`${at}/subjects/${n}`));
  walk.check('nobody sees a sheet before it is shown', !(await text(shuji0)).includes('88'));

  // The year ends; the next one's holidays have been announced.
  const year = new Date(walk.clock.now + 8 * 3600000).getUTCFullYear();
  const days = ['date,is_workday'];
  for (let at = Date.UTC(year + 1, 0, 1); at < Date.UTC(year + 2, 0, 1); at += 86400000) {
    const day = new Date(at);
    days.push(`${day.toISOString().slice(0, 10)},${day.getUTCDay() % 6 === 0 || (day.getUTCMonth() === 0 && day.getUTCDate() === 1) ? 0 : 1}`);
  }
  fs.writeFileSync(path.join(walk.server.data, 'next.csv'), `${days.join('\n')}\n`);
  run('import', 'calendar', path.join(walk.server.data, 'next.csv'));
  walk.clock.set(Date.UTC(year + 1, 0, 6, 1));
  await new Promise((done) => setTimeout(done, 2500));
  const step = async (what) => {
    org = await walk.as('quzuzhi');
    await org.goto(walk.url(at));
    await go(org, `form[action$="/${what}"] button`);
  };
  await step('draft');
  walk.check('the figures are read and points come out', (await text(org)).includes('初步结果') && /★/.test(await text(org)));
  walk.check('with too little there are none, and it says why', (await text(org)).includes('业务量不足') || (await text(org)).includes('评委人数不足'));
  await walk.look(org, 'draft', { en: true });
  await org.goto(walk.url(`${at}/try`));
  walk.check('today’s formula changes nothing', (await text(org)).includes('星级会变化： 0 /'));
  await org.fill('[name=formula]', 'appraisal: secretary_stars\nscore:\n  - {name: on_time, figure: on_time_rate, weight: 101, zero_at: 60, full_at: 95}\n');
  await go(org, 'form[action$="/try"] button');
  walk.check('a weight over a hundred is refused with its line', (await text(org)).includes('第 3 行'));
  await org.fill('[name=formula]', 'appraisal: secretary_stars\nscore:\n  - {name: on_time, figure: on_time_rate, weight: 100, zero_at: 90, full_at: 100}\nstars: [{at: 99, stars: 5}, {at: 0, stars: 1}]\n');
  await go(org, 'form[action$="/try"] button');
  walk.check('another formula gives other stars', /星级会变化： [1-9]/.test(await text(org)));
  await walk.look(org, 'try');
  await step('show');
  walk.check('it can be published only after the time of appeal', (await text(org)).includes('申诉截止'));
  await go(org, 'form[action$="/publish"] button');
  walk.check('and says so', (await text(org)).includes('之后才能公布'));

  // The secretary: own sheet, every number to its records, two instances.
  const sheet = walk.url(`${at}/subjects/${n}`);
  const appeal = async (why) => {
    const page = await walk.as('shuji', { phone: true });
    await page.goto(sheet);
    await page.fill('[name=reason]', why);
    await go(page, 'form[action$="/appeal"] button');
    return page;
  };
  let shuji = await walk.as('shuji');
  await shuji.goto(walk.url('/me'));
  walk.check('it stands among one’s own', (await text(shuji)).includes('星级评定'));
  await shuji.goto(sheet);
  walk.check('marks without names', (await text(shuji)).includes('评委: 60') && !(await text(shuji)).includes('甲评委'));
  walk.check('the deduction with its reason', (await text(shuji)).includes('通报批评一次'));
  await walk.look(shuji, 'sheet', { en: true });
  await shuji.goto(sheet);
  await go(shuji, 'a[href*="/figures/on_time_rate"]');
  walk.check('a figure leads to its records', (await text(shuji)).includes('按期结案'));
  await shuji.goto(walk.url(at));
  walk.check('nobody else’s row', await shuji.locator('tbody a[href*="/subjects/"]').count() === 1);
  shuji = await appeal('一名评委打分明显偏低，请复核');
  walk.check('once in an instance', !await shuji.locator('form[action$="/appeal"]').count());
  const first = await walk.as('jie2');
  await first.goto(sheet);
  await first.fill('[name=text]', '经复核，评委意见一致，维持');
  await go(first, 'form[action$="/answer"] button');
  shuji = await appeal('请区里再核');
  const no = await walk.as('duban');
  await no.goto(sheet);
  walk.check('who took points off does not answer', !await no.locator('form[action$="/answer"]').count());
  const second = await walk.as('duban2');
  await second.goto(sheet);
  await second.check('[name=upheld][value=yes]');
  await second.fill('[name=text]', '评分表录入有误');
  await go(second, 'form[action$="/answer"] button');
  walk.check('upheld without a correction is refused', (await text(second)).includes('更正'));
  await second.check('[name=upheld][value=yes]');
  await second.fill('[name=text]', '评分表录入有误');
  await second.fill('input[name$="_panel"][placeholder="60"]', '86');
  await go(second, 'form[action$="/answer"] button');
  walk.check('the correction stands beside what it corrects', (await text(second)).includes('申诉后更正'));
  await walk.look(second, 'appeal');

  // Published after both times, also when the server would have slept.
  walk.clock.pass({ days: 15 });
  await step('publish');
  walk.check('published', (await text(org)).includes('已公布'));
  await org.goto(walk.url(`${at}/print`));
  await walk.look(org, 'print');
  const other = await walk.as('bumen');
  await other.goto(walk.url(at));
  walk.check('the district reads stars, not points', /★/.test(await text(other)) && !await other.locator('a[href*="/subjects/"]').count());
  shuji = await walk.as('shuji');
  await shuji.goto(sheet);
  walk.check('no appeal after that', !await shuji.locator('form[action$="/appeal"]').count());
  walk.check('verify reckons it again', run('verify').includes('clean'));
};
module.exports.clock = true;
