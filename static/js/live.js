// Keeps the page what the server says: fetches the parts that change and puts
// each in the place of the one with its id. The frames are not among them, so
// the apps in them stay as they are.
import { reachable } from './bind.js';
import { say } from './notice.js';

// The page's one Trusted Types policy. What passes through it is our own
// server's answer to a request for a part of this page, nothing else.
const policy = globalThis.trustedTypes?.createPolicy('authlab-fragment', { createHTML: (html) => html });
const trusted = (html) => (policy ? policy.createHTML(html) : html);

let latest = 0;

// refresh brings the parts of the page at url (a permalink) up to date. It
// returns false where a later call overtook it or the bench is gone.
export async function refresh(url = location.href) {
  const turn = ++latest;
  const address = new URL(url, location.href);
  address.searchParams.set('fragment', 'live');
  let response;
  try {
    response = await fetch(address, { credentials: 'omit' });
  } catch {
    say('The lab does not answer. What you see stays as it was.', { show: true, action: 'Try again', run: () => refresh(url) });
    return false;
  }
  if (turn !== latest) return false;
  if (response.status === 404) return gone();
  if (!response.ok) {
    say(`The lab answered ${response.status}. What you see stays as it was.`, { show: true, action: 'Try again', run: () => refresh(url) });
    return false;
  }
  const html = await response.text();
  if (turn !== latest) return false;
  patch(html);
  return true;
}

export function gone() {
  say('This bench has expired, or the lab was restarted. What was on screen stays.', { show: true, action: 'Make a new bench', href: '/' });
  return false;
}

function patch(html) {
  const fresh = new DOMParser().parseFromString(trusted(html), 'text/html');
  const step = fresh.querySelector('#stepper h2')?.dataset.n;
  const main = document.querySelector('main');
  const sameStep = main.dataset.step === step;
  for (const part of fresh.querySelectorAll('[data-live]')) {
    const old = document.getElementById(part.id);
    if (!old) continue;
    const keep = sameStep ? opened(old) : [];
    const focus = focused(old);
    const choices = chosen(old);
    const knobs = turned(old);
    const replacement = document.importNode(part, true);
    reachable(replacement);
    if (old.isEqualNode(replacement)) continue;
    old.replaceWith(replacement);
    reopen(replacement, keep);
    rechoose(replacement, choices);
    returnTo(replacement, knobs);
    refocus(replacement, focus);
    for (const el of replacement.querySelectorAll('.chg')) el.classList.add('fresh');
  }
  main.dataset.step = step;
  document.title = document.getElementById('chapter').dataset.title;
  document.dispatchEvent(new CustomEvent('authlab:live'));
}

// key names an element well enough to find its successor: its id, else its
// place among the part's elements of the same kind and text.
const kin = (part, el) => [...part.querySelectorAll(el.localName)].filter((e) => e.textContent === el.textContent);

function opened(part) {
  return [...part.querySelectorAll('details[open] > summary')].map((el) => ({ id: el.parentElement.id, text: el.textContent, at: kin(part, el).indexOf(el) }));
}

function reopen(part, list) {
  for (const { id, text, at } of list) {
    const fold = id ? part.querySelector(`#${CSS.escape(id)}`) : [...part.querySelectorAll('summary')].filter((e) => e.textContent === text)[at]?.parentElement;
    if (fold) fold.open = true;
  }
}

// What is chosen and not sent yet stays chosen, where the same question is still
// asked.
const question = (input) => input.form?.elements.slug?.value;

const chosen = (part) => [...part.querySelectorAll('input[type="radio"]:checked')].map((el) => ({ of: question(el), value: el.value }));

function rechoose(part, list) {
  for (const { of, value } of list) {
    const input = [...part.querySelectorAll('input[type="radio"]')].find((el) => question(el) === of && el.value === value);
    if (input) input.checked = true;
  }
}

// turned are the knobs that were turned and not sent yet.
const turned = (part) => [...part.querySelectorAll('form:not([data-sent]) select')]
  .filter((el) => el.selectedOptions[0]?.defaultSelected === false).map(({ id, value }) => ({ id, value }));

function returnTo(part, list) {
  for (const { id, value } of list) part.querySelector(`#${CSS.escape(id)}`).value = value;
}

function focused(part) {
  const el = document.activeElement;
  if (!el || el === document.body || !part.contains(el)) return null;
  return { id: el.id, name: el.localName, text: el.textContent, at: kin(part, el).indexOf(el) };
}

function refocus(part, was) {
  if (!was) return;
  const next = (was.id && document.getElementById(was.id)) || [...part.querySelectorAll(was.name)].filter((e) => e.textContent === was.text)[was.at];
  next?.focus({ preventScroll: true });
}

// stream listens to the bench's events while the page can be seen: one stream a
// page, none for a page in the background, because a browser opens only six
// connections to one host.
export function stream(bench, heard) {
  let source;
  const open = () => {
    if (source) return;
    source = new EventSource(`${bench}/events`);
    source.addEventListener('exchange', (event) => heard(JSON.parse(event.data)));
    source.addEventListener('bench', () => heard({ step: -1 }));
    source.addEventListener('gone', async () => {
      close();
      if (await refresh()) open(); // it was reset, not ended
    });
    source.addEventListener('open', () => {
      document.documentElement.dataset.stream = 'open';
      if (lost) say('Connected again.', { show: false });
      lost = false;
      heard({ step: -1 }); // what happened meanwhile
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
      say('Connection lost; trying again. Your bench stays as it is.', { show: true });
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
