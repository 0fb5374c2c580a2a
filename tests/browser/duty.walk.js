// What comes round again: a grid worker's door visits are made by the clock, done with what is asked and a picture, raised from, done
// late, and missed; who supervises sees what is missed below and excuses one with a reason, never anybody their own.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  // 09:00 in Shanghai on the first of the month that is so many months on.
  const first = (months) => {
    const now = new Date(clock.now + 8 * 3600000);
    return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1, 1);
  };
  const begin = first(1);
  const later = first(2);

  clock.set(begin);
  const wang = await walk.settled('wangge', '/work?box=duties', '入户走访', { phone: true });
  await walk.look(wang, 'mine', { en: true });
  await Promise.all([wang.waitForNavigation(), wang.click('.tbl .ttl')]);
  const visit = new URL(wang.url()).pathname;
  const form = `form[action="${visit}"]`;
  await walk.look(wang, 'one', { en: true });

  await wang.locator('[name=visited]').evaluate((e) => e.removeAttribute('required'));
  await walk.refused(wang, 'a visit without its number', `${form} button.go`, '请填写此项');
  await wang.fill('[name=visited]', '12');
  if (!await wang.locator('details.more').evaluate((d) => d.open)) await wang.click('details.more summary');
  await wang.selectOption('[name=raise]', 'suggestion');
  await walk.refused(wang, 'a matter about nothing', `${form} button.go`, '请');
  if (!await wang.locator('details.more').evaluate((d) => d.open)) await wang.click('details.more summary');
  await wang.selectOption('[name=raise]', 'suggestion');
  await wang.fill('[name=title]', '楼道灯不亮，老人出行不便');
  await wang.fill('[name=body]', '走访时居民反映三楼楼道灯不亮。');
  await wang.setInputFiles('[name=photo_scene]', { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') });
  await walk.refused(wang, 'a file that is no picture', `${form} button.go`, /图片|照片/);
  if (!await wang.locator('details.more').evaluate((d) => d.open)) await wang.click('details.more summary');
  await wang.selectOption('[name=raise]', 'suggestion');
  await wang.setInputFiles('[name=photo_scene]', await walk.photo(wang, '楼道.jpg'));
  await walk.does(wang, 'does it, with a picture', `${form} button.go`);
  walk.check('and is led to what was raised', /\/matters\/\d+$/.test(wang.url()));
  const matter = new URL(wang.url()).pathname;
  walk.check('the matter leads back', await wang.locator(`a[href="${visit}"]`).count() === 1);
  await wang.goto(walk.url(visit));
  for (const words of ['按期完成', '12']) await walk.says(wang, words);
  walk.check('it leads to the matter', await wang.locator(`a[href="${matter}"]`).count() === 1);
  walk.check('it cannot be done twice', await wang.locator(form).count() === 0);
  const twice = await wang.request.post(walk.url(`${visit}.json`), { data: { visited: 3 } });
  walk.check(`nor over JSON: ${twice.status()}`, twice.status() >= 400);
  const picture = await wang.locator('.photos a').first().getAttribute('href');
  const seen = await wang.request.get(walk.url(picture));
  walk.check(`its picture is there: ${seen.status()}`, seen.status() === 200);
  const guest = await walk.guest();
  const strange = await guest.request.get(walk.url(picture));
  walk.check(`not for everybody: ${strange.status()}`, strange.status() === 404);
  await walk.look(wang, 'done');

  const boss = await walk.settled('lingdao', '/duties?state=open', '入户走访');
  await walk.look(boss, 'open');
  const other = await boss.locator('.tbl .ttl').first().getAttribute('href');
  const hidden = await wang.request.get(walk.url(`${other}.json`));
  walk.check(`another grid's is not shown to a grid worker: ${hidden.status()}`, hidden.status() === 404);
  await boss.goto(walk.url(other));
  walk.check('who supervises does not do it', await boss.locator(`form[action="${other}"]`).count() === 0);
  await boss.fill('[name=reason]', '病');
  await walk.refused(boss, 'a reason of one character', 'form[action$="/excuse"] button', '原因');
  await boss.fill('[name=reason]', '本月住院');
  await walk.does(boss, 'excuses it', 'form[action$="/excuse"] button');
  for (const words of ['免办', '本月住院']) await walk.says(boss, words);

  clock.set(begin + 27 * 86400000);
  const missed = await walk.settled('lingdao', '/duties', '入户走访');
  await walk.look(missed, 'missed', { en: true });
  await missed.goto(walk.url('/duties?state=done'));
  await walk.says(missed, '按期完成');
  const csv = await missed.request.get(walk.url('/duties.csv?state=done'));
  walk.check('it can be taken along', (await csv.text()).includes('按期完成'));

  clock.set(later);
  await walk.settled('wangge', '/work?box=duties', '入户走访');
  clock.set(later + 24 * 86400000);
  const again = await walk.settled('wangge', '/work?box=duties', '逾期');
  await Promise.all([again.waitForNavigation(), again.locator('.tbl .ttl').first().click()]);
  const late = new URL(again.url()).pathname;
  await again.fill('[name=visited]', '5');
  await walk.does(again, 'does it late', `form[action="${late}"] button.go`);
  await again.goto(walk.url(late));
  await walk.says(again, '逾期完成');
};

module.exports.clock = true;
