// P8's pairs: a strong village helps a weak one for a year, by a plan; both write down what was done, and it is assessed at the end.
'use strict';

const STRONG = '140214101205';
const WEAK = '140214101207';

module.exports = async (walk) => {
  const { clock } = walk;
  const { at, act, send, tie, untied, reads, lacks, duty, done, wrong } = require('./ties')(walk);
  walk.hire('qiangcun', '强书记', 'liaison', STRONG);
  walk.hire('ruocun', '弱书记', 'secretary', WEAK);

  await untied('quzuzhi', 'village_pair', '段家小村', '段家小村', {}, '不能与自己结对');
  await untied('quzuzhi', 'village_pair', '小窑头村', '段家小村', { until: '2031-01-01' }, '最长只能到');
  const pair = await tie('quzuzhi', 'village_pair', '小窑头村', '段家小村');
  await tie('quzuzhi', 'village_pair', '张家湾村', '段家小村');
  await untied('quzuzhi', 'village_pair', '高山村', '段家小村', {}, '不能再多');

  // The plan of the year, by either of them; the quarter's notes by both.
  let page = await at('qiangcun', '/bonds');
  await reads(page, '小窑头村委会 — 段家小村委会');
  page = await at('qiangcun', pair);
  await reads(page, '还没有计划');
  clock.pass({ days: 31 });
  await reads(await at('quzuzhi', '/bonds?alarm=yes'), '计划还没有填写');
  await act('qiangcun', pair, 'plan', { goals: '集体经济年收入二十万元', tasks: '一季度土地流转，二季度建冷库' });
  await act('ruocun', pair, 'plan', { goals: '集体经济年收入二十五万元', tasks: '一季度土地流转，二季度建冷库' });
  page = await at('ruocun', pair);
  await reads(page, '二十五万元');
  await walk.look(page, 'plan', { en: true });
  await act('qiangcun', pair, 'helped', { body: '派技术员两人，垫付种苗款三万元' });
  await act('ruocun', pair, 'received', { body: '种苗已到户，栽种四十亩' });
  page = await at('quzuzhi', pair);
  await reads(page, '垫付种苗款三万元', '栽种四十亩');
  walk.check('the strong village does not write for the weak one', await (await at('qiangcun', pair)).locator('input[value=received]').count() === 0);
  clock.pass({ days: 60 });
  page = await duty('ruocun', '季度帮扶情况');
  const said = await done(page, { talk_note: '冷库已开工' });
  walk.check(`the quarter is reported: ${said}`, !said);
  page = await at('ruocun', pair);
  await reads(page, '按时完成', '冷库已开工');
  await walk.look(page, 'pair');

  // The year is over by itself, and waits to be assessed.
  clock.pass({ days: 280 });
  page = await at('quzuzhi', pair);
  await reads(page, '待考核', '期满');
  walk.check('who is helped does not assess it', await (await at('ruocun', pair)).locator('input[value=assess]').count() === 0);
  page = await act('quzuzhi', pair, 'assess', { pair_note: '年收入二十六万元，达到目标' });
  await reads(page, '已结束', '达到目标');
  await walk.look(page, 'end', { en: true });
};
module.exports.clock = true;
