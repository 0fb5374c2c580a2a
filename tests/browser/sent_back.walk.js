// 四议两公开 in a village whose secretary is its head as well: one meeting decides two steps and says so, ballots on paper are keyed
// by two people who differ, an objection is upheld and the representatives decide anew.
'use strict';

const TITLE = '旧校舍改建互助养老点';

module.exports = async (walk) => {
  const { clock } = walk;
  const matter = await walk.begin('jiantiao', 'four_deliberations', {
    title: TITLE, body: '闲置校舍六间改建互助养老点，改造费用十二万元。', origin: '村干部提议',
  });

  // ①② in one meeting, because one person holds both posts
  let page = await walk.at('jiantiao', matter);
  await walk.says(page, '一肩挑');
  walk.check('the single meeting is offered as well', await page.locator('a[href*="kind=branch_committee"]').count() === 1);
  await walk.look(page, '01-proposed', { en: true });
  await Promise.all([page.waitForNavigation(), page.click('a[href*="merged=yes"]')]);
  await walk.says(page, '一肩挑');
  await walk.look(page, '02-merged', { en: true });
  await page.fill('[name=starts_at]', clock.in({ minutes: 20 }));
  await walk.does(page, 'prepares one meeting for both', 'form[action="/gatherings"] button.go');
  let at = new URL(page.url()).pathname;
  await walk.says(page, '一肩挑');
  await walk.call('jiantiao', at);
  page = await walk.at('jiantiao', matter);
  walk.check('from the matter the way leads to the meeting that was called', await page.locator(`#act a[href="${at}"]`).count() === 1);
  page = await walk.open('jiantiao', at, 3);
  page = await walk.hands('jiantiao', at, { in_favour: 3 });
  await walk.says(page, '一肩挑');
  await walk.look(page, '03-both-decided', { en: true });
  await walk.close('jiantiao', at, '支部与村委会一并商议，同意提交。');
  page = await walk.at('jiantiao', matter);
  await walk.says(page, '党员大会审议');

  // ③ before its time nothing is voted on; then carried
  at = await walk.prepare('jiantiao', matter, 'members_meeting', { days: 3, minutes: 5 });
  page = await walk.at('jiantiao', `${at}/motions/1`);
  walk.check('no vote before it is opened', await page.locator('form[action$="/open"]').count() === 0);
  await walk.call('jiantiao', at);
  clock.pass({ days: 3 });
  await walk.open('jiantiao', at, 3);
  await walk.hands('jiantiao', at, { in_favour: 3 });
  await walk.close('jiantiao', at, '全体党员同意。');

  // ④ on paper, keyed by two people
  const represent = async (counts) => {
    at = await walk.prepare('jiantiao', matter, 'representatives_meeting', { minutes: 30 });
    await walk.call('jiantiao', at);
    page = await walk.open('jiantiao', at, 12);
    page = await walk.ask('jiantiao', at, 'paper');
    for (const [name, n] of Object.entries(counts)) await page.fill(`#k-${name}`, String(n));
    await page.fill('#k-batch', '1');
    await walk.does(page, 'keys a batch', 'form[action$="/key"] button');
  };
  await represent({ in_favour: 9, against: 1, invalid: 2 });
  await walk.says(page, '待第二人录入');
  await walk.refused(page, 'counting what one person keyed', 'form[action$="/decide"] button', '逐批核对差异');
  const second = await walk.at('jizhang', `${at}/motions/1`);
  for (const [name, n] of Object.entries({ batch: 1, in_favour: 8, against: 2, invalid: 2 })) await second.fill(`#k-${name}`, String(n));
  await walk.does(second, 'keys it once more', 'form[action$="/key"] button');
  await walk.says(second, '不一致');
  await walk.look(second, '04-differ', { en: true });
  page = await walk.at('jiantiao', `${at}/motions/1`);
  await walk.refused(page, 'counting what differs', 'form[action$="/decide"] button', '逐批核对差异');
  for (const [name, n] of Object.entries({ batch: 1, in_favour: 8, against: -2 })) await second.fill(`#k-${name}`, String(n));
  await walk.refused(second, 'fewer than none', 'form[action$="/key"] button', /不能|负/);
  page = await walk.at('jiantiao', `${at}/motions/1`);
  for (const [name, n] of Object.entries({ batch: 1, in_favour: 8, against: 2, invalid: 2 })) await page.fill(`#k-${name}`, String(n));
  await walk.does(page, 'corrects the first keying', 'form[action$="/key"] button');
  await walk.says(page, '一致');
  await walk.look(page, '05-alike', { en: true });
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '通过');
  await walk.close('jiantiao', at, '十二张选票，赞成八张，通过。');

  // an objection is upheld: the representatives decide anew, now against it
  const asker = await walk.guest({ phone: true, script: false });
  await asker.goto(walk.url('/public'));
  await Promise.all([asker.waitForNavigation(), asker.click(`h2 a:has-text("${TITLE}")`)]);
  const shown = asker.url();
  await asker.fill('#f-body', '校舍没有做安全鉴定。');
  await walk.does(asker, 'objects', '#object button.go');
  await walk.act('jiantiao', matter, 'uphold', { reason: '先做房屋安全鉴定，鉴定后重新表决。' });
  await asker.goto(shown);
  await walk.says(asker, '异议成立，退回重议');
  const look = await walk.guest({ phone: true });
  await look.goto(shown);
  await walk.look(look, '06-upheld', { en: true });
  page = await walk.at('jiantiao', matter);
  await walk.says(page, '村民代表会议决议');
  await represent({ in_favour: 3, against: 9 });
  const other = await walk.at('jizhang', `${at}/motions/1`);
  for (const [name, n] of Object.entries({ batch: 1, in_favour: 3, against: 9 })) await other.fill(`#k-${name}`, String(n));
  await walk.does(other, 'keys it once more', 'form[action$="/key"] button');
  page = await walk.at('jiantiao', `${at}/motions/1`);
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '未通过');
  await walk.close('jiantiao', at, '鉴定为危房，九人反对，不再改建。');
  page = await walk.at('jiantiao', matter);
  await walk.says(page, '未通过');
  walk.check('nothing more can be done', await page.locator('#act').count() === 0);
  await walk.look(page, '07-rejected', { en: true });
  await page.goto(walk.url(`${matter}/dossier`));
  await walk.says(page, '先做房屋安全鉴定');
  walk.check('both meetings of the representatives are in the dossier', await page.locator('#d-gatherings .meeting').count() === 4);
};
module.exports.clock = true;
