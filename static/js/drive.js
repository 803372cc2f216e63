// Send: performs a step of the lesson in both frames, one after the other, so
// that the journal's numbers are the same for everybody.
import { FrameError, askForProfile, flows, logIn, logOut, loggedIn } from './frames.js';
import { say } from './notice.js';

const main = document.querySelector('main');
const at = document.querySelector('[data-bench]');
const bench = at.dataset.bench;
const login = (flow) => logIn(flow, at.dataset.email, at.dataset.password);
const inBoth = async (deed) => {
  for (const flow of flows) await deed(flow);
};
const ensureIn = (flow) => loggedIn(flow).then((is) => is || login(flow));
const ensureOut = (flow) => loggedIn(flow).then((is) => is && logOut(flow));

// strangers are the flows whose app does not know the visitor after a login: the
// browser has not kept or not sent what it was given, as the knobs may have it.
async function strangers() {
  const list = [];
  for (const flow of flows) if (!(await loggedIn(flow))) list.push(flow);
  return list;
}

const unknown = (list) => `The ${list.join(' and the ')} app does not know you after the login: the browser did not keep or send what it was given. See what the knobs say.`;

// loggingIn logs in to both and says where that did not last.
async function loggingIn() {
  await inBoth(login);
  const list = await strangers();
  return list.length > 0 ? unknown(list) : '';
}

// loggingOut leaves alone what there is no way out of.
async function loggingOut() {
  await inBoth(ensureIn);
  const list = await strangers();
  for (const flow of flows) if (!list.includes(flow)) await logOut(flow);
  return list.length > 0 ? unknown(list) : '';
}

// post does something to the bench that is not an exchange of its apps.
export async function post(path, fields) {
  const body = new URLSearchParams({ ...fields, quiet: '1' });
  const response = await fetch(`${bench}/${path}`, { method: 'POST', body, credentials: 'omit' });
  if (!response.ok) throw new FrameError(await problem(response));
}

const problem = async (response) => (await response.text()).trim() || `The lab answered ${response.status}.`;

const desk = (button) => Object.fromEntries(new FormData(document.querySelector(button).form));

async function changeRole() {
  await inBoth(ensureIn);
  const { account, role } = desk('[data-role]');
  await post('role', { account, role });
  await inBoth(askForProfile);
}

async function replayCopies(refresh) {
  if (!document.querySelector('[data-replay]')) await inBoth(ensureIn);
  await inBoth(ensureOut);
  await refresh();
  for (const button of document.querySelectorAll('[data-replay]')) {
    await post('replay', { exchange: new FormData(button.form).get('exchange') });
  }
}

async function letExpire() {
  await inBoth(login);
  await post('clock', { by: '16m' });
  await inBoth(askForProfile);
}

// stayActive asks every 14 minutes, so that no session idles for 15, until the
// session's absolute limit of an hour has passed.
async function stayActive() {
  await inBoth(login);
  for (let asked = 0; asked < 5; asked++) {
    await post('clock', { by: '14m' });
    await inBoth(askForProfile);
  }
}

const deeds = {
  0: () => inBoth(async (flow) => (await ensureOut(flow), askForProfile(flow))),
  1: loggingIn,
  5: () => inBoth(async (flow) => (await ensureIn(flow), askForProfile(flow))),
  7: changeRole,
  8: loggingOut,
  9: replayCopies,
  10: letExpire,
  stay: stayActive,
};

let running = false;
let endedAt = -Infinity;

export const isRunning = () => running;

// justRan reports whether what arrives now may still be the last step's.
export const justRan = () => running || performance.now() - endedAt < 1000;

// send performs a step (0 to 10, or "stay" at 10). refresh brings the page up to
// date. It returns why the step was not performed, "" where it was.
export async function send(step, refresh) {
  if (running) {
    say('Still sending.', { show: true });
    return 'The step before is still being sent.';
  }
  running = true;
  main.setAttribute('aria-busy', 'true');
  say('Sending.');
  try {
    await post('step', { step: step === 'stay' ? 10 : step });
    const surprise = await deeds[step](refresh);
    if (surprise) say(surprise, { show: true });
    else say(`Sent. Step ${main.dataset.step} shows both answers.`);
    return '';
  } catch (error) {
    if (!(error instanceof FrameError) && !(error instanceof TypeError)) throw error;
    const problem = error instanceof FrameError ? error.message : 'The lab does not answer.';
    say(problem, { show: true });
    return problem;
  } finally {
    running = false;
    endedAt = performance.now();
    main.removeAttribute('aria-busy');
    await post('step', { step: 'none' }).catch(() => {});
    await refresh();
  }
}
