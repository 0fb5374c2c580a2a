// P9c from first to last: a resident proposes a topic, neighbours support it on its public page and on paper, the community puts it on
// the agenda, the residents' representatives decide it, it is carried out and published.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, wrong, says, photo, press, fill, at, act, close, button, report, matter } = require('./steps')(walk);
  let page;

  const resident = await walk.guest({ phone: true });
  await resident.goto(walk.url('/report?at=140214001002'));
  await report(resident, { title: '楼前种十二棵树', body: '楼前空地希望种十二棵树，联系 13812345678', subject: 'affairs/topic' });
  await resident.goto(walk.url('/public'));
  walk.check('nothing is public before it is accepted', !(await text(resident)).includes('楼前种十二棵树'));
  const topic = await matter('shequ', '楼前种十二棵树');
  await act('shequ', topic, 'accept');

  // support on the public page: each number once, nobody is named
  await resident.goto(walk.url('/public'));
  await Promise.all([resident.waitForNavigation(), resident.click('a:has-text("楼前种十二棵树")')]);
  const display = new URL(resident.url()).pathname;
  walk.check('a number in it is masked', !(await text(resident)).includes('13812345678'));
  await says(resident, '0 / 10');
  await walk.look(resident, '01-public', { en: true });
  const support = async (name, phone, page_ = resident) => {
    await page_.goto(walk.url(display));
    await page_.fill('#s-name', name);
    await page_.fill('#s-phone', phone);
    await Promise.all([page_.waitForNavigation(), page_.click('form[action$="/support"] button')]);
    return wrong(page_);
  };
  walk.check('a wrong number is refused', (await support('赵大妈', '12345')).includes('11 位'));
  walk.check(`a neighbour supports it: ${await wrong(resident)}`, !await support('赵大妈', '13800000001'));
  await says(resident, '附议已收到');
  await walk.look(resident, '02-supported');
  const again = await support('赵大妈', '138 0000 0001');
  walk.check(`the same number counts once: ${again}`, again.includes('每个号码只算一次'));
  const second = await walk.guest({ phone: true, script: false });
  walk.check('another neighbour, without script', !await support('钱先生', '13800000002', second));
  await says(second, '2 / 10');
  walk.check('nobody is named', !(await text(second)).includes('赵大妈'));

  // on paper, by the community, with a reason
  page = await at('wangge', topic);
  walk.check('a grid worker brings in no paper', await page.locator('a[href$="/support"]').count() === 0);
  page = await at('shequ', topic);
  await says(page, '2 / 10');
  await Promise.all([page.waitForNavigation(), page.click('a[href$="/support"]')]);
  await walk.look(page, '03-paper', { en: true });
  const list = ['赵大妈 13800000001', ...[3, 4, 5, 6, 7, 8, 9].map((n) => `居民${n} 1380000000${n}`)].join('\n');
  await fill(page.locator('form[action$="/support"]'), { list: `${list}\n孙某`, reason: '周六在三号楼前签名，网格员收集' });
  const bad = await press(page, 'form[action$="/support"] button.go');
  walk.check(`a line without a number is named: ${bad}`, bad.includes('第 9 行'));
  await fill(page.locator('form[action$="/support"]'), { list });
  walk.check(`the paper counts whom the page has not: ${await wrong(page)}`, !await press(page, 'form[action$="/support"] button.go'));
  await says(page, '9 / 10');
  await says(page, '周六在三号楼前签名');

  // who they are: masked, in clear against a reason; who should not count is struck out, and the count follows
  walk.check('a grid worker does not see who they are', await (await at('wangge', topic)).locator('a[href$="/supporters"]').count() === 0);
  page = await at('shequ', topic);
  await Promise.all([page.waitForNavigation(), page.click('a[href$="/supporters"]')]);
  walk.check('numbers are masked', !(await text(page)).includes('13800000003') && (await text(page)).includes('138****0003'));
  const row = (words) => page.locator('tr', { hasText: words });
  const say = async (line, form, reason, button) => {
    await line.locator('details.more').evaluate((d) => { d.open = true; });
    await line.locator(`form[action$="/${form}"] [name=reason]`).fill(reason);
    await Promise.all([page.waitForNavigation(), line.locator(`form[action$="/${form}"] ${button}`).click()]);
    return wrong(page);
  };
  await walk.look(page, '06-supporters', { en: true });
  const unsaid = await say(row('138****0003'), 'look', ' ', 'button[value=phone]');
  walk.check(`nobody looks without a reason: ${unsaid}`, unsaid.length > 0 && !(await text(page)).includes('13800000003'));
  walk.check(`with a reason: ${await wrong(page)}`, !await say(row('138****0003'), 'look', '核实是否本社区居民', 'button[value=phone]'));
  await says(page, '13800000003');
  walk.check('nobody is struck out without a reason', (await say(row('138****0003'), 'strike', ' ', 'button')).length > 0);
  walk.check(`struck out: ${await wrong(page)}`, !await say(row('138****0003'), 'strike', '不是本社区居民', 'button'));
  walk.check('the row says so', (await row('138****0003').textContent()).includes('无效'));
  await walk.look(page, '07-struck');
  page = await at('shequ', topic);
  for (const words of ['8 / 10', '划去无效附议', '不是本社区居民']) await says(page, words);
  page = await at('guanli', '/looks');
  for (const words of ['核实是否本社区居民', '电话']) await says(page, words);
  clock.pass({ minutes: 2 }); // so many from one address a minute
  const struck = await support('居民3', '13800000003');
  walk.check(`who was struck out does not count again: ${struck}`, struck.includes('划去'));
  walk.check('the ninth again', !await support('周女士', '13800000011'));
  page = await at('shequ', topic);
  await says(page, '9 / 10');
  walk.check('it is not on the agenda yet', await page.locator('input[name=action][value=schedule]').count() === 0);
  walk.check('the tenth', !await support('李女士', '13800000010'));
  await says(resident, '10 / 10');
  walk.check('no more is asked for', await resident.locator('#s-phone').count() === 0);
  await act('shequ', topic, 'schedule');

  // the representatives decide
  page = await at('shequ', topic);
  await press(page, 'a[href^="/gatherings/new?kind=deliberation"]');
  await fill(page.locator('form[action="/gatherings"]'), { title: '楼前绿化议事', starts_at: clock.in({ days: 3 }), where: '议事厅', topic: '楼前种树' });
  await press(page, 'form[action="/gatherings"] button.go');
  const council = new URL(page.url()).pathname;
  await button(page, 'call');
  clock.pass({ days: 2, hours: 23, minutes: 30 });
  page = await at('shequ', council);
  await button(page, 'open');
  for (const box of await page.locator('#roll input[type=checkbox][name=n]').all()) await box.check();
  await press(page, '#roll button[value=present]');
  await page.goto(walk.url(`${council}/motions/1`));
  await page.locator('label.rad:has(input[value=hands])').click();
  await press(page, 'form[action$="/open"] button');
  await page.fill('#d-in_favour', '3');
  walk.check(`decided: ${await wrong(page)}`, !await press(page, 'form[action$="/decide"] button'));
  await says(page, '通过');
  page = await at('shequ', council);
  walk.check(`the council is over: ${await wrong(page)}`, !await close(page, { minutes: '一致同意。', meeting_photos: await photo(page, 'council.jpg') }));
  await walk.look(page, '04-council');

  // carried out, and published with how many supported and decided it
  await act('shequ', topic, 'done', { done_text: '已种植十二棵' });
  await resident.goto(walk.url('/public'));
  await Promise.all([resident.waitForNavigation(), resident.click('a:has-text("楼前种十二棵树")')]);
  for (const words of ['附议人数', '10', '赞成', '已种植十二棵']) await says(resident, words);
  await walk.look(resident, '05-result', { en: true });
};
module.exports.clock = true;
