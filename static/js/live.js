// Keeps the page what the server says: fetches the parts that change and puts
// each in the place of the one with its id. The frames are not among them, so
// the apps in them stay as they are.
import { say } from './notice.js';
import { parse, patch } from './patch.js';

let latest = 0;
let ahead = 0; // ms by which the lab's clock is ahead of this device's
let page = '';

// identify tells how this page calls itself, so that the lab can say what it has sent.
export const identify = (name) => (page = name);

export const skew = () => ahead;

// refresh brings the parts of the page at url (a permalink) up to date. It
// returns false where a later call overtook it or the bench is gone.
export async function refresh(url = location.href) {
  const turn = ++latest;
  const address = new URL(url, location.href);
  address.searchParams.set('fragment', 'live');
  if (page) address.searchParams.set('page', page);
  let response;
  try {
    response = await fetch(address, { credentials: 'omit' });
  } catch {
    say('The lab does not answer. What you see stays as it was.', { show: true, action: 'Try again', run: () => refresh(url) });
    return false;
  }
  if (turn !== latest) return false;
  const lab = Date.parse(response.headers.get('Date'));
  if (lab && Math.abs(lab - Date.now()) > 1500) ahead = lab - Date.now(); // Date has whole seconds
  if (response.status === 404) return gone();
  if (!response.ok) {
    say(`The lab answered ${response.status}. What you see stays as it was.`, { show: true, action: 'Try again', run: () => refresh(url) });
    return false;
  }
  const html = await response.text();
  if (turn !== latest) return false;
  show(html);
  return true;
}

export function gone() {
  say('This bench has expired, or the lab was restarted. What was on screen stays.', { show: true, action: 'Make a new bench', href: '/' });
  return false;
}

function show(html) {
  const fresh = parse(html);
  const step = fresh.querySelector('#stepper h2')?.dataset.n;
  const main = document.querySelector('main');
  patch(fresh, main.dataset.step === step); // at another step, only what is named stays open
  main.dataset.step = step;
  document.title = document.getElementById('chapter').dataset.title;
  document.dispatchEvent(new CustomEvent('authlab:live'));
}

// stream listens to the bench's events while the page can be seen: one stream a
// page, none for a page in the background, because a browser opens only six
// connections to one host.
//
// A visitor who follows a class hears of it on the same stream: query names it, and
// inClass is told what it is shown, or undefined when it has ended.
export function stream(bench, heard, { query = '', inClass } = {}) {
  let source;
  const open = () => {
    if (source) return;
    source = new EventSource(`${bench}/events${query}`);
    source.addEventListener('shown', (event) => inClass(JSON.parse(event.data)));
    source.addEventListener('over', () => inClass());
    source.addEventListener('exchange', (event) => heard(JSON.parse(event.data)));
    source.addEventListener('bench', () => heard({}));
    source.addEventListener('gone', async () => {
      close();
      if (await refresh()) open(); // it was reset, not ended
    });
    source.addEventListener('open', () => {
      document.documentElement.dataset.stream = 'open';
      if (lost) say('Connected again.', { show: false });
      lost = false;
      heard({}); // what happened meanwhile
    });
    source.addEventListener('error', failed);
  };
  let lost = false;
  const failed = () => {
    document.documentElement.dataset.stream = 'lost';
    if (source?.readyState === EventSource.CLOSED) {
      close();
      refresh(); // says whether the bench is gone
    } else if (!lost) {
      lost = true;
      say('Connection lost; trying again. What you see stays.', { show: true });
    }
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('pagehide', close);
  addEventListener('pageshow', () => document.hidden || open());
  if (!document.hidden) open();
}
