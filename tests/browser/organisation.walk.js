// What a district is made of: a market with its branch, desk and honours, a building's head, an alliance, a joint committee that
// meets, and coverage down to its records.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { top } = require('../server/server');

const UNITS = `code,name,kind,parent,serves,shops,party_sort,station_sort,honour_level,honour_year
sc1,一号菜市场,market,140214001002,,100,,,,
scz,一号菜市场党支部,party_branch,sc1,sc1,,market,,,
tsz,一号菜市场投诉台,station,sc1,sc1,,,,,
ltx,退休干部第一支部,party_branch,140214001,,,retired,,市级,2025
xly,新胜街道两新综合党委,party_committee,140214001,,,two_new,,,
lm,新就业群体联盟,alliance,140214,,,,,,
lm1,快递行业党支部,party_branch,lm,,,trade,,,
lm2,外卖行业党支部,party_branch,lm,,,trade,,,
dgw,新胜街道大工委,joint_committee,140214001,,,,,,
lou1,1号楼,building,140214001002-01,,,,,,
lou2,2号楼,building,140214001002-01,,,,,,
`;
const PEOPLE = `name,unit,role,honour_level,honour_year
孙书记,scz,secretary,,
钱示范,scz,honour_post,市级,2025
李指导,scz,branch_guide,,
周守台,tsz,station_keeper,,
快递一,lm,courier,,
快递二,lm,courier,,
骑手一,lm,rider,,
`;

