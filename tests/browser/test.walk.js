// A closed-book test (D1, D3): the bank from a spreadsheet, sat on a phone that loses its network, marked at once, seen by who holds it.
'use strict';

const soon = () => new Date(Math.ceil(Date.now() / 60000 + 0.05) * 60000);
const typed = (when) => new Date(when.getTime() + 8 * 3600000).toISOString().slice(0, 16);

module.exports = async (walk) => {
  const admin = await walk.as('guanli');
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const rows = ['题库,题型,题干,选项A,选项B,选项C,答案'];
  for (let i = 1; i <= 20; i++) rows.push(`应知应会,单选题,第${i}题：党员大会多久召开一次？,每月,每季度,每年,B`);
  for (let i = 1; i <= 5; i++) rows.push(`应知应会,多选题,第${i}题：哪些是组织生活？,党员大会,联欢会,党课,AC`);
  for (let i = 1; i <= 5; i++) rows.push(`应知应会,判断题,第${i}题：预备党员有表决权。,,,,错`);
  await admin.goto(walk.url('/import?noun=questions'));
  await admin.setInputFiles('[name=file]', { name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
  await go(admin, 'form[action="/import"] button');
  await go(admin, 'form[action="/import/check"] button');
  await go(admin, 'form[action="/import/write"] button');
  await admin.goto(walk.url('/questions'));
  await walk.look(admin, 'bank', { en: true });

  const zhao = await walk.as('jiedao');
  const starts = soon();
  await zhao.goto(walk.url('/gatherings/new?kind=knowledge_test'));
  await zhao.fill('[name=title]', '应知应会测试');
  await zhao.fill('[name=starts_at]', typed(starts));
  await go(zhao, 'form[action="/gatherings"] button.go');
  await go(zhao, 'form[action$="/call"] button');
  const at = new URL(zhao.url()).pathname;
  const id = at.split('/')[2];

  const wang = await walk.as('wangge', { phone: true });
  await wang.goto(walk.url(`/sit/${id}/me`));
  walk.check('not before its beginning', (await wang.textContent('main')).includes('还没有开始'));
  await wang.waitForTimeout(Math.max(0, starts.getTime() - Date.now()) + 1000);
  await wang.reload();
  await walk.look(wang, 'start', { en: true });
  await go(wang, 'form[action$="/begin"] button');
  await walk.look(wang, 'sitting', { en: true });
  const single = wang.locator('fieldset.quest:has(input[type=radio][value=B])');
  await single.nth(0).locator('input[value=B]').check();
  await wang.waitForFunction(() => document.querySelector('[data-told]').textContent === '已保存');
  await wang.context().setOffline(true);
  await single.nth(1).locator('input[value=B]').check();
  await wang.waitForFunction(() => document.querySelector('[data-told]').textContent.includes('没有网络'));
  await wang.context().setOffline(false);
  await wang.waitForFunction(() => document.querySelector('[data-told]').textContent === '已保存', null, { timeout: 15000 });
  await wang.reload();
  walk.check('both answers are on the server', await wang.locator('input:checked').count() === 2);
  await go(wang, 'form[data-sheet] > button');
  walk.check('marked at once', (await wang.textContent('main')).includes('2 / 30'));
  await walk.look(wang, 'marked', { en: true });

  await zhao.goto(walk.url(`${at}/paper`));
  walk.check('who holds it sees the mark', (await zhao.textContent('main')).includes('2 · 不合格'));
  await walk.look(zhao, 'marks', { en: true });
  await go(zhao, 'td a[href*="/paper/"]');
  await walk.look(zhao, 'key', { en: true });
  await zhao.locator('fieldset.quest input[value=B]').first().check();
  await go(zhao, 'main form button.go');
  walk.check('a paper sheet is keyed in', (await zhao.textContent('main')).includes('1 · 不合格'));
  await zhao.goto(walk.url(at));
  await zhao.click('details.offer summary');
  await go(zhao, 'form[action$="/close"] button');
  await zhao.goto(walk.url(`${at}/results`));
  walk.check('the seed is told after it', (await zhao.textContent('main')).includes('抽题种子'));
  await walk.look(zhao, 'results', { en: true });
};
