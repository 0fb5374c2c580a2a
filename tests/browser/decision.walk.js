// 四议两公开 from its proposal to its printed dossier: two committees without quorum, a notice that is too short, secret slips, an
// objection answered, work reported by the month, both disclosures. What sends it back and merged steps: sent_back.walk.js.
'use strict';
const fs = require('fs');
const path = require('path');

const TITLE = '硬化南街三百米村道';

module.exports = async (walk) => {
  const { clock } = walk;
  const matter = await walk.begin('zhishu', 'four_deliberations', {
    title: TITLE, body: '南街三百米村道雨天积水难行，硬化需八万六千元，由村集体收入列支。', origin: '党员群众建议',
    photos: await walk.photo(await walk.at('zhishu', '/'), 'road.jpg'),
  });
  const step = async (account, words) => walk.says(await walk.at(account, matter), words);
  let page = await walk.at('zhishu', matter);
  walk.check('nobody can type what was decided', await page.locator('input[name=action][value=carried]').count() === 0);
  walk.check('steps are not merged for who holds one post', await page.locator('a[href*="merged"]').count() === 0);
  await walk.look(page, '01-proposed', { en: true });

  // ① three of the branch committee; more votes than people are refused
  let at = await walk.prepare('zhishu', matter, 'branch_committee', { minutes: 30 });
  await walk.look(page, '02-prepared', { en: true });
  await walk.call('zhishu', at);
  page = await walk.open('zhishu', at, 2);
  await walk.says(page, '应到3');
  page = await walk.ask('zhishu', at, 'hands');
  await page.fill('#d-in_favour', '3');
  await walk.refused(page, 'more votes than people', 'form[action$="/decide"] button', '不能多于');
  await page.fill('#d-in_favour', '2');
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '通过');
  await walk.look(page, '03-carried', { en: true });
  await walk.close('zhishu', at, '支委会同意提出硬化南街村道的议案。');

  // ② without quorum nothing is decided and the step stays
  at = await walk.prepare('zhuren', matter, 'two_committees', { minutes: 30 });
  await walk.call('zhuren', at);
  await walk.open('zhuren', at, 3);
  page = await walk.ask('zhuren', at, 'roll');
  await walk.look(page, '04-roll', { en: true });
  walk.check('who is absent has no vote', await page.locator('form[action$="/vote"] button[value=favour]').count() === 4); // three for others, one own
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '到会不足');
  await walk.look(page, '05-no-quorum', { en: true });
  await walk.close('zhuren', at, '到会三人，不足应到人数三分之二，改期再议。');
  await step('zhuren', '商议');

  // ② again by roll, each on a phone: once, and nobody who is not on it
  at = await walk.prepare('zhuren', matter, 'two_committees', { minutes: 30 });
  await walk.call('zhuren', at);
  await walk.open('zhuren', at, 6);
  page = await walk.ask('zhuren', at, 'roll');
  const phone = await walk.at('cunwei', `${at}/motions/1`, { phone: true });
  await walk.look(phone, '06-phone', { en: true });
  const again = await walk.as('cunwei', { phone: true, script: false });
  await again.goto(phone.url());
  await walk.does(phone, 'votes', 'form[action$="/vote"] button[value=favour]');
  await walk.refused(again, 'a second vote', 'form[action$="/vote"] button[value=against]', '已表决');
  const stranger = await walk.at('guanli', `${at}/motions/1`);
  walk.check('who is not on the roll is offered no vote', await stranger.locator('form[action$="/vote"]').count() === 0);
  await stranger.goto(walk.url('/me'));
  await stranger.evaluate((to) => { // what a page of their own making would send
    const form = document.createElement('form');
    form.method = 'post';
    form.action = to;
    form.innerHTML = `<input name="csrf" value="${document.querySelector('[name=csrf]').value}"><button name="choice" value="favour" class="forged">x</button>`;
    document.querySelector('main').append(form);
  }, `${at}/motions/1/vote`);
  await walk.refused(stranger, 'a vote of who is not on the roll', '.forged', '应到名册');
  page = await walk.at('zhuren', `${at}/motions/1`);
  await walk.says(page, (await (await phone.request.get(walk.url('/me.json'))).json()).name); // who voted by phone
  await walk.does(page, 'votes', '#own button[value=favour]');
  for (let i = 0; i < 3; i++) await walk.does(page, 'enters a vote', 'form[action$="/vote"] button.sm[value=favour]');
  await walk.does(page, 'enters a vote', 'form[action$="/vote"] button.sm[value=against]');
  walk.check('one vote a seat', await page.locator('form[action$="/vote"]').count() === 0);
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '通过');
  await walk.look(page, '07-by-roll', { en: true });

  // two of the clerks close it at once: one wins
  const late = await walk.as('zhuren', { phone: true });
  await late.goto(walk.url(at));
  await walk.close('zhuren', at, '六人到会，五人赞成，一人反对，同意提交党员大会审议。');
  await late.click('summary:has-text("结束并归档")');
  await late.fill('form[action$="/close"] [name=minutes]', '另一份记录');
  await walk.refused(late, 'closing it once more', 'form[action$="/close"] button', /有人先一步|已经结束/);
  await walk.look(late, '08-closed-already');
  page = await walk.at('zhuren', at);
  walk.check('the first minutes stand', (await page.textContent('main')).includes('五人赞成') && !(await page.textContent('main')).includes('另一份'));

  // ③ the members' meeting: not before its notice has run
  at = await walk.prepare('zhishu', matter, 'members_meeting', { hours: 5 });
  page = await walk.at('zhishu', at);
  await walk.refused(page, 'a notice that is too short', 'form[action$="/call"] button', /最早可于 \d{4}-/);
  await walk.look(page, '09-early');
  await page.click('summary:has-text("改期")');
  await page.fill('[name=starts_at]', clock.in({ days: 3, minutes: 10 }));
  await page.fill('form[action$="/move"] [name=reason]', '通知须提前三天');
  await walk.does(page, 'moves it', 'form[action$="/move"] button');
  await walk.call('zhishu', at);
  await walk.refused(await walk.at('zhishu', at), 'opening it on the same day', 'form[action$="/open"] button', '最早可于');
  clock.pass({ days: 3 });
  page = await walk.open('zhishu', at, 7);
  await walk.says(page, '应到11');
  page = await walk.hands('zhishu', at, { in_favour: 7 });
  await walk.says(page, '到会不足');
  await walk.close('zhishu', at, '到会七人，不足三分之二，改期。');
  await step('zhishu', '党员大会审议');
  at = await walk.prepare('zhishu', matter, 'members_meeting', { days: 3, minutes: 10 });
  await walk.call('zhishu', at);
  clock.pass({ days: 3 });
  page = await walk.open('zhishu', at, 9);
  page = await walk.hands('zhishu', at, { in_favour: 7, against: 1, abstain: 1 });
  await walk.says(page, '通过');
  await walk.close('zhishu', at, '九人到会，七人赞成，审议通过。');

  // ④ the representatives, by slips drawn at the door
  at = await walk.prepare('zhuren', matter, 'representatives_meeting', { hours: 2 });
  await walk.call('zhuren', at);
  const uncalled = await walk.guest({ phone: true });
  await uncalled.goto(walk.url(`/g/${at.split('/').pop()}`));
  await walk.look(uncalled, '10-notice', { en: true });
  clock.pass({ hours: 1, minutes: 30 });
  page = await walk.open('zhuren', at, 12);
  await walk.says(page, '应到15');
  page = await walk.at('zhuren', `${at}/screen`);
  const room = (await page.textContent('.roomcode')).trim();
  await uncalled.goto(walk.url(`/g/${at.split('/').pop()}`));
  await uncalled.fill('[name=room]', room);
  await uncalled.fill('[name=name]', '不在册');
  await walk.refused(uncalled, 'signing in by a name that is not on the roll', 'form[action$="/here"] button', '名册上没有这个姓名');
  page = await walk.ask('zhuren', at, 'ballot');
  await page.fill('#s-count', '13');
  await walk.press(page, 'form[action$="/slips"] button');
  await walk.says(page, '不能多于到会人数');
  page = await walk.at('zhuren', `${at}/motions/1`);
  walk.check('as many slips as people are suggested', await page.inputValue('#s-count') === '12');
  await page.locator('form[action$="/slips"] button').click();
  await page.waitForSelector('.slip');
  await walk.look(page, '11-slips');
  const codes = [...new Set((await page.textContent('main')).match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/g))];
  walk.check(`twelve slips: ${codes.length}`, codes.length === 12);
  page = await walk.at('zhuren', `${at}/motions/1`);
  for (const box of await page.locator('input[name=seats]').all()) await box.check();
  await walk.does(page, 'notes who has drawn', 'form[action$="/drawn"] button');
  await walk.look(page, '12-drawn', { en: true });

  const voter = await walk.guest({ phone: true });
  const twice = await walk.guest({ phone: true, script: false });
  for (const one of [voter, twice]) await one.goto(walk.url(`/ballot/${codes[0]}`));
  await walk.look(voter, '13-slip', { en: true });
  await voter.check('[value=favour]');
  await walk.does(voter, 'votes', 'form button.go');
  await walk.says(voter, '已计入');
  await twice.check('[value=against]');
  await walk.refused(twice, 'a second use of the slip', 'form button.go', '小票已使用');
  walk.check('no session is kept', !(await voter.context().cookies()).some((c) => /session/.test(c.name)));
  const number = (await voter.textContent('main b.mono')).trim();
  for (const [i, code] of codes.slice(1, 11).entries()) {
    const one = await walk.guest({ phone: true, script: i % 2 === 0 });
    await one.goto(walk.url(`/ballot/${code}`));
    await one.check(`[value=${i < 7 ? 'favour' : i < 9 ? 'against' : 'abstain'}]`);
    await walk.does(one, 'votes', 'form button.go');
    await one.context().close();
  }
  await twice.goto(walk.url(`/ballot/${codes[11]}`)); // somebody thinks it over too long
  page = await walk.at('zhuren', `${at}/motions/1`);
  await walk.does(page, 'counts', 'form[action$="/decide"] button');
  await walk.says(page, '通过');
  await walk.look(page, '14-counted', { en: true });
  await twice.check('[value=favour]');
  await walk.refused(twice, 'a vote after the closing', 'form button.go', '已表决完毕');
  await walk.look(voter, '15-voted');
  await voter.reload();
  await Promise.all([voter.waitForNavigation(), voter.click('a[href*="/ballots"]')]);
  walk.check('eleven ballots are listed', await voter.locator('tbody tr').count() === 11);
  walk.check('the voter finds the own one', (await voter.locator('tbody tr', { hasText: number }).textContent()).includes('赞成'));
  await walk.look(voter, '16-ballots', { en: true });
  const list = await (await voter.request.get(voter.url().replace('/ballots', '/ballots.json'))).json();
  walk.check('as JSON, too', list.ballots.filter((b) => b.choice === 'favour').length === 8);
  walk.check('for nobody else the list of another slip', (await voter.request.get(walk.url(`${at}/motions/1/ballots?slip=AAAA-AAAA-AAAA`))).status() < 500);
  await walk.close('zhuren', at, '到会十二人，赞成八票，反对二票，弃权一票，形成决议。');
  await walk.look(await walk.at('zhuren', at), '17-held', { en: true });

  // the resolution is disclosed; an objection is answered
  page = await walk.at('zhuren', matter);
  await walk.says(page, '决议公开');
  await walk.look(page, '18-disclosed', { en: true });
  const asker = await walk.guest({ phone: true });
  await asker.goto(walk.url('/public'));
  await Promise.all([asker.waitForNavigation(), asker.click(`h2 a:has-text("${TITLE}")`)]);
  const shown = new URL(asker.url()).pathname;
  await walk.says(asker, '应到');
  await walk.look(asker, '19-public', { en: true });
  await asker.goto(walk.url(`${shown}/sheet`));
  walk.check('the sheet has a QR code', await asker.locator('.qrbig svg').count() === 1);
  await walk.look(asker, '20-sheet', { en: true });
  fs.writeFileSync(path.join(walk.shots, 'decision-sheet.pdf'), await asker.pdf({ preferCSSPageSize: true }));
  await asker.goto(walk.url(shown));
  await asker.fill('#f-body', '施工时南街商户进出怎么办？');
  await walk.does(asker, 'objects', '#object button.go');
  const code = (await asker.textContent('.code')).trim();
  page = await walk.at('zhuren', '/work');
  await walk.says(page, TITLE);
  await walk.look(page, '21-inbox');
  await walk.act('zhuren', matter, 'dismiss', { answer: '分半幅施工，留出一侧通行，工期十天。' });
  await asker.goto(walk.url('/public/objection'));
  await asker.fill('[name=code]', code);
  await walk.press(asker, 'form[action="/public/objection"] button');
  await walk.says(asker, '分半幅施工');
  await walk.look(asker, '22-answer', { en: true });
  clock.pass({ days: 4 });
  page = await walk.at('zhuren', matter);
  walk.check('it is not carried out before its days have run', await page.locator('input[name=action][value=finish]').count() === 0);
  clock.pass({ days: 4 });

  // carried out, reported by the month
  page = await walk.settled('zhuren', matter, '组织实施');
  await walk.look(page, '23-carried-out', { en: true });
  await walk.act('zhuren', matter, 'progress', { note: '路基已经完成，水稳层铺设过半。', photo_progress: await walk.photo(page, 'base.jpg') });
  clock.pass({ days: 31 });
  await walk.act('zhuren', matter, 'progress', { note: '面层铺设完成，正在养护。', photo_progress: await walk.photo(page, 'top.jpg') });
  await walk.look(await walk.at('zhuren', matter), '24-progress', { en: true });
  await walk.act('zhuren', matter, 'finish', { result: '南街三百米村道硬化完成，验收合格。', cost: '85600', photo_after: await walk.photo(page, 'done.jpg') });
  await asker.goto(walk.url('/public'));
  await Promise.all([asker.waitForNavigation(), asker.click(`h2 a:has-text("${TITLE}")`)]);
  await walk.says(asker, '验收合格');
  await walk.says(asker, '85600');
  await walk.look(asker, '25-result', { en: true });
  clock.pass({ days: 8 });
  page = await walk.settled('zhuren', matter, '已实施');
  await walk.look(page, '26-ended', { en: true });

  // all of it as one document
  await page.goto(walk.url(`${matter}/dossier`));
  const text = await page.textContent('main');
  const parts = [
    TITLE, '党员群众建议', '支部委员会会议', '村“两委”联席会议', '党员大会', '村民代表会议', // proposal, gatherings
    '通知发出', '召集', '应到名册', '到会', '缺席', '到会不足', '赞成 8', '票单校验值', '改期再议', '形成决议', // notices, rolls, counts, minutes
    '决议公开', '实施结果公开', '施工时南街商户', '分半幅施工', '报本月进度', '路基已经完成', '验收合格', '85600', '全过程日志',
  ];
  for (const part of parts) walk.check(`the dossier says ${part}`, text.includes(part));
  walk.check('each meeting is in it, held or not', await page.locator('#d-gatherings .meeting').count() === 6);
  const pictures = await page.locator('.paperpics img').evaluateAll((all) => Promise.all(all.map((i) => fetch(i.src).then((r) => r.ok))));
  walk.check(`its pictures are there: ${pictures}`, pictures.length >= 11 && pictures.every(Boolean));
  await walk.look(page, '27-dossier', { en: true });
  await page.emulateMedia({ media: 'print' });
  walk.check('on paper each part has its heading', await page.locator('#d-proposal h2, #d-gatherings h3, #d-public h4').evaluateAll((all) => all.length > 7 && all.every((h) => h.offsetHeight > 0)));
  await page.emulateMedia({ media: null });
  const pdf = await page.pdf({ preferCSSPageSize: true });
  walk.check('it prints on several pages', (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) || []).length >= 8);
  fs.writeFileSync(path.join(walk.shots, 'decision-dossier.pdf'), pdf);
};
module.exports.clock = true;
