// Talent of a tier applies for a flat: who may not have it is told so, the last one is given once, a refusal is reviewed by the district,
// and after three years the flat is free again.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const choose = async (page, name, words) => {
    const options = await page.locator(`select[name=${name}] option`).evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
    const found = options.find(([, label]) => label.includes(words));
    if (!walk.check(`${name} offers ${words}`, Boolean(found))) throw new Error(options.slice(0, 9).join(' | '));
    await page.selectOption(`select[name=${name}]`, found[0]);
    return found[1];
  };
  const SEND = 'form[action="/procedures/talent_benefit"] button.go';
  const apply = async (account, words, reasons) => {
    const page = await walk.at(account, '/procedures/talent_benefit/new');
    const label = await choose(page, 'benefit', words);
    await page.fill('[name=body]', reasons);
    return { page, label };
  };
  const sent = async (page, what) => {
    await walk.does(page, what, SEND);
    return new URL(page.url()).pathname;
  };

  // Everybody may read what there is, without a name.
  const guest = await walk.guest({ phone: true });
  await guest.goto(walk.url('/public/resources?kind=talent_flat'));
  walk.check('the flats are on a public page', (await text(guest)).includes('幸福里人才公寓'));
  await walk.look(guest, 'public', { en: true });
  await Promise.all([guest.waitForNavigation(), guest.click('a.ttl:has-text("幸福里人才公寓")')]);
  walk.check('with whom they are for, and for how long', /A 类 \/ B 类[\s\S]*3 年[\s\S]*幸福路 8 号/.test(await text(guest)));
  await walk.look(guest, 'public-one');

  // Tier E may not have a flat, and is told who may.
  let { page } = await apply('gongjiang', '幸福里人才公寓', '刚到本地工作');
  await walk.refused(page, 'a flat for tier E', SEND, '只提供给：A 类 / B 类 / C 类 / D 类');
  walk.check('what was typed is still there', (await page.inputValue('[name=body]')) === '刚到本地工作');
  await choose(page, 'benefit', '云冈人才一卡通');
  await sent(page, 'applies for a card');

  // Tier B and tier A want the same last flat.
  await walk.look(await walk.at('rencai', '/procedures/talent_benefit/new'), 'apply', { en: true });
  const first = await apply('rencai', '幸福里人才公寓', '夫妻两人来本地工作');
  walk.check(`what is left is said: ${first.label}`, first.label.includes('剩 1/1 套'));
  const one = await sent(first.page, 'applies for a flat');
  const other = await apply('boshi', '幸福里人才公寓', '租期将满');
  const two = await sent(other.page, 'applies for the same flat');

  // The street asks for more, gets it and grants; the applicant sees until when.
  await walk.act('zuzhi', one, 'ask_more', { reason: '请补充劳动合同' });
  await walk.act('rencai', one, 'supplied', { note: '合同已送到街道窗口' });
  await walk.act('zuzhi', one, 'grant', { answer_text: '已批准，请持身份证办理入住' });
  page = await walk.at('rencai', one);
  const years = new Date(clock.now + 8 * 3600000).getUTCFullYear() + 3;
  walk.check('the decision and its end are on the page', (await page.textContent('#holds')).includes('有效') && (await text(page)).includes(`– ${years}-`));
  await walk.look(page, 'granted', { en: true });

  // None is left for the other: the street cannot grant it, refuses with a reason, and the district reviews it.
  page = await walk.at('quzuzhi', two);
  const offer = 'details.offer:has(input[name=action][value=grant])';
  const box = page.locator(offer).first();
  if (!await box.evaluate((d) => d.open)) await box.locator('summary').click();
  await walk.fill(box, { answer_text: '已批准' });
  await walk.refused(page, 'granting what is not left', `${offer} form button.wide`, '名额已满：共 1 个');
  await walk.look(page, 'none-left');
  await walk.act('quzuzhi', two, 'refuse', { reason: '房源已满' });
  page = await walk.at('boshi', two);
  await walk.says(page, '房源已满');
  await walk.act('boshi', two, 'appeal', { reason: '人才协议约定提供住房' });

  // The street's organiser cannot make it fewer than are held, but more.
  page = await walk.at('zuzhi', '/resources?kind=talent_flat');
  await walk.look(page, 'list', { en: true });
  await Promise.all([page.waitForNavigation(), page.click('a.ttl:has-text("幸福里人才公寓")')]);
  const flat = new URL(page.url()).pathname;
  const change = 'details.offer:has(input[name=action][value=change])';
  const set = async (n, button) => {
    if (!await page.locator(change).evaluate((d) => d.open)) await page.locator(`${change} summary`).click();
    await page.fill(`${change} [name=capacity]`, n);
    return button;
  };
  await walk.refused(page, 'fewer than none', await set('0', `${change} button.wide`), '数量至少为 1');
  await walk.look(page, 'fewer');
  await walk.does(page, 'one more', await set('2', `${change} button.wide`));
  walk.check('one of two is free', /1 \/ 2/.test(await text(page)));
  await walk.act('quzuzhi', two, 'grant', { answer_text: '新增一套，予以安排' });
  page = await walk.at('zuzhi', flat);
  walk.check('both are held', /0 \/ 2/.test(await text(page)));
  await walk.look(page, 'held', { en: true });
  const stranger = await walk.at('rencai', flat);
  walk.check('who holds it is not told to others', !(await text(stranger)).includes('占用情况'));

  // Somebody leaves: the keeper takes the flat back, with a reason.
  page = await walk.at('zuzhi', flat);
  const row = page.locator('#held tr', { has: page.locator(`a[href="${two}"]`) });
  await row.locator('summary').click();
  await row.locator('[name=reason]').fill('已调离本区');
  await Promise.all([page.waitForNavigation(), row.locator('form button').click()]);
  walk.check('it is free again, with the reason', /1 \/ 2[\s\S]*已调离本区/.test(await text(page)));

  page = await walk.at('boshi', two);
  const back = await page.textContent('#holds');
  walk.check(`and its page says when it was given back: ${back}`, back.includes('已交还') && back.includes(` – ${new Date(clock.now + 8 * 3600000).toISOString().slice(0, 10)}`));
  await walk.look(page, 'given-back');

  // Three years later it is over by itself.
  clock.pass({ days: 3 * 365 + 2 });
  page = await walk.settled('zuzhi', flat, '幸福里人才公寓');
  walk.check('its time has run out', /2 \/ 2[\s\S]*期满自动退出/.test(await text(page)));
  page = await walk.at('rencai', one);
  walk.check('and the matter says so', (await page.textContent('#holds')).includes('已到期'));
};
module.exports.clock = true;
