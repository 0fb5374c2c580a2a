// P14: a talent comes on the roll and gets a leader, who keeps touch every quarter; what the talent needs becomes a matter; when
// nobody calls, or the talent has left, the organiser sees it among what waits.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { at, act, press, fill, choose, tie, untied, reads, lacks, me, duty, done } = require('./ties')(walk);
  const leader = await me('lingdao');

  // On the roll, by the organiser of the district.
  const entry = async (name, fields) => {
    let page = await at('quzuzhi', '/rolls/talents/new');
    await page.locator('label.rad', { hasText: '本土人才' }).click();
    await press(page, 'form button.lg');
    await fill(page.locator('form.card'), { name, ...fields });
    const said = await press(page, 'form.card button.lg');
    return { page, said };
  };
  const bad = await entry('璩远志', { birth_date: '2031-01-01' });
  walk.check(`nobody is born in the future: ${bad.said}`, bad.said.includes('将来'));
  const first = await entry('璩远志', { birth_date: '1985-03-02', skills: '智能采煤' });
  walk.check(`a talent is on the roll: ${first.said}`, !first.said);
  first.at = new URL(first.page.url()).pathname;
  // What the form sends when a leader is chosen for the talent.
  const choice = async (who) => {
    const form = await at(who, '/bonds/new?kind=leader_talent');
    await choose(form, 'one', '口泉');
    await choose(form, 'other', '璩**');
    return { kind: 'leader_talent', one: await form.inputValue('[name=one]'), other: await form.inputValue('[name=other]') };
  };
  // A leader is named for the talent; a second is one too many.
  const bond = await tie('quzuzhi', 'leader_talent', leader, '璩**');
  await reads(await at('quzuzhi', bond), '进行中', leader);
  // The organiser is told of this bond; others may be troubled as well.
  const row = (page, word) => page.locator(`tr:has(a[href="${bond}"])`, { hasText: word }).count();
  const troubled = async (word) => {
    const page = await at('quzuzhi', '/work?box=bonds');
    walk.check(`quzuzhi reads ${word} of this bond`, await row(page, word) === 1);
    return page;
  };
  const untroubled = async (word) => walk.check(`quzuzhi does not read ${word} of this bond`, await row(await at('quzuzhi', '/work?box=bonds'), word) === 0);
  await untied('quzuzhi', 'leader_talent', '口泉', '璩**', {}, '不能再多');
  let page = await at('qishou', '/work');
  walk.check('a stranger is told that there is none', (await page.request.get(walk.url(`${bond}.json`))).status() === 404);

  // The quarter begins: contact falls due by itself.
  page = await at('lingdao', '/work?box=duties');
  await lacks(page, '季度联系人才');
  clock.pass({ days: 93 });
  page = await duty('lingdao', '季度联系人才');
  await walk.look(page, 'due', { en: true });
  await page.locator('details.more summary').click();
  await page.selectOption('[name=raise]', { index: 1 });
  const untold = await done(page, { talk_note: '孩子九月上小学，学位没有着落' });
  walk.check(`what is raised needs words: ${untold}`, untold.includes('请写明'));
  await walk.look(page, 'untold');
  if (!await page.locator('details.more').evaluate((d) => d.open)) await page.locator('details.more summary').click();
  await page.selectOption('[name=raise]', { index: 1 });
  const said = await done(page, { talk_note: '孩子九月上小学，学位没有着落', title: '人才子女入学', body: '九月入学，希望就近安排' });
  walk.check(`contact is done and a need is raised: ${said}`, /\/matters\/\d+$/.test(page.url()));
  const matter = new URL(page.url()).pathname;
  await reads(page, '人才子女入学', '季度联系人才');
  await walk.look(page, 'matter');
  page = await at('lingdao', bond);
  await reads(page, '按时完成', '孩子九月上小学');
  await walk.look(page, 'bond', { en: true });
  await Promise.all([page.waitForNavigation(), page.locator('.tl a[href^="/matters/"]').click()]);
  await reads(page, '人才子女入学');

  // It is assigned, dealt with, and the leader says whether that helped.
  page = await at('quzuzhi', matter);
  const offer = page.locator('details.offer:has(input[name=action][value=assign])');
  if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
  await choose(offer, 'unit', '园林');
  const given = await press(page, 'details.offer:has(input[name=action][value=assign]) button.wide');
  walk.check(`it is assigned: ${given}`, !given);
  await act('bumen', matter, 'done', { done_text: '学位已协调到邻近小学' });
  page = await act('lingdao', matter, 'content', {});
  await reads(page, '已解决');

  // Another call counts as contact; after four months without any the organiser is told.
  await act('lingdao', bond, 'call', { talk_note: '学位已落实' });
  clock.pass({ days: 121 });
  page = await troubled('很久没有联系了');
  await walk.look(page, 'alarms', { en: true });
  await act('lingdao', bond, 'call', { talk_note: '电话联系' });
  await untroubled('很久没有联系了');

  // The talent leaves the roll: the bond says so, waits for its organiser, and nobody is tied to the entry any more.
  const stale = await choice('quzuzhi');
  page = await at('quzuzhi', first.at);
  const leave = page.locator('details.offer:has(input[name=action][value=leave])');
  await leave.locator('summary').click();
  await fill(leave, { reason: '调往外省' });
  const left = await press(page, 'details.offer:has(input[name=action][value=leave]) form button');
  walk.check(`the talent leaves the roll: ${left}`, !left);
  await walk.look(page, 'entry');
  page = await troubled('名册上的登记已失效');
  await walk.look(page, 'left', { en: true });
  page = await at('quzuzhi', bond);
  await reads(page, '名册上的登记已失效');
  const late = await page.request.post(walk.url('/bonds.json'), { form: { ...stale, csrf: await page.getAttribute('[name=csrf]', 'value') } });
  walk.check(`nobody is tied to an entry that has ended: ${late.status()}`, late.status() === 409 && (await late.text()).includes('不在册'));
  await act('quzuzhi', bond, 'stop', { reason: '人才已调离' });
  await untroubled('名册上的登记已失效');
};
module.exports.clock = true;
