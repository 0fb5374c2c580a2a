// threads.js SECONDS - a short mixed load on the server built with the thread sanitizer, which must have nothing to say.
'use strict';
const fs = require('fs');
const { start } = require('./server');
const { Client } = require('./load');

async function main(seconds) {
  const server = await start('threads', { build: 'tsan', env: { TSAN_OPTIONS: 'halt_on_error=0 exitcode=66' } });
  const until = Date.now() + seconds * 1000;
  let answers = 0;
  let reports = 0;
  let faults = 0;
  const work = Array.from({ length: 8 }, async (_, who) => {
    const client = new Client(server.url);
    for (let i = 0; Date.now() < until; i++) {
      try {
        const gone = i % 3 === 0
          ? ((await client.report(`井盖松动 ${who}-${i}`, `threads-${who}-${i}`)) && reports++, { status: 200 })
          : await client.request('GET', ['/', '/healthz', '/report', '/login', '/version'][i % 5]);
        answers++;
        if (gone.status >= 500 && gone.status !== 503) faults++;
      } catch {
        faults++;
      }
    }
    client.close();
  });
  await Promise.all(work);
  await server.stop();
  const said = (fs.readFileSync(server.log, 'utf8').match(/WARNING: ThreadSanitizer[^\n]*\n(?:.*\n){0,12}/g) || []);
  console.log(`note: ${answers} answers, ${reports} reports under the thread sanitizer`);
  said.slice(0, 5).forEach((text) => console.log(text));
  const failed = (said.length ? 1 : 0) + (faults ? 1 : 0);
  if (faults) console.log(`FAILED ${faults} requests without a proper answer`);
  console.log(`passed ${2 - failed} failed ${failed}`);
  return failed;
}

main(Number(process.argv[2] || 10)).then((code) => process.exit(code ? 1 : 0), (e) => { console.error(e); process.exit(1); });
