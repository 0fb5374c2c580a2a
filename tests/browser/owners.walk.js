// 业主共同决定 (民法典 §278): enough owners with too little area are no quorum; carried by heads but lost by area; carried by both.
'use strict';

// What stands on the roll of the demo, in square metres; seats are numbered in this order.
const AREAS = [89.56, 90, 120.5, 65.25, 89.56, 142.8, 78, 101.33, 89.56, 230, 55.5, 47.5];
const sum = (seats) => seats.reduce((all, n) => all + Math.round(AREAS[n - 1] * 100), 0);
const metres = (hundredths) => `${hundredths / 100} m²`;

module.exports = async (walk) => {
  const { clock } = walk;
  // A meeting with these seats present, of whom these are in favour: the page of what was decided.
  const vote = async (matter, present, favour) => {
    const at = await walk.prepare('yezhu', matter, 'owners_meeting', { days: 15, minutes: 10 });
    await walk.call('yezhu', at);
    clock.pass({ days: 15 });
    await walk.open('yezhu', at, 0);
    let page = await walk.at('yezhu', at);
    for (const n of present) await page.check(`#roll input[name=n][value="${n}"]`);
    await walk.does(page, 'takes presence', '#roll button[value=present]');
    page = await walk.at('yezhu', `${at}/motions/1`);
    walk.check('where area counts there are no secret slips', await page.locator('input[value=ballot]').count() === 0);
    page = await walk.ask('yezhu', at, 'paper');
    await page.fill('#k-batch', '1');
    await page.fill('#k-in_favour', '3');
    await page.fill('#k-area_in_favour', '三百多平');
    await walk.refused(page, 'an area that is no number', 'form[action$="/key"] button', '不是平方米数');
    page = await walk.at('yezhu', `${at}/motions/1`);
    await walk.does(page, 'takes the paper back', 'form[action$="/shut"] button');
    page = await walk.ask('yezhu', at, 'roll');
    for (const n of present) {
      const form = `form[action$="/vote"]:has(input[name=seat][value="${n}"])`;
      await walk.does(page, `seat ${n} votes`, `${form} button[value=${favour.includes(n) ? 'favour' : 'against'}]`);
    }
    await walk.does(page, 'counts', 'form[action$="/decide"] button');
    const said = await page.textContent('main');
    walk.check(`the area is that of the roll: ${metres(sum(AREAS.map((_, i) => i + 1)))}`, said.includes(metres(sum(AREAS.map((_, i) => i + 1)))));
    walk.check(`present are ${metres(sum(present))}`, said.includes(metres(sum(present))));
    walk.check(`in favour are ${metres(sum(favour))}`, said.includes(metres(sum(favour))));
    return { page, at };
  };

  let matter = await walk.begin('yezhu', 'owners_decide', { title: '更换物业服务企业', body: '合同到期不再续签，另行选聘。' });
  let held = await vote(matter, [1, 2, 4, 5, 7, 8, 9, 11], [1, 2, 4, 5, 7, 8, 9, 11]);
  await walk.says(held.page, '到会不足');
  await walk.look(held.page, '01-too-little-area', { en: true });
  await walk.close('yezhu', held.at, '人数够而面积不足，未作决定。');

  held = await vote(matter, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 2, 4, 5, 7, 8]);
  await walk.says(held.page, '未通过');
  await walk.look(held.page, '02-lost-by-area', { en: true });
  await walk.close('yezhu', held.at, '六户赞成过半，面积未过半，未通过。');
  const ended = await walk.at('yezhu', matter);
  await walk.says(ended, '未通过');
  await walk.look(ended, '03-lost', { en: true });

  matter = await walk.begin('yezhu', 'owners_decide', { title: '更换物业服务企业（再议）', body: '两家企业比选后再议。' });
  held = await vote(matter, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 2, 4, 5, 7, 8, 9]);
  await walk.says(held.page, '通过');
  await walk.close('yezhu', held.at, '七户赞成，面积过半，通过。');
  const page = await walk.at('yezhu', matter);
  await walk.says(page, '结果公示');
  await walk.look(page, '04-carried', { en: true });
  clock.pass({ days: 8 });
  await walk.settled('yezhu', matter, '通过');
  await page.goto(walk.url(`${matter}/dossier`));
  await walk.says(page, metres(sum([1, 2, 4, 5, 7, 8, 9])));
  await walk.look(page, '05-dossier', { en: true });
};
module.exports.clock = true;
