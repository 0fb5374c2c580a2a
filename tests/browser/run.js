// run.js [WALK…] - runs every *.walk.js against one server on a scratch demo district, in Debian's Chromium.
// Pictures of what was looked at stand in build/shots. A walk is described in lib.js.
'use strict';
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const { start, top } = require('../server/server');
const { Clock, Walk } = require('./lib');

async function main(only) {
  const walks = fs.readdirSync(__dirname).filter((f) => f.endsWith('.walk.js')).sort()
    .filter((f) => !only.length || only.includes(f.replace('.walk.js', '')));
  const shots = path.join(top, 'build/shots');
  fs.mkdirSync(shots, { recursive: true });
  const shared = new Clock(path.join(shots, 'shared.clock'));
  setInterval(() => shared.set(Date.now()), 100).unref();
  const server = await start('browser', { build: process.env.BUILD || 'release', args: ['--test-clock', shared.file] });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    env: { ...process.env, LD_PRELOAD: '' },
    args: ['--disable-gpu', '--disable-dev-shm-usage', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
  });
  const failures = [];
  let passed = 0;
  for (const file of walks) {
    const name = file.replace('.walk.js', '');
    const steps = require(path.join(__dirname, file));
    const clock = steps.clock && new Clock(path.join(shots, `${name}.clock`));
    const own = clock ? await start(`browser-${name}`, { build: process.env.BUILD || 'release', args: ['--test-clock', clock.file] }) : server;
    const walk = new Walk(name, browser, own, shots, clock);
    try {
      await steps(walk);
    } catch (e) {
      await walk.broke(e);
    }
    await walk.end();
    if (own !== server) await own.stop();
    console.log(`${walk.failures.length ? 'FAILED' : 'ok'} ${walk.name}: ${walk.passed} passed, ${walk.failures.length} failed`);
    passed += walk.passed;
    failures.push(...walk.failures);
  }
  await browser.close();
  await server.stop();
  for (const failure of failures) console.log(failure); // once more, where the end of a log shows them
  console.log(`passed ${passed} failed ${failures.length}`);
  return failures.length ? 1 : 0;
}

main(process.argv.slice(2)).then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
