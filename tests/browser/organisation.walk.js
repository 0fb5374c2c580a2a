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
qy8,八号机械厂,enterprise,140214001,,,,,,
qy8zb,八号机械厂党支部,party_branch,qy8,,,two_new,,,
qy9,九号物流公司,enterprise,140214001,,,,,,
`;
const PEOPLE = `name,unit,role,honour_level,honour_year
孙书记,scz,secretary,,
钱示范,scz,honour_post,市级,2025
李指导,scz,branch_guide,,
周守台,tsz,station_keeper,,
快递一,lm,courier,,
快递二,lm,courier,,
骑手一,lm,rider,,
吴厂长,qy8zb,secretary,,
郑指导,qy9,branch_guide,,
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

  // Of three firms in the street one has an organisation, and in two its work is done; street by street, down to the firms.
  await unit(guanli, ['新胜街道']);
  walk.check('organisations in a third of the firms', await number(guanli, '企业党组织覆盖率') === '33.33%');
  walk.check('work in two thirds', await number(guanli, '企业党的工作覆盖率') === '66.67%');
  await guanli.goto(walk.url('/figures/work_coverage?unit=140214'));
  await reads(guanli, '新胜街道', '66.67%');
  await walk.look(guanli, 'work-coverage');
  await guanli.goto(walk.url('/figures/firms_guided?unit=140214001'));
  await press(guanli, 'a[href*="/records"]');
  await reads(guanli, '八号机械厂', '九号物流公司');
  walk.check('those two', await guanli.locator('tbody tr').count() === 2);
  walk.check('and not the one without', !(await text(guanli)).includes('新胜惠民超市'));

  // Which figures stand first on a dashboard is the pack's to say: an alliance has its own.
  await guanli.goto(walk.url('/dashboard?unit=lm'));
  await reads(guanli, '2/1/2', '行业党支部');
  await walk.look(guanli, 'cards', { en: true });
  await press(guanli, 'a.src[href*="/figures/new_trades"]');
  await reads(guanli, '快递从业人员', '外卖骑手');

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
  await reads(guanli, '兼 新胜街道 调度员', '社区居委会 调度员');
  await guanli.click('details.more summary');
  await guanli.selectOption('#p-role', 'joint_seat');
  await guanli.fill('#p-name', '查无此人');
  await guanli.fill('#p-known', '140214001');
  await go(guanli, 'form[action$="/posts"] button');
  walk.check('who has no post there gets no seat from there', await guanli.locator('.field.bad .err').count() === 1);
  await guanli.goto(committee);
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
  // What it hands to a department is followed from both sides: the meeting shows how far it is, the task where it came from.
  const hand = jiedao.locator('details.offer:has(form[action$="/tasks"])');
  await hand.locator('summary').click();
  await hand.locator('[name=title]').fill('会议室预约电话公布上墙');
  await hand.locator('[name=unit]').selectOption({ label: '区园林绿化服务中心' });
  await hand.locator('[name=until]').fill(clock.in({ days: -30 }).slice(0, 10));
  await go(jiedao, 'form[action$="/tasks"] button');
  walk.check('a day that is over is refused', await jiedao.locator('.note.bad').count() > 0);
  const again = jiedao.locator('details.offer:has(form[action$="/tasks"])');
  if (!await again.evaluate((d) => d.open)) await again.locator('summary').click();
  await again.locator('[name=title]').fill('会议室预约电话公布上墙');
  await again.locator('[name=unit]').selectOption({ label: '区园林绿化服务中心' });
  await again.locator('[name=until]').fill(clock.in({ days: 10 }).slice(0, 10));
  await go(jiedao, 'form[action$="/tasks"] button');
  await reads(jiedao, '会议室预约电话公布上墙', '办理中');
  await walk.look(jiedao, 'tasks', { en: true });
  await press(jiedao, '#resolved a.ttl');
  await reads(jiedao, '交办会议', '大工委四季度会议');
  await press(jiedao, 'a:has-text("大工委四季度会议")');
  walk.check('the task leads back to its meeting', jiedao.url() === meeting);
  await jiedao.goto(committee);
  await press(jiedao, 'a.ttl:has-text("交其他单位办的")');
  await reads(jiedao, '会议室预约电话公布上墙', '交其他单位办的');
  await walk.look(jiedao, 'handed');
  const bumen = await walk.as('bumen');
  await bumen.goto(walk.url('/matters'));
  await reads(bumen, '会议室预约电话公布上墙');
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
