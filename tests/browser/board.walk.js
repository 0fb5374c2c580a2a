// At the desk: a leader drills from a number to a matter; an administrator looks after duties and imports a file with a bad row.
'use strict';

module.exports = async (walk) => {
  const leader = await walk.as('lingdao');
  await leader.goto(walk.url('/dashboard'));
  await walk.look(leader, 'dashboard');
  const said = (await leader.textContent('.stat .src span')).trim();
  await leader.click('.stat .src >> nth=0');
  walk.check('a card leads to its records', leader.url().includes('/figures/received/records'));
  walk.check('as many as it said', (await leader.textContent('h1')).includes(said));
  await walk.look(leader, 'figure-records');
  await leader.click('.tbl .ttl >> nth=0');
  walk.check('a record leads to its matter', /\/matters\/\d+$/.test(leader.url()));
  for (const at of ['/figures', '/figures/on_time_rate', '/topics', '/procedures', '/units', '/me']) {
    await leader.goto(walk.url(at));
    await walk.look(leader, 'desk-' + at.slice(1).replace(/\W/g, '-'));
  }

  const admin = await walk.as('guanli');
  await admin.goto(walk.url('/duties'));
  await walk.look(admin, 'duties');
  const confirm = admin.locator('form[action$="/confirm"] button.go');
  if (await confirm.count()) {
    const before = await confirm.count();
    await Promise.all([admin.waitForNavigation(), confirm.first().click()]);
    walk.check('a confirmed duty is no longer proposed', (await confirm.count()) === before - 1);
  }

  await admin.goto(walk.url('/import'));
  await walk.look(admin, 'import');
  await admin.setInputFiles('[name=file]', {
    name: 'orders.csv', mimeType: 'text/csv',
    buffer: Buffer.from('工单编号,标题,内容,来电时间\nWALK-1,路灯不亮,路灯坏了三盏,2026-10-01 08:12\nWALK-2,垃圾满溢,没有人清,2026-10-32\n'),
  });
  await Promise.all([admin.waitForNavigation(), admin.click('form[action="/import"] button')]);
  walk.check('the title column is found', (await admin.locator('#m-title option:checked').textContent()) === '标题');
  await walk.look(admin, 'import-map');
  await Promise.all([admin.waitForNavigation(), admin.click('form[action="/import/check"] button')]);
  walk.check('the bad row is named with its value', (await admin.textContent('main')).includes('2026-10-32'));
  await walk.look(admin, 'import-check');
  await Promise.all([admin.waitForNavigation(), admin.click('form[action="/import/write"] button')]);
  walk.check('the good row is written', (await admin.textContent('.stat >> nth=1')).includes('1'));
};
