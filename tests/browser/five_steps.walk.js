// 村组联议五步法: a group proposes to renew the lease of its pond, the village accepts, both discuss it, the households vote from their
// phones by the code of their seat, one by proxy; disclosed, objected to, voted on anew, carried out, and on paper.
'use strict';
const fs = require('fs');
const path = require('path');

const TITLE = '北洼鱼塘续包三年';

module.exports = async (walk) => {
  const { clock } = walk;
  const matter = await walk.begin('zuzhang', 'five_steps', {
    title: TITLE, body: '北洼鱼塘承包合同年底到期，原承包户续包三年，每年一万二千元。', about: '鱼塘承包',
  });
  let page = await walk.at('zuzhang', matter);
  walk.check('the group does not accept its own proposal', await page.locator('input[name=action][value=accept]').count() === 0);
  await walk.look(page, '01-proposed', { en: true });
  page = await walk.at('zhuren', '/work');
  await walk.says(page, TITLE);
  await walk.act('zhuren', matter, 'accept', { note: '村委会审核同意' });

  // village and group
  let at = await walk.prepare('zhuren', matter, 'village_group_meeting', { minutes: 40 });
  await walk.call('zhuren', at);
  page = await walk.open('zhuren', at, 5);
  await walk.says(page, '应到5');
  await walk.hands('zhuren', at, { in_favour: 4, abstain: 1 });
  await walk.close('zhuren', at, '村组联议同意续包，提交户代表会议表决。');

  // the households: what is on the roll on the day of the notice
  at = await walk.prepare('zuzhang', matter, 'households_meeting', { days: 3, minutes: 10 });
  const stale = await walk.as('zuzhang', { phone: true });
  await stale.goto(walk.url(at));
  await walk.call('zuzhang', at);
  await walk.refused(stale, 'calling it once more', 'form[action$="/call"] button', /有人先一步|不在这一步/);
  page = await walk.at('guanli', '/import?noun=rolls');
  await page.setInputFiles('[name=file]', {
    name: 'late.csv', mimeType: 'text/csv', buffer: Buffer.from('单位编码,门牌号,户主,人数\n140214101200-zu01,99号,新来的,3\n'),
  });
  for (const form of ['form[action="/import"]', 'form[action="/import/check"]', 'form[action="/import/write"]'])
    await walk.press(page, `${form} button`);
  clock.pass({ days: 3 });
  page = await walk.open('zuzhang', at, 4);
  await walk.says(page, '应到12');
  walk.check('who came on the roll after the notice is not there', await page.locator('#roll td:text-is("99号")').count() === 0);
  await page.click('summary:has-text("办理委托")');
  await page.fill('form[action$="/proxy"] [name=n]', '12');
  await page.fill('form[action$="/proxy"] [name=to]', '1');
  await walk.does(page, 'notes a proxy', 'form[action$="/proxy"] button');
  await page.click('summary:has-text("办理委托")');
  await page.fill('form[action$="/proxy"] [name=n]', '11');
  await page.fill('form[action$="/proxy"] [name=to]', '1');
  await walk.refused(page, 'a second proxy for one household', 'form[action$="/proxy"] button', '最多受托 1 人');
  page = await walk.at('zuzhang', at);
  const seats = await page.locator('#roll td.mono').allTextContents();
  await walk.look(page, '02-roll', { en: true });
  page = await walk.at('zuzhang', `${at}/screen`);
  const room = (await page.textContent('.roomcode')).trim();
  const late = await walk.guest({ phone: true });
  await late.goto(walk.url(`/g/${at.split('/').pop()}`));
  await late.fill('[name=room]', room);
  await late.fill('[name=name]', '99号');
  await walk.refused(late, 'a household that came on the roll after the notice', 'form[action$="/here"] button', '名册上没有这个姓名');
  await walk.look(late, '03-not-on-the-roll');
  const homes = [];
  for (let i = 4; i < 9; i++) {
    const home = await walk.guest({ phone: true, script: i % 2 === 0 });
    homes.push(home);
    await home.goto(walk.url(`/g/${at.split('/').pop()}?seat=${seats[i].trim()}`));
    await home.fill('[name=room]', room);
    await walk.does(home, 'signs in', 'form[action$="/here"] button');
  }
  page = await walk.ask('zuzhang', at, 'roll');
  await walk.says(page, '12号');
  for (const [i, home] of homes.entries()) {
    await home.reload();
    if (!i) await walk.look(home, '04-vote-now', { en: true });
    await Promise.all([home.waitForNavigation(), home.click('a.btn.go[href*="/motions/1"]')]);
    if (!i) await walk.look(home, '05-vote', { en: true });
    await walk.does(home, 'votes', `#own button[value=${i === 4 ? 'against' : 'favour'}]`);
  }
  page = await walk.at('zuzhang', `${at}/motions/1`);
  for (let i = 0; i < 5; i++) await walk.does(page, 'enters a vote', `form[action$="/vote"] button.sm[value=${i < 3 ? 'favour' : 'abstain'}]`);
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '通过');
  await walk.look(page, '06-carried', { en: true });
  await walk.close('zuzhang', at, '到会九户、委托一户，赞成七户，同意续包。');

  // disclosed; an objection is upheld, and the households decide anew
  const asker = await walk.guest({ phone: true });
  const shown = async () => {
    await asker.goto(walk.url('/public'));
    await Promise.all([asker.waitForNavigation(), asker.click(`h2 a:has-text("${TITLE}")`)]);
  };
  await shown();
  await walk.says(asker, '鱼塘承包');
  await walk.look(asker, '07-public', { en: true });
  await asker.fill('#f-body', '承包费没有按市价评估。');
  await walk.does(asker, 'objects', '#object button.go');
  await walk.act('zhuren', matter, 'uphold', { reason: '承包费须先评估，退回户代表会议重新表决。' });
  page = await walk.at('zuzhang', matter);
  await walk.says(page, '户代表会议表决');
  await walk.look(page, '08-sent-back', { en: true });
  at = await walk.prepare('zuzhang', matter, 'households_meeting', { days: 3, minutes: 10 });
  await walk.call('zuzhang', at);
  clock.pass({ days: 3 });
  page = await walk.open('zuzhang', at, 13);
  await walk.says(page, '应到13');
  await walk.hands('zuzhang', at, { in_favour: 12, abstain: 1 });
  await walk.close('zuzhang', at, '经评估承包费调为一万三千元，十二户赞成。');
  await shown();
  await walk.says(asker, '13');
  clock.pass({ days: 8 });
  await walk.settled('zhuren', matter, '组织实施');
  await walk.act('zhuren', matter, 'finish', { result: '续包合同已经签订。', photo_after: await walk.photo(page, 'contract.jpg') });
  page = await walk.at('zhuren', `${matter}/dossier`);
  const text = await page.textContent('main');
  for (const part of [TITLE, '鱼塘承包', '村组联席会议', '户代表会议', '委托 1号', '99号', '七户', '没有按市价评估', '退回户代表会议', '续包合同已经签订'])
    walk.check(`the dossier says ${part}`, text.includes(part));
  await walk.look(page, '09-dossier', { en: true });
  fs.writeFileSync(path.join(walk.shots, 'five_steps-dossier.pdf'), await page.pdf({ preferCSSPageSize: true }));
};
module.exports.clock = true;
