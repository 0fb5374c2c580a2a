// sit.js PEOPLE - so many people sit a test at once, each answer its own request; the server is killed with -9 in the middle and
// starts again. No acknowledged answer is lost, everybody goes on and is marked, and `yingshao verify` finds the district whole.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { start, demoDistrict, scratch, top } = require('./server');
const { Client } = require('./load');

const program = path.join(top, 'build/release/yingshao');
const QUESTIONS = 15; // ten of single choice and five to judge, as packs/base/test.yaml draws them
const RIGHT = (n) => (n <= 10 ? 'B' : 'wrong');
const run = (...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26, input: 'Kaoguan-2026-exam\n' }).trim();
const local = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');

function bring(data, noun, rows) {
  const file = path.join(scratch, `sit-${noun}.csv`);
  fs.writeFileSync(file, `${rows.join('\n')}\n`);
  run('import', noun, file, '--data', data);
}

function prepare(data, people) {
  bring(data, 'units', ['code,name,kind,parent', '140214-zw,考试党委,party_committee,140214', '140214-zb,考试支部,party_branch,140214-zw']);
  const members = Array.from({ length: people }, (_, i) => `考生${String(i + 1).padStart(5, '0')},140214-zb,member`);
  bring(data, 'people', ['name,unit,role', ...members]);
  const single = Array.from({ length: 12 }, (_, i) => `半月谈,single,单选第${i}题,甲,乙,丙,B`);
  const judge = Array.from({ length: 6 }, (_, i) => `半月谈,judge,判断第${i}题,,,,wrong`);
  bring(data, 'questions', ['bank,kind,text,a,b,c,answer', ...single, ...judge]);
  run('user', 'add', '--login', 'kaoguan', '--name', '考官', '--role', 'secretary', '--unit', '140214-zb', '--data', data);
  return run('user', 'token', 'kaoguan', '--days', '1', '--label', 'sit', '--data', data).split(/\s+/).pop();
}

// Called by who holds it; → {id, codes}, with the seat's code of everybody on the roll but the secretary.
async function call(server, token, now, people) {
  const clerk = new Client(server.url, token);
  const say = async (at, fields) => {
    const reply = await clerk.request('POST', at, fields);
    if (reply.status >= 300) throw new Error(`${at}: ${reply.status} ${reply.text.slice(0, 300)}`);
    return reply.json;
  };
  const { see } = await say('/gatherings', { kind: 'reading_test', title: '闭卷考试', starts_at: local(now + 60000), ends_at: local(now + 7200000) });
  await say(`${see}/call`, {});
  const codes = [];
  for (let after = 0; ;) {
    const { json } = await clerk.request('GET', `${see}.json?after=${after}`);
    for (const seat of json.seats) if (seat.name.startsWith('考生')) codes.push(seat.code);
    if (!json.seats.length) break;
    after = json.seats[json.seats.length - 1].n;
  }
  clerk.close();
  if (codes.length !== people) throw new Error(`${codes.length} of ${people} are on the roll`);
  return { id: Number(see.match(/\d+/)[0]), codes };
}

// One person: opens the paper, answers what is not acknowledged yet, hands in. Ends where the server is gone.
async function sit(server, at, acked, slow, isOver) {
  const client = new Client(server.url);
  const ask = async (tail, fields) => {
    const since = process.hrtime.bigint();
    const reply = await client.request('POST', `${at}${tail}`, fields);
    slow.push(Number(process.hrtime.bigint() - since) / 1e6);
    if (reply.status !== 200) throw new Error(`${tail}: ${reply.status} ${reply.text.slice(0, 200)}`);
  };
  try {
    await ask('/begin', {});
    for (let n = 1; n <= QUESTIONS; n++) {
      if (acked.has(n)) continue;
      await ask('/answer', { n, answer: RIGHT(n) });
      acked.add(n);
    }
    await ask('/hand', {});
    return true;
  } catch (e) {
    if (!isOver()) throw e;
    return false;
  } finally {
    client.close();
  }
}

async function lost(server, at, acked) {
  const client = new Client(server.url);
  const { json } = await client.request('GET', `${at}.json`);
  client.close();
  if (!json.running) return acked.size === QUESTIONS && json.result ? 0 : acked.size;
  return [...acked].filter((n) => (json.questions.find((q) => q.n === n) || {}).value !== RIGHT(n)).length;
}

async function main(people) {
  demoDistrict();
  const clock = path.join(scratch, 'sit-clock');
  let now = Date.now();
  const tell = () => { fs.writeFileSync(`${clock}.new`, String(now)); fs.renameSync(`${clock}.new`, clock); };
  tell();
  const args = ['--behind-proxy', '--quiet', '--test-clock', clock];
  let server = await start('sit', { args });
  await server.stop();
  const token = prepare(server.data, people);
  now = Date.now() + 1000; // their posts have begun
  tell();
  server = await start('sit', { args, again: server });
  const { id, codes } = await call(server, token, now, people);
  now += 180000;
  tell();
  const seats = codes.map((code) => ({ at: `/sit/${id}/${code}`, acked: new Set() }));
  const answers = () => seats.reduce((sum, seat) => sum + seat.acked.size, 0);
  const slow = [];
  let over = false;
  const first = Date.now();
  const sitting = Promise.all(seats.map((seat) => sit(server, seat.at, seat.acked, slow, () => over)));
  while (answers() < (people * QUESTIONS) / 2) await new Promise((done) => setTimeout(done, 5));
  over = true;
  await server.kill();
  await sitting;
  const rate = Math.round(slow.length / ((Date.now() - first) / 1000));
  const before = answers();
  server = await start('sit', { args, again: server });
  let gone = 0;
  for (const seat of seats) gone += await lost(server, seat.at, seat.acked);
  over = false;
  const done = await Promise.all(seats.map((seat) => sit(server, seat.at, seat.acked, slow, () => seat.acked.size === QUESTIONS)));
  const clerk = new Client(server.url, token);
  const { json } = await clerk.request('GET', `/gatherings/${id}/paper.json`);
  clerk.close();
  await server.stop();
  let whole = 'clean';
  try { run('verify', '--data', server.data); } catch (e) { whole = `${e.stdout}${e.stderr}`; }
  const full = json.seats_list.filter((seat) => seat.handed && seat.mark === QUESTIONS).length;
  slow.sort((a, b) => a - b);
  console.log(`note: ${people} sat at once, killed after ${before} acknowledged answers (${rate} requests/s); p50 ${slow[slow.length >> 1].toFixed(0)} ms, p99 ${slow[Math.floor(slow.length * 0.99)].toFixed(0)} ms; ${done.length} went on`);
  const faults = [];
  if (gone) faults.push(`${gone} of ${before} acknowledged answers are lost`);
  if (full !== people) faults.push(`${full} of ${people} have full marks`);
  if (json.sat !== people) faults.push(`${json.sat} of ${people} were handed in`);
  if (whole !== 'clean') faults.push(`verify: ${whole.slice(0, 500)}`);
  for (const text of faults) console.log(`FAILED ${text}`);
  console.log(`passed ${faults.length ? 0 : 1} failed ${faults.length}`);
  return faults.length ? 1 : 0;
}

main(Number(process.argv[2] || 150)).then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
