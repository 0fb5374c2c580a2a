// duties.js ROUNDS [SECONDS] - each round a month begins while the server is down: it is killed while it makes the month's duties, and
// again while people do and excuse them, two of them the same one. After each kill every duty that was acknowledged as done or excused is,
// by the one who was told so; at the end each grid has one for each month, and `yingshao verify` finds nothing. Ends early after SECONDS.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { start, demoDistrict, scratch, top } = require('./server');
const { Client } = require('./load');

const program = path.join(top, 'build/release/yingshao');
const WORKERS = 6;
const TIMES_AT_BOOT = 3;
const run = (command, args, input = '') => execFileSync(command, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 26 }).trim();
const sql = (data, text) => run('sqlite3', ['-readonly', path.join(data, 'yingshao.db'), text]);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Two people for each of a few grids, and whoever supervises. → [{token, grid}]
function people(data) {
  const grids = sql(data, `SELECT DISTINCT u.code FROM unit u JOIN duty d ON d.source_id = u.id WHERE d.name = 'door_visits' ORDER BY u.code LIMIT ${WORKERS}`).split('\n');
  const token = (login) => run(program, ['user', 'token', login, '--days', '365', '--label', 'duties', '--data', data]).split(/\s+/).pop();
  const workers = grids.flatMap((grid, i) => ['a', 'b'].map((which) => {
    const login = `grid${which}${i}`;
    run(program, ['user', 'add', '--login', login, '--name', `网格员${which}${i}`, '--role', 'grid_worker', '--unit', grid, '--data', data], 'Wangge-2026-duty\n');
    return { who: `网格员${which}${i}`, token: token(login) };
  }));
  return { workers, above: { who: 'above', token: token('duban') } };
}

const OWN = '/work.json?box=duties';
const ALL = '/duties.json?state=open';

// One person's piece of the load: what was acknowledged, what was refused because another one was faster, and anything else.
async function does(url, person, excuses, got) {
  const client = new Client(url, person.token);
  try {
    const list = await client.request('GET', excuses ? ALL : OWN);
    for (const duty of list.json.duties.filter((d) => d.name === 'door_visits' && d.state === 'open')) {
      const reply = excuses ? await client.request('POST', `${duty.at}/excuse`, { reason: '整组轮休' })
        : await client.request('POST', duty.at, { visited: 12 });
      if (reply.status < 300) got.done.push({ at: duty.at, state: excuses ? 'excused' : 'done', by: person.who });
      else if (reply.status === 409 && /已经完成|已经免办|先一步/.test(reply.text)) got.slower++;
      else got.refused.push(`${reply.status} ${reply.text.slice(0, 200)}`);
    }
  } catch { /* killed: nothing more was promised */ }
  client.close();
}

async function underFire(server, { workers, above }) {
  const got = { done: [], slower: 0, refused: [] };
  const work = [...workers.map((person) => does(server.url, person, false, got)), does(server.url, above, true, got)];
  await pause(20 + Math.random() * 400);
  await server.kill();
  await Promise.all(work);
  return got;
}

// What was acknowledged and is not so, or is another's.
async function missing(server, person, done) {
  const client = new Client(server.url, person.token);
  const wrong = [];
  for (const one of done) {
    const { json, text } = await client.request('GET', `${one.at}.json`);
    if (!json || json.state !== one.state || (one.state === 'done' && json.by !== one.by)) wrong.push(`${one.at} ${one.by}: ${text.slice(0, 900)}`);
  }
  client.close();
  return wrong;
}

async function main(rounds, seconds) {
  demoDistrict();
  const clock = path.join(scratch, 'duties-clock');
  const first = new Date();
  const tell = (months) => {
    const at = months ? Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 1, 1) : Date.now();
    fs.writeFileSync(`${clock}.new`, String(at));
    fs.renameSync(`${clock}.new`, clock);
  };
  tell(0);
  const args = ['--behind-proxy', '--quiet', '--test-clock', clock];
  let server = await start('duties', { args });
  await server.stop();
  const those = people(server.data);
  const each = (what) => sql(server.data, `SELECT ${what} FROM (SELECT count(*) n, count(DISTINCT from_at) months FROM duty WHERE name = 'door_visits' GROUP BY source_id)`);
  const had = Number(each('max(n)'));
  const grids = Number(each('count(*)'));
  const until = Date.now() + seconds * 1000;
  let [failed, passed, round, done, slower] = [0, 0, 0, 0, 0];
  const fault = (text) => { failed++; console.log(`FAILED round ${round}: ${text}`); };
  while (round < rounds && Date.now() < until) {
    tell(++round);
    for (let i = 0; i < TIMES_AT_BOOT; i++) server = await start('duties', { args, again: server, killed: 10 + Math.random() * 150 });
    server = await start('duties', { args, again: server });
    const got = await underFire(server, those);
    server = await start('duties', { args, again: server });
    const wrong = await missing(server, those.above, got.done);
    await server.stop();
    done += got.done.length;
    slower += got.slower;
    if (wrong.length) fault(`${wrong.length} of ${got.done.length} acknowledged: ${wrong[0]}`);
    else if (new Set(got.done.map((d) => d.at)).size < got.done.length) fault('two were told that they did the same one');
    else if (got.refused.length) fault(`refused: ${got.refused[0]}`);
    else passed++;
  }
  try {
    run(program, ['verify', '--data', server.data]);
    passed++;
  } catch (e) {
    fault(`verify: ${e.stdout}${e.stderr}`);
  }
  const right = Number(each(`sum(n = ${had + round} AND months = n)`));
  if (right !== grids) fault(`${grids - right} of ${grids} grids do not have ${had + round} duties, each of a month of its own`); else passed++;
  if (!done || !slower) fault('nothing was done, or nobody was slower: the load is wrong');
  console.log(`note: ${round * (TIMES_AT_BOOT + 1)} kills, ${done} duties done or excused, ${slower} times somebody was slower`);
  console.log(`passed ${passed} failed ${failed}`);
  return failed ? 1 : 0;
}

main(Number(process.argv[2] || 10), Number(process.argv[3] || 45))
  .then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
