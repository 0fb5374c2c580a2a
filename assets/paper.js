// Answers on a phone: a test saves each as it is chosen, a survey keeps what was typed and sends it once the network is back.
// Without script both are plain forms. No inline handlers, no eval: runs under script-src 'self'.
(function () {
  'use strict';
  var RETRY_MS = 3000, OUTBOX = 'outbox';
  function each(what, fn, within) { Array.prototype.forEach.call((within || document).querySelectorAll(what), fn); }
  function kept(name) {
    try { return JSON.parse(localStorage.getItem(name) || 'null'); } catch (e) { return null; }
  }
  function keep(name, value) {
    try {
      if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, JSON.stringify(value));
    } catch (e) { /* private mode: lives as long as the page */ }
  }
  // 0: no answer came; what was sent is sent again.
  function post(url, body) {
    return fetch(url, { method: 'POST', credentials: 'same-origin', body: body, headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' } })
      .then(function (r) { return r.status >= 500 || r.status === 429 ? 0 : r.status; }, function () { return 0; });
  }
  function teller(form) {
    var out = form.querySelector('[data-told]');
    return function (what) { if (out) out.textContent = what ? form.getAttribute('data-' + what) || '' : ''; };
  }

  each('form[data-sheet]', function (form) {
    var url = form.getAttribute('data-sheet'), name = 'sheet:' + url, waiting = kept(name) || {}, busy = false, tell = teller(form);
    var clock = form.querySelector('[data-clock]'), end = Date.now() + Number(form.getAttribute('data-left')) * 1000;
    function answer(set) {
      var out = '';
      each('input', function (i) { if (i.type === 'text' || i.checked) out += i.value; }, set);
      return out;
    }
    function show(set, value) {
      each('input', function (i) {
        if (i.type === 'text') i.value = value; else i.checked = i.type === 'radio' ? i.value === value : value.indexOf(i.value) >= 0;
      }, set);
    }
    function push() {
      var n = Object.keys(waiting)[0], value = waiting[n];
      if (busy || n === undefined) return;
      busy = true;
      post(url, new URLSearchParams({ n: n, answer: value, csrf: form.csrf.value })).then(function (status) {
        busy = false;
        if (status === 409) { keep(name, null); location.reload(); return; }
        if (!status) { tell('lost'); setTimeout(push, RETRY_MS); return; }
        if (waiting[n] === value) delete waiting[n];
        keep(name, waiting);
        tell('saved');
        push();
      });
    }
    each('[data-n]', function (set) {
      var n = set.getAttribute('data-n');
      if (waiting[n] !== undefined) show(set, waiting[n]);
      set.addEventListener('change', function () { waiting[n] = answer(set); keep(name, waiting); push(); });
    }, form);
    form.addEventListener('submit', function () { keep(name, null); });
    setInterval(function () {
      var left = Math.max(0, Math.round((end - Date.now()) / 1000));
      clock.textContent = Math.floor(left / 60) + ':' + ('0' + left % 60).slice(-2);
      if (!left) location.reload();
    }, 1000);
    push();
  });

  // Everything that was sent without network, in order; each has a key, so that it counts once.
  var sending = null;
  function send() {
    sending = sending || (function next() {
      var box = kept(OUTBOX) || [];
      if (!box.length) return Promise.resolve(200);
      return post(box[0].url, box[0].body).then(function (status) {
        if (!status) return 0;
        keep(OUTBOX, (kept(OUTBOX) || []).slice(1));
        return status < 400 ? next() : status;
      });
    })().then(function (status) { sending = null; return status; });
    return sending;
  }

  each('form[data-keep]', function (form) {
    var name = 'draft:' + form.getAttribute('action'), draft = kept(name) || {}, tell = teller(form), plain = false;
    each('input[name], textarea[name]', function (i) {
      if (i.type === 'hidden' || draft[i.name] === undefined) return;
      if (i.type === 'radio') i.checked = i.value === draft[i.name]; else i.value = draft[i.name];
    }, form);
    form.addEventListener('input', function () {
      draft = {};
      new FormData(form).forEach(function (value, key) { if (key !== 'csrf' && key !== 'request_key') draft[key] = value; });
      keep(name, draft);
    });
    form.addEventListener('submit', function (e) {
      var data = new FormData(form), by = e.submitter;
      if (plain) return;
      e.preventDefault();
      if (by && by.name) data.append(by.name, by.value);
      keep(OUTBOX, (kept(OUTBOX) || []).concat([{ url: form.getAttribute('action'), body: new URLSearchParams(data).toString() }]));
      send().then(function (status) {
        if (!status) { keep(name, null); tell('kept'); return; }
        if (status >= 400) { plain = true; if (by) by.click(); else form.submit(); return; } // the server says what is wrong
        keep(name, null);
        tell('sent');
        location.href = form.getAttribute('data-next') || location.href;
      });
    });
  });
  window.addEventListener('online', send);
  setInterval(send, RETRY_MS);
  send();
})();
