// Y7: a talent comes on the street's roll with somebody in charge, who keeps touch each quarter and confirms each year that it still
// holds; what nobody confirmed is stale, seen by who keeps the roll.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const year = new Date(clock.now).getFullYear();

  let zuzhi = await walk.at('zuzhi', '/rolls');
  await go(zuzhi, 'a[href="/rolls/talents/new"]');
  await walk.says(zuzhi, '在外人才');
  await zuzhi.locator('label.rad', { hasText: '在外人才' }).click();
  await go(zuzhi, 'form[action="/rolls/talents/new"] button');
  await zuzhi.fill('#n-name', '贺知远');
  await zuzhi.fill('#n-phone', '13700007788');
  await zuzhi.fill('[name=birth_date]', `${year + 1}-01-01`);
  const send = 'form[action="/rolls/talents"] button.go';
  await walk.refused(zuzhi, 'who is not born yet', send, '出生日期在将来');
  await zuzhi.fill('[name=birth_date]', '1985-06-01');
  await zuzhi.fill('[name=skills]', '煤炭清洁利用');
  await zuzhi.fill('[name=employer]', '太原理工大学');
  await walk.does(zuzhi, 'writes a talent down', send);
  const entry = new URL(zuzhi.url()).pathname;

  // Somebody is in charge of it.
  await zuzhi.click('summary:has-text("修改")');
  const keepers = await zuzhi.locator('#k-keeper option').evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
  await zuzhi.selectOption('#k-keeper', keepers.find(([, name]) => name.includes('专员'))[0]);
  await walk.does(zuzhi, 'puts somebody in charge', 'form[action$="/keeper"] button');
  await walk.look(zuzhi, '01-entry', { en: true });

  // Who is in charge keeps touch each quarter.
  clock.set(Date.parse(`${year + 1}-01-08T10:00:00+08:00`));
  let keeper = await walk.at('zhuanyuan', '/work?box=duties', { phone: true });
  await walk.look(keeper, '02-inbox');
  await go(keeper, 'tr:has-text("贺**") a.ttl');
  await keeper.locator('form [name=note]').fill('电话联系，春节回乡时座谈');
  await walk.does(keeper, 'keeps touch', 'form[action^="/duties/"] button.go');
  keeper = await walk.at('zhuanyuan', entry);
  walk.check('it stands on the entry', (await keeper.textContent('#duties')).includes('按期完成'));

  // Within a month of its day it waits for who is in charge; past it, it is stale, and the organiser sees it as well.
  clock.set(Date.parse(`${year + 1}-11-01T10:00:00+08:00`));
  keeper = await walk.at('zhuanyuan', '/work?box=duties');
  walk.check('it is to be confirmed', (await keeper.textContent('#charge')).includes('贺**'));
  zuzhi = await walk.at('zuzhi', '/work?box=duties');
  walk.check('while there is time it is theirs alone', !(await text(zuzhi)).includes('贺**'));
  clock.set(Date.parse(`${year + 1}-12-01T10:00:00+08:00`));
  keeper = await walk.at('zhuanyuan', '/work?box=duties');
  walk.check('it is stale', (await keeper.locator('#charge tr', { hasText: '贺**' }).textContent()).includes('逾期未确认'));
  await walk.look(keeper, '03-stale', { en: true });
  zuzhi = await walk.at('zuzhi', '/work?box=duties');
  await go(zuzhi, '#reviews tr:has-text("人才数据库") a.ttl');
  walk.check('who keeps the roll sees which', (await zuzhi.locator('tr', { hasText: '贺**' }).textContent()).includes('逾期未确认'));
  await walk.look(zuzhi, '04-to-review');
  walk.check('somebody else does not find it', (await (await walk.at('chengguan', '/work')).request.get(walk.url(`${entry}.json`))).status() === 404);

  keeper = await walk.at('zhuanyuan', '/work?box=duties');
  await go(keeper, '#charge tr:has-text("贺**") a.ttl');
  await walk.does(keeper, 'confirms', '#confirm');
  await walk.says(keeper, `${year + 2}-12-01`);
  walk.check('it is not stale any more', !(await keeper.textContent('.head')).includes('逾期未确认'));
  keeper = await walk.at('zhuanyuan', '/work?box=duties');
  walk.check('and waits for nobody', !await keeper.locator('#charge tr:has-text("贺**")').count());
};
module.exports.clock = true;
