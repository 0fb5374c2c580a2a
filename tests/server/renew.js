// renew.js - what a command changes beside a running server is seen by it within two seconds, without a restart.
'use strict';
const { execFile, execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { promisify } = require('util');
const { start, top } = require('./server');
const { Client } = require('./load');

const SEEN_MS = 2000;
const PATIENCE_MS = 10000;
const program = path.join(top, 'build/release/yingshao');

function tokenOf(server, login) {
  return execFileSync(program, ['user', 'token', login, '--days', '1', '--label', 'test', '--data', server.data],
    { encoding: 'utf8' }).trim();
}

function take(server, noun, name, text, ...more) {
  const file = path.join(server.data, name);
  fs.writeFileSync(file, text);
  return promisify(execFile)(program, ['import', noun, file, '--data', server.data, ...more]);
}

// Milliseconds until look() says yes; at most `patience`.
async function until(look, patience = PATIENCE_MS) {
  const from = Date.now();
  while (!(await look()) && Date.now() - from < patience) await new Promise((done) => setTimeout(done, 20));
  return Date.now() - from;
}

// A department taken in by command: how long until the server shows it?
async function seenAfter(server, token, n, patience) {
  const client = new Client(server.url, token);
  const code = `140214-x${n}`;
  await take(server, 'units', 'unit.csv', `code,name,kind,parent\n${code},新${n}局,department,140214\n`);
  const ms = await until(async () => {
    const { json } = await client.request('GET', '/units');
    return Boolean(json) && json.below.some((unit) => unit.code === code);
  }, patience);
  client.close();
  return ms;
}

// Somebody who is signed in, and remembered, gets one more post by command.
async function postAfter(server, token, unit) {
  const client = new Client(server.url, token);
  const me = async () => (await client.request('GET', '/me')).json;
  const { name, posts } = await me();
  await take(server, 'people', 'people.csv', `name,unit,role\n${name},${unit},mobile_grid_worker\n`);
  const ms = await until(async () => (await me()).posts.length > posts.length);
  client.close();
  return ms;
}

async function main() {
  const server = await start('renew', { args: ['--behind-proxy', '--quiet'] });
  const token = tokenOf(server, 'wangge');
  const seen = [];
  for (let i = 0; i < 3; i++) seen.push(['a unit', await seenAfter(server, token, i)]);
  seen.push(['a post', await postAfter(server, token, '140214001002-01')]);
  const code = await server.stop();
  const checks = seen.map(([what, ms]) => [ms <= SEEN_MS, `${what} was seen only after ${ms} ms`]);
  checks.push([code === 0, `the server stopped with ${code}: ${fs.readFileSync(server.log, 'utf8').slice(-500)}`]);
  const failed = checks.filter(([ok]) => !ok);
  console.log(`note: seen after ${seen.map(([what, ms]) => `${what} ${ms} ms`).join(', ')}`);
  failed.forEach(([, text]) => console.log(`FAILED ${text}`));
  console.log(`passed ${checks.length - failed.length} failed ${failed.length}`);
  return failed.length;
}

if (require.main === module) main().then((code) => process.exit(code ? 1 : 0), (e) => { console.error(e); process.exit(1); });
module.exports = { seenAfter, tokenOf };
