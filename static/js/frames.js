// The apps in their frames, operated as a visitor would: by following their
// own links and submitting their own forms. Every request is the app's own; this
// file sends none to them and adds nothing to any.

const patience = 10_000; // ms until a frame that does not answer is given up

const element = (flow) => document.querySelector(`[data-frame="${flow}"]`);
const page = (flow) => element(flow).contentDocument;

// flows are those that the page has a frame of, scripted those whose client is a script
// of the app's own page.
export const flows = [...document.querySelectorAll('[data-frame]')].map((frame) => frame.dataset.frame);
export const scripted = flows.filter((flow) => element(flow).dataset.client !== undefined);

// FrameError says, for people, what a frame did not do.
export class FrameError extends Error {}

// until waits for a condition on a frame, checking whenever something may have
// changed.
function until(flow, condition, what) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const look = () => {
      if (condition()) resolve();
      else if (performance.now() - started > patience) {
        reject(new FrameError(`The ${flow} app did not ${what} within ${patience / 1000} seconds. Look at its frame, then send again.`));
      } else setTimeout(look, 16);
    };
    look();
  });
}

// part finds a part of an app's page that can be seen: an app may keep parts
// that it does not show.
const part = (doc, selector) => [...doc.querySelectorAll(selector)].find((el) => !el.closest('[hidden]')) ?? null;

// need is part for what must be there.
function need(flow, selector) {
  const el = part(page(flow), selector);
  if (!el) throw new FrameError(`The ${flow} app’s frame does not show what this step needs. Look at it: it says why. Then send again.`);
  return el;
}

// isApp tells the app's own pages from any other page in a frame: an error of the
// lab, say.
const isApp = (flow) => page(flow)?.querySelector('nav a[href$="profile"]') !== null;

const busy = (flow) => page(flow)?.querySelector('main')?.getAttribute('aria-busy') === 'true';
const loaded = (flow) => page(flow)?.readyState === 'complete' && page(flow).location.href !== 'about:blank';
const ready = (flow) => loaded(flow) && !busy(flow);

// reload loads an app's page anew, as the visitor might.
export async function reload(flow) {
  await until(flow, () => loaded(flow), 'load');
  const before = page(flow);
  element(flow).contentWindow.location.replace(element(flow).getAttribute('src')); // the app's first page: another would ask for something
  await until(flow, () => page(flow) !== before && ready(flow), 'load');
}

// home makes sure that the frame shows its app.
async function home(flow) {
  await until(flow, () => ready(flow), 'load');
  if (isApp(flow)) return;
  const before = page(flow);
  element(flow).contentWindow.location.replace(element(flow).getAttribute('src'));
  await until(flow, () => page(flow) !== before && ready(flow), 'load');
  need(flow, 'nav a[href$="profile"]');
}

// turnOver operates a control of the app and waits until the page that it leads to
// is there: a new document, or in an app whose client is a script a request begun and
// ended.
async function turnOver(flow, selector, deed, arrived = () => true) {
  await home(flow);
  const control = need(flow, selector);
  const before = page(flow);
  let begun = false;
  const watch = new MutationObserver(() => (begun ||= busy(flow)));
  watch.observe(before, { subtree: true, attributes: true, attributeFilter: ['aria-busy'] });
  try {
    deed(control);
    const answered = () => page(flow) !== before || (begun && (arrived(page(flow)) || !isApp(flow)));
    await until(flow, () => answered() && ready(flow), 'answer');
    need(flow, 'nav a[href$="profile"]');
  } finally {
    watch.disconnect();
  }
}

// An app offers to log out once it shows the page that follows a login, and no
// longer once it shows the one that follows a logout; if it shows neither, it
// says why. A scripted app is between two pages for a moment when its answer has
// come: what happens to the bench then would happen before its next request.
const offersLogout = (doc) => part(doc, 'form[action$="logout"]') !== null;
const warned = (doc) => Boolean(part(doc, '[role="alert"]')?.textContent.trim());

export const loggedIn = async (flow) => {
  await home(flow);
  return offersLogout(page(flow));
};

// askForProfile follows the app's own link to the profile.
export const askForProfile = (flow) => turnOver(flow, 'nav a[href$="profile"]', (link) => link.click());

// logIn fills in the app's own login form and submits it.
export async function logIn(flow, email, password) {
  await home(flow);
  if (!part(page(flow), 'form[action$="login"]')) {
    if (await loggedIn(flow)) await logOut(flow);
    need(flow, 'nav a[href$="login"]').click();
    await until(flow, () => ready(flow) && part(page(flow), 'form[action$="login"]'), 'show its login form');
  }
  await turnOver(flow, 'form[action$="login"]', (form) => {
    form.elements.email.value = email;
    form.elements.password.value = password;
    form.requestSubmit();
  }, (doc) => offersLogout(doc) || warned(doc));
}

// logOut submits the app's own logout form. A warning that stands on the page
// already, of an expired token say, is no answer to it.
export const logOut = (flow) => turnOver(flow, 'form[action$="logout"]', (form) => form.requestSubmit(), (doc) => !offersLogout(doc));

// watch calls back whenever a frame shows another page or the visitor acts in it.
export function watch(flow, { shown, acted }) {
  const frame = element(flow);
  const hook = () => {
    const win = frame.contentWindow;
    const byHand = (event) => event.isTrusted && (event.type !== 'keydown' || event.key === 'Enter') && acted();
    for (const type of ['click', 'submit', 'keydown']) page(flow)?.addEventListener(type, byHand, true);
    win.addEventListener('hashchange', shown);
    shown();
  };
  frame.addEventListener('load', hook);
  if (page(flow)?.readyState === 'complete') hook();
}

// look returns what scripts can read in a frame, and where it is. A storage that
// the browser lets no page use is undefined.
export function look(flow) {
  const win = element(flow).contentWindow;
  return {
    path: win.location.pathname + win.location.search + win.location.hash,
    cookie: win.document.cookie,
    localStorage: entries(() => win.localStorage),
    sessionStorage: entries(() => win.sessionStorage),
  };
}

function entries(storage) {
  try {
    return Object.entries(storage());
  } catch {
    return undefined;
  }
}

// paper gives the frames the page's own paper.
export function paper() {
  const theme = document.documentElement.dataset.theme;
  for (const flow of flows) {
    const root = page(flow)?.documentElement;
    if (root) root.style.colorScheme = theme ?? '';
  }
}
