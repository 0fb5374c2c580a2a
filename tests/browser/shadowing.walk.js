// H4: a selected graduate is trained first, reads with others, and shadows another office from one day to another, with notes.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, at, act, button, prepare, close, photo, tie, untied, reads, lacks, me, press, wrong, says } = require('./ties')(walk);
  walk.hire('xuandiao', '辛选调', 'graduate', '140214001');

  // First training: called a day ahead, signed in by who should be there and nobody else.
  let page = await at('zuzhi', '/gatherings/new?kind=first_training');
  const soon = await prepare('zuzhi', 'first_training', { title: '初任培训', starts_at: clock.in({ hours: 2 }), where: '党校', topic: '群众工作', lecturer: '老书记' });
  page = await at('zuzhi', soon);
  const early = await press(page, 'form[action$="/call"] button');
  walk.check(`notice runs a day: ${early}`, early.includes('会前通知'));
  const training = await prepare('zuzhi', 'first_training', { title: '初任培训第一课', starts_at: clock.in({ days: 2 }), where: '党校', topic: '群众工作', lecturer: '老书记' });
  page = await at('zuzhi', training);
  await button(page, 'call');
  await reads(page, '辛选调');
  const door = `/g/${training.split('/').pop()}`;
  clock.pass({ days: 1, hours: 23, minutes: 30 });
  page = await at('zuzhi', training);
  await button(page, 'open');
  page = await at('zuzhi', `${training}/screen`);
  const code = (await page.textContent('.roomcode')).trim();
  page = await at('xuandiao', door);
  await page.fill('[name=room]', code);
  await press(page, 'form[action$="/here"] button');
  await says(page, '已签到');
  await walk.look(page, 'signed-in');
  const other = await at('qingnian', door);
  if (await other.locator('[name=room]').count()) {
    await other.fill('[name=room]', code);
    await press(other, 'form[action$="/here"] button');
  }
  walk.check(`who is not on the roll does not sign in: ${await wrong(other)}`, !(await text(other)).includes('已签到'));
  clock.pass({ hours: 3 });
  page = await at('zuzhi', training);
  const closed = await close(page, { minutes: '讲了入户走访', meeting_photos: await photo(page, 'training.jpg') });
  walk.check(`the training is over: ${closed}`, !closed);
  await reads(page, '已结束');
  await walk.look(page, 'training', { en: true });

  // Shadowing at a department: dates, nobody in two places, notes by who shadows, an assessment.
  const from = clock.in({ days: 7 }).slice(0, 10);
  const until = clock.in({ days: 60 }).slice(0, 10);
  await untied('zuzhi', 'shadowing', '辛选调', '园林', { from, until: clock.in({ days: 300 }).slice(0, 10) }, '最长只能到');
  await untied('zuzhi', 'shadowing', '辛选调', '园林', { from, until: clock.in({ days: -1 }).slice(0, 10) }, '结束');
  const bond = await tie('zuzhi', 'shadowing', '辛选调', '园林', { from, until });
  await reads(await at('zuzhi', bond), from, until);
  await untied('zuzhi', 'shadowing', '辛选调', '城市管理', { from: clock.in({ days: 30 }).slice(0, 10), until }, '不能再多');
  await untied('zuzhi', 'placement', '辛选调', '社区', { from, work: '社区书记助理' }, '另有安排');
  clock.pass({ days: 20 });
  await act('xuandiao', bond, 'learnt', { body: '跟办行道树养护招标，学会看清单' });
  page = await at('bumen', bond);
  await reads(page, '学会看清单');
  await walk.look(page, 'notes', { en: true });
  walk.check('the office does not write for who shadows', await page.locator('input[value=learnt]').count() === 0);
  clock.pass({ days: 45 });
  page = await at('zuzhi', bond);
  await reads(page, '待考核');
  page = await act('zuzhi', bond, 'assess', { pair_note: '上手快，能独立跟办' });
  await reads(page, '已结束', '能独立跟办');

  // A reading club, written down with who came.
  const club = await prepare('zuzhi', 'reading_club', { title: '十二月读书会', starts_at: clock.in({ days: 2 }), where: '图书馆', topic: '乡土中国', lecturer: '辛选调' });
  page = await at('zuzhi', club);
  await button(page, 'call');
  clock.pass({ days: 2 });
  page = await at('zuzhi', club);
  await button(page, 'open');
  for (const box of await page.locator('#roll input[type=checkbox][name=n]').all()) await box.check();
  await press(page, '#roll button[value=present]');
  const over = await close(page, { meeting_photos: await photo(page, 'club.jpg') });
  walk.check(`the club is over: ${over}`, !over);
  page = await at('xuandiao', '/gatherings');
  await reads(page, '学分');
};
module.exports.clock = true;
