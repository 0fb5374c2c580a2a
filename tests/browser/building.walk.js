// A building has its head, who sees only that building's matters (P9d); the community's public page shows self-government, volunteers
// and deliberation side by side with their open and closed items (H12).
'use strict';

const COMMUNITY = '140214001002';

module.exports = async (walk) => {
  const text = (page) => page.textContent('main');
  const { report } = require('./steps')(walk);

  const resident = await walk.guest({ phone: true });
  await report(resident, { at: `${COMMUNITY}-l01`, body: '一号楼楼道灯坏了三天没人修', subject: 'traffic/light' });
  const other = await walk.guest({ phone: true });
  await report(other, { at: `${COMMUNITY}-l02`, body: '二号楼门禁打不开进不了门', subject: 'property/management' });
  const head = await walk.as('louzhang');
  await head.goto(walk.url('/matters'));
  walk.check('the head sees what lies in the building', (await text(head)).includes('一号楼楼道灯坏了'));
  walk.check('and not what lies in the next', !(await text(head)).includes('二号楼门禁'));
  const found = await head.request.get(walk.url(`/matters.json?words=${encodeURIComponent('门禁打不开')}`));
  walk.check('nor by searching', !((await found.json()).rows || []).length);
  await walk.look(head, 'building');

  const units = await (await (await walk.as('shequ')).request.get(walk.url('/me.json'))).json();
  const at = units.posts.find((post) => post.at).at.split('/').pop();
  const anybody = await walk.guest();
  await anybody.goto(walk.url(`/public/units/${at}`));
  for (const side of ['居民自治', '志愿服务', '协商议事']) {
    walk.check(`the public page shows ${side}`, (await text(anybody)).includes(side));
  }
  const page = await (await anybody.request.get(walk.url(`/public/units/${at}.json`))).json();
  const sides = page.sides || [];
  walk.check('three sides, each the sum of its kinds', sides.length === 3 && sides.every((side) =>
    side.open === side.kinds.reduce((n, kind) => n + kind.open, 0) && side.closed === side.kinds.reduce((n, kind) => n + kind.closed, 0)));
  walk.check('something was done by volunteers', sides[1].open + sides[1].closed > 0);
  await walk.look(anybody, 'community', { en: true });
  const nowhere = await anybody.request.get(walk.url('/public/units/1.json'));
  walk.check('of a unit that is not there nothing is said', nowhere.status() === 404);
};
