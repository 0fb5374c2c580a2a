// load.js - what clients of a load send. The one place where tests know the public form's fields.
'use strict';
const http = require('http');

class Client {
  constructor(url) {
    this.url = new URL(url);
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.cookie = '';
    this.csrf = '';
  }

  // → {status, text, json}; rejects where no answer came.
  request(method, path, fields) {
    const body = fields ? new URLSearchParams(fields).toString() : '';
    const headers = { accept: 'application/json', cookie: this.cookie };
    if (fields) headers['content-type'] = 'application/x-www-form-urlencoded';
    if (fields) headers['content-length'] = Buffer.byteLength(body);
    return new Promise((done, fail) => {
      const request = http.request({ host: this.url.hostname, port: this.url.port, method, path, headers, agent: this.agent }, (reply) => {
        const parts = [];
        for (const set of reply.headers['set-cookie'] || []) this.keep(set);
        reply.on('data', (part) => parts.push(part));
        reply.on('error', fail);
        reply.on('end', () => {
          const text = Buffer.concat(parts).toString();
          let json = null;
          try { json = JSON.parse(text); } catch { /* a page */ }
          done({ status: reply.statusCode, text, json });
        });
      });
      request.on('error', fail);
      request.setTimeout(20000, () => request.destroy(new Error('no answer')));
      request.end(body);
    });
  }

  keep(setCookie) {
    const [pair] = setCookie.split(';');
    const [name] = pair.split('=');
    const others = this.cookie.split('; ').filter((c) => c && !c.startsWith(`${name}=`));
    this.cookie = [...others, pair].join('; ');
  }

  // A resident's report. → {code, seen} once it is acknowledged; null if it was refused.
  async report(words, key) {
    const reply = await this.request('POST', '/report', { body: words, where: '十里河东门', key, csrf: this.csrf });
    if (reply.status !== 200 || !reply.json) return null;
    const code = JSON.stringify(reply.json).match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    return code ? { code: code[0], key } : null;
  }

  // Can the receipt code still be followed?
  async follow(code) {
    const reply = await this.request('POST', '/report/find', { code, csrf: this.csrf });
    return reply.status === 200;
  }

  close() { this.agent.destroy(); }
}

module.exports = { Client };
