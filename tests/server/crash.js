// crash.js ROUNDS - kills the server at random moments under load. After each kill: it starts again, every acknowledged
// report can be followed, and `yingshao verify` finds nothing. One check a round.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { start, top } = require('./server');
const { Client } = require('./load');

async function main(rounds) {
  const program = path.join(top, 'build/release/yingshao');
  let server = await start('crash');
  let passed = 0;
  let failed = 0;
  let all = 0;
  for (let round = 1; round <= rounds; round++) {
    const acknowledged = [];
    let running = true;
    const clients = Array.from({ length: 8 }, () => new Client(server.url));
    const work = clients.map(async (client, who) => {
      for (let i = 0; running; i++) {
        try {
          const sent = await client.report(`第${round}轮：路灯不亮 ${who}-${i}`, `crash-${round}-${who}-${i}`);
          if (sent) acknowledged.push(sent.code);
        } catch {
          return; // killed: nothing was promised
        }
      }
    });
    await new Promise((done) => setTimeout(done, 30 + Math.random() * 400));
    await server.kill();
    running = false;
    await Promise.all(work);
    clients.forEach((client) => client.close());
    server = await start('crash', { again: server });
    const client = new Client(server.url);
    let missing = 0;
    for (const code of acknowledged) if (!(await client.follow(code))) missing++;
    client.close();
    let fault = missing ? `${missing} of ${acknowledged.length} acknowledged reports are missing` : '';
    try {
      execFileSync(program, ['verify', '--data', server.data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (e) {
      fault += ` verify: ${e.stdout}${e.stderr}`;
    }
    all += acknowledged.length;
    if (fault) console.log(`FAILED round ${round}: ${fault}`);
    if (fault) failed++; else passed++;
  }
  await server.stop();
  console.log(`note: ${rounds} kills, ${all} reports acknowledged`);
  if (!all) console.log('FAILED no report was ever acknowledged: the load is wrong');
  console.log(`passed ${passed} failed ${failed + (all ? 0 : 1)}`);
  return failed || !all ? 1 : 0;
}

main(Number(process.argv[2] || 20)).then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
