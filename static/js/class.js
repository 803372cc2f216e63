// A student's page: follows what the instructor shows, looks around in what was
// shown before, and votes.
import { bind } from './bind.js';
import { follow, fresh } from './follow.js';
import { glosses } from './gloss.js';
import { device, remembered, remember } from './device.js';
import { say } from './notice.js';
import { looked, unsaved } from './owed.js';
import { parse, patch } from './patch.js';
import { press } from './press.js';

const main = document.querySelector('main');
const room = main.dataset.room;
const now = () => document.getElementById('room-now').dataset;
const looking = () => new URLSearchParams(location.search).get('step');
const ended = () => 'over' in now();
const join = () => device(room, (why) => say(why, { show: true }));
let me = ended() ? '' : await join();

function show(html) {
  const was = now().step;
  const doc = parse(html);
  patch(doc, was === doc.getElementById('room-now')?.dataset.step);
  shown();
}

function shown() {
  document.title = now().title;
  main.dataset.step = now().step;
  main.dataset.view = now().view;
  marked();
  counted();
  looked(now(), 'Your vote is saved now.', false);
  document.dispatchEvent(new CustomEvent('authlab:live'));
}

const address = () => {
  const step = looking();
  return `${room}?fragment=live${step ? `&step=${step}` : ''}`;
};
const refresh = fresh(address, show);

// here says where this device looks, so that it can be counted.
function here(fields) {
  const body = new URLSearchParams({ device: me, quiet: '1', ...fields });
  return fetch(`${room}/here`, { method: 'POST', body, credentials: 'omit' }).catch(() => {});
}

let last;
function tell() {
  const step = looking() ?? 'none';
  if (step !== last) here({ step });
  last = step;
}

async function go(url) {
  history.pushState(null, '', url);
  await refresh();
  tell();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-look], a[data-back]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(link.href);
});
addEventListener('popstate', () => refresh().then(tell));

// Votes. Which answer is this device's, only this browser knows.
const voteOf = (form) => `${form.elements.slug.value}:${form.elements.round.value}`;

function marked() {
  for (const form of document.querySelectorAll('form[data-vote]')) {
    const option = remembered(room, voteOf(form));
    form.elements.device.value = me;
    const voted = form.querySelector('[data-voted]');
    if (voted) voted.hidden = !option;
    for (const card of form.querySelectorAll('[data-option]')) {
      const mine = card.dataset.option === option;
      card.classList.toggle('mine', mine);
      if (mine) {
        card.querySelector('input').checked = true;
        if (voted) voted.querySelector('[data-letter]').textContent = card.dataset.letter ?? option;
      }
    }
  }
}

// counted marks this device's own answer among those of a round that is closed.
function counted() {
  const asked = document.querySelector('[data-poll]:not([data-phase="open"])');
  const option = asked && remembered(room, `${asked.dataset.poll}:${asked.dataset.round}`);
  if (!option) return;
  asked.querySelector(`.votes li:nth-child(${Number(option)})`)?.classList.add('mine');
  const voted = asked.querySelector('[data-voted]');
  voted.hidden = false;
  voted.querySelector('[data-letter]').textContent = ' ABCDE'[Number(option)];
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[data-vote]')) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  me ||= await join();
  if (!me) return; // and has said why
  fields.set('device', me);
  fields.set('quiet', '1');
  const response = await press(form.action, new URLSearchParams(fields), { credentials: 'omit' });
  if (!response) {
    say('The lab does not answer. Your vote may be counted or not; vote again, and it counts once.', { show: true });
    return;
  }
  if (!response.ok) {
    say((await response.text()).trim(), { show: true });
    return;
  }
  remember(room, voteOf(form), fields.get('option'));
  marked();
  if (response.status === 200) {
    unsaved((await response.text()).trim(), { show: true });
    return;
  }
  say('Your vote is counted. You may change it until the vote is closed.');
});

let lost = false;
if (!ended()) follow(() => `${room}/events?device=${me}`, {
  shown: refresh,
  opened: () => {
    if (lost) say('Connected again.');
    lost = false;
    last = undefined;
    tell();
  },
  lost: () => {
    if (!lost) say('Connection lost; trying again. What you see stays.', { show: true });
    lost = true;
  },
  gone: refresh,
  refused: async () => {
    me = await join(); // the room may not know this browser any more
    marked();
    const response = await refresh();
    if (!response || response.status >= 500 || response.status === 429) return true;
    if (response.ok && ended()) say('');
    if (response.ok) return !ended();
    say('This class is gone: the lab was restarted and keeps none, or it has ended. What was on screen stays.', { show: true, action: 'Front page', href: '/' });
    return false;
  },
});

// A page that is closed or put away says goodbye, so that nobody waits for it.
const bye = () => navigator.sendBeacon(`${room}/here`, new URLSearchParams({ device: me, bye: '1' }));
document.addEventListener('visibilitychange', () => document.hidden && bye());

bind();
glosses();
shown();
document.documentElement.dataset.ready = 'true';
