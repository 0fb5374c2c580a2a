// server.js - starts yingshao on a scratch copy of the demo district, for every test that needs a running server.
'use strict';
const { execFileSync, spawn } = require('child_process');
const fs = require('fs');
const net = require('net');
const path = require('path');

const top = path.resolve(__dirname, '../..');
const scratch = path.join(top, 'build/scratch');

// Which programs build/NAME/yingshao knows the command? So that a stage can say that there is nothing to run yet.
function knows(program, command) {
  try {
    return new RegExp(`^  ${command}\\b`, 'm').test(execFileSync(program, ['--help'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

// Of this build of the program: one for each day, since walks have a day of their own.
const demosOfBuild = () => `demo-${Math.floor(fs.statSync(path.join(top, 'build/release/yingshao')).mtimeMs)}-`;
const demoPath = () => path.join(scratch, demosOfBuild() + new Date().toISOString().slice(0, 10));

function makeDemo() {
  fs.mkdirSync(scratch, { recursive: true });
  const made = demoPath();
  if (fs.existsSync(made)) return;
  const program = path.join(top, 'build/release/yingshao');
  const half = `${made}.new`;
  const left = fs.readdirSync(scratch).filter((name) => name.startsWith('demo-') && !name.startsWith(demosOfBuild()));
  for (const old of [...left, path.basename(half)]) fs.rmSync(path.join(scratch, old), { recursive: true, force: true });
  execFileSync(program, ['init', '--data', half, '--district', '140214', '--pack', 'yungang']);
  fs.writeFileSync(path.join(half, 'accounts.txt'), execFileSync(program, ['demo', '--data', half]));
  fs.renameSync(half, made);
}

// The demo district is made once a day for a build of the program, and copied for each use. Whoever comes second waits.
function demoDistrict() {
  execFileSync('flock', [`${scratch}.lock`, process.execPath, __filename], { stdio: ['ignore', 'inherit', 'inherit'] });
  return demoPath();
}

async function freePort() {
  const probe = net.createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

// Accounts as `yingshao demo` prints them: one password for all, then a line each, name first.
function accountsOf(data) {
  const accounts = new Map();
  const text = fs.readFileSync(path.join(data, 'accounts.txt'), 'utf8');
  const password = (text.match(/\(password (\S+)\)/) || [])[1];
  for (const line of text.split('\n')) {
    const [, name] = line.match(/^ {2}(\S+) /) || [];
    if (name && password) accounts.set(name, password);
  }
  return accounts;
}

// start('crash') serves build/scratch/crash on a free port; build: which of release, san, tsan, cov.
// args: more for serve. again: go on with the data directory as it was left, on the same port. pack: a new district of that pack with
// nobody in it but `guanli`, in place of the demo. killed: it is killed so many milliseconds after it was started, whatever it does then;
// to be started `again`.
async function start(name, { build = 'release', env = {}, args = [], again = null, pack = null, killed = 0 } = {}) {
  const program = path.join(top, 'build', build, 'yingshao');
  const data = again ? again.data : path.join(scratch, name);
  const port = again ? again.port : await freePort();
  if (pack) {
    fs.rmSync(data, { recursive: true, force: true });
    execFileSync(program, ['init', '--data', data, '--district', '340102', '--pack', pack]);
    execFileSync(program, ['user', 'add', '--login', 'guanli', '--name', '管理员', '--role', 'admin', '--unit', '340102', '--data', data],
      { input: 'yingshao-demo\n' });
    fs.writeFileSync(path.join(data, 'accounts.txt'), '(password yingshao-demo)\n  guanli \n');
  } else if (!again) {
    const demo = demoDistrict();
    fs.rmSync(data, { recursive: true, force: true });
    fs.cpSync(demo, data, { recursive: true });
  }
  const log = path.join(top, 'build/log', `server-${name}`);
  const out = fs.openSync(log, again ? 'a' : 'w');
  // In the time of this machine, or as --test-clock says: under faketime every wait for a condition ends at once.
  // A group of its own, so that the supervisor and its worker can be killed at one blow.
  const child = spawn(program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, ...args], {
    cwd: top, env: { ...process.env, LD_PRELOAD: '', ...env }, stdio: ['ignore', out, out], detached: true,
  });
  fs.closeSync(out);
  const exited = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  const server = {
    url: `http://127.0.0.1:${port}`, port, data, log, child, accounts: accountsOf(data),
    kill: () => { process.kill(-child.pid, 'SIGKILL'); return exited; },
    stop: () => { child.kill('SIGTERM'); return exited; },
  };
  if (killed) {
    await new Promise((done) => setTimeout(done, killed));
    await server.kill();
    return server;
  }
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) break;
    try {
      if ((await fetch(`${server.url}/healthz`)).ok) return server;
    } catch { /* not yet */ }
    await new Promise((done) => setTimeout(done, 50));
  }
  try { process.kill(-child.pid, 'SIGKILL'); } catch { /* gone */ }
  throw new Error(`the server did not start: ${fs.readFileSync(log, 'utf8').slice(-2000)}`);
}

if (require.main === module) makeDemo();
module.exports = { top, start, knows, demoDistrict, scratch };
