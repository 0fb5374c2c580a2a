// Two districts of other packs: the brand's name and picture, and the district's own names for what every district holds, stand
// everywhere. Lectures, trainings, classes and activities are written down after they were held (H1, D1, D2, A9), and come out as
// the figures that these districts publish, each of which leads to its records.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { start, top } = require('../server/server');

const DISTRICTS = [
  { pack: 'yaohai', brand: '智小哥', icon: 'bolt', held: [
    { who: 'diaodu', kind: 'lecture', named: '举旗帜·送理论宣讲', icon: 'flag', heads: [120, 80], figures: { 'H-1': '2', 'H-2': '200' } },
    { who: 'jiedao', kind: 'activity', named: '新新向党主题活动', icon: 'bolt', heads: [30], figures: { 'A-14': '1' } },
  ] },
  { pack: 'daxiang', brand: '大祥先锋', icon: 'flag', held: [
    { who: 'diaodu', kind: 'cloud_class', named: '大祥先锋·云课堂', icon: 'school', heads: [1600, 1700], figures: { 'D-8': '2/3,300' } },
    { who: 'diaodu', kind: 'special_class', named: '专题培训班', icon: 'school', heads: [125], figures: { 'D-7': '1/125' } },
    { who: 'diaodu', kind: 'training', named: '集中培训', icon: 'school', heads: [90], figures: { 'D-5': '1' } },
  ] },
];

const UNITS = `code,name,kind,parent,party_sort,honour_level,honour_year
340102001,一街道,street,340102,,,
ltx1,退休干部第一支部,party_branch,340102001,retired,省级,2024
ltx2,退休干部第二支部,party_branch,340102001,retired,,
zb3,一街道机关支部,party_branch,340102001,organ,,
`;

module.exports = async (walk) => {
  const demo = walk.server;
  const text = (page) => page.textContent('main');
  const press = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  const login = (name, role, unit) => {
    execFileSync(path.join(top, 'build/release/yingshao'), ['user', 'add', '--login', name, '--name', name, '--role', role, '--unit', unit,
      '--data', walk.server.data], { input: 'yingshao-demo\n' });
    walk.server.accounts.set(name, 'yingshao-demo');
  };
  const ago = (hours) => new Date(Date.now() + (8 - hours) * 3600000).toISOString().slice(0, 16); // in Shanghai
  const close = async (page, heads) => {
    const form = page.locator('details.offer:has(form[action$="/close"])');
    if (!await form.evaluate((d) => d.open)) await form.locator('summary').click();
    await form.locator('[name=heads]').fill(heads);
    await press(page, 'form[action$="/close"] button');
    return wrong(page);
  };

  const hold = async (page, one, n) => {
    await page.goto(walk.url('/gatherings/new'));
    const link = page.locator(`a[href$="kind=${one.kind}"]`);
    walk.check(`${one.kind} is called ${one.named}`, (await link.textContent()).trim() === one.named);
    walk.check('and has its picture', (await link.locator('use').getAttribute('href')).endsWith(`#i-${one.icon}`));
    await Promise.all([page.waitForNavigation(), link.click()]);
    const form = page.locator('form[action="/gatherings"]');
    for (const [name, value] of [['title', `${one.named}第${n + 1}期`], ['starts_at', ago(3 + n)], ['topic', '基层治理'], ['lecturer', '张老师']])
      if (await form.locator(`[name=${name}]`).count()) await form.locator(`[name=${name}]`).fill(value);
    await press(page, 'form[action="/gatherings"] button.go');
    walk.check(`it is written down: ${await wrong(page)}`, /\/gatherings\/\d+$/.test(page.url()));
    if (!n) walk.check('fewer than nobody is refused', (await close(page, '-1')).length > 0);
    const said = await close(page, String(one.heads[n]));
    walk.check(`heads are counted: ${said}`, !said && (await text(page)).includes('已结束'));
    walk.check('its page has its name', (await text(page)).includes(one.named));
    const json = await page.request.get(`${page.url().replace(/#.*/, '')}.json`);
    walk.check('and programs read it', (await json.json()).kind_title === one.named);
  };

  const visit = async (district) => {
    const guest = await walk.guest({ phone: true });
    await guest.goto(walk.url('/'));
    walk.check('guests read the brand', (await guest.textContent('.brand')).includes(district.brand));
    walk.check('and see its picture', (await guest.getAttribute('.brand use', 'href')).endsWith(`#i-${district.icon}`));
    walk.check('and no other district\'s', !(await guest.textContent('body')).includes('云冈'));
    await walk.look(guest, `${district.pack}-home`);
    const guanli = await walk.as('guanli');
    await guanli.goto(walk.url('/import?noun=units'));
    await guanli.setInputFiles('[name=file]', { name: 'units.csv', mimeType: 'text/csv', buffer: Buffer.from(UNITS) });
    for (const step of ['', '/check', '/write']) await press(guanli, `form[action="/import${step}"] button`);
    await guanli.waitForTimeout(2500); // the tree of units is read again by itself, a moment later
    login('diaodu', 'dispatcher', '340102');
    login('jiedao', 'dispatcher', '340102001');
    const people = { diaodu: await walk.as('diaodu'), jiedao: await walk.as('jiedao') };
    for (const one of district.held) {
      for (let n = 0; n < one.heads.length; n++) await hold(people[one.who], one, n);
      for (const [figure, value] of Object.entries(one.figures)) {
        const page = people.diaodu;
        await page.goto(walk.url(`/figures/${figure}?period=all`));
        walk.check(`${figure} is ${value}`, (await text(page)).includes(value));
        await press(page, 'a[href*="/records"]');
        walk.check(`${figure} leads to what was held`, await page.locator('tbody tr').count() === one.heads.length && (await text(page)).includes(`${one.named}第1期`));
      }
    }
    if (district.pack === 'daxiang') { // D10: branches of retired members, with their honours
      await people.diaodu.goto(walk.url('/figures/D-14'));
      walk.check('D-14 is 2', /2/.test(await text(people.diaodu)));
      await press(people.diaodu, 'a[href*="/records"]');
      walk.check('D-14 leads to those two', await people.diaodu.locator('tbody tr').count() === 2 && (await text(people.diaodu)).includes('省级'));
    }
    await walk.look(people.diaodu, `${district.pack}-records`, { en: true });
    await people.diaodu.goto(walk.url('/gatherings/new'));
    await walk.look(people.diaodu, `${district.pack}-kinds`);
    await people.diaodu.goto(walk.url('/procedures/project'));
    walk.check('a mechanism has its picture, too', (await people.diaodu.locator('h1 use').getAttribute('href')).endsWith('#i-flag'));
    if (district.pack === 'yaohai') {
      await people.diaodu.goto(walk.url('/procedures/clue'));
      walk.check('and its own name', (await people.diaodu.textContent('h1')).includes('智小哥线索'));
    }
    const nobody = await walk.guest();
    await nobody.goto(walk.url('/gatherings/new'));
    walk.check('who is not signed in writes nothing down', nobody.url().includes('/login'));
  };

  for (const district of DISTRICTS) {
    walk.server = await start(`brand-${district.pack}`, { pack: district.pack });
    try {
      await visit(district);
    } finally {
      for (const one of walk.people.splice(0)) await one.context().close();
      await walk.server.stop();
      walk.server = demo;
    }
  }
};
