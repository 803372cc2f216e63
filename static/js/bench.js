// The bench page: ties the frames, the stream of events and the parts that
// change together. Without it the page works by links, forms and reloads.
import { bind } from './bind.js';
import { glosses } from './gloss.js';
import './copy.js';
import { isRunning, justRan, page, post, send } from './drive.js';
import { flows, paper, reload, scripted, watch } from './frames.js';
import { keys } from './keys.js';
import { identify, refresh, skew, stream } from './live.js';
import { say } from './notice.js';
import { answered, lead, pointing, pointsAt, skipped } from './predict.js';
import { readAll } from './readable.js';
import { inClass, inRoom, streamQuery, tellClass } from './own.js';

const main = document.querySelector('main');
const shownStep = () => Number(main.dataset.step);
const looksAt = () => Number(document.querySelector('#stepper h2').dataset.at);

// go shows a permalink of this bench.
async function go(url, { replace = false } = {}) {
  const address = new URL(url, location.href);
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  main.dataset.view = address.searchParams.get('view') ?? main.dataset.view;
  await refresh();
}

const wide = () => getComputedStyle(document.querySelector('.lab')).overflowY === 'auto';

// reveal brings the place that a step is about into view: within the lab's own
// scrolling pane when it stands beside the article, else on the page.
function reveal() {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
  const pane = document.querySelector('.lab');
  if (!wide()) {
    document.getElementById('stepper').nextElementSibling.scrollIntoView({ block: 'start', behavior: calm });
    return;
  }
  const place = pane.querySelector('.side .here')?.closest('.place');
  if (!place) return;
  const top = place.offsetTop - document.getElementById('stepper').offsetHeight - document.getElementById('heads').offsetHeight;
  const fits = place.offsetTop + place.offsetHeight <= pane.clientHeight;
  pane.scrollTo({ top: fits ? 0 : top, behavior: calm });
}

// The rest of a long message is seldom asked for, and so is what brings it.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-all]');
  if (button) (await import('./whole.js')).whole(button);
});

const inLanes = main.dataset.lanes && `&lanes=${main.dataset.lanes}`;
const stepURL = (step) => `${location.pathname}?step=${step}&view=${main.dataset.view}${inLanes}${inRoom}`;

// Links that only look.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-look], .seg a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  link.closest('[popover]')?.hidePopover();
  const before = main.dataset.step;
  go(link.href).then(() => main.dataset.step !== before && wide() && reveal());
});
addEventListener('popstate', () => {
  main.dataset.view = new URLSearchParams(location.search).get('view') ?? 'both';
  refresh();
});

// Controls that send, and the administrator's forms.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.matches('[data-send], [data-stay]')) {
    event.preventDefault();
    const step = form.dataset.send; // none: stay
    if (!isRunning() && lead(step)) return;
    const skip = skipped(step);
    if (skip) await post('predict', skip).catch(() => {});
    if (!isRunning() && step) await go(stepURL(step), { replace: shownStep() === Number(step) });
    await send(step ?? shownStep(), refresh, !step);
    reveal();
  } else if (form.matches('[data-admin], [data-lock], [data-found]')) {
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    form.toggleAttribute('data-sent', true); // what was chosen in it need not be kept
    const deed = form.getAttribute('action').split('/').at(-1);
    const turned = document.querySelector('#admin-settings > summary .mark') !== null;
    try {
      await post(deed, Object.fromEntries(fields));
      // A script that is a client was told where to keep its token when it was loaded.
      if (deed === 'settings' || (deed === 'reset' && turned)) for (const flow of scripted) await reload(flow);
    } catch (error) {
      form.toggleAttribute('data-sent', false);
      say(error.message, { show: true });
    }
    await refresh();
    if (form.matches('[data-lock], [data-found]')) answered(form);
  }
});

// What the visitor does in a frame by hand is followed to its step.
const handAt = {};
const handfast = 5000; // ms within which an exchange counts as the hand's

async function heard({ flow, step, number }) {
  if (isRunning()) return; // what comes of it is shown once it is over
  const hand = performance.now() - (handAt[flow] || -Infinity) < handfast;
  const byHand = step >= 0 && hand;
  if (number && hand) await post('claim', { exchange: number }).catch(() => {});
  const target = looksAt() === step ? shownStep() : step;
  if (byHand && (target !== shownStep() || pinned())) {
    say(`Exchange ${number} shows step ${step}.`);
    await go(stepURL(target));
    return;
  }
  if (number && !justRan()) say(`Exchange ${number} is in the journal.`);
  await refresh();
}

// pinned reports whether the address names an exchange: what comes later does
// not show in its place.
const pinned = () => flows.some((flow) => new URLSearchParams(location.search).has(flow));

let timer;
let pending;
// soon reads once for several notices that come together; one that shows a step
// counts more than one that shows none.
function soon(notice) {
  if (!pending || notice.step >= 0) pending = notice;
  clearTimeout(timer);
  timer = setTimeout(() => {
    const heardOf = pending;
    pending = undefined;
    heard(heardOf);
  }, pending.step >= 0 ? 0 : 30);
}

for (const flow of flows) {
  watch(flow, {
    shown: () => {
      paper();
      readAll();
    },
    acted: () => {
      if (!isRunning()) handAt[flow] = performance.now();
    },
  });
}
document.addEventListener('authlab:theme', paper);
document.addEventListener('click', (event) => pointsAt(event)?.requestSubmit());
document.addEventListener('authlab:live', () => {
  pointing();
  readAll();
  tellClass();
});
// What a step needs may stop being true by itself: a token expires. Then the control
// that sends says something else.
let lapse;
document.addEventListener('authlab:live', lapsing);
function lapsing() {
  clearTimeout(lapse);
  const at = Number(document.getElementById('stepper').dataset.lapses);
  const wait = at - Date.now() - skew() + 500;
  if (at && wait > 0 && wait < 2 ** 31) lapse = setTimeout(refresh, wait);
}

identify(page);
bind();
glosses();
keys();
readAll();
lapsing();
stream(main.dataset.bench, soon, { query: streamQuery, inClass });
document.documentElement.dataset.ready = 'true';
