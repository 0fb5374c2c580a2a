// D5: one cohort of young cadres studies, visits and exchanges together, and each practises somewhere; nobody in two places at once.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { at, act, button, prepare, close, photo, press, fill, tie, untied, reads, me, duty, done } = require('./ties')(walk);
  const cadre = await me('qingnian');

  // Three kinds of sessions, each called a day ahead to the same cohort.
  const hold = async (kind, title, present) => {
    const session = await prepare('quzuzhi', kind, { title, starts_at: clock.in({ days: 2 }), where: '区委党校', topic: '基层治理', lecturer: '党校教师' });
    let page = await at('quzuzhi', session);
    await button(page, 'call');
    await reads(page, cadre);
    clock.pass({ days: 2 });
    page = await at('quzuzhi', session);
    await button(page, 'open');
    for (const box of (await page.locator('#roll input[type=checkbox][name=n]').all()).slice(0, present)) await box.check();
    await press(page, '#roll button[value=present]');
    const said = await close(page, { minutes: `${title}：到场 ${present} 人`, meeting_photos: await photo(page, 'session.jpg') });
    walk.check(`${title} is over: ${said}`, !said);
    return page;
  };
  let page = await at('shequ', '/gatherings/new?kind=cohort_study');
  await fill(page.locator('form[action="/gatherings"]'), { title: '社区自己办一期', starts_at: clock.in({ days: 2 }), where: '社区', topic: '治理', lecturer: '社区' });
  const own = await press(page, 'form[action="/gatherings"] button.go');
  walk.check(`a community does not call the cohort: ${own}`, own.includes('不能召集'));
  page = await hold('cohort_study', '青蓝第一期集中学习', 3);
  await walk.look(page, 'study', { en: true });
  await hold('cohort_visit', '青蓝第一期考察见学', 2);
  await hold('cohort_exchange', '青蓝第一期交流研讨', 3);
  page = await at('quzuzhi', '/gatherings?state=closed');
  await reads(page, '青蓝第一期集中学习', '青蓝第一期考察见学', '青蓝第一期交流研讨');

  // The fourth is practice: a placement with dates, a summary every month, an assessment.
  const practice = await tie('quzuzhi', 'practice', cadre, '高山村', { until: clock.in({ days: 180 }).slice(0, 10) });
  await untied('quzuzhi', 'practice', cadre, '张家湾村', { from: clock.in({ days: 90 }).slice(0, 10) }, '不能再多');
  await untied('quzuzhi', 'rotation', cadre, '园林', { from: clock.in({ days: 90 }).slice(0, 10) }, '另有安排');
  await walk.look(await at('quzuzhi', practice), 'practice', { en: true });
  clock.pass({ days: 40 });
  page = await duty('qingnian', '实践小结');
  const said = await done(page, { talk_note: '走访四十户，参与春灌' });
  walk.check(`the month is summed up: ${said}`, !said);
  page = await at('qingnian', practice);
  await reads(page, '参与春灌');
  clock.pass({ days: 145 });
  page = await at('quzuzhi', practice);
  await reads(page, '待考核');
  page = await act('quzuzhi', practice, 'assess', { pair_mark: '88', pair_note: '扎实' });
  await reads(page, '已结束', '88');
  // After that a placement elsewhere is possible.
  await tie('quzuzhi', 'rotation', cadre, '园林');
};
module.exports.clock = true;
