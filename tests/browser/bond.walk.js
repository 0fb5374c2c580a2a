// Mentor and cadre for a year, a rotation with its two lists, a firm and its specialist: made, lived through, ended.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const { reads } = require('./ties')(walk);
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const text = (page) => page.textContent('main');
  const act = async (page, title, fields) => {
    const offer = page.locator(`details.offer:has(> summary:text-is("${title}"))`);
    if (!(await offer.evaluate((el) => el.open))) await offer.locator('summary').click();
    for (const [name, value] of Object.entries(fields)) await offer.locator(`[name="${name}"]`).fill(value);
    await Promise.all([page.waitForNavigation(), offer.locator('button').last().click()]);
  };
  // The choice of a select whose words hold all of these.
  const choose = async (page, name, ...words) => {
    const options = await page.locator(`select[name=${name}] option`).evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
    const found = options.find(([, label]) => words.every((word) => label.includes(word)));
    if (!walk.check(`${name} offers ${words.join(' ')}`, Boolean(found))) throw new Error(options.slice(0, 9).join(' | '));
    await page.selectOption(`select[name=${name}]`, found[0]);
  };
  const STREET = '新胜街道';
  const me = async (page) => (await (await page.request.get(walk.url('/me.json'))).json()).name;

  walk.hire('bangdai', '龚帮带', 'mentor', '140214001');
  walk.hire('xinren', '郝新人', 'young_cadre', '140214001');
  const mentor = await walk.as('bangdai', { phone: true });
  const cadre = await walk.as('xinren', { phone: true });
  const names = { mentor: await me(mentor), cadre: await me(cadre) };

  // A pair is made by the street's organiser.
  let zuzhi = await walk.as('zuzhi');
  await zuzhi.goto(walk.url('/bonds'));
  walk.check('what may be made is listed', (await text(zuzhi)).includes('导师帮带'));
  await walk.look(zuzhi, 'empty');
  await zuzhi.goto(walk.url('/bonds/new?kind=mentor_cadre'));
  await choose(zuzhi, 'other', names.cadre);
  await go(zuzhi, 'button:has-text("看看谁合适")');
  walk.check('somebody near is proposed, with the reason', (await text(zuzhi)).includes('同一街道（乡镇）'));
  await walk.look(zuzhi, 'proposals', { en: true });
  await go(zuzhi, 'a.btn:has-text("选这位")');
  await choose(zuzhi, 'one', names.mentor);
  await zuzhi.fill('[name=until]', '2031-01-01');
  await go(zuzhi, 'form[action="/bonds"] button.go');
  walk.check('five years are too long', (await text(zuzhi)).includes('最长只能到'));
  await zuzhi.fill('[name=until]', '');
  await go(zuzhi, 'form[action="/bonds"] button.go');
  const pair = new URL(zuzhi.url()).pathname;
  walk.check('the pair stands', (await text(zuzhi)).includes('进行中'));
  await zuzhi.goto(walk.url('/bonds/new?kind=mentor_cadre'));
  await choose(zuzhi, 'one', names.mentor);
  await choose(zuzhi, 'other', names.cadre);
  await go(zuzhi, 'form[action="/bonds"] button.go');
  walk.check('nobody has two mentors', (await text(zuzhi)).includes('不能再多'));

  await mentor.goto(walk.url(pair));
  walk.check('a plan is missing', (await text(mentor)).includes('还没有计划'));
  await act(mentor, '填写计划', { goals: '一年内独立负责一个社区', tasks: '每月下社区两次', contacts: '每周五下午' });
  walk.check('the plan stands', (await text(mentor)).includes('一年内独立负责一个社区'));
  await act(mentor, '布置任务', { body: '写一份停车难调研' });
  await cadre.goto(walk.url(pair));
  await act(cadre, '完成情况', { body: '已走访三个小区' });
  walk.check('both write into one log', (await text(cadre)).includes('写一份停车难调研'));
  await walk.look(cadre, 'pair');

  // Weeks pass: talks fall due by themselves; what is not done is seen.
  clock.pass({ days: 15 });
  const later = await walk.as('bangdai', { phone: true });
  await later.goto(walk.url(pair));
  await reads(later, '每周谈心'); // it has fallen due by itself
  await walk.look(later, 'due');
  clock.pass({ days: 60 });
  zuzhi = await walk.as('zuzhi');
  await zuzhi.goto(walk.url('/bonds?alarm=yes'));
  await reads(zuzhi, '很久没有联系了');
  await walk.look(zuzhi, 'alarm');

  // A rotation of six months, and nobody in two places at once.
  await zuzhi.goto(walk.url('/bonds/new?kind=rotation'));
  await choose(zuzhi, 'one', names.cadre);
  await choose(zuzhi, 'other', '园林');
  await go(zuzhi, 'form[action="/bonds"] button.go');
  const rotation = new URL(zuzhi.url()).pathname;
  await zuzhi.goto(walk.url('/bonds/new?kind=practice'));
  await choose(zuzhi, 'one', names.cadre);
  await choose(zuzhi, 'other', STREET);
  await go(zuzhi, 'form[action="/bonds"] button.go');
  walk.check('placements do not overlap', (await text(zuzhi)).includes('另有安排'));
  await zuzhi.goto(walk.url(rotation));
  await act(zuzhi, '任务清单', { body: '参与老旧小区改造' });
  const at = await walk.as('xinren');
  await at.goto(walk.url(rotation));
  await act(at, '成果清单', { body: '三个小区开工' });
  walk.check('tasks and achievements stand side by side', /任务清单[\s\S]*|成果清单/.test(await text(at)));
  clock.pass({ days: 185 });
  zuzhi = await walk.as('zuzhi');
  await zuzhi.goto(walk.url(rotation));
  walk.check('its term is over by itself', (await text(zuzhi)).includes('期满，等待考核'));
  await zuzhi.locator('details.offer:has(> summary:text-is("填写考核")) summary').click();
  await zuzhi.check('[name=result][value=excellent]');
  await act(zuzhi, '填写考核', { pair_mark: '101', pair_note: '表现突出' });
  walk.check('a mark over a hundred is refused', await zuzhi.locator('.field.bad .err').count() > 0);
  await zuzhi.check('[name=result][value=excellent]');
  await act(zuzhi, '填写考核', { pair_mark: '95', pair_note: '表现突出' });
  walk.check('it is assessed', (await text(zuzhi)).includes('已结束') && (await text(zuzhi)).includes('优秀'));
  await walk.look(zuzhi, 'assessed', { en: true });

  // A firm has one specialist, who notes visits; strangers see nothing of it. The one before goes first.
  const special = await me(await walk.as('zhuanyuan'));
  const given = async () => {
    await zuzhi.goto(walk.url('/bonds/new?kind=specialist_firm'));
    await choose(zuzhi, 'one', special);
    await choose(zuzhi, 'other', '超市');
    await go(zuzhi, 'form[action="/bonds"] button.go');
  };
  await given();
  walk.check('a firm has one specialist', (await text(zuzhi)).includes('不能再多'));
  await zuzhi.goto(walk.url('/bonds?kind=specialist_firm'));
  await go(zuzhi, 'main a[href^="/bonds/"]:has-text("超市")');
  await act(zuzhi, '提前结束', { reason: '轮换服务专员' });
  walk.check('the one before is over', (await text(zuzhi)).includes('轮换服务专员'));
  await given();
  const firm = new URL(zuzhi.url()).pathname;
  const zhuanyuan = await walk.as('zhuanyuan', { phone: true });
  await zhuanyuan.goto(walk.url('/bonds'));
  walk.check('it is among the specialist\'s own', (await text(zhuanyuan)).includes('专员联系企业'));
  await zhuanyuan.goto(walk.url(firm));
  await act(zhuanyuan, '临时走访', { talk_note: '企业反映招工难' });
  walk.check('the visit is noted', (await text(zhuanyuan)).includes('企业反映招工难'));
  const qishou = await walk.as('qishou');
  const denied = await qishou.request.get(walk.url(`${firm}.json`));
  walk.check('a stranger is told that there is none', denied.status() === 404);
  await go(zuzhi, `a[href="${firm}"]`).catch(() => zuzhi.goto(walk.url(firm)));
  await act(zuzhi, '提前结束', { reason: '企业已迁出' });
  walk.check('it ends early, with the reason', (await text(zuzhi)).includes('企业已迁出'));
};
module.exports.clock = true;
