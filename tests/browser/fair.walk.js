// A fair: called, a booth booked, its code put up, a résumé handed in there, read by the firm alone, an interview, an offer, the one place there is; and at last the file is gone.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');

const PDF = { name: '张三的简历.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n王牌收银员，三年经验\n%%EOF') };
const EXE = { name: '简历.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ\x90\x00 not what it says') };
const FIRM = '新胜惠民超市';

// What a phone's camera reads there.
const scan = async (walk, code) => {
  const file = path.join(walk.shots, 'fair-code.png');
  await code.screenshot({ path: file });
  return execFileSync('zbarimg', ['--raw', '-q', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
};

module.exports = async (walk) => {
  const { clock } = walk;
  const { text, says, at, act, prepare, press } = require('./steps')(walk);

  // One that is over, before anybody has done anything: what came of it, booth by booth.
  const old = await at('quzuzhi', '/gatherings?kind=campus_fair');
  await press(old, 'a:has-text("进校园专场招聘会")');
  const sum = (await old.locator('#fair tfoot tr').textContent()).replace(/\s+/g, ' ').trim();
  walk.check(`it had interviews, offers and people hired: ${sum}`, /8 ?7 ?6 ?5$/.test(sum));
  walk.check('no code is put up there any more', !(await old.locator('a:has-text("展位二维码")').count()));

  const fair = await prepare('quzuzhi', 'campus_fair', { title: '西安校园招聘会', starts_at: clock.in({ days: 7 }), topic: '招收银员' }, '西安');
  const id = fair.split('/').pop();
  let firm = await at('qiye', `/g/${id}`);
  await says(firm, '还没有单位预订展位');

  // The firm books a booth for itself, leaves it and takes it again.
  firm = await at('qiye', fair);
  await firm.selectOption('#booth-unit', { label: FIRM });
  walk.check('a booth is booked', !(await press(firm, 'form[action$="/booths"] button')));
  walk.check('it is booth 1, and no second one is offered', /1\s*新胜惠民超市/.test(await text(firm)) && !(await firm.locator('#booth-unit').count()));
  await walk.look(firm, 'booths', { en: true });
  walk.check('it may leave', !(await press(firm, 'form[action$="/booths/leave"] button')));
  await firm.selectOption('#booth-unit', { label: FIRM });
  await press(firm, 'form[action$="/booths"] button');
  const other = await at('bumen', fair);
  walk.check('a department books none', !(await other.locator('#booth-unit').count()));

  // A sheet for each booth, for who runs the fair and nobody else, one to a page.
  walk.check('a department prints no sheets', !(await other.locator('a:has-text("展位二维码")').count()));
  await other.goto(walk.url(`${fair}/booths/sheets`));
  walk.check('and is told why', (await text(other)).includes('由其他单位召集和主持'));
  const office = await at('quzuzhi', fair);
  await press(office, 'a:has-text("展位二维码")');
  await says(office, FIRM);
  await walk.look(office, 'sheets', { en: true });
  const address = await scan(walk, office.locator('.poster .qrbig svg'));
  walk.check(`its code is that of the booth: ${address}`, address.startsWith(walk.url('/apply/')) && address === await office.textContent('.poster .mono'));
  await office.goto(walk.url('/gatherings?kind=city_fair'));
  await press(office, 'a:has-text("云冈请您来")');
  await press(office, 'a:has-text("展位二维码")');
  const paper = (await office.pdf({ preferCSSPageSize: true })).toString('latin1');
  walk.check('four booths are four pages', await office.locator('.poster').count() === 4 && paper.match(/\/Type\s*\/Page\b/g).length === 4);

  // What the firm looks for: its own list, from which everybody may apply.
  firm = await at('qiye', '/resources/new?kind=job');
  const job = { title: '收银员', capacity: '0', pay: '月薪四千', wanted: '会用收银机' };
  await walk.fill(firm.locator('form[action="/resources"]'), job);
  await walk.refused(firm, 'a job with no place', 'form[action="/resources"] button.go', '1');
  await firm.fill('[name=capacity]', '1');
  await walk.does(firm, 'offers one place', 'form[action="/resources"] button.go');
  await walk.look(firm, 'job', { en: true });

  // A visitor without a login.
  const guest = await walk.guest({ phone: true });
  await guest.goto(walk.url(`/g/${id}`));
  await walk.look(guest, 'public', { en: true });
  await press(guest, `a:has-text("投简历")`);
  await says(guest, '西安校园招聘会');
  await walk.look(guest, 'apply', { en: true });
  await guest.goto(walk.url('/public/resources?kind=job'));
  await says(guest, '收银员');
  await Promise.all([guest.waitForNavigation(), guest.click('a:has-text("收银员")')]);
  await walk.look(guest, 'vacancy', { en: true });
  await Promise.all([guest.waitForNavigation(), guest.click('a:has-text("我要申请")')]);
  await says(guest, FIRM);
  await guest.goto(address); // as the code at the booth says
  await says(guest, FIRM);
  await says(guest, '西安校园招聘会');
  await walk.look(guest, 'scanned');
  const fill = async (file, agree) => {
    await guest.selectOption('[name=job]', await guest.locator('[name=job] option', { hasText: '收银员' }).getAttribute('value'));
    await guest.fill('[name=who]', '张三');
    await guest.fill('[name=phone]', '13800138000');
    await guest.fill('[name=body]', '三年收银经验');
    await guest.setInputFiles('[name="file.resume"]', file);
    if (agree) await guest.check('[name="agreed.resume"]');
  };
  await fill(PDF, false);
  await walk.refused(guest, 'a résumé without consent', 'form button.go', '请勾选同意');
  await walk.look(guest, 'refused');
  await fill(EXE, true);
  await walk.refused(guest, 'a program that calls itself a résumé', 'form button.go', '不能接收这种文件');
  await fill(PDF, true);
  await press(guest, 'form button.go');
  const code = ((await guest.locator('.code').first().textContent()) || '').trim();
  walk.check('there is a receipt', code.length > 8);

  // The firm reads the résumé, which is recorded; nobody else can.
  firm = await at('qiye', '/work');
  await Promise.all([firm.waitForNavigation(), firm.click('a.ttl:has-text("求职申请")')]);
  const matter = new URL(firm.url()).pathname;
  await walk.look(firm, 'application');
  const [download] = await Promise.all([firm.waitForEvent('download'), firm.click('#files button:has-text("下载查看")')]);
  walk.check('it comes under its name', download.suggestedFilename() === PDF.name);
  await firm.goto(walk.url(matter));
  await says(firm, '查看个人信息');
  const stranger = await at('bumen', '/work');
  walk.check('a department does not know of it', (await stranger.request.get(walk.url(`${matter}.json`))).status() === 404);

  // Interview, offer, yes.
  await act('qiye', matter, 'invite', { interview_day: clock.in({ days: 3 }).slice(0, 10), interview_place: '上午九点，超市二楼，找李经理' });
  await guest.goto(walk.url('/report/show'));
  await says(guest, '超市二楼');
  await act('qiye', matter, 'hire', { terms: '收银员，月薪四千，下月一日报到' });
  await guest.goto(walk.url('/report/show'));
  await says(guest, '等您答复');
  await walk.look(guest, 'turn', { en: true });
  await guest.locator('details.offer:has(input[value=agree]) summary').click();
  walk.check('the applicant accepts', !(await press(guest, 'details.offer:has(input[value=agree]) button.wide')));
  await says(guest, '已录用');
  const given = await guest.textContent('#holds');
  walk.check(`what they were given stands on their page: ${given}`, given.includes('收银员') && given.includes('有效') && given.includes('不定期'));
  await walk.look(guest, 'given', { en: true });
  firm = await at('qiye', '/resources?kind=job');
  walk.check('the place is taken', /0\s*\/\s*1/.test(await firm.locator('tr:has-text("收银员")').textContent()));
  const page = await at('quzuzhi', fair);
  const row = (await page.locator('#fair tbody tr').first().textContent()).replace(/\s+/g, ' ');
  walk.check(`the fair counts it: ${row}`, /1 ?1 ?1 ?1/.test(row.replace(FIRM, '')));
  await walk.look(page, 'outcome');

  // After half a year the file is gone, and both are told so.
  clock.pass({ days: 190 });
  await guest.goto(walk.url('/report/find'));
  await guest.fill('[name=code]', code);
  await press(guest, 'form[action="/report/find"] button');
  firm = await at('qiye', matter);
  await says(firm, '内容无法恢复');
  walk.check('it cannot be opened any more', !(await firm.locator('#files button:has-text("下载查看")').count()));
  await walk.look(firm, 'erased');
};
module.exports.clock = true;
