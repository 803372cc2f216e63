// A window of the instructor's: the moves by button and by key, the parts that
// change, and, where it holds the two apps, the sending.
import { bind } from './bind.js';
import { named } from './name.js';
import { follow, fresh } from './follow.js';
import { glosses } from './gloss.js';
import { say } from './notice.js';
import { looked, unsaved } from './owed.js';
import { clockIs, labNow, pace } from './pace.js';
import { parse, patch } from './patch.js';
import { press } from './press.js';

const main = document.querySelector('main');
const room = main.dataset.room;
const kind = { projector: 'projector', clicker: 'clicker' }[main.dataset.page] ?? 'instructor view';
const stage = document.querySelector('[data-bench]') !== null;
const standing = kind !== 'projector'; // what is not saved stands on the page itself
const now = () => document.getElementById('room-now').dataset;

const id = named(`authlab:window:${room}:${kind}`);

const fieldsOf = (fields) => new URLSearchParams({ ...fields, window: id, kind, ...(stage && { stage: '1' }) });

// unnumbered takes off the number by which the lab knows a form that is sent twice: a
// press has a name of its own here.
const unnumbered = (doc) => doc.querySelectorAll('[data-act] input[name="at"]').forEach((input) => input.remove());

function show(html) {
  const was = now().step;
  const doc = parse(html);
  unnumbered(doc);
  patch(doc, was === doc.getElementById('room-now')?.dataset.step);
  shown();
  if (was !== now().step) document.getElementById('notes')?.parentElement.scrollTo(0, 0); // other notes
}

function shown() {
  const { driver, title, step } = now();
  if (driver === id) main.dataset.drives = 'me';
  else main.dataset.drives = driver ? 'other' : 'nobody';
  main.dataset.step = step;
  document.title = title;
  pace();
  lapsing();
  looked(now(), 'All that was done is saved now.', standing);
  document.dispatchEvent(new CustomEvent('authlab:live'));
}

// What a step needs may stop being true by itself: a token expires. Then the controls
// that send say something else.
let lapse;
function lapsing() {
  clearTimeout(lapse);
  const at = Number(document.querySelector('[data-lapses]')?.dataset.lapses);
  const wait = at - labNow() + 500;
  if (at && wait > 0 && wait < 2 ** 31) lapse = setTimeout(refresh, wait);
}

const refresh = fresh(() => `${location.pathname}?fragment=live`, show);

// act makes a move, once those before it are made: two keys in quick succession
// must not overtake one another.
let made = Promise.resolve();
function act(fields) {
  const turn = made.then(() => ask(fields));
  made = turn.catch(() => {}); // one that fails holds up none that follows
  return turn;
}

async function ask(fields) {
  const response = await press(`${room}/drive`, fieldsOf({ ...fields, quiet: '1' }));
  if (!response) {
    say('The lab does not answer. It may have done this or not; trying again does it once.', { show: true, action: 'Try again', run: () => act(fields) });
    return;
  }
  if (response.ok) {
    if (response.status === 200) unsaved((await response.text()).trim(), { show: !standing });
    else say(fields.act === 'takeback' ? `Right ${fields.right} was taken back.` : '');
    return;
  }
  const text = (await response.text()).trim();
  if (response.status === 409 && main.dataset.drives !== 'me') {
    say(text, { show: true, action: 'Take over', run: () => act({ act: 'takeover' }) });
  } else say(text || `The lab answered ${response.status}.`, { show: true });
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-act]')) return;
  event.preventDefault();
  act(Object.fromEntries(new FormData(form, event.submitter)));
});

// A double click on what goes on is one press.
const once = ['next', 'send', 'poll', 'reveal'];
document.addEventListener('click', (event) => {
  const form = event.detail > 1 && event.target.closest('[data-act] button')?.form;
  if (form && once.includes(form.dataset.act)) event.preventDefault();
}, { capture: true });

// A control that was pressed with a pointer does not keep the focus, so that the
// space bar goes on.
document.addEventListener('click', (event) => {
  if (event.detail > 0) event.target.closest('button, summary, a')?.blur();
});

// Keys.
const typing = (el) => el.closest?.('input, textarea, select, [contenteditable]');
const acting = (el) => el.closest?.('a, button, summary');
const name = (key) => (key === ' ' ? 'Space' : key);

const local = {
  '?': () => document.getElementById('keys')?.togglePopover(),
  Escape: undefined, // closes what is open, as everywhere
  n: () => notes(),
  N: () => notes(),
  f: () => full(),
  F: () => full(),
};

function notes() {
  if (kind === 'projector') say('The notes are in the instructor view, which the class does not see.', { show: true });
  else main.toggleAttribute('data-notes-hidden');
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

function key(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if ((event.key === 'Enter' || event.key === ' ') && acting(event.target)) return;
  const deed = local[event.key];
  const control = document.querySelector(`#keys [data-keys~="${CSS.escape(name(event.key))}"] form`);
  if (!deed && !control) return;
  event.preventDefault();
  if (event.repeat) return; // a key that is held is one move
  if (deed) deed();
  else control.requestSubmit();
}
document.addEventListener('keydown', key);

// The size of the notes is this page's own.
document.addEventListener('click', (event) => {
  const by = event.target.closest('[data-notes-size]')?.dataset.notesSize;
  const pane = document.querySelector('[data-notes]');
  if (by) pane.dataset.size = Math.min(3, Math.max(-2, Number(pane.dataset.size ?? 0) + Number(by)));
});
document.addEventListener('click', (event) => {
  const control = event.target.closest('[data-local]');
  if (control) ({ notes, full })[control.dataset.local]();
});

// The apps' own pages hand on the keys that are not theirs.
function handOn(frame) {
  const hook = () => frame.contentDocument?.addEventListener('keydown', key);
  frame.addEventListener('load', hook);
  hook();
}
document.querySelectorAll('[data-frame]').forEach(handOn);

// takenBack says that this browser's right to drive is none any more. It may watch.
function takenBack() {
  main.dataset.drives = 'other';
  say('This browser may not drive any more: its right was taken back, or made way for a newer one. What was on screen stays.', { show: true, action: 'Follow the class', href: room });
}

let lost = false;
if (!('over' in now())) follow(() => `${room}/drive/events?${fieldsOf({})}`, {
  clock: ({ now }) => clockIs(now),
  shown: refresh,
  counts: refresh,
  send: async ({ step }) => {
    const { send } = await import('./drive.js');
    const problem = await send(step, refresh);
    await act({ act: 'sent', problem });
  },
  opened: () => {
    if (lost) say('Connected again.');
    lost = false;
  },
  lost: () => {
    if (!lost) say('Connection lost; trying again. What you see stays.', { show: true });
    lost = true;
  },
  gone: async () => {
    const response = await refresh();
    if (response?.status === 403) takenBack();
  },
  refused: async () => {
    const response = await refresh();
    if (response?.ok && 'over' in now()) {
      say('');
      return false;
    }
    if (!response || response.ok || response.status >= 500 || response.status === 429) return true;
    if (response.status !== 404) takenBack();
    else say('This class is gone: the lab was restarted and keeps none, or it has ended. What was on screen stays.', { show: true, action: 'Front page', href: '/' });
    return false;
  },
});

unnumbered(document);
bind();
glosses();
shown();
document.documentElement.dataset.ready = 'true';
