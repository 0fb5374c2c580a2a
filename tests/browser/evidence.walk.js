// P4/H6: an inspector writes down what was seen of a cadre in a project; an officer reads it with a reason; nobody else learns of it.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { top } = require('../server/server');

module.exports = async (walk) => {
  const program = path.join(top, `build/${process.env.BUILD || 'release'}/yingshao`);
  for (const [login, name, role] of [['kaocha', '己考察', 'inspector'], ['ganbu', '庚干部', 'cadre_officer']]) {
    execFileSync(program, ['user', 'add', '--login', login, '--name', name, '--role', role, '--unit', '140214', '--data', walk.server.data], { input: 'kaocha-2026-Xx\n' });
    walk.server.accounts.set(login, 'kaocha-2026-Xx');
  }
  walk.clock.set(Date.now() + 60000);
  const go = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  const text = (page) => page.textContent('main');

  const shuji = await walk.as('shuji');
  await shuji.goto(walk.url('/me'));
  const name = (await shuji.textContent('h1')).trim();
  const ins = await walk.as('kaocha');
  await ins.goto(walk.url('/matters'));
  const number = (await ins.locator('main').textContent()).match(/140214-\d{8}-\d{6}/)[0];
  await go(ins, `a.ttl[href^="/matters/"]`);
  const matter = new URL(ins.url()).pathname;
  const its = (await text(ins)).match(/140214-\d{8}-\d{6}/)[0];
  await go(ins, 'a[href^="/evidence/new"]');
  walk.check('the form is that matter’s', await ins.inputValue('#e-number') === its);
  const secretary = await walk.as('shuji');
  await secretary.goto(walk.url(matter));
  walk.check('nobody else has this link', await secretary.locator('a[href^="/evidence/new"]').count() === 0);
  await ins.goto(walk.url(`/evidence/new?number=${number}&words=${encodeURIComponent(name)}`));
  await walk.look(ins, 'new', { en: true });
  await ins.goto(walk.url(`/evidence/new?number=140214-1&words=${encodeURIComponent(name)}`));
  await ins.fill('[name=body]', '雨夜带队排涝，处置果断。');
  await go(ins, 'form[action="/evidence"] button');
  walk.check('a note belongs to a matter', (await text(ins)).includes('没有这个编号'));
  await ins.fill('#e-number', number);
  await ins.selectOption('#e-post', { index: 0 });
  await go(ins, 'form[action="/evidence"] button');
  walk.check('it is listed for who wrote it, closed', (await text(ins)).includes(name) && !(await text(ins)).includes('排涝'));

  const officer = await walk.as('ganbu', { phone: true });
  await officer.goto(walk.url('/evidence'));
  await officer.fill('[name=reason]', '年度班子分析');
  await go(officer, 'form[action*="/read"] button');
  walk.check('read with a reason, and the read is told', (await text(officer)).includes('排涝') && (await text(officer)).includes('年度班子分析'));
  await walk.look(officer, 'read');

  for (const login of ['shuji', 'guanli', 'quzuzhi', 'lingdao']) {
    const page = await walk.as(login);
    const answer = await page.goto(walk.url('/evidence'));
    walk.check(`${login} has no such page`, answer.status() >= 403 && !(await page.textContent('body')).includes(number));
    walk.check(`nor is it in the menu of ${login}`, !await page.locator('a[href="/evidence"]').count());
  }
  const admin = await walk.as('guanli');
  await admin.goto(walk.url('/looks'));
  walk.check('the list of looks does not tell that there is one', !(await text(admin)).includes('年度班子分析'));
  await shuji.goto(walk.url('/me'));
  walk.check('nor does one’s own page', !(await text(shuji)).includes('考察'));
};
module.exports.clock = true;
