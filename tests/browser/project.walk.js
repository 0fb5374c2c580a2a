// A secretary's project from its declaration to its evaluation, with a matter that it settles; and the renovation of an old quarter
// that fails at a gate.
'use strict';

module.exports = async (walk) => {
  const { clock } = walk;
  const photo = async (page, name) => ({ name, mimeType: 'image/jpeg', buffer: await page.screenshot({ type: 'jpeg' }) });
  const later = (days) => clock.in({ days }).slice(0, 10);

  const fill = async (form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const box = form.locator(`[name=${name}]`);
      const type = await box.first().evaluate((e) => e.type);
      if (type === 'file') await box.setInputFiles(value);
      else if (type === 'select-one') await box.selectOption({ label: value });
      else if (type === 'radio') await form.locator('label.rad', { hasText: value }).first().click();
      else await box.fill(value);
    }
  };
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  const send = async (page, action, fields) => {
    const offer = page.locator(`details.offer:has(input[name=action][value=${action}])`).first();
    if (!await offer.evaluate((d) => d.open)) await offer.locator('summary').click();
    await fill(offer, fields);
    await Promise.all([page.waitForNavigation(), offer.locator('form button.wide').click()]);
  };
  const act = async (page, action, fields) => {
    await send(page, action, fields);
    const said = await wrong(page);
    walk.check(`${page.who} may ${action}: ${said}`, !said);
  };
  const begin = async (page, procedure, fields) => {
    await page.goto(walk.url(`/procedures/${procedure}/new`));
    const form = page.locator(`form[action="/procedures/${procedure}"]`);
    await fill(form, fields);
    await Promise.all([page.waitForNavigation(), form.locator('button.go').click()]);
    return new URL(page.url()).pathname;
  };
  const people = {};
  const at = async (who, where) => {
    if (!people[who] || people[who].since + 11 * 3600000 < clock.now) { // sessions end after half a day
      people[who] = await walk.as(who);
      people[who].since = clock.now;
    }
    await people[who].goto(walk.url(where));
    return people[who];
  };
  const inbox = async (who, words, where) => {
    const page = await at(who, '/work');
    walk.check(`${who} has it in the inbox`, (await page.textContent('main')).includes(words));
    await page.goto(walk.url(where));
    return page;
  };

  // what residents asked for, and what the project is to settle
  const words = `步道夜里没有灯 ${Date.now() % 100000}`;
  const resident = await walk.guest({ phone: true });
  await resident.goto(walk.url('/report?at=140214001002-01'));
  await resident.fill('[name=body]', words);
  await resident.fill('[name=where]', '口泉社区步道');
  await Promise.all([resident.waitForNavigation(), resident.click('form[action="/report"] button.go')]);
  const sure = resident.locator('form:has(input[name=sure]) button');
  if (await sure.count()) await Promise.all([resident.waitForNavigation(), sure.click()]);
  const number = (await resident.textContent('main')).match(/140214-\d{8}-\d{6}/)[0];

  // ---- A1: declared, returned for a wrong budget, accepted, approved
  const title = `一刻钟便民圈 ${Date.now() % 100000}`;
  let shuji = await at('shuji', '/me');
  walk.check('the secretary finds what they may open', await shuji.locator('a[href="/matters?mechanism=project&mine=1"]').count() === 1);
  await shuji.goto(walk.url('/procedures/project'));
  await walk.look(shuji, '01-procedure', { en: true });
  await shuji.goto(walk.url('/procedures/project/new'));
  await walk.look(shuji, '02-declare', { en: true });
  const declared = { title, body: '菜店、步道、老年食堂', goal: '居民一刻钟内可到', planned: '菜店改造 100,000\n步道 -5', ends_on: later(200) };
  await begin(shuji, 'project', declared);
  walk.check('a negative amount is refused at its line', /第 2 行/.test(await wrong(shuji)));
  walk.check('what was typed is still there', (await shuji.inputValue('[name=goal]')).includes('一刻钟'));
  await walk.look(shuji, '03-refused');
  const project = await begin(shuji, 'project', { ...declared, planned: '菜店改造 100,000\n步道 35,000.50' });
  walk.check('the budget is summed', (await shuji.textContent('main')).includes('135,000.50'));
  walk.check('who declared does not review', await shuji.locator('input[name=action][value=accept]').count() === 0);
  await shuji.fill('#link-with', 'nothing');
  await Promise.all([shuji.waitForNavigation(), shuji.click('form[action$="/links"] button')]);
  walk.check('a number that is nowhere is refused', (await wrong(shuji)).length > 0);
  await shuji.fill('#link-with', number);
  await Promise.all([shuji.waitForNavigation(), shuji.click('form[action$="/links"] button')]);
  walk.check('the project names what it settles', (await shuji.textContent('main')).includes(number));
  await walk.look(shuji, '04-declared');
  const linked = new URL(await shuji.locator(`li:has-text("${number}") a`).first().evaluate((a) => a.href)).pathname;
  await act(await inbox('zuzhi', title, project), 'accept', { note: '切合居民需要' });
  const quzuzhi = await inbox('quzuzhi', title, project);
  await act(quzuzhi, 'list', {});
  await quzuzhi.goto(walk.url('/matters?mechanism=project&open=1'));
  walk.check('the list of projects has it', (await quzuzhi.textContent('main')).includes(title));
  await walk.look(quzuzhi, '05-list', { en: true });

  // ---- progress, closing, publication, evaluation
  await inbox('shuji', title, project);
  walk.check('the month is due', await shuji.locator('h2', { hasText: '定期进展' }).count() === 1);
  await act(shuji, 'progress', { stage: '实施', done_text: '菜店开工', spent: '菜店改造 40,000' });
  clock.pass({ days: 31 });
  shuji = await inbox('shuji', title, project);
  walk.check('a month later the next one is due', (await shuji.locator('section.card:has(h2:text("定期进展"))').textContent()).includes('待报'));
  await act(shuji, 'progress', { stage: '收尾', done_text: '步道铺好', spent: '步道 35,000.50' });
  walk.check('what was spent adds up', (await shuji.textContent('main')).includes('75,000.50'));
  await walk.look(shuji, '06-carried-out', { en: true });
  const lamp = await at('shequ', linked);
  walk.check('the matter names the project', (await lamp.textContent('main')).includes(title));
  await walk.look(lamp, '07-to-be-settled');
  await shuji.goto(walk.url(project));
  await act(shuji, 'finish', { result: '便民圈建成', photo_after: await photo(shuji, 'after.jpg') });
  walk.check('who did it does not check it', await shuji.locator('input[name=action][value=pass]').count() === 0);
  await act(await inbox('zuzhi', title, project), 'pass', { note: '属实' });
  await shuji.goto(walk.url(project));
  walk.check('the results are published', (await shuji.textContent('main')).includes('成果公示'));
  await walk.look(shuji, '08-published');
  await shuji.goto(walk.url('/matters?mechanism=project&mine=1'));
  walk.check('the secretary sees their own', (await shuji.textContent('main')).includes(title));
  await walk.look(shuji, '09-mine');

  // ---- A6: three gates, one of them not opened at first
  const quarter = `长源小区 ${Date.now() % 100000}`;
  const shequ = await at('shequ', '/matters/new');
  walk.check('the desk leads to what else can be opened', await shequ.locator('a[href="/procedures/renovation/new"]').count() === 1);
  const works = await begin(shequ, 'renovation', { title: quarter, body: '外墙、管网、楼道', buildings: '10', households: '346' });
  await act(shequ, 'survey', { asked: '346', agreed: '330', wishes: '先修管网' });
  await act(await inbox('jiedao', quarter, works), 'begin',
    { unit: '区城市管理局', plan: '先地下后地上', planned: '外墙 800,000\n管网 450,000', ends_on: later(120) });
  const builder = await inbox('chengguan', quarter, works);
  await act(builder, 'progress', { done_text: '管网开挖', spent: '管网 200,000' });
  await act(builder, 'finish', { done_text: '全部完工', photo_after: await photo(builder, 'works.jpg') });
  walk.check('the builder opens no gate', await builder.locator('input[name=action][value=pass]').count() === 0);

  const gate = async (who, action, fields = {}) => act(await inbox(who, quarter, works), action, fields);
  const jiandu = await inbox('jiandu', quarter, works);
  await walk.look(jiandu, '10-site-gate');
  const seen = { photo_check: await photo(jiandu, 'gate.jpg') };
  await act(jiandu, 'pass', seen);
  walk.check('one of two does not open the gate', (await jiandu.textContent('main')).includes('现场关'));
  await gate('daibiao', 'pass', seen);
  await gate('daibiao', 'pass');
  await gate('zhiliang', 'fail', { reason: '外墙空鼓' });
  walk.check('a failed gate returns the works', /施工/.test(await people.zhiliang.textContent('.head')));
  await walk.look(people.zhiliang, '11-returned');
  await act(await inbox('chengguan', quarter, works), 'finish', { done_text: '空鼓已返工', photo_after: await photo(builder, 'again.jpg') });
  await gate('jiandu', 'pass', seen);
  await gate('daibiao', 'pass', seen);
  await gate('daibiao', 'pass');
  await gate('zhiliang', 'pass');
  await gate('anquan', 'pass');
  await gate('jiandu', 'pass');
  walk.check('after three gates the completion is published', (await people.jiandu.textContent('main')).includes('完工公示'));
  await walk.look(people.jiandu, '12-published', { en: true });
  const json = await shequ.request.get(walk.url(`${works}.json`));
  walk.check('a program reads the same numbers', (await json.json()).numbers.some((n) => n.name === 'planned' && n.text === '1,250,000.00'));

  // ---- A1 again: a week on display, then it is evaluated, and the secretary's own page shows how it ended
  clock.pass({ days: 8 });
  const judge = await inbox('quzuzhi', title, project);
  shuji = await at('shuji', project);
  walk.check('nobody marks their own', await shuji.locator('input[name=action][value=grade]').count() === 0);
  await send(judge, 'grade', { mark: '101', note: '好' });
  walk.check('a mark beyond a hundred is refused', (await wrong(judge)).length > 0);
  await act(judge, 'grade', { mark: '92', note: '成效明显' });
  walk.check('its mark stands there', (await judge.textContent('main')).includes('92') && (await judge.textContent('main')).includes('评定等次'));
  await judge.goto(walk.url('/matters?mechanism=project&open=1'));
  walk.check('the list of what is carried out no longer has it', !(await judge.textContent('main')).includes(title));
  shuji = await at('shuji', '/me');
  const own = shuji.locator('section.card', { hasText: title });
  walk.check('the secretary reads its end on their own page', /已办结|完成|办结/.test(await own.textContent()));
  await walk.look(shuji, '13-own-page', { en: true });
  await Promise.all([shuji.waitForNavigation(), own.locator('a', { hasText: title }).click()]);
  walk.check('and follows it', new URL(shuji.url()).pathname === project);
  await shuji.goto(walk.url(`${project}/print`));
  const sheet = await shuji.textContent('main');
  for (const words of ['135,000.50', '75,000.50', '定期进展', number, '92']) walk.check(`the sheet has ${words}`, sheet.includes(words));
  await walk.look(shuji, '14-sheet');
};
module.exports.clock = true;
