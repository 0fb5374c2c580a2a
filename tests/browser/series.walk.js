// What goes on beside the cases: lectures and classes are written down, a wish becomes a course, a joint action hands out tasks,
// needs are claimed by partners, a topic is seconded and decided, and a building's head sees one building.
'use strict';

const COMMUNITY = '140214001002';

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, wrong, says, photo, press, fill, people, at, act, prepare, close, button, report, matter } = require('./steps')(walk);

  // a lecture is written down after it was held (H1); an online class (D2); an activity at a station (A9)
  let page;
  const lecture = await prepare('shequ', 'lecture', { title: '全会精神进小区', starts_at: clock.in({ hours: -3 }), where: '小区广场', topic: '全会精神', lecturer: '老支书' });
  page = await at('shequ', lecture);
  walk.check('fewer than nobody is refused', await close(page, { heads: '-3' }) !== '');
  walk.check(`heads are counted: ${await wrong(page)}`, !await close(page, { heads: '46', meeting_photos: await photo(page, 'lecture.jpg') }));
  await says(page, '46');
  await says(page, '已结束');
  await walk.look(page, '01-lecture', { en: true });
  const held = await page.request.get(walk.url('/gatherings.json?kind=lecture&state=closed'));
  walk.check('the list counts it', (await held.json()).rows.some((r) => r.title === '全会精神进小区' && r.attendance === 46));
  const cloud = await prepare('jiedao', 'cloud_class', { title: '民法典云课堂', starts_at: clock.in({ hours: -2 }), topic: '民法典', lecturer: '区司法局' }, '线上');
  page = await at('jiedao', cloud);
  walk.check(`an online class has its heads: ${await wrong(page)}`, !await close(page, { heads: '310' }));
  await says(page, '线上');
  const activity = await prepare('zhandian', 'activity', { title: '站点读书会', starts_at: clock.in({ hours: -1 }), where: '党群服务站', topic: '读一本书' });
  page = await at('zhandian', activity);
  walk.check(`the station's activity is written down: ${await wrong(page)}`, !await close(page, { heads: '18' }));
  await says(page, '党群服务站');
  await walk.look(page, '02-activity');

  // a wish for a course is laid before the class and answered; a guest signs up, waits and signs in on the phone (P1)
  const resident = await walk.guest({ phone: true });
  await resident.goto(walk.url(`/report?at=${COMMUNITY}`));
  await report(resident, { title: '想学手机摄影', body: '晚上想学手机摄影', subject: 'affairs/course' });
  const course = await prepare('shequ', 'class', { title: '手机摄影入门', starts_at: clock.in({ days: 2 }), where: '社区二楼', capacity: '1', topic: '手机摄影', lecturer: '王老师' });
  page = await at('shequ', course);
  await says(page, '想学手机摄影');
  await walk.look(page, '03-class', { en: true });
  await act('shequ', await matter('shequ', '想学手机摄影'), 'offer', { answer_text: '后天晚七点社区二楼' });
  page = await at('shequ', course);
  walk.check('a wish that is answered is laid no more', !(await text(page)).includes('想学手机摄影'));
  const door = `/g/${course.split('/').pop()}`;
  const sign_up = async (guest, name) => {
    await guest.goto(walk.url(door));
    await guest.fill('[name=name]', name);
    await press(guest, 'form[action$="/sign-up"] button');
  };
  const second = await walk.guest({ phone: true });
  await sign_up(resident, '赵大妈');
  await sign_up(second, '钱先生');
  await says(second, '正在候补');
  await press(resident, 'form[action$="/sign-off"] button');
  await second.reload();
  walk.check('who waited moves up', !(await text(second)).includes('正在候补'));
  clock.pass({ days: 1, hours: 23, minutes: 30 });
  page = await at('shequ', course);
  await button(page, 'open');
  page = await at('shequ', `${course}/screen`);
  const code = (await page.textContent('.roomcode')).trim();
  await second.reload();
  await second.fill('[name=room]', code);
  await press(second, 'form[action$="/here"] button');
  await says(second, '已签到');
  await walk.look(second, '04-signed-in');
  const learner = await at('wangge', door);
  await learner.fill('[name=room]', code);
  await press(learner, 'form[action$="/here"] button');
  page = await at('shequ', course);
  walk.check(`the class is closed: ${await wrong(page)}`, !await close(page, {}));
  page = await at('wangge', '/gatherings');
  await says(page, '学分');
  await walk.look(page, '05-credits');

  // a joint action: what is found is a task with a unit and a day, done, checked by another, shown (Y4)
  const action = await prepare('jiedao', 'joint_action', { title: '商铺联合检查', starts_at: clock.in({ minutes: 10 }), where: '新胜街', plan: '沿街商铺消防、占道、市容一次查完' });
  page = await at('jiedao', action);
  await button(page, 'call');
  await button(page, 'open');
  const resolve = page.locator('details.offer:has(form[action$="/tasks"])');
  await resolve.locator('summary').click();
  await fill(resolve, { title: '拆除占道雨棚', body: '七号商铺雨棚占道', unit: { label: '区城市管理局' }, until: clock.in({ days: 5 }).slice(0, 10) });
  walk.check(`a finding is handed out: ${await wrong(page)}`, !await press(page, 'form[action$="/tasks"] button'));
  await says(page, '拆除占道雨棚');
  walk.check(`the action is over: ${await wrong(page)}`, !await close(page, { minutes: '查二十户，发现问题一处。' }));
  await walk.look(page, '06-action', { en: true });
  const task = await page.locator('a.ttl', { hasText: '拆除占道雨棚' }).first().getAttribute('href'); // it lies in the department
  await act('chengguan', task, 'done', { done_text: '雨棚已拆除，路面已清理' });
  walk.check('who did it does not check it', await people.chengguan.locator('input[name=action][value=pass]').count() === 0);
  await act('jiedao', task, 'pass', {});
  const shown = await walk.guest({ phone: true });
  await shown.goto(walk.url('/public'));
  await says(shown, '拆除占道雨棚');
  await walk.look(shown, '07-shown');
  page = await at('jiedao', action);
  await says(page, '结果公开');

};
module.exports.clock = true;
