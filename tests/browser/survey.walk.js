// A community asks every household (A4): the roll from a spreadsheet, a door without network, a household's own phone, the result.
'use strict';

// The next whole minute, as the form wants it: nothing may be called for the past.
const soon = () => new Date(Math.ceil(Date.now() / 60000 + 0.05) * 60000);
const typed = (when) => new Date(when.getTime() + 8 * 3600000).toISOString().slice(0, 16);

module.exports = async (walk) => {
  const li = await walk.as('shequ');
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const rows = ['单位编码,楼栋,门牌号,户主,电话,人数'];
  for (const b of ['1栋', '2栋']) for (let n = 1; n <= 6; n++) rows.push(`140214001002,${b},${n}01,张三${n},,3`);
  await li.goto(walk.url('/import?noun=rolls'));
  await li.setInputFiles('[name=file]', { name: 'rolls.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
  await go(li, 'form[action="/import"] button');
  await go(li, 'form[action="/import/check"] button');
  await go(li, 'form[action="/import/write"] button');
  await li.goto(walk.url('/rolls'));
  await go(li, 'main a.ttl[href$="/rolls/households"]:has-text("居委会")');
  walk.check('the roll is masked', (await li.textContent('main')).includes('张**') && !(await li.textContent('main')).includes('张三'));
  await walk.look(li, 'roll', { en: true });

  const starts = soon();
  await li.goto(walk.url('/gatherings/new?kind=household_survey'));
  await li.fill('[name=title]', '要不要装充电桩');
  await li.fill('[name=starts_at]', typed(starts));
  if (await li.locator('[name=ends_at]').count()) await li.fill('[name=ends_at]', typed(new Date(starts.getTime() + 86400000)));
  await go(li, 'form[action="/gatherings"] button.go');
  await go(li, 'form[action$="/call"] button');
  const at = new URL(li.url()).pathname;
  const code = (await li.locator('td.mono').last().textContent()).trim();
  walk.check('each seat has its code', /^\d+-/.test(code));
  await li.waitForTimeout(Math.max(0, starts.getTime() - Date.now()) + 1000);

  // At a door, then without network: nothing that was typed is lost, and it is sent once.
  const wang = await walk.as('wangge', { phone: true });
  await wang.goto(walk.url(`${at}/paper`));
  await walk.look(wang, 'doors', { en: true });
  await go(wang, 'main table a.ttl');
  await wang.check('[name=has_car][value=yes]');
  await wang.check('[name=need_pile][value=yes]');
  await wang.fill('[name=wish]', '装在北门车棚');
  await wang.reload();
  walk.check('what was typed is there after a reload', await wang.inputValue('[name=wish]') === '装在北门车棚');
  await walk.look(wang, 'door', { en: true });
  await wang.context().setOffline(true);
  await wang.click('button[value=asked]');
  await wang.waitForFunction(() => document.querySelector('[data-told]').textContent);
  walk.check('it is kept on the phone', (await wang.textContent('[data-told]')).includes('没有网络'));
  await wang.context().setOffline(false);
  await wang.waitForFunction(() => localStorage.getItem('outbox') === '[]');
  await wang.goto(walk.url(`${at}/paper`));
  walk.check('it was sent when the network was back, once', (await wang.locator('tbody tr').first().textContent()).includes('已征求1'));

  // A household by its own code, without script.
  const home = await walk.guest({ phone: true, script: false });
  await home.goto(walk.url(`/sit/${at.split('/')[2]}/${code}`));
  await home.check('[name=has_car][value=no]');
  await home.check('[name=need_pile][value=no]');
  await go(home, 'form.card button.go');
  walk.check('their answer is here', (await home.textContent('main')).includes('已收到'));
  const look = await walk.guest({ phone: true });
  await look.goto(walk.url(`/sit/${at.split('/')[2]}/${code}`));
  await walk.look(look, 'home', { en: true });

  await li.goto(walk.url(at));
  await li.click('details.offer summary');
  await go(li, 'form[action$="/close"] button');
  await look.goto(walk.url(`${at}/results`));
  walk.check('the result is public, without names', (await look.textContent('main')).includes('8%') && !(await look.textContent('main')).includes('101'));
  await walk.look(look, 'results', { en: true });
};
