// 四议两公开: a branch proposes, a meeting without quorum decides nothing, the two committees decide by secret ballot with slips.
// The notice of three days before the members' meeting cannot be passed here; cases and unit tests walk on from there.
'use strict';

module.exports = async (walk) => {
  const pad = (n) => String(n).padStart(2, '0');
  const local = (minutes) => { // as a field wants it, in Shanghai
    const d = new Date(Date.now() + minutes * 60000 + 8 * 3600000);
    return `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}T${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}`;
  };
  const wrong = async (page) => (await page.locator('.note.bad, .field.bad .err').allTextContents()).join(' ').trim();
  const press = async (page, button) => {
    await Promise.all([page.waitForNavigation(), page.locator(button).first().click()]);
    return wrong(page);
  };
  const says = async (page, words) => walk.check(`${page.who} reads ${words}`, (await page.textContent('main')).includes(words));

  // called, opened, with the first `present` of the roll there; ends on the page of the item
  const meeting = async (page, kind, present) => {
    const link = page.locator(`a[href^="/gatherings/new?kind=${kind}"]`).first();
    await Promise.all([page.waitForNavigation(), link.click()]);
    await page.fill('[name=title]', '硬化村道');
    await page.fill('[name=starts_at]', local(5));
    walk.check(`${kind} is prepared: ${await press(page, 'form[action="/gatherings"] button.go')}`, /\/gatherings\/\d+$/.test(page.url()));
    await says(page, '硬化村道');
    walk.check('called', !await press(page, 'form[action$="/call"] button'));
    walk.check('opened', !await press(page, 'form[action$="/open"] button'));
    for (const box of (await page.locator('#roll input[name=n]').all()).slice(0, present)) await box.check();
    walk.check('presence is taken', !await press(page, '#roll button[value=present]'));
    const at = new URL(page.url()).pathname;
    await page.goto(walk.url(`${at}/motions/1`));
    return at;
  };
  const opens = async (page, method) => {
    await page.locator(`label.rad:has(input[value=${method}])`).click();
    walk.check(`${method} is opened`, !await press(page, 'form[action$="/open"] button'));
  };

  const zhishu = await walk.as('zhishu');
  await zhishu.goto(walk.url('/procedures/four_deliberations/new'));
  await zhishu.fill('form[action="/procedures/four_deliberations"] [name=title]', '硬化村道');
  await zhishu.fill('form[action="/procedures/four_deliberations"] [name=body]', '三百米村道硬化，预算八万六');
  await zhishu.locator('label.rad', { hasText: '党员群众建议' }).click();
  const said = await press(zhishu, 'form[action="/procedures/four_deliberations"] button.go');
  const matter = new URL(zhishu.url()).pathname;
  walk.check(`the branch proposes: ${said}`, /^\/matters\/\d+$/.test(matter));
  walk.check('nobody can type what was decided', await zhishu.locator('input[name=action][value=carried]').count() === 0);
  await walk.look(zhishu, '01-matter');

  // ① hands, and more votes than people are refused
  await meeting(zhishu, 'branch_committee', 1);
  await opens(zhishu, 'hands');
  await zhishu.fill('#d-in_favour', '2');
  walk.check('more votes than people are refused', (await press(zhishu, 'form[action$="/decide"] button')).includes('不能多于'));
  await zhishu.fill('#d-in_favour', '1');
  walk.check('decided', !await press(zhishu, 'form[action$="/decide"] button'));
  await says(zhishu, '通过');
  await walk.look(zhishu, '02-carried', { en: true });

  // ② without quorum nothing is decided and the step stays
  await zhishu.goto(walk.url(matter));
  await says(zhishu, '商议');
  await meeting(zhishu, 'two_committees', 1);
  await opens(zhishu, 'roll');
  await press(zhishu, 'form[action$="/vote"] button[value=favour]');
  walk.check('counted', !await press(zhishu, 'form[action$="/decide"] button'));
  await says(zhishu, '到会不足');
  await zhishu.goto(walk.url(matter));
  walk.check('the step stays', await zhishu.locator('a[href^="/gatherings/new?kind=two_committees"]').count() > 0);

  // ② again, both there, by slips drawn at the door
  const at = await meeting(zhishu, 'two_committees', 2);
  await opens(zhishu, 'ballot');
  const page = zhishu.url();
  await zhishu.fill('#s-count', '3');
  await press(zhishu, 'form[action$="/slips"] button');
  await says(zhishu, '不能多于到会人数');
  await zhishu.goto(page);
  await zhishu.fill('#s-count', '2');
  await press(zhishu, 'form[action$="/slips"] button');
  await walk.look(zhishu, '03-slips');
  const codes = (await zhishu.textContent('main')).match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?=[^/]*http)/g) || [];
  walk.check(`two slips: ${codes}`, new Set(codes).size === 2);
  await zhishu.goto(page);
  for (const box of await zhishu.locator('input[name=seats]').all()) await box.check();
  walk.check('both have drawn', !await press(zhishu, 'form[action$="/drawn"] button'));
  for (const [i, code] of [...new Set(codes)].entries()) {
    const voter = await walk.guest({ phone: true, script: i === 0 });
    await voter.goto(walk.url(`/ballot/${code}`));
    if (!i) await walk.look(voter, '04-slip', { en: true });
    await press(voter, 'button[value=favour]');
    await says(voter, '已计入');
    walk.check('no cookie is used', !(await voter.context().cookies()).some((c) => /session/.test(c.name)));
    walk.check('a slip votes once', await voter.locator('button[value=favour]').count() === 0);
  }
  const stranger = await walk.guest();
  await stranger.goto(walk.url('/ballot/AAAA-AAAA-AAAA'));
  await says(stranger, '小票');
  walk.check('counted', !await press(zhishu, 'form[action$="/decide"] button'));
  await says(zhishu, '通过');
  const hidden = await stranger.request.get(walk.url(`${at}/motions/1/ballots`));
  walk.check('the list of a closed meeting is not for everybody', hidden.status() === 404);
  const slip = `?slip=${codes[0]}`;
  await stranger.goto(walk.url(`${at}/motions/1/ballots${slip}`));
  walk.check('whoever holds a slip adds the list up', await stranger.locator('tbody tr').count() === 2);
  await walk.look(stranger, '05-ballots', { en: true });
  const list = await (await stranger.request.get(walk.url(`${at}/motions/1/ballots.json${slip}`))).json();
  walk.check('as JSON, too', list.ballots.length === 2 && list.ballots.every((b) => b.choice === 'favour'));

  // ③ the members' meeting cannot be held before its notice has run
  await zhishu.goto(walk.url(matter));
  await Promise.all([zhishu.waitForNavigation(), zhishu.locator('a[href^="/gatherings/new?kind=members_meeting"]').first().click()]);
  await zhishu.fill('[name=title]', '党员大会');
  await zhishu.fill('[name=starts_at]', local(60));
  await press(zhishu, 'form[action="/gatherings"] button.go');
  const early = await press(zhishu, 'form[action$="/call"] button');
  walk.check(`notice comes first: ${early}`, /最早可于 \d{4}-/.test(early));
  await walk.look(zhishu, '06-early');
};
