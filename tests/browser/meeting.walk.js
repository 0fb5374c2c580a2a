// A street calls its joint meeting, moves it, holds it; people sign in by phone; a class fills up and promotes who waits.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const text = (page) => page.textContent('main');

  let jiedao = await walk.as('jiedao');
  await jiedao.goto(walk.url('/gatherings'));
  walk.check('the meeting of the quarter is said to be due', (await text(jiedao)).includes('党建联席会议'));
  await walk.look(jiedao, 'list', { en: true });
  await jiedao.goto(walk.url('/gatherings/new'));
  await walk.look(jiedao, 'kinds');
  await jiedao.goto(walk.url('/gatherings/new?kind=joint_meeting'));
  await jiedao.fill('[name=title]', '四季度党建联席会议');
  await jiedao.fill('[name=starts_at]', clock.in({ hours: 5 }));
  await jiedao.fill('[name=where]', '街道三楼会议室');
  await jiedao.fill('[name=topic]', '需求清单认领');
  await walk.look(jiedao, 'form');
  await go(jiedao, 'form[action="/gatherings"] button.go');
  const at = jiedao.url();
  await go(jiedao, 'form[action$="/call"] button');
  walk.check('notice must run three days', (await text(jiedao)).includes('须先满足会前通知时间'));
  await jiedao.click('summary:has-text("改期")');
  await jiedao.fill('[name=starts_at]', clock.in({ days: 4 }));
  await jiedao.fill('form[action$="/move"] [name=reason]', '满足通知时间');
  await go(jiedao, 'form[action$="/move"] button');
  await go(jiedao, 'form[action$="/call"] button');
  walk.check('the roll is frozen', (await text(jiedao)).includes('应到名册'));
  await walk.look(jiedao, 'called', { en: true });
  await jiedao.click('summary:has-text("改期")');
  await jiedao.fill('form[action$="/move"] [name=where]', '街道五楼会议室');
  await jiedao.fill('form[action$="/move"] [name=reason]', '三楼装修');
  await go(jiedao, 'form[action$="/move"] button');
  const told = await walk.at('shequ', '/work?box=notices', { phone: true });
  for (const words of ['请参加', '时间或地点有变', '四季度党建联席会议']) await walk.says(told, words);
  await walk.look(told, 'told', { en: true });
  await go(told, 'form[action="/work/notices/seen"] button');
  walk.check('what was seen is not new any more', await told.locator('.tbl .chip.new').count() === 0);
  const other = await walk.at('wangge', '/work?box=notices', { phone: true });
  walk.check('and nobody else was told', !(await text(other)).includes('四季度党建联席会议'));
  clock.pass({ days: 3, hours: 23, minutes: 30 });
  jiedao = await walk.as('jiedao'); // a session ends after half a day
  await jiedao.goto(at);
  await go(jiedao, 'form[action$="/open"] button');
  await jiedao.goto(`${at}/screen`);
  const code = (await jiedao.textContent('.roomcode')).trim();
  walk.check('six digits stand on the wall', /^\d{6}$/.test(code));
  await walk.look(jiedao, 'screen');

  const shequ = await walk.as('shequ', { phone: true });
  await shequ.goto(walk.url(`/g/${at.split('/').pop()}`));
  await walk.look(shequ, 'phone');
  await shequ.fill('[name=room]', '000000');
  await go(shequ, 'form[action$="/here"] button');
  walk.check('a wrong code is refused', (await text(shequ)).includes('签到码不对'));
  await shequ.fill('[name=room]', code);
  await go(shequ, 'form[action$="/here"] button');
  walk.check('the phone says so', (await text(shequ)).includes('已签到'));
  const ics = await shequ.request.get(walk.url(`/g/${at.split('/').pop()}.ics`));
  walk.check('the calendar has it', (await ics.text()).includes('BEGIN:VEVENT'));

  await jiedao.goto(at);
  await jiedao.locator('[type=checkbox][name=n]').last().check();
  await go(jiedao, 'button[value=present]');
  walk.check('two are present', /实到\s*2/.test(await text(jiedao)));
  await jiedao.click('summary:has-text("结束并归档")');
  await jiedao.fill('[name=minutes]', ' ');
  await go(jiedao, 'form[action$="/close"] button');
  walk.check('without minutes it is not closed', (await text(jiedao)).includes('请填写'));
  await jiedao.fill('[name=minutes]', '认领需求三项，由社区跟进。');
  await go(jiedao, 'form[action$="/close"] button');
  walk.check('it is closed', (await text(jiedao)).includes('已结束'));
  await walk.look(jiedao, 'closed');
  const again = await jiedao.request.get(`${at}.json`);
  walk.check('JSON says the same', (await again.json()).present === 2);

  await jiedao.goto(walk.url('/gatherings/new?kind=class'));
  await jiedao.fill('[name=title]', '手机摄影入门');
  await jiedao.fill('[name=starts_at]', clock.in({ days: 2 }));
  await jiedao.fill('[name=capacity]', '1');
  await go(jiedao, 'form[action="/gatherings"] button.go');
  const course = walk.url(`/g/${jiedao.url().split('/').pop()}`);
  const guests = [await walk.guest({ phone: true, script: false }), await walk.guest({ phone: true })];
  for (const [i, guest] of guests.entries()) {
    await guest.goto(course);
    await guest.fill('[name=name]', ['赵大妈', '钱先生'][i]);
    await go(guest, 'form[action$="/sign-up"] button');
  }
  walk.check('the first has a place', (await text(guests[0])).includes('赵**'));
  walk.check('the second waits', (await text(guests[1])).includes('候补'));
  await walk.look(guests[1], 'waiting');
  await go(guests[0], 'form[action$="/sign-off"] button');
  await guests[1].reload();
  walk.check('who waited moved up', !(await text(guests[1])).includes('正在候补'));
  const feed = await jiedao.request.get(walk.url('/units/1/gatherings.ics'));
  walk.check('a unit that is not there has no calendar', feed.status() === 404);
};
module.exports.clock = true;
