// full.js - a disk that runs full: the server says 503 with a sentence, loses nothing, and goes on once there is room.
// Needs to mount a small tmpfs, thus root; skipped otherwise.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { start, top, scratch } = require('./server');
const { Client } = require('./load');

const program = path.join(top, 'build/release/yingshao');
const at = path.join(scratch, 'full');

function mount() {
  try {
    fs.mkdirSync(at, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function until(client, what, most) {
  let n = 0;
  for (;;) {
    const sent = await client.report(`路灯不亮 ${'字'.repeat(900)} ${what}${n}`, `full-${what}-${n}`);
    if (sent.code) client.codes.push(sent.code); else return sent;
    if (++n === most) return sent;
  }
}

async function walk(check) {
  const data = path.join(at, 'data');
  const ballast = path.join(at, 'ballast');
  execFileSync(program, ['init', '--data', data, '--district', '140214', '--pack', 'yungang'], { stdio: 'ignore' });
  fs.writeFileSync(path.join(data, 'accounts.txt'), '');
  fs.writeFileSync(ballast, Buffer.alloc(8 << 20));
  let server = await start('full', { args: ['--behind-proxy', '--quiet'], again: { data, port: 18000 + (process.pid % 2000) } });
  const client = new Client(server.url);
  client.codes = [];
  const refused = await until(client, 'a', 20000);
  check(refused.status === 503, `a full disk was answered with ${refused.status} ${refused.text.slice(0, 300)}`);
  check(/"detail":"[^"]{6,}"/.test(refused.text), `no sentence says why: ${refused.text.slice(0, 300)}`);
  check((await client.request('GET', '/report')).status === 200, 'reading does not go on while the disk is full');
  fs.rmSync(ballast);
  let after;
  for (let i = 0; i < 20 && !(after && after.code); i++) {
    await new Promise((done) => setTimeout(done, 500));
    after = await client.report('有空间以后的路灯', `full-after-${i}`);
  }
  check(after.code, `writing does not go on once there is room: ${after.status} ${after.text.slice(0, 300)}`);
  if (after.code) client.codes.push(after.code);
  await server.kill();
  server = await start('full', { args: ['--behind-proxy', '--quiet'], again: server });
  let missing = 0;
  for (const code of client.codes) if (!(await client.follow(code))) missing++;
  check(client.codes.length > 0 && !missing, `${missing} of ${client.codes.length} acknowledged reports are missing`);
  client.close();
  await server.stop();
  try {
    execFileSync(program, ['verify', '--data', data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    check(true);
  } catch (e) {
    check(false, `verify: ${e.stdout}${e.stderr}`);
  }
  console.log(`note: ${client.codes.length} reports until the disk was full and after`);
}

async function main() {
  if (!mount()) {
    console.log('skip: a small disk cannot be mounted here, so it is not filled');
    console.log('passed 0 failed 0');
    return 0;
  }
  let passed = 0;
  let failed = 0;
  const check = (holds, what) => {
    if (holds) passed++; else failed++;
    if (!holds) console.log(`FAILED ${what}`);
  };
  try {
    await walk(check);
  } catch (e) {
    check(false, e.stack);
  }
  execFileSync('umount', ['-l', at]);
  console.log(`passed ${passed} failed ${failed}`);
  return failed ? 1 : 0;
}

main().then((code) => process.exit(code), (e) => { console.error(e); process.exit(1); });
