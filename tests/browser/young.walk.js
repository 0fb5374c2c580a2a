// D4: a department recommends for the pool of young cadres in two tiers with their ages; the district decides; every year anew, and after
// three years it is over. D-9 and D-10 are reached from its page, and promotions by age group (D7), each with its records.
'use strict';

const PEOPLE = `name,unit,role,from,born,promotion
任一,140214-yuanlin,young_cadre,YEAR-03-01,1992,promoted
任二,140214-yuanlin,young_cadre,YEAR-03-01,1988,promoted
任三,140214-yuanlin,young_cadre,YEAR-04-01,1984,promoted
任四,140214-yuanlin,young_cadre,YEAR-04-01,1994,
任五,140214-yuanlin,young_cadre,2023-05-01,1989,promoted
`;

module.exports = async (walk) => {
  const { clock } = walk;
  const text = (page) => page.textContent('main');
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const year = new Date(clock.now).getFullYear();
  const send = 'form[action="/rolls/young_pool"] button.go';

  let bumen = await walk.at('bumen', '/rolls');
  await go(bumen, 'a[href="/rolls/young_pool/new"]');
  await walk.says(bumen, '可近期关注');
  await walk.says(bumen, '有培养潜力');
  await walk.look(bumen, '01-tiers');
  const recommend = async (tier, name, born) => {
    bumen = await walk.at('bumen', `/rolls/young_pool/new?kind=${tier}`);
    await bumen.fill('#n-name', name);
    await bumen.fill('[name=birth_date]', born);
  };
  await recommend('near', '过龄一', `${year - 41}-01-01`);
  await walk.refused(bumen, 'forty-one', send, '18-40');
  await recommend('potential', '过龄二', `${year - 37}-01-01`);
  await walk.refused(bumen, 'thirty-seven in the tier of the promising', send, '不符合规定');
  await recommend('near', '郝青', `${year - 37}-01-01`);
  await walk.look(bumen, '02-new');
  await walk.does(bumen, 'recommends', send);
  const entry = new URL(bumen.url()).pathname;
  await walk.says(bumen, '待审定');
  walk.check('who recommends does not decide', !await bumen.locator('form[action$="/do"]').count());

  let qu = await walk.at('quzuzhi', '/rolls');
  await go(qu, 'section:has(h2:text-is("优秀年轻干部库")) tr:has-text("园林") a.chip');
  await go(qu, `a[href="${entry}"]`);
  await qu.click('details:has(input[name=action][value=approve]) summary');
  await walk.does(qu, 'approves', 'details:has(input[name=action][value=approve]) button.go');
  await walk.says(qu, `${year + 3}-`);

  // Who was promoted, by post and year of birth.
  const guanli = await walk.at('guanli', '/import?noun=people');
  await guanli.setInputFiles('[name=file]', { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(PEOPLE.replaceAll('YEAR', year)) });
  for (const step of ['', '/check', '/write']) await go(guanli, `form[action="/import${step}"] button`);
  await guanli.waitForTimeout(2500); // posts are read again by themselves, a moment later
  qu = await walk.at('quzuzhi', '/rolls');
  await go(qu, 'section:has(h2:text-is("优秀年轻干部库")) tr:has-text("园林") a.ttl');
  const roll = qu.url();
  const shown = async (title) => (await qu.textContent(`dt:has-text("${title}") + dd`)).trim();
  walk.check('D-9: two at thirty-five or younger since 2021', await shown('35岁以下年轻干部') === '2');
  walk.check('D-10: one of them born in the nineties', await shown('90后') === '1');
  walk.check('D7: by age group', await shown('干部任用') === '1/2/0');
  await walk.look(qu, '03-roll', { en: true });
  await go(qu, 'a[href^="/figures/D-9"]');
  await go(qu, 'a[href*="/records"]');
  const records = await text(qu);
  walk.check('D-9 leads to those two', await qu.locator('tbody tr').count() === 2 && ['任一', '任五'].every((name) => records.includes(name)));
  await qu.goto(roll);
  await go(qu, 'a[href^="/figures/D-10"]');
  await go(qu, 'a[href*="/records"]');
  walk.check('D-10 leads to that one', (await text(qu)).includes('任一') && !(await text(qu)).includes('任二'));
  await qu.goto(roll);
  await go(qu, 'a[href^="/figures/promotions"]');
  await walk.says(qu, '36至45岁');
  await walk.look(qu, '04-promotions');
  await go(qu, 'tr:has-text("36至45岁") a[href*="/records"], a[href^="/figures/promoted_45/records"]');
  walk.check('an age group leads to who is in it', (await text(qu)).includes('任二') && (await text(qu)).includes('任三'));

  // Every year anew; after three years it is over by itself.
  clock.pass({ days: 330 });
  qu = await walk.at('quzuzhi', '/work?box=duties');
  walk.check('the review is in the inbox', (await qu.locator('#reviews tr', { hasText: '优秀年轻干部库' }).first().textContent()).includes('优秀年轻干部库'));
  qu = await walk.at('quzuzhi', entry);
  await walk.does(qu, 'renews', '#confirm');
  clock.pass({ days: 345 });
  qu = await walk.at('quzuzhi', entry);
  await walk.does(qu, 'renews again', '#confirm');
  clock.pass({ days: 430 });
  qu = await walk.at('quzuzhi', entry);
  walk.check('its term is over', (await qu.textContent('.head')).includes('到期'));
  walk.check('nothing is to be done any more', !await qu.locator('form[action$="/do"], #confirm').count());
  await walk.look(qu, '05-over');
};
module.exports.clock = true;
