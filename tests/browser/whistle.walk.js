// One whistle from the QR code to the rating: resident, grid worker, community, street, two departments, check, rating.
'use strict';

const GRID = '140214001002-01'; // where the demo's wangge works

module.exports = async (walk) => {
  const photo = async (page, name) => ({ name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) });

  // Fills what one offered action asks and sends it. fields: {name: text, or photo, or [choices]}
  const act = async (page, action, fields) => {
    const offer = page.locator(`details.offer:has(input[name=action][value=${action}])`).first();
    if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
    for (const [name, value] of Object.entries(fields)) {
      const box = offer.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'select-one') await box.selectOption({ label: value });
      else if (type === 'radio' || type === 'checkbox') {
        for (const one of [].concat(value)) await offer.locator('label.rad', { hasText: one }).first().click();
      } else await box.fill(value);
    }
    await Promise.all([page.waitForNavigation(), offer.locator('form button.wide').click()]);
    const wrong = await page.locator('.note.bad').allTextContents();
    walk.check(`${page.who} may ${action}: ${wrong.join(' ').trim()}`, !wrong.length);
  };

  const words = `三单元门口的大槐树歪了，压着电线 ${Date.now() % 100000}`;
  const resident = await walk.guest({ phone: true });
  await resident.goto(walk.url(`/report?at=${GRID}`));
  await resident.fill('[name=body]', words);
  await resident.fill('[name=where]', '3 号楼三单元门口');
  await resident.locator('.picks label').first().click();
  await resident.setInputFiles('[name=photos]', await photo(resident, 'tree.jpg'));
  await resident.locator('details.more summary').click();
  await resident.fill('[name=name]', '李女士');
  await resident.fill('[name=phone]', '13812340000');
  await walk.look(resident, '01-form');
  await Promise.all([resident.waitForNavigation(), resident.click('form[action="/report"] button.go')]);
  const sure = resident.locator('form:has(input[name=sure]) button');
  if (await sure.count()) {
    await walk.look(resident, '02-similar');
    await Promise.all([resident.waitForNavigation(), sure.click()]);
  }
  const code = (await resident.textContent('.code')).trim();
  walk.check('the receipt has a code', /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(code));
  await walk.look(resident, '03-receipt');
  await resident.goto(walk.url('/report/show'));
  await walk.look(resident, '04-received');

  const wangge = await walk.as('wangge');
  await wangge.goto(walk.url('/work'));
  await walk.look(wangge, '05-inbox');
  await Promise.all([wangge.waitForNavigation(), wangge.click(`a.ttl:has-text("${words.slice(0, 14)}")`)]);
  const at = new URL(wangge.url()).pathname;
  await walk.look(wangge, '06-found', { en: true });
  walk.check('what is left of working time says so', /工作/.test(await wangge.textContent('.card .sla.xl b')));
  await act(wangge, 'call', { reason: '树太大，社区没有设备，请协调园林部门' });

  const open = async (who) => {
    const page = await walk.as(who);
    await page.goto(walk.url('/work'));
    walk.check(`${who} has it in the inbox`, (await page.textContent('main')).includes(words.slice(0, 14)));
    await page.goto(walk.url(at));
    return page;
  };
  const shequ = await open('shequ');
  await walk.look(shequ, '07-called');
  await act(shequ, 'whistle', { whistle_kind: '综合执法', grade: '一般', reason: '需要园林和城管一起到场' });

  const jiedao = await open('jiedao');
  const offer = jiedao.locator('details.offer:has(input[name=action][value=assign])');
  if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
  await walk.look(jiedao, '08-coordinated');
  await act(jiedao, 'assign', { lead: '区园林绿化服务中心', joint: '区城市管理局' });
  await walk.look(jiedao, '09-assigned');

  for (const [who, text] of [['bumen', '已扶正并加固，修去压线的枝条'], ['chengguan', '已设围挡，清理占道枝条']]) {
    const liaison = await open(who);
    await act(liaison, 'arrive', { position: '3 号楼三单元门口', photo_scene: await photo(liaison, 'scene.jpg') });
    if (who === 'bumen') await walk.look(liaison, '10-at-work');
    await act(liaison, 'done', { done_text: text, photo_after: await photo(liaison, 'after.jpg') });
  }

  await wangge.goto(walk.url(at));
  await act(wangge, 'pass', { photo_check: await photo(wangge, 'check.jpg'), note: '现场已恢复' });
  await walk.look(wangge, '11-checked', { en: true });

  const later = await walk.guest({ phone: true });
  await later.goto(walk.url('/report/find'));
  await later.fill('[name=code]', code.toLowerCase().replaceAll('-', ' '));
  await Promise.all([later.waitForNavigation(), later.click('form[action="/report/find"] button')]);
  await walk.look(later, '12-asked', { en: true });
  for (const [name, value] of [['contacted', 'yes'], ['solved', 'yes'], ['satisfied', 'very']]) {
    await later.locator(`label.rad:has(input[name=${name}][value=${value}])`).click();
  }
  await later.fill('[name=word]', '来得很快，谢谢');
  await Promise.all([later.waitForNavigation(), later.click('form[action="/report/rate"] button.go')]);
  await walk.look(later, '13-rated');
  await later.goto(walk.url('/report/show'));
  await walk.look(later, '14-closed');
  walk.check('the resident sees their answer', (await later.textContent('main')).includes('来得很快'));

  await jiedao.goto(walk.url(at));
  walk.check('it is closed', await jiedao.locator('.chip.ended').count() === 1);
  await walk.look(jiedao, '15-closed', { en: true });
  for (const [below, name] of [['/print', '17-print'], ['/ledger', '18-ledger']]) {
    await jiedao.goto(walk.url(at + below));
    await walk.look(jiedao, name, { en: true });
  }
  await jiedao.goto(walk.url(at + '/print'));
  const times = await jiedao.locator('.sheet thead + tbody td:first-child').allTextContents();
  walk.check('on paper it is read from the beginning', times.length > 5 && times.every((t, i) => !i || times[i - 1] <= t));
  await jiedao.goto(walk.url('/matters?stage=ended'));
  await walk.look(jiedao, '16-list');
};
