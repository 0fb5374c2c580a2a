// An expert out of the talent database is engaged for a project and a term, not employed: by the organiser, with a firm as host; results
// are noted by the firm, nobody is engaged without a project or for too long, and it ends with an assessment.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const options = (page, name) => page.locator(`select[name=${name}] option`).evaluateAll((all) => all.map((o) => [o.value, o.textContent]));
  const MAKE = 'form[action="/bonds"] button.go';
  const act = async (page, title, fields) => {
    const offer = page.locator(`details.offer:has(> summary:text-is("${title}"))`);
    if (!await offer.evaluate((el) => el.open)) await offer.locator('summary').click();
    await walk.fill(offer, fields);
    await Promise.all([page.waitForNavigation(), offer.locator('button').last().click()]);
  };

  // The expert stands in the talent database, as one who is engaged by project.
  let page = await walk.as('zuzhi');
  await page.goto(walk.url('/rolls'));
  walk.check('there is a talent database', (await text(page)).includes('人才数据库'));
  await Promise.all([page.waitForNavigation(), page.locator('a[href*="/rolls/talents"]').first().click()]);
  walk.check('with experts by project in it', (await text(page)).includes('柔性引进专家'));

  // Without a project it is refused, and for more than three years.
  await page.goto(walk.url('/bonds/new?kind=engagement'));
  const experts = (await options(page, 'one')).filter(([value]) => value);
  walk.check(`experts are offered, and only those: ${experts.length}`, experts.length > 0);
  const hosts = await options(page, 'other');
  const firm = hosts.find(([, label]) => label.includes('新胜惠民超市'));
  walk.check('the firm is offered as host', Boolean(firm));
  await walk.look(page, 'new', { en: true });
  await page.selectOption('[name=one]', experts[0][0]);
  await page.selectOption('[name=other]', firm[0]);
  await page.locator('form[action="/bonds"]').evaluate((f) => { f.noValidate = true; });
  await walk.refused(page, 'an engagement without a project', MAKE, /请填写|必填/);
  await walk.fill(page.locator('form[action="/bonds"]'), { project: '冷链配送路线优化', expert_sort: '博士生导师', until: '2035-01-01' });
  await walk.refused(page, 'eight years', MAKE, '最长只能到');
  await page.fill('[name=until]', clock.in({ days: 365 }).slice(0, 10));
  await walk.does(page, 'engages the expert', MAKE);
  const bond = new URL(page.url()).pathname;
  walk.check('project, sort of expert and term are there', /冷链配送路线优化[\s\S]*博士生导师|博士生导师[\s\S]*冷链配送路线优化/.test(await text(page)));
  await walk.look(page, 'engaged', { en: true });

  // The firm notes what came of it; a stranger does not see it.
  const host = await walk.as('qiye', { phone: true });
  await host.goto(walk.url('/bonds'));
  walk.check('it is among the firm\'s own', (await text(host)).includes('柔性引才'));
  await host.goto(walk.url(bond));
  await act(host, '阶段成果', { body: '配送成本下降一成二' });
  walk.check('the result stands in its log', (await text(host)).includes('配送成本下降一成二'));
  await walk.look(host, 'result');
  const stranger = await walk.as('qishou');
  walk.check('a stranger is told that there is none', (await stranger.request.get(walk.url(`${bond}.json`))).status() === 404);

  // Its term is over by itself, and it waits for the assessment.
  clock.pass({ days: 370 });
  page = await walk.settled('zuzhi', bond, '待考核');
  await act(page, '填写考核', { pair_note: '项目已验收，继续保持联系' });
  walk.check('it has ended, assessed', (await text(page)).includes('已结束') && (await text(page)).includes('项目已验收'));
  await walk.look(page, 'ended');
};
module.exports.clock = true;
