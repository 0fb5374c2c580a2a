// A series of salons (H9): a guest signs up and in on the phone, what comes up is handed to a department as a task and done, and the next
// one of the series is called.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, says, wrong, people, at, act, prepare, close, button, press } = require('./steps')(walk);

  let page = await at('shequ', '/gatherings/new');
  walk.check('a community calls none', !(await text(page)).includes('人才沙龙'));
  const salon = await prepare('quzuzhi', 'salon', { title: '科创人才沙龙第一期', starts_at: clock.in({ days: 3 }), where: '科创园一楼', capacity: '2', topic: '智能装备', lecturer: '李博士' });
  page = await at('quzuzhi', salon);
  await walk.look(page, '01-salon', { en: true });

  // Two places: the third waits.
  const door = `/g/${salon.split('/').pop()}`;
  const guests = [];
  for (const name of ['王工', '陈工', '赵工']) {
    const guest = await walk.guest({ phone: true });
    await guest.goto(walk.url(door));
    await guest.fill('[name=name]', name);
    walk.check(`${name} signs up`, !await press(guest, 'form[action$="/sign-up"] button'));
    guest.own = guest.url();
    guests.push(guest);
  }
  await says(guests[2], '正在候补');
  walk.check('the second does not', !(await text(guests[1])).includes('正在候补'));
  await walk.look(guests[0], '02-signed-up', { en: true });

  // There with the code that hangs in the room, and not with another.
  clock.pass({ days: 2, hours: 23, minutes: 30 });
  page = await at('quzuzhi', salon);
  await button(page, 'open');
  page = await at('quzuzhi', `${salon}/screen`);
  const code = (await page.textContent('.roomcode')).trim();
  await guests[0].goto(walk.url(door)); // what hangs in the room knows no seat, but the phone does
  await says(guests[0], '王**');
  await guests[0].fill('[name=room]', code === '000000' ? '111111' : '000000');
  walk.check('a wrong code lets nobody in', await press(guests[0], 'form[action$="/here"] button') !== '');
  await guests[0].fill('[name=room]', code);
  await press(guests[0], 'form[action$="/here"] button');
  await says(guests[0], '已签到');
  // On another phone they are asked first, and say who they are by the code of their seat.
  const other = await walk.guest({ phone: true });
  await other.goto(walk.url(door));
  await walk.look(other, '02-door', { en: true });
  await other.fill('[name=room]', code);
  walk.check('nobody gets a second seat unasked', (await press(other, 'form[action$="/here"] button')).includes('报过名的请填席位码'));
  await walk.look(other, '02-asked');
  await other.fill('[name=seat]', '2-abcdefgh');
  walk.check('a wrong code of a seat is nobody\'s', (await press(other, 'form[action$="/here"] button')).includes('席位码'));
  await other.fill('[name=seat]', new URL(guests[1].own).searchParams.get('seat'));
  await press(other, 'form[action$="/here"] button');
  await says(other, '已签到');
  await other.goto(walk.url(door));
  await says(other, '陈**');
  await walk.look(other, '02-known');
  await other.click('text=换一个人');
  walk.check('somebody else at this phone is asked again', await other.locator('input[name=fresh]').count() === 1);

  // What came up: a task with a unit and a day; one in the past is refused.
  page = await at('quzuzhi', salon);
  const form = 'details.offer:has(form[action$="/tasks"])';
  const hand = async (until) => {
    const resolve = page.locator(form);
    if (!await resolve.evaluate((d) => d.open)) await resolve.locator('summary').click();
    await walk.fill(resolve, { title: '中试车间用地协调', body: '两家企业缺中试场地，请协调闲置厂房', unit: '区城市管理局', until });
    return press(page, 'form[action$="/tasks"] button');
  };
  walk.check('a task of yesterday is refused', await hand(clock.in({ days: -1 }).slice(0, 10)) !== '');
  const said = await hand(clock.in({ days: 10 }).slice(0, 10));
  walk.check(`what came up is handed out: ${said}`, !said);
  await says(page, '中试车间用地协调');
  walk.check(`the salon is over: ${await wrong(page)}`, !await close(page, { minutes: '两位专家、六家企业参加。' }));
  walk.check('who signed up is there, who waited is not, and nobody is there twice',
    /王\*\*\s*已到\s*2\s*陈\*\*\s*已到\s*3\s*赵\*\*\s*候补\s*$/.test((await page.locator('table').last().textContent()).trim()));
  await walk.look(page, '03-over', { en: true });

  // It is done by who was asked and checked by who handed it out; the salon says what came of it.
  const task = await page.locator('a.ttl', { hasText: '中试车间用地协调' }).first().getAttribute('href');
  await act('chengguan', task, 'done', { done_text: '已腾出二号厂房 800 平方米' });
  walk.check('who did it does not check it', await people.chengguan.locator('input[name=action][value=pass]').count() === 0);
  await act('quzuzhi', task, 'pass', {});
  page = await at('quzuzhi', salon);
  await says(page, '结果公开');
  await walk.look(page, '04-outcome');

  // The series goes on, and its list counts both.
  const next = await prepare('quzuzhi', 'salon', { title: '科创人才沙龙第二期', starts_at: clock.in({ days: 20 }), where: '科创园一楼', topic: '成果路演', lecturer: '张博士' });
  const list = await (await at('quzuzhi', '/gatherings?kind=salon')).request.get(walk.url('/gatherings.json?kind=salon'));
  const rows = (await list.json()).rows;
  walk.check(`both are in the series: ${next}`, rows.some((r) => r.title === '科创人才沙龙第一期' && r.attendance === 2) && rows.some((r) => r.title === '科创人才沙龙第二期'));
};
module.exports.clock = true;
