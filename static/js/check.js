// The part of the self-check that only a script can do. It tries, tells the lab
// what came of it, and has the page come again with that.
import { say } from './notice.js';

const patience = 5000; // milliseconds for each trial that waits for something

const within = (promise, otherwise) => Promise.race([promise, new Promise((done) => setTimeout(done, patience, otherwise))]);

// keeps says whether a storage gives back what it was given.
function keeps(storage) {
  try {
    const store = storage();
    const value = String(Math.random());
    store.setItem('authlab.check', value);
    const same = store.getItem('authlab.check') === value;
    store.removeItem('authlab.check');
    return same;
  } catch {
    return false;
  }
}

// echo asks the lab what arrives there, and for its time.
async function echo(path, bearer) {
  const before = Date.now();
  const response = await fetch(`${path}/echo`, { method: 'POST', headers: { Authorization: bearer } });
  const after = Date.now();
  const { now } = await response.json();
  return { ahead: Math.round((before + after) / 2) - now, trip: after - before };
}

// cookies says what a script sees of the two that the echo set.
const cookies = () => ({ seen: document.cookie.includes('check-seen='), hidden: document.cookie.includes('check-hidden=') });

// events measures how far the two events of the stream are apart.
function events(path) {
  const asked = performance.now();
  const found = { opened: false, first: 0, gap: 0 };
  return within(new Promise((done) => {
    const source = new EventSource(`${path}/events`);
    let first;
    const end = () => {
      source.close();
      done(found);
    };
    source.addEventListener('first', () => {
      first = performance.now();
      found.opened = true;
      found.first = Math.round(first - asked);
    });
    source.addEventListener('second', () => {
      found.gap = Math.round(performance.now() - first);
      end();
    });
    source.addEventListener('error', end);
    addEventListener('pagehide', () => source.close());
  }), found);
}

// framed says whether the frame shows our page.
function framed() {
  const frame = document.querySelector('.check iframe');
  const shows = () => {
    try {
      return Boolean(frame.contentDocument?.querySelector('[data-shown]'));
    } catch {
      return false; // an error page of the browser's own
    }
  };
  if (shows()) return true;
  return within(new Promise((done) => frame.addEventListener('load', () => done(shows()))), false);
}

function popover() {
  const el = document.createElement('div');
  el.setAttribute('popover', 'manual');
  document.body.append(el);
  try {
    el.showPopover();
    return el.matches(':popover-open');
  } catch {
    return false;
  } finally {
    el.remove();
  }
}

async function digest() {
  try {
    const sum = await crypto.subtle.digest('SHA-256', new Uint8Array(1));
    return sum.byteLength === 32;
  } catch {
    return false;
  }
}

async function check({ check: path, bearer }) {
  const [time, stream, frame, subtle] = [await echo(path, bearer), ...await Promise.all([events(path), framed(), digest()])];
  const found = {
    ...time, ...cookies(), ...stream, frame, subtle,
    session: keeps(() => sessionStorage), local: keeps(() => localStorage), popover: popover(),
    context: isSecureContext, clipboard: Boolean(navigator.clipboard),
  };
  const response = await fetch(`${path}/found`, { method: 'POST', body: new URLSearchParams(found) });
  if (!response.ok) throw new Error(String(response.status));
  location.replace(location.href);
}

const waiting = document.querySelector('[data-check]');
if (waiting) check(waiting.dataset).catch(() => say('The lab does not answer the script. What you see is what was found before.', { show: true, action: 'Check again', href: '/check' }));
