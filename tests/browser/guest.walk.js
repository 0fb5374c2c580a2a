// What anybody sees: the front page, the form behind a QR code, the way back to one's own report, the sign-in.
'use strict';

module.exports = async (walk) => {
  const guest = await walk.guest();
  for (const [at, what] of [['/', 'front'], ['/report', 'report'], ['/report/find', 'find'], ['/login', 'login']]) {
    const answer = await guest.goto(walk.url(at));
    walk.check(`${at} answers`, answer.status() === 200);
    walk.check(`${at} has a title`, (await guest.title()).length > 0);
    await walk.look(guest, what, { en: true });
  }
  const missing = await guest.goto(walk.url('/there-is-no-such-page'));
  walk.check('an unknown page is 404', missing.status() === 404);
  const plain = await walk.guest({ script: false, phone: true });
  await plain.goto(walk.url('/report'));
  walk.check('the form stands without scripts', await plain.isVisible('textarea[name=body]'));
};
