// threads.js SECONDS - a short mixed load on the server built with the thread sanitizer, which must have nothing to say:
// guests who report and look around, staff who open their work, act, search, and look at figures. All the while units come in
// by command. Nothing here is timed: under the sanitizer on a busy machine everything may take its time, but it has to come.
'use strict';
const fs = require('fs');
const { execFileSync } = require('child_process');
const { start, top } = require('./server');
const { Client } = require('./load');
const { seenAfter, tokenOf } = require('./renew');

const GUEST = ['/', '/report', '/healthz', '/figures/received', '/report/find', '/login', '/version'];
const GRID = '140214001002-01'; // where the demo's wangge has a post
const PATIENCE_MS = 120000; // for what never comes; tests/server/renew.js looks at the time
const UNITS = 2;            // taken in at the least
const STAFF = ['/work', '/matters', '/figures', '/matters?q=路灯', '/matters.csv'];

// One unit after the other, each looked for until it is there; the load goes on until the last has been seen.
async function imports(server, token, load, n) {
  for (; n.units < UNITS || Date.now() < load.until; n.units++) {
    const ms = await seenAfter(server, token, n.units, PATIENCE_MS);
    n.seen_ms = Math.max(n.seen_ms, ms);
    if (ms >= PATIENCE_MS) break;
  }
  load.over = true;
}

async function guest(client, who, i, n) {
  if (i % 3) return client.request('GET', GUEST[i % GUEST.length]);
  const sent = await client.report(`井盖松动 ${who}-${i}`, `threads-${who}-${i}`, { at: GRID });
  if (sent.code) n.reports++;
  return sent;
}

// A grid worker who calls for the community whatever came in, and looks around between.
async function staff(client, i, n) {
  if (i % 3) return client.request('GET', encodeURI(STAFF[i % STAFF.length]));
  const { json } = await client.request('GET', '/work');
  const row = json && json.rows.find((r) => r.step === 'found');
  if (!row) return client.request('GET', '/me');
  await client.request('GET', `/matters/${row.id}`);
  const done = await client.request('POST', `/matters/${row.id}/act`, { action: 'call', part: -1, reason: '需要设备' });
  if (done.status < 400) n.actions++;
  return done;
}

async function main(seconds) {
  const server = await start('threads', {
    build: 'tsan', args: ['--behind-proxy', '--quiet'], env: { TSAN_OPTIONS: 'halt_on_error=0 exitcode=66' },
  });
  const n = { answers: 0, reports: 0, actions: 0, units: 0, seen_ms: 0 };
  const faults = [];
  const tokens = ['wangge', 'wangge'].map((login) => tokenOf(server, login));
  const load = { until: Date.now() + seconds * 1000, over: false };
  const work = Array.from({ length: 8 }, async (_, who) => {
    const token = tokens[who - 6];
    const client = new Client(server.url, token);
    for (let i = 0; !load.over || Date.now() < load.until; i++) {
      try {
        const gone = token ? await staff(client, i, n) : await guest(client, who, i, n);
        n.answers++;
        if (gone.status >= 500 && gone.status !== 503) faults.push(`${gone.status} ${gone.text.slice(0, 200)}`);
      } catch (e) {
        faults.push(String(e));
      }
    }
    client.close();
  });
  await Promise.all([...work, imports(server, tokens[0], load, n)]);
  await server.stop();
  const said = (fs.readFileSync(server.log, 'utf8').match(/WARNING: ThreadSanitizer[^\n]*\n(?:.*\n){0,12}/g) || []);
  console.log(`note: ${n.answers} answers, ${n.reports} reports and ${n.actions} actions of staff under the thread sanitizer`);
  console.log(`note: ${n.units} units taken in beside it, the slowest seen after ${n.seen_ms} ms`);
  said.slice(0, 5).forEach((text) => console.log(text));
  const checks = [
    [!said.length, `the thread sanitizer spoke ${said.length} times`],
    [!faults.length, `${faults.length} requests without a proper answer: ${faults.slice(0, 3).join(' | ')}`],
    [n.reports > 0, 'no report was acknowledged: the load is wrong'],
    [n.seen_ms < PATIENCE_MS, `unit ${n.units + 1} was not seen in ${PATIENCE_MS} ms`],
    [n.actions > 0, 'no action of staff was taken: the load is wrong'],
  ];
  const failed = checks.filter(([ok]) => !ok);
  failed.forEach(([, text]) => console.log(`FAILED ${text}`));
  console.log(`passed ${checks.length - failed.length} failed ${failed.length}`);
  return failed.length;
}

main(Number(process.argv[2] || 10)).then((code) => process.exit(code ? 1 : 0), (e) => { console.error(e); process.exit(1); });
