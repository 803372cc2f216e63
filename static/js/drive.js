// Send: performs a step of the lesson in the frames, one request after the other,
// so that the journal's numbers are the same for everybody. What is to be done, and
// what has to be done first, the lab says.
import { pageName } from './name.js';
import { FrameError, askForProfile, flows, logIn, logOut, loggedIn, reload } from './frames.js';
import { say } from './notice.js';

const main = document.querySelector('main');
const at = document.querySelector('[data-bench]');
const bench = at.dataset.bench;
export const page = pageName();

const unknown = (list) => `The ${list.join(' and the ')} app does not know you after the login: the browser did not keep or send what it was given. See what the settings say.`;

// post does something to the bench that is not an exchange of its apps.
export async function post(path, fields) {
  const body = new URLSearchParams({ ...fields, page, quiet: '1' });
  const response = await fetch(`${bench}/${path}`, { method: 'POST', body, credentials: 'omit' });
  if (!response.ok) throw new FrameError(await problem(response));
  return response.status === 204 ? undefined : response.json();
}

const problem = async (response) => (await response.text()).trim() || `The lab answered ${response.status}.`;

// knows reports whether an app's page shows that it knows the visitor, loaded anew
// where it does not: what it shows may be older than what it would answer.
async function knows(flow) {
  if (await loggedIn(flow)) return true;
  await reload(flow);
  return loggedIn(flow);
}

// deeds are what a step is made of, in the words of the lab's plot. A login or a
// logout of which nothing is to be seen afterwards is told.
const deeds = {
  ask: ({ flow }) => askForProfile(flow),
  login: ({ flow }) => logIn(flow, at.dataset.email, at.dataset.password),
  logout: async ({ flow }) => (await knows(flow)) && logOut(flow),
  replay: ({ exchange }) => post('replay', { exchange }),
  role: ({ account, role }) => post('role', { account, role }),
  clock: ({ by }) => post('clock', { by }),
};

// perform does a list of deeds in order. It returns the flows whose app does not know
// the visitor after a login, as the settings may have it.
async function perform(list) {
  const strangers = new Set();
  for (const deed of list) {
    await deeds[deed.do](deed);
    if (deed.do !== 'login') continue;
    if (await loggedIn(deed.flow)) strangers.delete(deed.flow);
    else strangers.add(deed.flow);
  }
  return strangers;
}

// corrected adds what only this browser can know: it may have lost what the lab
// believes that it holds, or hold what the lab knows nothing of.
async function corrected({ needs, then }) {
  const list = [];
  for (const { flow } of then.filter((deed) => deed.flow && deed.do !== 'replay')) {
    if (list.some((deed) => deed.flow === flow)) continue;
    if (needs.startsWith('in') && !(await knows(flow))) list.push({ do: 'login', flow });
    if (needs === 'out' && (await loggedIn(flow))) list.push({ do: 'logout', flow });
  }
  return list;
}

// prepare makes true what a step needs, by requests like any others, and returns what
// the step itself sends.
async function prepare(fields) {
  let sending = await post('step', fields);
  let strangers = new Set();
  if (sending.first?.length) {
    say(`${sending.why} ${sending.does} first.`);
    strangers = await perform(sending.first);
    sending = await post('step', fields);
    if (sending.first?.length) sending = await post('step', { ...fields, anyway: '1' });
  } else {
    const more = await corrected(sending);
    if (more.length) {
      await post('step', { ...fields, restores: '1' });
      say(more[0].do === 'login' ? 'An app does not know this browser. Logging in first.' : 'An app’s page still shows you as logged in. Logging out first.');
      strangers = await perform(more);
      sending = await post('step', { ...fields, anyway: '1' });
    }
  }
  return { then: sending.then ?? [], strangers };
}

let running = false;
let endedAt = -Infinity;

export const isRunning = () => running;

// justRan reports whether what arrives now may still be the last step's.
export const justRan = () => running || performance.now() - endedAt < 1000;

// send performs a step, or with stay its other way. refresh brings the page up to
// date. It returns why the step was not performed, "" where it was.
export async function send(step, refresh, stay) {
  if (running) {
    say('Still sending.', { show: true });
    return 'The step before is still being sent.';
  }
  running = true;
  main.setAttribute('aria-busy', 'true');
  say('Sending.');
  try {
    const fields = { step, lanes: flows.join(), ...(stay && { stay }) };
    const { then, strangers } = await prepare(fields);
    for (const flow of await perform(then)) strangers.add(flow);
    if (strangers.size > 0) say(unknown([...strangers]), { show: true });
    else say(`Sent. Step ${main.dataset.step} shows ${['the answer', 'both answers', 'all answers'][flows.length - 1]}.`);
    return '';
  } catch (error) {
    if (!(error instanceof FrameError) && !(error instanceof TypeError)) throw error;
    const why = error instanceof FrameError ? error.message : 'The lab does not answer.';
    say(why, { show: true });
    return why;
  } finally {
    running = false;
    endedAt = performance.now();
    main.removeAttribute('aria-busy');
    await post('step', { step: 'none' }).catch(() => {});
    await refresh();
  }
}

// A page that is closed in the midst of it says so, so that nobody waits for it.
addEventListener('pagehide', () => {
  if (running) navigator.sendBeacon(`${bench}/step`, new URLSearchParams({ step: 'none', quiet: '1' }));
});
