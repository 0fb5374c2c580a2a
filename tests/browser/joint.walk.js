// Y9 from first to last: the joint meeting falls due, is called with the list of what is needed; an enterprise claims one of it
// from its desk, another is claimed at the meeting; both are delivered, confirmed, rated; what nobody claimed comes up again.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, wrong, says, press, fill, people, at, send, act, prepare, close, button, matter } = require('./steps')(walk);
  const needs = ['缺一间活动室', '缺一批图书', '缺一辆巡逻车'];
  let page;

  page = await at('jiedao', '/gatherings');
  await says(page, '党建联席会议');
  walk.check('it falls due in this quarter', await page.locator('a.btn.sm[href*="joint_meeting"]').count() > 0);
  await walk.look(page, '01-due');
  for (const title of needs) {
    page = await at('shequ', '/procedures/need/new');
    await fill(page.locator('form[action="/procedures/need"]'), { title, body: `社区${title}，联系老王 13812345678` });
    walk.check(`${title}: ${await wrong(page)}`, !await press(page, 'form[action="/procedures/need"] button.go'));
  }
  const meeting = await prepare('jiedao', 'joint_meeting', { title: '四季度联席会议', starts_at: clock.in({ days: 4 }), where: '街道三楼', topic: '认领需求' });
  page = await at('jiedao', meeting);
  await button(page, 'call');
  for (const title of needs) await says(page, title);
  await walk.look(page, '02-called');

  // from the desk of a partner: what it may claim, and nothing about anybody
  page = await at('qiye', '/work');
  await Promise.all([page.waitForNavigation(), page.click('a[href="/work?box=open"]')]);
  for (const title of needs) await says(page, title);
  await walk.look(page, '03-open', { en: true });
  await Promise.all([page.waitForNavigation(), page.click(`a.ttl:has-text("${needs[1]}")`)]);
  const claimed = new URL(page.url()).pathname;
  await says(page, `社区${needs[1]}`);
  walk.check('a number is masked', !(await text(page)).includes('13812345678'));
  walk.check('nobody is named', !(await text(page)).includes('反映人') && await page.locator('a[href$="/ledger"]').count() === 0);
  walk.check('a need is claimed, not taken', (await text(page)).includes('认领') && !(await text(page)).includes('接单'));
  await walk.look(page, '04-need', { en: true });
  const late = await at('bumen', claimed);
  walk.check('a department may claim it, too', await late.locator('input[name=action][value=claim]').count() === 1);
  await act('qiye', claimed, 'claim');
  await says(people.qiye, '完成处置');
  await send(late, 'claim', {});
  walk.check('who comes second is told', /已由别的单位认领/.test(await late.textContent('body')));
  page = await at('qiye', '/work?box=open');
  walk.check('it is not open any more', !(await text(page)).includes(needs[1]));
  page = await at('wangge', '/work');
  walk.check('a grid worker has no such list', await page.locator('a[href="/work?box=open"]').count() === 0);

  // at the meeting
  clock.pass({ days: 3, hours: 23, minutes: 30 });
  page = await at('jiedao', meeting);
  const row = await page.locator('tr', { hasText: needs[1] }).first().textContent();
  walk.check(`the list says that one is claimed already: ${row}`, row.includes('落实中'));
  await button(page, 'open');
  const recorded = await matter('jiedao', needs[0]);
  await act('jiedao', recorded, 'record', { unit: { label: '新胜惠民超市' } });
  page = await at('jiedao', meeting);
  walk.check(`the meeting is over: ${await wrong(page)}`, !await close(page, { minutes: '认领两项，一项留待下次。' }));

  // delivered, confirmed by another, rated by who asked
  for (const one of [recorded, claimed]) {
    await act('qiye', one, 'done', { done_text: '已经交付' });
    walk.check('who delivered does not confirm it', await people.qiye.locator('input[name=action][value=pass]').count() === 0);
    await act('jiedao', one, 'pass', {});
    page = await at('shequ', one);
    const said = await send(page, 'rate', { stars: '5', word: '很好' });
    walk.check(`who asked rates: ${said}`, !said);
    await says(page, '已解决');
  }
  await walk.look(page, '05-rated');

  // what nobody claimed rolls over
  const next = await prepare('jiedao', 'joint_meeting', { title: '下季度联席会议', starts_at: clock.in({ days: 90 }), topic: '认领需求' });
  page = await at('jiedao', next);
  await says(page, needs[2]);
  walk.check('what is delivered is on the list no more', !(await text(page)).includes(needs[0]));
  await walk.look(page, '06-next');
  clock.pass({ days: 91 });
  page = await at('qiye', '/work?box=open');
  await says(page, needs[2]);
};
module.exports.clock = true;
