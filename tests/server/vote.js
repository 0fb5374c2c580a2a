// vote.js PEOPLE - a roll of so many households is frozen by the notice, all of them vote openly, each vote its own request, and the
// vote is counted and decided. How long the freezing and the counting take, how fast votes come in; `yingshao verify` at the end.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { start, demoDistrict, scratch, top } = require('./server');
const { Client } = require('./load');

const program = path.join(top, 'build/release/yingshao');
const VOTERS_AT_ONCE = 64;
const MARKED_AT_ONCE = 500;
const run = (...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26, input: 'Zuzhang-2026-vote\n' }).trim();
const local = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');
const DAY = 86400000;

function bring(data, noun, rows) {
  const file = path.join(scratch, `vote-${noun}.csv`);
  fs.writeFileSync(file, `${rows.join('\n')}\n`);
  run('import', noun, file, '--data', data);
}

function prepare(data, people) {
  bring(data, 'units', ['code,name,kind,parent', '140214-zu,大组,village_group,140214101200']);
  const homes = Array.from({ length: people }, (_, i) => `households,140214-zu,${i + 1}号,住户${i + 1},3`);
  bring(data, 'rolls', ['roll,unit,label,name,people', ...homes]);
  run('user', 'add', '--login', 'dazu', '--name', '组长', '--role', 'group_head', '--unit', '140214-zu', '--data', data);
  return run('user', 'token', 'dazu', '--days', '30', '--label', 'vote', '--data', data).split(/\s+/).pop();
}

async function main(people) {
  demoDistrict();
  const clock = path.join(scratch, 'vote-clock');
  let now = Date.now();
  const tell = () => { fs.writeFileSync(`${clock}.new`, String(now)); fs.renameSync(`${clock}.new`, clock); };
  tell();
  const args = ['--behind-proxy', '--quiet', '--test-clock', clock];
  let server = await start('vote', { args });
  await server.stop();
  const token = prepare(server.data, people);
  now = Date.now() + 1000; // the post has begun
  tell();
  server = await start('vote', { args, again: server });
  const clerk = new Client(server.url, token);
  const say = async (at, fields, client = clerk) => {
    const reply = await client.request('POST', at, fields);
    if (reply.status >= 300) throw new Error(`${at}: ${reply.status} ${reply.text.slice(0, 300)}`);
    return reply.json;
  };
  const timed = async (act) => { const since = process.hrtime.bigint(); await act(); return Number(process.hrtime.bigint() - since) / 1e9; };

  const { see } = await say('/gatherings', { kind: 'households_meeting', title: '鱼塘续包', starts_at: local(now + 4 * DAY) });
  await say(`${see}/motions`, { text: '鱼塘续包三年' });
  const frozen = await timed(() => say(`${see}/call`, {}));
  now += 4 * DAY;
  tell();
  await say(`${see}/open`, {});
  const marked = await timed(async () => {
    for (let n = 1; n <= people; n += MARKED_AT_ONCE) {
      const seats = Array.from({ length: Math.min(MARKED_AT_ONCE, people - n + 1) }, (_, i) => n + i);
      await say(`${see}/mark`, { state: 'present', n: seats });
    }
  });
  await say(`${see}/motions/1/open`, { method: 'roll' });
  let next = 1;
  const slow = [];
  const voting = await timed(() => Promise.all(Array.from({ length: VOTERS_AT_ONCE }, async () => {
    const client = new Client(server.url, token);
    while (next <= people) {
      const seat = next++;
      slow.push(await timed(() => say(`${see}/motions/1/vote`, { seat, choice: seat % 3 ? 'favour' : 'against' }, client)));
    }
    client.close();
  })));
  const counted = await timed(() => say(`${see}/motions/1/decide`, {}));
  const { json } = await clerk.request('GET', `${see}/motions/1.json`);
  clerk.close();
  await server.stop();
  let whole = 'clean';
  try { run('verify', '--data', server.data); } catch (e) { whole = `${e.stdout}${e.stderr}`; }
  const count = (name) => (json.counts.find((c) => c.name === name) || {}).n;
  slow.sort((a, b) => a - b);
  const ms = (s) => `${(s * 1000).toFixed(0)} ms`;
  console.log(`note: ${people} on the roll: frozen in ${ms(frozen)}, marked present in ${ms(marked)}, voted in ${voting.toFixed(1)} s (${Math.round(people / voting)}/s, p50 ${ms(slow[slow.length >> 1])}, p99 ${ms(slow[Math.floor(slow.length * 0.99)])}), counted and decided in ${ms(counted)}; frozen and counted: ${(frozen + counted).toFixed(2)} s`);
  const faults = [];
  if (count('should_attend') !== people || count('present') !== people) faults.push(`${count('present')} of ${count('should_attend')} are counted as present`);
  if (count('in_favour') + count('against') !== people) faults.push(`${count('in_favour')} + ${count('against')} votes are counted`);
  if (json.outcome !== 'carried') faults.push(`it is ${json.outcome}`);
  if (frozen + counted > 2) faults.push('freezing and counting took more than 2 s');
  if (whole !== 'clean') faults.push(`verify: ${whole.slice(0, 500)}`);
  for (const text of faults) console.log(`FAILED ${text}`);
  console.log(`passed ${faults.length ? 0 : 1} failed ${faults.length}`);
  return faults.length ? 1 : 0;
}

main(Number(process.argv[2] || 1000)).then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
