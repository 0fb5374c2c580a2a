// Y16: a member who works elsewhere registers where they live, with skills; the community accepts; an order of Y12 is offered, taken by
// one, done with proof and minutes, rated; the hours add up on the own page, and as a figure of the community with its records.
'use strict';

module.exports = async (walk) => {
  const { at, act, send, report, says, text, photo } = require('./steps')(walk);
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const COMMUNITY = '新胜街社区';

  // Registering.
  let member = await at('dangyuan', '/rolls');
  await go(member, 'a[href="/rolls/double_registration/new?self=1"]');
  await walk.look(member, '01-new', { en: true });
  const options = await member.locator('#n-unit option').evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
  await member.selectOption('#n-unit', options.find(([, name]) => name.includes(COMMUNITY))[0]);
  await member.evaluate(() => document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required')));
  await walk.refused(member, 'registering without a skill', 'form[action="/rolls/double_registration"] button.go', '必填');
  await member.fill('[name=skills]', '水电维修');
  await member.fill('[name=free_time]', '周六上午');
  await member.fill('[name=employer]', '区第一小学');
  await walk.does(member, 'registers', 'form[action="/rolls/double_registration"] button.go');
  const entry = new URL(member.url()).pathname;
  await says(member, '待确认');
  await member.goto(walk.url('/rolls/double_registration/new?self=1'));
  await member.selectOption('#n-unit', options.find(([, name]) => !name.includes(COMMUNITY))[0]);
  await member.fill('[name=skills]', '水电维修');
  await walk.refused(member, 'registering twice', 'form[action="/rolls/double_registration"] button.go', '已在这个名册上');

  // The community sees who waits, and accepts.
  let shequ = await at('shequ', '/rolls');
  await go(shequ, 'a.chip:has-text("待办")');
  await go(shequ, `a[href="${entry}"]`);
  await walk.look(shequ, '02-to-accept');
  await shequ.click('details:has(input[value=accept]) summary');
  await go(shequ, 'form[action$="/do"]:has(input[value=accept]) button');
  await says(shequ, '在册');
  member = await at('dangyuan', '/me');
  await says(member, '报到党员');

  // A resident's order reaches the community, which offers it to those who registered.
  const guest = await walk.guest();
  await guest.goto(walk.url('/report'));
  const receipt = await report(guest, { subject: 'care/volunteers', body: '家里水龙头漏水，想请志愿者帮忙换一个', where: '三号楼二单元' });
  shequ = await at('shequ', '/work');
  await go(shequ, 'a.ttl:has-text("水龙头")');
  const order = new URL(shequ.url()).pathname;
  await walk.look(shequ, '03-order');
  const offer = shequ.locator('details.offer:has(input[name=action][value=offer])');
  const units = await offer.locator('[name=unit] option').evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
  await act('shequ', order, 'offer', { unit: units.find(([, name]) => name.includes(COMMUNITY) && !name.includes('支部'))[0] });

  // One takes it; nobody takes it again.
  member = await at('dangyuan', '/work');
  await says(member, '水龙头');
  await act('dangyuan', order, 'claim');
  member = await at('dangyuan', order);
  const done = { done_text: '已更换水龙头，不再漏水', photo_after: await photo(member, 'after.jpg'), served: '2000' };
  walk.check('more minutes than a day has are refused', /1440|1,440/.test(await send(member, 'done', done)));
  await act('dangyuan', order, 'done', { ...done, served: '90' });

  // Who ordered rates it.
  await guest.goto(walk.url('/report/find'));
  await guest.fill('[name=code]', receipt.code || receipt.receipt || '');
  await go(guest, 'form[action="/report/find"] button');
  await guest.fill('[name=stars]', '5');
  await guest.fill('[name=word]', '来得快，手艺好');
  await walk.does(guest, 'rates', 'form[action="/report/rate"] button.go');
  member = await at('dangyuan', order);
  await says(member, '来得快，手艺好');

  // The hours: on the own page, on the own entry, and as a figure of the community that leads to them.
  member = await at('dangyuan', '/me');
  walk.check('ninety minutes stand on the own page', (await member.textContent('#served')).includes('90'));
  await walk.look(member, '04-me', { en: true });
  member = await at('dangyuan', entry);
  await says(member, '累计服务');
  shequ = await at('shequ', '/rolls');
  await go(shequ, 'section:has(h2:text-is("在职党员报到")) a.ttl');
  await says(shequ, '服务时长');
  await walk.look(shequ, '05-roll');
  const minutes = await shequ.textContent('a[href^="/figures/service_hours"]');
  walk.check(`the community's figure counts them: ${minutes}`, Number(minutes.replace(',', '')) >= 90);
  await go(shequ, 'a[href^="/figures/service_hours"]');
  await go(shequ, 'a[href*="/records"]');
  const record = shequ.locator('tr', { has: shequ.locator(`a[href="${order}"]`) });
  walk.check('and its records lead to the order', (await record.textContent()).includes('90'));
  await walk.look(shequ, '06-records', { en: true });
  const stranger = await at('chengguan', entry);
  walk.check('a stranger is told that there is none', (await stranger.request.get(walk.url(`${entry}.json`))).status() === 404);
};
module.exports.clock = true;
