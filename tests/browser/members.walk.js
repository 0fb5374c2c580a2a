// Y17 and Y18: a member comes on the branch's roll by kind; the kind brings what the branch owes them, month by month; it is done with
// a note, is seen when it is overdue, and changes with the kind. The member sees the own entry, and asks for a correction.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const day = (text) => clock.set(Date.parse(`${text}T10:00:00+08:00`));
  const year = new Date(clock.now).getFullYear();

  // The secretary of the branch writes somebody down; what a spreadsheet made of the number is refused.
  let zhibu = await walk.at('zhibu', '/rolls');
  await walk.says(zhibu, '党员分类名册');
  await walk.look(zhibu, '01-rolls', { en: true });
  await go(zhibu, 'a[href="/rolls/party_members/new"]');
  const kinds = await text(zhibu);
  walk.check('there are seven kinds', ['在职党员', '流动党员', '年老体弱党员', '离退休党员', '困难党员', '退役军人党员', '社区党员'].every((k) => kinds.includes(k)));
  await zhibu.locator('label.rad', { hasText: '流动党员' }).click();
  await go(zhibu, 'form[action="/rolls/party_members/new"] button');
  await zhibu.fill('#n-name', '冯远行');
  await zhibu.fill('#n-phone', '13700005566');
  await zhibu.fill('[name=id_number]', '3.4E+17');
  await walk.refused(zhibu, 'a number that a spreadsheet has turned', 'form[action="/rolls/party_members"] button.go', '表格');
  await zhibu.fill('[name=id_number]', '11010519491231002X');
  await walk.look(zhibu, '02-new');
  await walk.does(zhibu, 'writes a mobile member down', 'form[action="/rolls/party_members"] button.go');
  const entry = new URL(zhibu.url()).pathname;
  await walk.says(zhibu, '跟踪式');
  walk.check('the name is masked', (await text(zhibu)).includes('冯**') && !(await text(zhibu)).includes('冯远行'));
  await zhibu.fill('#look-why', '电话联系');
  await go(zhibu, 'form[action$="/look"] button[value=phone]');
  await walk.says(zhibu, '13700005566');

  // From the next whole month on it is due: in the inbox, with whom it is about.
  day(`${year}-12-03`);
  zhibu = await walk.settled('zhibu', '/work?box=duties', '联系流动党员');
  const row = zhibu.locator('tr', { hasText: '联系流动党员' }).filter({ hasText: '冯**' });
  walk.check('the inbox says whom it is about', await row.count() === 1);
  await walk.look(zhibu, '03-inbox', { en: true });
  await Promise.all([zhibu.waitForNavigation(), row.locator('a.ttl').click()]);
  const duty = new URL(zhibu.url()).pathname;
  walk.check('it leads to the entry', await zhibu.locator(`dd a[href="${entry}"]`).count() === 1);
  await walk.look(zhibu, '04-duty');

  // Its day passes: overdue in the secretary's inbox, and above. Without a word of what was done it is not done.
  day(`${year}-12-20`);
  zhibu = await walk.at('zhibu', '/work?box=duties');
  walk.check('it is overdue', (await zhibu.locator('tr', { hasText: '冯**' }).first().textContent()).includes('逾期未办'));
  await walk.look(zhibu, '05-overdue');
  const above = await walk.at('duban', '/duties?state=missed');
  walk.check('who supervises sees that it was missed', (await text(above)).includes('联系流动党员'));
  zhibu = await walk.at('zhibu', duty);
  await walk.says(zhibu, '已过应完成时间');
  await zhibu.evaluate(() => document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required')));
  await walk.refused(zhibu, 'doing it without a word', `form[action="${duty}"] button`, /必填|请填写/);
  await zhibu.locator(`form[action="${duty}"] [name=note]`).fill('电话联系，近期在太原务工');
  await walk.does(zhibu, 'does it late', `form[action="${duty}"] button`);
  zhibu = await walk.at('zhibu', entry);
  walk.check('the entry shows that it was done late', (await zhibu.textContent('#duties')).includes('逾期完成'));
  await walk.look(zhibu, '06-entry', { en: true });
  zhibu = await walk.at('zhibu', duty);
  walk.check('what was late stays so', (await text(zhibu)).includes('逾期完成') && !await zhibu.locator(`form[action="${duty}"]`).count());

  // Of another kind now: study is brought home from the next month on, and nobody asks for calls any more.
  zhibu = await walk.at('zhibu', entry);
  await zhibu.click('summary:has-text("修改")');
  await zhibu.selectOption('#k-kind', 'frail');
  await walk.does(zhibu, 'makes it another kind', 'form[action$="/kind"] button');
  await walk.says(zhibu, '送学式');
  day(`${year + 1}-01-04`);
  zhibu = await walk.settled('zhibu', '/work?box=duties', '送学上门');
  const inbox = await text(zhibu);
  walk.check('what is brought to members falls due: study, warmth, policy', ['送学上门', '送温暖', '送政策', '谈心'].every((d) => inbox.includes(d)));
  walk.check('and of the one who changed only what the new kind brings', !await zhibu.locator('tr', { hasText: '联系流动党员' }).filter({ hasText: '冯**' }).count()
    && await zhibu.locator('tr', { hasText: '送学上门' }).filter({ hasText: '冯**' }).count() === 1);
  await go(zhibu, 'tr:has-text("送温暖") a.ttl');
  await zhibu.locator('form [name=note]').fill('送米面油，了解就医情况');
  await walk.does(zhibu, 'brings warmth', 'form[action^="/duties/"] button.go');

  // The member sees the own entry and what is due of them, does it, and asks for a correction; nobody else's is shown.
  let member = await walk.at('dangyuan', '/rolls', { phone: true });
  await go(member, '#own a.ttl:has-text("党员分类名册")');
  const own = new URL(member.url()).pathname;
  walk.check('it says what it is for', (await text(member)).includes('不作评价'));
  await walk.look(member, '07-own');
  await member.click('#ask summary');
  await member.fill('#q-words', '特长还有摄影');
  await walk.does(member, 'asks for a correction', '#ask button[value=correction]');
  walk.check('somebody else\'s entry is not there', (await member.request.get(walk.url(`${entry}.json`))).status() === 404);
  member = await walk.at('dangyuan', '/work?box=duties');
  walk.check('the own duty stands in the own inbox', /发挥特长服务一次|参加组织生活/.test(await text(member)));
  await go(member, 'main tbody a.ttl');
  await walk.does(member, 'does it', 'form[action^="/duties/"] button.go');
  zhibu = await walk.at('zhibu', own);
  await walk.says(zhibu, '特长还有摄影');
  walk.check('the secretary sees what the member did', (await zhibu.textContent('#duties')).includes('按期完成'));
  await zhibu.fill('#a-words', '已补充摄影');
  await walk.does(zhibu, 'answers', '#answer button[value=yes]');
  member = await walk.at('dangyuan', own);
  await walk.says(member, '已补充摄影');

  // Kinds that somebody is of, as a figure.
  const shu = await walk.at('quzuzhi', '/figures/Y-2');
  walk.check('all seven kinds are there', /\b7\b/.test(await text(shu)));
};
module.exports.clock = true;
