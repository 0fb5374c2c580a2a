// crash.js ROUNDS [SECONDS] - kills the server at random moments under load, time passing meanwhile so that deadlines fall
// due. After each kill it starts again and every acknowledged report can be followed; `yingshao verify` looks over the
// district every twentieth time and at the end, when each deadline must have been acted upon, once. Ends early after SECONDS.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { start, demoDistrict, scratch, top } = require('./server');
const { Client } = require('./load');

const program = path.join(top, 'build/release/yingshao');
const VERIFY_EVERY = 20;
const STEP_MS = 3 * 3600 * 1000;

function run(command, args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 }).trim();
}

// Load until the server is killed: what was acknowledged, and what was answered with anything else.
async function underFire(server, round) {
  const got = { codes: [], refused: [] };
  let running = true;
  const clients = Array.from({ length: 8 }, () => new Client(server.url));
  const work = clients.map(async (client, who) => {
    for (let i = 0; running; i++) {
      try {
        const sent = await client.report(`第${round}轮：路灯不亮 ${who}-${i}`, `crash-${round}-${who}-${i}`);
        if (sent.code) got.codes.push(sent.code); else got.refused.push(`${sent.status} ${sent.text.slice(0, 200)}`);
      } catch {
        return; // killed: nothing was promised
      }
    }
  });
  await new Promise((done) => setTimeout(done, 30 + Math.random() * 300));
  await server.kill();
  running = false;
  await Promise.all(work);
  clients.forEach((client) => client.close());
  return got;
}

async function missing(server, codes) {
  const client = new Client(server.url);
  let n = 0;
  for (const code of codes) if (!(await client.follow(code))) n++;
  client.close();
  return n;
}

function verify(data) {
  try {
    run(program, ['verify', '--data', data]);
    return '';
  } catch (e) {
    return ` verify: ${e.stdout}${e.stderr}`;
  }
}

// What fell due was acted upon, and once: several parts of a matter may be due at the same moment, each then once.
function deadlines(data, now) {
  const sql = (text) => run('sqlite3', ['-readonly', path.join(data, 'yingshao.db'), text]);
  const twice = Number(sql(`SELECT count(*) FROM (SELECT 1 FROM event v WHERE noun = 'matter' AND kind = 'tick'
    GROUP BY subject, content HAVING count(*) > max(1, (SELECT count(*) FROM part p WHERE p.matter_id = v.subject)))`));
  const left = Number(sql(`SELECT count(*) FROM matter WHERE timer_at > 0 AND timer_at < ${now - 60000}`));
  return { ticks: Number(sql("SELECT count(*) FROM event WHERE noun = 'matter' AND kind = 'tick'")), twice, left };
}

async function main(rounds, seconds) {
  demoDistrict();
  const clock = path.join(scratch, 'crash-clock');
  let now = Date.now();
  const pass = (ms) => { now += ms; fs.writeFileSync(`${clock}.new`, String(now)); fs.renameSync(`${clock}.new`, clock); };
  pass(0);
  const args = ['--behind-proxy', '--quiet', '--test-clock', clock];
  let server = await start('crash', { args });
  const had = deadlines(server.data, now).ticks;
  const until = Date.now() + seconds * 1000;
  const refused = new Set();
  let passed = 0;
  let failed = 0;
  let all = 0;
  let round = 0;
  const fault = (text) => { failed++; console.log(`FAILED round ${round}: ${text}`); };
  while (round < rounds && Date.now() < until) {
    round++;
    const got = await underFire(server, round);
    got.refused.forEach((text) => refused.add(text));
    all += got.codes.length;
    pass(STEP_MS);
    server = await start('crash', { args, again: server });
    const lost = await missing(server, got.codes);
    const wrong = round % VERIFY_EVERY === 0 ? verify(server.data) : '';
    if (lost) fault(`${lost} of ${got.codes.length} acknowledged reports are missing`);
    else if (wrong) fault(wrong);
    else passed++;
  }
  await server.stop();
  const wrong = verify(server.data);
  const due = deadlines(server.data, now);
  if (wrong) fault(wrong); else passed++;
  if (due.twice || due.left) fault(`${due.twice} deadlines acted upon twice, ${due.left} not at all`); else passed++;
  if (refused.size) fault(`refused: ${[...refused].slice(0, 3).join(' | ')}`);
  if (!all || due.ticks === had) fault('no report was ever acknowledged, or nothing fell due: the load is wrong');
  console.log(`note: ${round} kills, ${all} reports acknowledged, ${due.ticks - had} deadlines fell due`);
  console.log(`passed ${passed} failed ${failed}`);
  return failed ? 1 : 0;
}

main(Number(process.argv[2] || 20), Number(process.argv[3] || 86400))
  .then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
