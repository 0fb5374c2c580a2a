// A community's way of working is tried there, then in its street, then everywhere: who may use it each time, who is refused, and
// the figures before and after.
'use strict';

const COMMUNITY = '140214001002';

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const says = async (page, ...words) => {
    const all = await text(page);
    for (const word of words) walk.check(`${page.who} reads ${word} on ${page.url()}`, all.includes(word));
  };
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  let guanli = await walk.as('guanli');
  const later = async (span) => { // sessions end after half a day
    clock.pass(span);
    guanli = await walk.as('guanli');
  };
  const page = () => guanli.goto(walk.url('/methods?name=project'));
  const turn = async (unit, on) => {
    await guanli.fill('[name=unit]', unit);
    await Promise.all([guanli.waitForNavigation(), guanli.click(`button[name=on][value=${on}]`)]);
    return wrong(guanli);
  };
  const card = (name) => guanli.locator('section.card', { has: guanli.locator('h2 a', { hasText: name }) });

  // Whoever manages no units does not see it; what is nowhere is refused.
  const shequ = await walk.as('shequ');
  const answer = await shequ.goto(walk.url('/methods?name=project'));
  walk.check('a dispatcher switches nothing', answer.status() === 403);
  await page();
  await says(guanli, '全区');
  walk.check('a unit that is not there is refused', (await turn('nowhere', 'yes')).length > 0);
  await walk.look(guanli, 'refused');
  const said = await turn(COMMUNITY, 'no');
  walk.check(`it cannot be off in one place only: ${said}`, said.length > 0);

  // Off for the district: nobody opens one; then one community tries it.
  const shuji = await walk.as('shuji');
  const opens = async (who) => {
    await who.goto(walk.url('/procedures/project/new'));
    const form = who.locator('form[action="/procedures/project"]');
    for (const [name, value] of Object.entries({ title: '一刻钟便民圈', body: '菜店', goal: '方便', planned: '菜店 100', ends_on: clock.in({ days: 100 }).slice(0, 10) }))
      await form.locator(`[name=${name}]`).fill(value);
    await Promise.all([who.waitForNavigation(), form.locator('button.go').click()]);
    return wrong(who);
  };
  await page();
  walk.check('off for all', !await turn('140214', 'no'));
  const now = await shuji.goto(walk.url('/procedures/project/new'));
  walk.check('now nobody opens one, in the community neither', now.status() === 403);
  await walk.look(shuji, 'not-here');
  await page();
  walk.check('on for one community', !await turn(COMMUNITY, 'yes'));
  await says(guanli, '新胜街社区居委会', '受理量', '按期结案率');
  walk.check('its figures before and after stand side by side', await card('新胜街社区居委会').locator('tbody tr').count() === 4);
  await walk.look(guanli, 'community', { en: true });
  const tried = await opens(shuji);
  walk.check(`there it may be opened: ${tried}`, !tried);
  const zuzhi = await walk.as('zuzhi');
  await zuzhi.goto(walk.url('/work'));
  walk.check('and goes its way', (await text(zuzhi)).includes('一刻钟便民圈'));

  // A month later its figures have moved, and the street takes it over; then all.
  const received = async (name, which) => Number((await card(name).locator('tbody tr', { hasText: '受理量' }).locator('td').nth(which).textContent()).replace(/\D/g, ''));
  await page();
  const after = await received('新胜街社区居委会', 2);
  walk.check('what came since then is counted', after >= 1);
  await later({ days: 31 });
  await page();
  walk.check('the thirty days before stand as they were', await received('新胜街社区居委会', 1) > 0);
  walk.check('on for the street', !await turn('140214001', 'yes'));
  await says(guanli, '新胜街道');
  walk.check('the street has figures of its own', await card('新胜街道').locator('tbody tr').count() === 4);
  walk.check('those of the community that tried it stay', await received('新胜街社区居委会', 1) > 0);
  walk.check('in the community it cannot be off by itself', (await turn(COMMUNITY, 'no')).length > 0);
  await walk.look(guanli, 'street');
  walk.check('on for all', !await turn('140214', 'yes'));
  await says(guanli, '云冈区');
  walk.check('the district has figures of its own', await card('云冈区').locator('tbody tr').count() === 4);
  await walk.look(guanli, 'district');
  const again = await walk.as('shuji');
  const everywhere = await opens(again);
  walk.check(`everybody may use it: ${everywhere}`, !everywhere);
  await Promise.all([guanli.waitForNavigation(), card('云冈区').locator('h2 a').click()]);
  walk.check('the way leads back to the unit', /\/units\/\d+$/.test(guanli.url()));
};
module.exports.clock = true;
