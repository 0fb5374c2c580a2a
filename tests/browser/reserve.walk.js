// Y5: a community nominates for the reserve pool by kind and age; the street approves or declines; a year later what nobody confirmed
// stands in the organiser's inbox, and goes stale.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const year = new Date(clock.now).getFullYear();

  let shuji = await walk.at('shuji', '/rolls');
  await go(shuji, 'a[href="/rolls/reserve_pool/new"]');
  const kinds = await text(shuji);
  walk.check('there are five kinds', ['网格员', '优秀党员', '高校优秀毕业生', '企业退休党员干部', '退役军人'].every((k) => kinds.includes(k)));
  await walk.look(shuji, '01-kinds');
  const nominate = async (kind, name, born) => {
    shuji = await walk.at('shuji', `/rolls/reserve_pool/new?kind=${kind}`);
    await shuji.fill('#n-name', name);
    await shuji.fill('[name=birth_date]', born);
  };
  const send = 'form[action="/rolls/reserve_pool"] button.go';
  await nominate('graduate', '年长生', `${year - 40}-01-01`);
  await walk.refused(shuji, 'a graduate of forty', send, '18-35');
  await nominate('veteran', '将来人', `${year + 1}-01-01`);
  await walk.refused(shuji, 'who is not born yet', send, '出生日期在将来');
  await nominate('veteran', '石卫国', '1990-05-12');
  await walk.look(shuji, '02-new');
  await walk.does(shuji, 'nominates a veteran', send);
  const entry = new URL(shuji.url()).pathname;
  await walk.says(shuji, '待审批');
  walk.check('who nominated does not approve', !await shuji.locator('form[action$="/do"]').count());
  await nominate('veteran', '石卫国', '1990-05-12');
  await walk.refused(shuji, 'nominating twice', send, '已在这个名册上');
  await nominate('good_member', '苗有余', '1980-03-03');
  await walk.does(shuji, 'nominates a member', send);
  const other = new URL(shuji.url()).pathname;

  // The street decides.
  let zuzhi = await walk.at('zuzhi', '/rolls');
  await walk.look(zuzhi, '03-rolls');
  await go(zuzhi, 'section:has(h2:text-is("后备干部人才库")) a.chip:has-text("待办")');
  await go(zuzhi, `a[href="${entry}"]`);
  const decide = async (action, fields = {}) => {
    const box = zuzhi.locator(`details:has(input[name=action][value=${action}])`);
    if (!await box.evaluate((d) => d.open)) await box.locator('summary').click();
    for (const [name, value] of Object.entries(fields)) await box.locator(`[name=${name}]`).fill(value);
    return walk.does(zuzhi, action, `details:has(input[name=action][value=${action}]) button.go`);
  };
  await decide('approve');
  await walk.says(zuzhi, '在册');
  await walk.says(zuzhi, `${year + 1}-`);
  zuzhi = await walk.at('zuzhi', other);
  await decide('decline', { reason: '本人不愿意' });
  shuji = await walk.at('shuji', other);
  await walk.says(shuji, '本人不愿意');

  // Eleven months later it is asked for again, in the organiser's inbox; once its year is over it is stale.
  clock.pass({ days: 345 });
  zuzhi = await walk.at('zuzhi', '/work?box=duties');
  walk.check('the review is in the inbox', (await zuzhi.textContent('#reviews')).includes('后备干部人才库'));
  await walk.look(zuzhi, '04-inbox', { en: true });
  await go(zuzhi, '#reviews tr:has-text("后备干部人才库"):has-text("新胜街社区") a.ttl');
  walk.check('it leads to who is to be confirmed', await zuzhi.locator(`a[href="${entry}"]`).count() === 1);
  await go(zuzhi, `a[href="${entry}"]`);
  await walk.does(zuzhi, 'confirms', '#confirm');
  await walk.says(zuzhi, `${year + 2}-`);
  clock.pass({ days: 30 });
  zuzhi = await walk.at('zuzhi', '/work?box=duties');
  walk.check('what nobody confirmed is stale', (await zuzhi.textContent('#reviews')).includes('逾期未确认'));
  await go(zuzhi, '#reviews tr:has-text("后备干部人才库") a.ttl');
  await walk.says(zuzhi, '逾期未确认');
  await walk.look(zuzhi, '05-stale');

  // Somebody of the pool is appointed, with the post.
  zuzhi = await walk.at('zuzhi', entry);
  await decide('appoint', { note: '社区副主任' });
  await walk.says(zuzhi, '社区副主任');
  walk.check('the pool is not shown to a grid worker', (await (await walk.at('wangge', '/rolls')).request.get(walk.url(`${entry}.json`))).status() === 404);
};
module.exports.clock = true;
