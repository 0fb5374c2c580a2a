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
  await leader.goto(walk.url('/procedures'));
  for (const at of await leader.locator('.tabs a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
    await leader.goto(walk.url(at));
    await walk.look(leader, 'procedure-' + at.replace(/.*\//, ''), { en: at.endsWith('/order') });
    const bare = await leader.locator('.picture img').evaluate((i) => i.naturalWidth);
    walk.check(`${at} has a picture`, bare > 100);
    walk.check(`${at} says who acts in each step`, await leader.locator('tbody td:nth-child(2):empty').count() === 0);
  }

  for (const [at, key] of [['/matters.json', 'rows'], ['/dashboard.json', 'stats']]) {
    const answer = await leader.request.get(walk.url(at));
    const body = await answer.json();
    walk.check(`${at} is JSON with ${key}`, answer.ok() && Array.isArray(body[key]) && body[key].length > 0);
    walk.check(`${at} says nothing of the page`, body.page === undefined);
    walk.check(`${at} has no phone number`, !/(?<!\d)1[3-9]\d{9}(?!\d)/.test(JSON.stringify(body)));
  }
  await leader.goto(walk.url('/dashboard'));
  walk.check('the district has a map', await leader.locator('.map svg path').count() > 5);
  walk.check('which says that it is schematic', await leader.locator('.map .schematic').count() === 1);
  for (const who of ['jiedao', 'shequ']) {
    const page = await walk.as(who);
    await page.goto(walk.url('/dashboard'));
    walk.check(`${who} has a map`, await page.locator('.map svg path').count() > 1);
    await walk.look(page, `map-${who}`);
  }

  const admin = await walk.as('guanli');
  await admin.goto(walk.url('/duty-list'));
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
