// At the desk and on the way: taking in with hints, a refused form that keeps what was typed, lists and exports, a look with its reason.
'use strict';

module.exports = async (walk) => {
  const jiedao = await walk.as('jiedao');
  await jiedao.goto(walk.url('/matters/new'));
  await walk.look(jiedao, '01-new', { en: true });
  await jiedao.fill('[name=body]', '三号楼东侧路灯不亮，老人夜里出门不方便');
  await jiedao.fill('[name=name]', '王大爷');
  await jiedao.fill('[name=phone]', '13912345678');
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('button[value=look]')]);
  walk.check('what was typed is still there', (await jiedao.inputValue('[name=body]')).includes('路灯'));
  await walk.look(jiedao, '02-hints');
  await jiedao.locator('form[action="/matters"][method=post]').evaluate((f) => { f.noValidate = true; });
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('button[value=save]')]);
  walk.check('a missing grid is said', await jiedao.locator('.field.bad [name=unit]').count() === 1);
  await walk.look(jiedao, '03-refused');
  await jiedao.selectOption('[name=unit]', { index: 3 });
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('button[value=save]')]);
  const code = await jiedao.textContent('.code');
  walk.check('there is a receipt to hand out', /[0-9A-Z]{4}-/.test(code));
  await walk.look(jiedao, '04-receipt');
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('a[href^="/matters/"].btn')]);
  walk.check('the phone is masked', (await jiedao.textContent('main')).includes('139****5678'));
  await jiedao.click('details.why:has(input[name=report]) summary');
  await jiedao.fill('[name=reason]:visible', '约时间上门');
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('form[action$="/look"] button')]);
  walk.check('it is shown once', (await jiedao.textContent('main')).includes('13912345678'));
  await walk.look(jiedao, '05-looked');
  await jiedao.goto(walk.url('/matters'));
  await walk.look(jiedao, '06-list', { en: true });
  walk.check('a list counts down the promise', (await jiedao.textContent('thead')).includes('承诺办结'));
  await jiedao.goto(walk.url('/work'));
  walk.check('an inbox counts down the step', (await jiedao.textContent('thead')).includes('本步时限'));
  const csv = await jiedao.request.get(walk.url('/matters.csv'));
  walk.check('the table can be taken along', csv.ok() && (await csv.text()).split('\r\n').length > 2);

  const qishou = await walk.as('qishou', { phone: true });
  await qishou.goto(walk.url('/matters/quick'));
  await walk.look(qishou, '07-quick');
  await qishou.locator('.picks label').nth(2).click();
  await qishou.fill('[name=where]', '新胜街路口');
  await qishou.setInputFiles('[name=photos]', { name: 'road.jpg', mimeType: 'image/jpeg', buffer: await qishou.screenshot({ type: 'jpeg' }) });
  await Promise.all([qishou.waitForNavigation(), qishou.click('button.go.lg')]);
  walk.check('the courier sees what they sent', /\/matters\/\d+/.test(qishou.url()));
  await walk.look(qishou, '08-sent');
  walk.check('the bar shows only what one may open', await qishou.locator('.tabbar [href="/dashboard"]').count() === 0);
  await qishou.goto(walk.url('/me'));
  walk.check('on a phone the other pages are a tap away', await qishou.locator('nav.menu a').count() > 3);

  const bumen = await walk.as('bumen');
  walk.check('who may not take matters in is not asked to', await bumen.locator('a[href="/matters/new"]').count() === 0);
};
