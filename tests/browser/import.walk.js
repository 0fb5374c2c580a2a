// An administrator, without script, brings in a street, its people and its area, checking each file before it is written.
'use strict';

module.exports = async (walk) => {
  const admin = await walk.as('guanli', { script: false });
  const go = (selector) => Promise.all([admin.waitForNavigation(), admin.click(selector)]);
  const send = async (name, mimeType, text) => {
    await admin.setInputFiles('[name=file]', { name, mimeType, buffer: Buffer.from(text) });
    await go('form[action="/import"] button');
  };
  const numbers = () => admin.locator('.stat .v').allTextContents();

  await admin.goto(walk.url('/import'));
  await go('nav.tabs a[href$="noun=units"]');
  walk.check('a template for units is offered', await admin.locator('a[href$="template.xlsx?noun=units"]').count() === 1);
  await send('units.csv', 'text/csv', '单位登记表,,,\n编码,名称,类型,上级编码\n140214990,新设街道,街道,140214\n140214990001,新设社区,社区,140214990\n140214991,没有上级,社区,999\n');
  walk.check('the columns are found under the title', await admin.locator('#m-parent option:checked').textContent() === '上级编码');
  await go('form[action="/import/check"] button');
  walk.check('two are good and one is not', (await numbers()).join() === '3,2,0,1');
  await go('form[action="/import/write"] button');
  const there = async () => { await admin.goto(walk.url('/units')); return (await admin.textContent('main')).includes('新设街道'); };
  for (const until = Date.now() + 5000; Date.now() < until && !await there();) await admin.waitForTimeout(200);
  walk.check('the street is there within seconds', await there());

  await admin.goto(walk.url('/import?noun=people'));
  await send('people.csv', 'text/csv', '姓名,单位编码,岗位,电话\n新来的,140214990,调度员,13800138000\n旧手机,140214990,调度员,1.38E+10\n');
  await go('form[action="/import/check"] button');
  walk.check('lost digits are said', (await admin.textContent('main')).includes('1.38E+10'));
  await go('form[action="/import/write"] button');
  walk.check('one person has come', (await numbers()).join() === '2,1,0,1');

  await admin.goto(walk.url('/import?noun=areas'));
  const square = (west, east) => [[[west, 40.0], [east, 40.0], [east, 40.1], [west, 40.1], [west, 40.0]]];
  const feature = (code, west, east) => ({ type: 'Feature', properties: { code }, geometry: { type: 'Polygon', coordinates: square(west, east) } });
  await send('areas.geojson', 'application/geo+json', JSON.stringify({ type: 'FeatureCollection', features: [feature('140214990', 113.0, 113.1), feature('140214990001', 113.05, 113.2), feature('9', 113.3, 113.4)] }));
  await go('form[action="/import/check"] button');
  walk.check('areas are checked', (await numbers()).join() === '3,2,0,1');
  walk.check('their overlap is said', (await admin.textContent('main')).includes('140214990 与 140214990001 重叠'));
  await go('form[action="/import/write"] button');
  walk.check('areas are written', (await numbers()).join() === '3,2,0,1');

  const looker = await walk.as('guanli');
  await looker.goto(walk.url('/import?noun=units'));
  await walk.look(looker, 'units', { en: true });
  await looker.goto(walk.url('/import?noun=areas'));
  await looker.setInputFiles('[name=file]', { name: 'areas.geojson', mimeType: 'application/geo+json', buffer: Buffer.from('{"type":"FeatureCollection","features":[]}') });
  await Promise.all([looker.waitForNavigation(), looker.click('form[action="/import"] button')]);
  await walk.look(looker, 'areas', { en: true });
};
