// A classifier is trained beside the running server; from then on the desk is shown a suggested subject, and decides by itself.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { top } = require('../server/server');

module.exports = async (walk) => {
  const program = path.join(top, `build/${process.env.BUILD || 'release'}/yingshao`);
  const file = path.join(walk.server.data, 'labelled.csv');
  const rows = [];
  for (let i = 1; i <= 30; i++) {
    rows.push(`垃圾清运,${i}号楼垃圾桶满了,垃圾好几天没有人清运 味道很大`, `噪声扰民,${i}号院夜里太吵,夜间施工噪音扰民 睡不着觉`);
  }
  fs.writeFileSync(file, `label,title,body\n${rows.join('\n')}\n`);

  const jiedao = await walk.as('jiedao');
  const look = async (text) => {
    await jiedao.goto(walk.url('/matters/new'));
    await jiedao.fill('[name=body]', text);
    await Promise.all([jiedao.waitForNavigation(), jiedao.click('button[value=look]')]);
    return jiedao.locator('input[name=suggested]').count();
  };
  walk.check('without a classifier nothing is suggested', await look('菜市场北门的垃圾没有人清运') === 0);
  walk.check('it is trained', execFileSync(program, ['text', 'train', file, '--data', walk.server.data], { encoding: 'utf8' }).startsWith('60 rows'));
  for (const until = Date.now() + 5000; Date.now() < until && !await look('菜市场北门的垃圾没有人清运');) await jiedao.waitForTimeout(200);

  const suggested = jiedao.locator('input[name=suggested]').first();
  walk.check('the subject is suggested', (await jiedao.textContent('main')).includes('建议类别：垃圾清运'));
  walk.check('with its confidence', /建议类别：垃圾清运\s*\S*\s*\d+(\.\d+)?\s*%/.test(await jiedao.textContent('main')));
  walk.check('and the words that decided', (await jiedao.locator('.words .tag').allTextContents()).some((w) => /垃圾|清运/.test(w)));
  walk.check('it is not chosen by itself', !(await suggested.isChecked()));
  await walk.look(jiedao, 'suggested', { en: false });

  await suggested.check();
  await jiedao.selectOption('[name=unit]', { index: 3 });
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('button[value=save]')]);
  await Promise.all([jiedao.waitForNavigation(), jiedao.click('a[href^="/matters/"].btn')]);
  walk.check('who takes the suggestion has its subject', (await jiedao.textContent('main')).includes('垃圾清运'));
};