module.exports = async (walk) => {
  const { clock } = walk;
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const text = (page) => page.textContent('main');
  const press = (page, link) => Promise.all([page.waitForNavigation(), page.locator(link).first().click()]);
  const reads = async (page, ...words) => {
    const all = await text(page);
    for (const word of words) walk.check(`${page.who} reads ${word} on ${page.url()}`, all.includes(word));
  };
  const name = async (page) => (await page.getAttribute('a.who', 'aria-label')).split(' ')[0];
  const number = async (page, title) => (await page.textContent(`dt:has-text("${title}") + dd`)).trim();

  const guanli = await walk.as('guanli');
  const unit = async (page, code) => { // its page, from the list of those above it
    await page.goto(walk.url('/units'));
    for (const at of code) await press(page, `table a.ttl:has-text("${at}")`);
  };
  const take = async (noun, csv) => {
    await guanli.goto(walk.url(`/import?noun=${noun}`));
    await guanli.setInputFiles('[name=file]', { name: `${noun}.csv`, mimeType: 'text/csv', buffer: Buffer.from(csv) });
    for (const step of ['', '/check', '/write']) await go(guanli, `form[action="/import${step}"] button`);
  };
  const settle = () => guanli.waitForTimeout(2500); // the tree of units is read again by itself, a moment later
  await take('units', UNITS);
  await settle();
  await take('people', PEOPLE);
  await settle();

  // The brand's name and picture come from the pack, for guests too.
  const guest = await walk.guest({ phone: true });
  for (const page of [guanli, guest]) {
    await page.goto(walk.url('/'));
    walk.check('the brand has its name', (await page.textContent('.brand')).includes('应哨·云冈'));
    walk.check('and its picture', (await page.getAttribute('.brand use', 'href')).endsWith('#i-speakerphone'));
  }

  // The market: its facts, and one that is no number.
  const community = ['新胜街道', await walk.as('shequ').then((p) => p.getAttribute('a.who', 'aria-label')).then((s) => s.split(' ')[1])];
  await unit(guanli, [...community, '一号菜市场']);
  const market = guanli.url();
  await reads(guanli, '一号菜市场党支部', '孙书记', '钱示范', '市级', '2025', '李指导', '一号菜市场投诉台', '周守台', '100');
  await press(guanli, 'a[href$="/facts"]');
  await guanli.fill('[name="f-shops"], [name=shops]', '很多');
  await go(guanli, 'form[action$="/facts"] button');
  walk.check('what is no number is refused', await guanli.locator('.field.bad .err').count() === 1);
  await walk.look(guanli, 'facts');
  await guanli.fill('[name="f-shops"], [name=shops]', '98');
  await go(guanli, 'form[action$="/facts"] button');
  await settle();
  await guanli.reload();
  walk.check('it has 98 shops', await number(guanli, '商铺') === '98');
  await walk.look(guanli, 'market', { en: true });
  walk.check('a bad fact changed nothing else', guanli.url() === market);

  // Retired members with an honour; coverage of the street and of the district, down to its records.
  await unit(guanli, ['新胜街道', '退休干部第一支部']);
  await reads(guanli, '离退休干部党组织', '市级', '2025');
  await walk.look(guanli, 'retired');
  await unit(guanli, ['新胜街道']);
  walk.check('the street is covered', await number(guanli, '覆盖率') === '100.00%');
  await guanli.goto(walk.url('/units'));
  await walk.look(guanli, 'district');
  await press(guanli, 'dt:has-text("覆盖率") + dd a');
  await reads(guanli, '街道两新组织综合党委', '街道和乡镇');
  await press(guanli, 'a:has-text("街道两新组织综合党委")');
  await press(guanli, 'a[href*="/records"]');
  await reads(guanli, '新胜街道两新综合党委');
  walk.check('just one', await guanli.locator('tbody tr').count() === 1);
  await walk.look(guanli, 'covered');

  // The alliance: a/b/c, and each leads to its people or branches.
  await unit(guanli, ['新就业群体联盟']);
  await reads(guanli, '快递行业党支部', '外卖行业党支部', '快递一', '骑手一');
  walk.check('three numbers', await number(guanli, '快递从业人员 / 外卖骑手') === '2/1/2');
  await walk.look(guanli, 'alliance');
  await press(guanli, 'dt:has-text("快递从业人员") + dd a');
  const slash = guanli.url();
  for (const [i, rows] of [2, 1, 2].entries()) {
    await guanli.goto(slash);
    await Promise.all([guanli.waitForNavigation(), guanli.locator('dl.kv a[href*="/records"]').nth(i).click()]);
    walk.check(`value ${i} has its records`, await guanli.locator('tbody tr').count() === rows);
  }
  await guanli.goto(slash);
  await walk.look(guanli, 'slash');

  // A joint committee: who sits in it keeps the own post.
  let jiedao = await walk.as('jiedao');
  const shequ = await walk.as('shequ');
  await unit(guanli, ['新胜街道', '新胜街道大工委']);
  const committee = guanli.url();
  for (const [who, role, from] of [[jiedao, 'secretary', '140214001'], [shequ, 'joint_seat', '140214001002']]) {
    await guanli.click('details.more summary');
    await guanli.selectOption('#p-role', role);
    await guanli.fill('#p-name', await name(who));
    await guanli.fill('#p-known', from);
    await go(guanli, 'form[action$="/posts"] button');
    await reads(guanli, await name(who));
  }
  await jiedao.goto(walk.url('/gatherings/new?kind=joint_committee_meeting'));
  await jiedao.fill('[name=title]', '大工委四季度会议');
  await jiedao.fill('[name=starts_at]', clock.in({ days: 4 }));
  await go(jiedao, 'form[action="/gatherings"] button.go');
  walk.check('the field must be said', await jiedao.locator('.field.bad .err').count() > 0);
  await jiedao.locator('label.rad', { hasText: '资源联享' }).click();
  await jiedao.fill('[name=title]', '大工委四季度会议');
  await jiedao.fill('[name=starts_at]', clock.in({ days: 4 }));
  await go(jiedao, 'form[action="/gatherings"] button.go');
  const meeting = jiedao.url();
  await go(jiedao, 'form[action$="/call"] button');
  clock.pass({ days: 4 });
  jiedao = await walk.as('jiedao');
  await jiedao.goto(meeting);
  await go(jiedao, 'form[action$="/open"] button');
  for (const box of await jiedao.locator('#roll input[type=checkbox][name=n]').all()) await box.check();
  await go(jiedao, '#roll button[value=present]');
  await jiedao.click('summary:has-text("结束并归档")');
  await jiedao.fill('[name=minutes]', '共享会议室三间。');
  await go(jiedao, 'form[action$="/close"] button');
  await reads(jiedao, '已结束');
  const admin = await walk.as('guanli');
  await admin.goto(committee);
  walk.check('one on resources', await number(admin, '资源联享') === '1');
  walk.check('none on services', await number(admin, '服务联做') === '0');
  await walk.look(admin, 'committee', { en: true });
  await press(admin, 'dt:has-text("资源联享") + dd a');
  await press(admin, 'a[href*="/records"]');
  await reads(admin, '大工委四季度会议');

  // The head of a building sees what was reported in it, and not the next one's.
  for (const [at, words] of [['lou1', '一号楼楼道灯不亮'], ['lou2', '二号楼门禁坏了']]) {
    await guest.goto(walk.url(`/report?at=${at}`));
    await guest.fill('[name=body]', words);
    await go(guest, 'form[action="/report"] button.go');
  }
  execFileSync(path.join(top, 'build/release/yingshao'), ['user', 'add', '--login', 'lou-head', '--name', '楼长甲', '--role', 'volunteer_head',
    '--unit', 'lou1', '--data', walk.server.data], { input: 'lou-zhang-2026\n' });
  walk.server.accounts.set('lou-head', 'lou-zhang-2026');
  const head = await walk.as('lou-head', { phone: true });
  await head.goto(walk.url('/matters'));
  await reads(head, '一号楼楼道灯不亮');
  walk.check('and not the next building\'s', !(await text(head)).includes('二号楼门禁坏了'));
  await walk.look(head, 'head');
};
module.exports.clock = true;
