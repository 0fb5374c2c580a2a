// load.js - what clients of a load send: the one place where tests know what the public form takes.
'use strict';
const http = require('http');

// Guests are limited by address: the server under load runs --behind-proxy, and each client comes from many places.
const address = () => `10.${[0, 0, 0].map(() => Math.floor(Math.random() * 250)).join('.')}`;

class Client {
  constructor(url, token = '') {
    this.url = new URL(url);
    this.token = token;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  // → {status, text, json}; rejects where no answer came.
  request(method, path, fields, more = {}) {
    const body = fields ? JSON.stringify(fields) : '';
    const headers = { accept: 'application/json', 'x-forwarded-for': address(), ...more };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (fields) headers['content-type'] = 'application/json';
    if (fields) headers['content-length'] = Buffer.byteLength(body);
    return new Promise((done, fail) => {
      const request = http.request({ host: this.url.hostname, port: this.url.port, method, path, headers, agent: this.agent }, (reply) => {
        const parts = [];
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

  // A resident's report; key: that it counts once, however often it is sent. → {status, code, text}
  async report(words, key, more = {}) {
    const reply = await this.request('POST', '/report', { body: words, where: '十里河东门', ...more }, { 'idempotency-key': key });
    const ok = reply.status === 200 && reply.json;
    return { status: reply.status, code: ok ? reply.json.code : '', text: reply.text };
  }

  // Can the receipt code still be followed?
  async follow(code) {
    return (await this.request('POST', '/report/find', { code })).status === 200;
  }

  close() { this.agent.destroy(); }
}

module.exports = { Client };
