// Something is laid open; residents object on the phone, one without script; one objection is dismissed, one upheld; shown anew.
'use strict';

const COMMUNITY = '140214001002'; // where the demo's shequ works

module.exports = async (walk) => {
  const photo = async (page, name) => ({ name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) });
  const title = `车棚改造账目 ${Date.now() % 100000}`;
  const asker = await walk.guest({ phone: true });
  await asker.goto(walk.url('/'));
  const asked = await asker.request.post(walk.url('/report.json'), {
    form: { title, body: `请公开${title}`, at: COMMUNITY, subject: 'affairs/open_books', where: '十里河', sure: '1' },
  });
  walk.check(`a resident asks for it: ${asked.status()}`, asked.ok());

  const shequ = await walk.as('shequ');
  await shequ.goto(walk.url('/matters'));
  await Promise.all([shequ.waitForNavigation(), shequ.click(`a.ttl:has-text("${title}")`)]);
  const matter = new URL(shequ.url()).pathname;
  const act = async (action, fields) => {
    await shequ.goto(walk.url(matter));
    const offer = shequ.locator(`details.offer:has(input[name=action][value=${action}])`).first();
    if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
    for (const [name, value] of Object.entries(fields)) {
      const box = offer.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'radio') await offer.locator('label.rad', { hasText: value }).first().click();
      else await box.fill(value);
    }
    await Promise.all([shequ.waitForNavigation(), offer.locator('form button.wide').click()]);
    walk.check(`shequ may ${action}`, await shequ.locator('.note.bad').count() === 0);
  };
  await act('publish', { account: '新建车棚一处，充电桩十二个，居民议事会通过。', amount: '52000', papers: await photo(asker, 'bill.jpg') });
  await walk.look(shequ, '01-published', { en: true });

  await asker.goto(walk.url('/'));
  await walk.look(asker, '02-home');
  await asker.goto(walk.url('/public'));
  await walk.look(asker, '03-list', { en: true });
  await Promise.all([asker.waitForNavigation(), asker.click(`h2 a:has-text("${title}")`)]);
  const shown = new URL(asker.url()).pathname;
  walk.check('the sum is shown', (await asker.textContent('main')).includes('52000'));
  walk.check('its picture is there for everybody', await asker.locator('.photos img').first().evaluate((i) => fetch(i.src).then((r) => r.ok)));
  await walk.look(asker, '04-shown', { en: true });

  const object = async (page, words) => {
    await page.goto(walk.url(shown));
    await page.fill('#f-body', words);
    await Promise.all([page.waitForNavigation(), page.click('#object button.go')]);
    return (await page.textContent('.code')).trim();
  };
  const code = await object(asker, '充电桩的单价偏高，请说明。');
  walk.check('the objector has a code', /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(code));
  await walk.look(asker, '05-receipt');
  const plain = await walk.guest({ phone: true, script: false });
  await object(plain, '少列了旧车棚的废品收入。');
  await asker.goto(walk.url(shown));
  const open = await asker.textContent('main');
  walk.check('both wait for an answer', open.includes('异议 1') && open.includes('异议 2') && open.includes('等待答复'));
  walk.check('what they wrote is not public before it is answered', !open.includes('单价偏高'));

  await act('dismiss', { objection: '1', answer: '已附三家报价，取最低价。' });
  await asker.goto(walk.url('/public/objection'));
  await walk.look(asker, '06-code');
  await asker.fill('[name=code]', code);
  await Promise.all([asker.waitForNavigation(), asker.click('form[action="/public/objection"] button')]);
  walk.check('the code finds the answer', (await asker.textContent('main')).includes('取最低价'));
  await walk.look(asker, '07-answer');
  await act('uphold', { objection: '2', reason: '漏列废品收入，重新核算。' });
  await walk.look(shequ, '08-upheld');
  await asker.goto(walk.url(shown));
  walk.check('it says that the decision went back', (await asker.textContent('main')).includes('异议成立，退回重议'));
  walk.check('and takes no more objections', await asker.locator('#object').count() === 0);
  await walk.look(asker, '09-went-back');

  await act('publish', { account: '新建车棚一处，充电桩十二个；旧车棚废品收入 300 元已冲减。', amount: '51700' });
  await shequ.click('article.part a[href$="/sheet"] >> nth=-1');
  await shequ.waitForURL('**/sheet');
  walk.check('the sheet has a QR code', await shequ.locator('.qrbig svg').count() === 1);
  await walk.look(shequ, '10-sheet');
  await shequ.goto(walk.url(matter + '/dossier'));
  walk.check('the dossier has both displays', await shequ.locator('#d-public h3:has-text("公示")').count() === 2);
  await walk.look(shequ, '11-dossier', { en: true });
  const pdf = await shequ.pdf({ format: 'A4', preferCSSPageSize: true });
  walk.check('the dossier prints on several pages', (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) || []).length >= 4);
  require('fs').writeFileSync(require('path').join(walk.shots, 'publicity-dossier.pdf'), pdf);

  const unit = await asker.request.get(walk.url('/public.json'));
  const rows = (await unit.json()).rows;
  walk.check('JSON has the list', rows.some((r) => r.title === title && r.days_left > 0));
  await asker.goto(walk.url('/public'));
  await asker.click('.head a[href^="/public/units/"]');
  await asker.waitForURL('**/public/units/*');
  await walk.look(asker, '12-district');
  await asker.click('section a.btn.sm >> nth=0');
  await asker.waitForURL('**/public/units/*');
  walk.check('the street says how much is open', await asker.locator('.nums .v').count() > 0);
  await walk.look(asker, '13-street', { en: true });
};
