// run.js [FILE…] - tests/commands/*.txt: what the command line answers, tried as a shell would. PROGRAM says which program.
//
// Each file runs from top to bottom in an empty folder of its own. A line is one of
//
//   $ COMMAND        run by sh; `yingshao` is the program. Lines that follow and start with > go on with it
//   → CODE           its exit code; each command has one
//   is TEXT          what it printed, all of it (is: nothing)
//   has TEXT         part of what it printed            hasn't TEXT
//   says TEXT        part of what it said to stderr
//   json CONDITION   what it printed is JSON, and this holds of it, called `it` (JavaScript)
//
// # begins a remark. `needs NAME` at the top skips the file where the environment lacks that name. A command that ends
// with 0 says nothing to stderr unless a line expects it; one that ends otherwise says something, somewhere.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const top = path.resolve(__dirname, '../..');
const program = path.resolve(process.env.PROGRAM || path.join(top, 'build/san/yingshao'));
let passed = 0;
let failed = 0;

function check(ok, at, what, last) {
  if (ok) {
    passed++;
    return;
  }
  failed++;
  console.log(`FAILED ${at}: ${what}\n  $ ${last.command}\n  → ${last.code}\n  printed: ${last.out.slice(0, 2000)}\n  said: ${last.said.slice(0, 2000)}`);
}

function run(command, folder) {
  const env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, LC_ALL: 'C.UTF-8' };
  delete env.YINGSHAO_DATA;
  const done = spawnSync('sh', ['-c', command], { cwd: `${folder}/here`, env, encoding: 'utf8', timeout: 120000, input: '' });
  return { command, code: done.status === null ? String(done.signal) : String(done.status), out: done.stdout, said: done.stderr, coded: false, heard: false };
}

const expectations = {
  '→': (last, text) => (last.coded = true) && last.code === text,
  is: (last, text) => last.out === (text && `${text}\n`),
  has: (last, text) => last.out.includes(text),
  "hasn't": (last, text) => !last.out.includes(text),
  says: (last, text) => (last.heard = true) && last.said.includes(text),
  json: (last, text) => {
    try {
      return new Function('it', `return (${text});`)(JSON.parse(last.out)) === true;
    } catch {
      return false;
    }
  },
};

// What holds of every command, once all that was expected of it is known.
function finish(last, at) {
  if (!last) return;
  check(last.coded, at, 'no exit code is expected of it', last);
  if (last.code === '0') check(last.heard || last.said === '', at, 'it complains but ends with 0', last);
  else check(last.said !== '' || last.out !== '', at, 'it fails without a word', last);
}

function walk(file) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'yingshao-commands-'));
  const name = path.relative(top, file);
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  let last = null;
  fs.mkdirSync(`${folder}/bin`);
  fs.mkdirSync(`${folder}/here`);
  fs.symlinkSync(program, `${folder}/bin/yingshao`);
  for (let i = 0; i < lines.length; i++) {
    const at = `${name}:${i + 1}`;
    const [word] = lines[i].split(' ', 1);
    const rest = lines[i].slice(word.length + 1);
    if (word === '' || word.startsWith('#')) continue;
    if (word === 'needs') {
      if (process.env[rest]) continue;
      console.log(`skip: ${name}: there is no ${rest}`);
      break;
    }
    if (word === '$') {
      let command = rest;
      while (i + 1 < lines.length && lines[i + 1].startsWith('> ')) command += `\n${lines[++i].slice(2)}`;
      finish(last, at);
      last = run(command, folder);
    } else if (expectations[word] && last) {
      check(expectations[word](last, rest), at, lines[i], last);
    } else {
      check(false, at, 'this line cannot be understood', last || run('true', folder));
    }
  }
  finish(last, name);
  fs.rmSync(folder, { recursive: true, force: true });
}

const files = process.argv.length > 2 ? process.argv.slice(2) : fs.readdirSync(__dirname).filter((f) => f.endsWith('.txt')).sort().map((f) => path.join(__dirname, f));
for (const file of files) walk(path.resolve(file));
console.log(`passed ${passed} failed ${failed}`);
process.exit(failed ? 1 : 0);
