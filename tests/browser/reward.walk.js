// P5: somebody did well in a hard moment. The community proposes the reward with its reason and its day, street and district look at
// the draft, it is refused without a reason, stands on display, and is granted when the days have run.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, wrong, says, press, fill, at, send, act } = require('./steps')(walk);
  const day = (back) => new Date(clock.now + 8 * 3600000 - back * 86400000).toISOString().slice(0, 10);
  const form = 'form[action="/procedures/prompt_reward"]';
  let page;

  // proposed: no reward without its reason, its day and its kind
  page = await at('shuji', '/procedures/prompt_reward/new');
  await fill(page.locator(form), { title: '暴雨夜排涝小组' });
  await page.locator(form).evaluate((f) => { f.noValidate = true; });
  const bare = await press(page, `${form} button.go`);
  walk.check(`without a reason and a day it is refused: ${bare}`, bare.length > 0 && page.url().includes('/procedures/prompt_reward'));
  await walk.look(page, '01-refused');
  await fill(page.locator(form), { title: '暴雨夜排涝小组', body: '连续三十小时排涝，转移住户十二户，无一伤亡', earned_on: day(2), for_task: '新胜街排水改造' });
  await page.locator(`${form} [name=reward_kind]`).first().evaluate((e) => e.type).then((type) => (type === 'select-one'
    ? page.selectOption(`${form} [name=reward_kind]`, 'commended')
    : page.locator(`${form} label.rad`, { hasText: '嘉奖' }).first().click()));
  walk.check(`proposed: ${await wrong(page)}`, !await press(page, `${form} button.go`));
  const reward = new URL(page.url()).pathname;
  walk.check(`it is a matter: ${reward}`, /^\/matters\/\d+$/.test(reward));

  // the draft: who may decide reads it whole, nobody outside reads anything
  page = await at('zuzhi', reward);
  for (const words of ['连续三十小时排涝', day(2), '嘉奖', '新胜街排水改造', '街道审核']) await says(page, words);
  await walk.look(page, '02-draft', { en: true });
  const guest = await walk.guest({ phone: true });
  await guest.goto(walk.url('/public'));
  walk.check('a draft is not public', !(await text(guest)).includes('暴雨夜排涝小组'));
  page = await at('shuji', reward);
  walk.check('who proposed it does not agree to it', await page.locator('input[name=action][value=accept]').count() === 0);
  walk.check('the district is not asked before the street', await (await at('quzuzhi', reward)).locator('input[name=action][value=grant]').count() === 0);
  await act('zuzhi', reward, 'accept', { note: '情况属实' });

  // decided: with the reason for it, or not at all
  page = await at('quzuzhi', reward);
  await page.locator('form:has(input[name=action][value=grant])').evaluate((f) => { f.noValidate = true; });
  const empty = await send(page, 'grant', { granted_for: ' ' });
  walk.check(`it is not granted without a reason: ${empty}`, empty.length > 0);
  page = await at('quzuzhi', reward);
  await page.locator('form:has(input[name=action][value=decline])').evaluate((f) => { f.noValidate = true; });
  walk.check('nor declined without one', (await send(page, 'decline', { reason: ' ' })).length > 0);
  await guest.goto(walk.url('/public'));
  walk.check('what was refused is not public', !(await text(guest)).includes('暴雨夜排涝小组'));
  await act('quzuzhi', reward, 'grant', { granted_for: '及时排险，予以嘉奖' });

  // on display with reason and day, five days; then it stands
  await guest.goto(walk.url('/public'));
  await Promise.all([guest.waitForNavigation(), guest.click('a:has-text("暴雨夜排涝小组")')]);
  const display = new URL(guest.url()).pathname;
  for (const words of ['连续三十小时排涝', day(2), '嘉奖', '及时排险，予以嘉奖', '公示']) await says(guest, words);
  walk.check('the project is nobody else’s', !(await text(guest)).includes('新胜街排水改造'));
  await walk.look(guest, '03-display', { en: true });
  clock.pass({ days: 4 });
  page = await at('quzuzhi', reward);
  walk.check('before its days have run it does not stand', !(await text(page)).includes('已授予'));
  clock.pass({ days: 2 });
  page = await at('shuji', reward);
  await says(page, '已授予');
  await guest.goto(walk.url(display));
  await says(guest, '及时排险，予以嘉奖');
  await walk.look(page, '04-granted');
};
module.exports.clock = true;
