// Only makes better what works without it. No inline handlers, no eval: runs under script-src 'self'.
(function () {
  'use strict';
  function each(what, fn) { Array.prototype.forEach.call(document.querySelectorAll(what), fn); }

  // Large type (关怀版), remembered on this device.
  var root = document.documentElement, size = '';
  function kept(name, value) {
    try {
      if (value === undefined) return localStorage.getItem(name) || '';
      localStorage.setItem(name, value);
    } catch (e) { /* private mode: not remembered */ }
    return value;
  }
  function resize(to) { size = to; if (to) root.setAttribute('data-size', to); else root.removeAttribute('data-size'); }
  resize(kept('size'));
  each('button[data-size]', function (b) {
    var names = b.getAttribute('data-size').split('|'), label = b.querySelector('span');
    function show() { label.textContent = names[size ? 1 : 0]; b.setAttribute('aria-label', label.textContent); }
    b.hidden = false;
    show();
    b.addEventListener('click', function () { resize(size ? '' : 'large'); kept('size', size); show(); });
  });

  // Tooltip of the map; without script the link's label says the same.
  each('.map', function (m) {
    var tip;
    m.addEventListener('mousemove', function (e) {
      var a = e.target.closest && e.target.closest('[data-tip]'), t, r, b;
      if (!a) { if (tip) tip.hidden = true; return; }
      if (!tip) { tip = document.createElement('div'); tip.className = 'tip'; m.appendChild(tip); }
      t = a.getAttribute('data-tip').split('：');
      r = m.getBoundingClientRect();
      tip.hidden = false;
      tip.textContent = t[1] || '';
      b = document.createElement('b');
      b.textContent = t[0];
      tip.insertBefore(b, tip.firstChild);
      tip.style.left = Math.min(e.clientX - r.left + 14, r.width - 190) + 'px';
      tip.style.top = (e.clientY - r.top + 14) + 'px';
    });
    m.addEventListener('mouseleave', function () { if (tip) tip.hidden = true; });
  });

  // A filter that was changed is applied: the same address, only #result is swapped.
  each('form.filters', function (f) {
    f.addEventListener('change', function () {
      var u = f.getAttribute('action') + '?' + new URLSearchParams(new FormData(f)), box = document.getElementById('result');
      if (!box) return;
      box.setAttribute('aria-busy', 'true');
      fetch(u, { credentials: 'same-origin' }).then(function (r) { return r.text(); }).then(function (h) {
        var n = new DOMParser().parseFromString(h, 'text/html').getElementById('result');
        if (n) { box.replaceWith(n); history.replaceState(null, '', u); } else location.href = u;
      }, function () { location.href = u; });
    });
  });

  // A form is sent once: a second click does nothing until the page is shown again.
  each('form[data-once]', function (f) {
    f.addEventListener('submit', function (e) {
      if (f.getAttribute('aria-busy') === 'true') { e.preventDefault(); return; }
      f.setAttribute('aria-busy', 'true');
    });
    window.addEventListener('pageshow', function () { f.removeAttribute('aria-busy'); });
  });

  // Position of the phone (WGS84), only when asked for.
  each('[data-locate]', function (l) {
    var out = l.querySelector('output'), form = l.closest('form');
    if (!navigator.geolocation || !form) return;
    l.hidden = false;
    l.querySelector('button').addEventListener('click', function () {
      out.textContent = '…';
      navigator.geolocation.getCurrentPosition(function (p) {
        l.querySelector('[name=lon]').value = p.coords.longitude.toFixed(6);
        l.querySelector('[name=lat]').value = p.coords.latitude.toFixed(6);
        out.textContent = out.getAttribute('data-done') + ' ' + Math.round(p.coords.accuracy) + ' m';
      }, function () { out.textContent = out.getAttribute('data-fail'); }, { enableHighAccuracy: true, timeout: 15000 });
    });
  });

  // A receipt's QR code leads to /report/find#CODE: what follows the # is never sent.
  each('input.codein', function (i) { if (!i.value && /^#[0-9A-Z-]{12,14}$/.test(location.hash)) i.value = location.hash.slice(1); });
  each('button[data-print]', function (b) { b.hidden = false; b.addEventListener('click', function () { print(); }); });
  each('button[data-copy]', function (b) {
    if (!navigator.clipboard) return;
    b.hidden = false;
    b.addEventListener('click', function () {
      navigator.clipboard.writeText(b.getAttribute('data-copy')).then(function () { b.lastChild.textContent = b.getAttribute('data-done'); });
    });
  });

  // What changes while it is looked at: #live is swapped once its stamp is another one.
  each('[data-poll]', function (box) {
    setInterval(function () {
      fetch(location.pathname + '.json' + location.search, { credentials: 'same-origin' }).then(function (r) { return r.json(); }).then(function (v) {
        var live = document.getElementById('live');
        if (!v.stamp || v.stamp === live.getAttribute('data-stamp')) return null;
        return fetch(location.href, { credentials: 'same-origin' }).then(function (r) { return r.text(); }).then(function (h) {
          var n = new DOMParser().parseFromString(h, 'text/html').getElementById('live');
          if (n) live.replaceWith(n);
        });
      }).catch(function () { /* the network is away: next time */ });
    }, 1000 * box.getAttribute('data-poll'));
  });

  // Each field of such a form is saved by itself as soon as it is filled in, and again until the network is back.
  function save(field) {
    var f = field.form, out = f.querySelector('output'), body = new URLSearchParams(), value = field.value;
    each('output', function (o) { if (o.htmlFor && o.htmlFor.contains(field.id)) out = o; });
    Array.prototype.forEach.call(f.querySelectorAll('input[type=hidden]'), function (h) { body.append(h.name, h.value); });
    body.append(field.name, value);
    function say(text, bad) { out.textContent = text; out.className = bad ? 'bad' : ''; }
    fetch(f.action, { method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json' }, body: body }).then(function (r) {
      return r.json().then(function (v) {
        var sum = document.getElementById('own-points');
        say(r.ok ? out.getAttribute('data-saved') : v.error, !r.ok);
        if (r.ok && v.own && sum) sum.textContent = v.own.points || '–';
      });
    }).catch(function () {
      say(out.getAttribute('data-failed'), true);
      setTimeout(function () { if (field.value === value && document.contains(field)) save(field); }, 3000);
    });
  }
  document.addEventListener('change', function (e) { if (e.target.form && e.target.form.hasAttribute('data-each')) save(e.target); });
})();
