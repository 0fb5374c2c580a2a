// threads.js SECONDS - a short mixed load on the server built with the thread sanitizer, which must have nothing to say:
// guests who report and look around, staff who open their work, act, search, and look at figures.
'use strict';
const fs = require('fs');
const { execFileSync } = require('child_process');
const path = require('path');
const { start, top } = require('./server');
const { Client } = require('./load');

const GUEST = ['/', '/report', '/healthz', '/figures/received', '/report/find', '/login', '/version'];
const STAFF = ['/work', '/matters', '/figures', '/matters?q=路灯', '/matters.csv'];

function tokenOf(server, login) {
  return execFileSync(path.join(top, 'build/release/yingshao'),
    ['user', 'token', login, '--days', '1', '--label', 'threads', '--data', server.data], { encoding: 'utf8' }).trim();
}

async function guest(client, who, i, n) {
  if (i % 3) return client.request('GET', GUEST[i % GUEST.length]);
  const sent = await client.report(`井盖松动 ${who}-${i}`, `threads-${who}-${i}`);
  if (sent.code) n.reports++;
  return sent;
}

// Takes the newest of its list and does the first thing that is offered.
async function staff(client, i, n) {
  if (i % 4) return client.request('GET', encodeURI(STAFF[i % STAFF.length]));
  const list = await client.request('GET', '/matters');
  const rows = (list.json && (list.json.rows || list.json.matters)) || [];
  if (!rows.length) return list;
  const { id } = rows[i % rows.length];
  const seen = await client.request('GET', `/matters/${id}`);
  const offers = (seen.json && (seen.json.actions || seen.json.offers)) || [];
  const offer = offers.find((o) => o.name || o.action);
  if (!offer) return seen;
  const done = await client.request('POST', `/matters/${id}/act`, { action: offer.name || offer.action, part: -1, reason: '压测' });
  if (done.status < 400) n.actions++;
  return done;
}

async function main(seconds) {
  const server = await start('threads', {
    build: 'tsan', args: ['--behind-proxy', '--quiet'], env: { TSAN_OPTIONS: 'halt_on_error=0 exitcode=66' },
  });
  const n = { answers: 0, reports: 0, actions: 0 };
  const faults = [];
  const tokens = ['wangge', 'jiedao'].map((login) => tokenOf(server, login));
  const until = Date.now() + seconds * 1000;
  const work = Array.from({ length: 8 }, async (_, who) => {
    const token = tokens[who - 6];
    const client = new Client(server.url, token);
    for (let i = 0; Date.now() < until; i++) {
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
  await Promise.all(work);
  await server.stop();
  const said = (fs.readFileSync(server.log, 'utf8').match(/WARNING: ThreadSanitizer[^\n]*\n(?:.*\n){0,12}/g) || []);
  console.log(`note: ${n.answers} answers, ${n.reports} reports and ${n.actions} actions of staff under the thread sanitizer`);
  said.slice(0, 5).forEach((text) => console.log(text));
  const checks = [
    [!said.length, `the thread sanitizer spoke ${said.length} times`],
    [!faults.length, `${faults.length} requests without a proper answer: ${faults.slice(0, 3).join(' | ')}`],
    [n.reports > 0, 'no report was acknowledged: the load is wrong'],
    [n.actions > 0, 'no action of staff was taken: the load is wrong'],
  ];
  const failed = checks.filter(([ok]) => !ok);
  failed.forEach(([, text]) => console.log(`FAILED ${text}`));
  console.log(`passed ${checks.length - failed.length} failed ${failed.length}`);
  return failed.length;
}

main(Number(process.argv[2] || 10)).then((code) => process.exit(code ? 1 : 0), (e) => { console.error(e); process.exit(1); });
