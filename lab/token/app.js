// Corner Library's other half. It shows the pages, holds the token and sends it:
// what a browser does by itself for a session cookie is this program's job here.

const base = new URL('.', document.baseURI).pathname;

// The page says where this library wants its token kept. All of localStorage is
// shared by everything on this host and port, so the name says whose token it is.
// Every script on this page can read it: that is what HttpOnly keeps from
// happening to a cookie.
const { keep, refresh: refreshes } = document.body.dataset;
const inCookie = keep === 'cookie';
const storage = { memory: variable(), sessionStorage, localStorage, cookie: localStorage }[keep];
const tokenKey = `${base}${inCookie ? 'signed_in' : 'access_token'}`;
const refreshKey = `${base}refresh_token`;

const main = document.querySelector('main');
const nav = document.querySelector('nav');
const routes = {
  '': home,
  '#/': home,
  '#/login': () => show('login'),
  '#/profile': () => resource('profile'),
  '#/desk': () => resource('desk'),
};

let turn = 0; // counts what the visitor asked for: a late answer must not replace a newer page
let underWay = 0; // requests that have no answer yet

const token = () => storage.getItem(tokenKey);

// bearer is the credential, if we hold one (RFC 6750, section 2.1). A cookie the
// browser sends by itself.
const bearer = () => (token() === null || inCookie ? {} : { Authorization: `Bearer ${token()}` });

// variable is a storage that this page alone can reach, and that ends with it.
function variable() {
  const held = new Map();
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => held.set(name, value),
    removeItem: (name) => held.delete(name),
  };
}

// hold keeps what a login or a refresh gave. A token that went into a cookie is
// out of reach; all that can be kept is that there is one, and since when.
function hold({ access_token: given, refresh_token: next }) {
  storage.setItem(tokenKey, given ?? new Date().toISOString());
  if (next !== undefined) storage.setItem(refreshKey, next);
  if (inCookie !== (given === undefined)) location.reload(); // it is kept elsewhere since this page was loaded
}

function forget() {
  storage.removeItem(tokenKey);
  storage.removeItem(refreshKey);
}

const json = (value) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

// send returns the answer's status and JSON. An answer that never came has
// status 0.
async function send(path, request) {
  busy(+1);
  try {
    const response = await fetch(base + path, { credentials: inCookie ? 'same-origin' : 'omit', ...request });
    const body = await response.json().catch(() => ({})); // a 204 has none
    return { ok: response.ok, status: response.status, body };
  } catch {
    const body = { error_description: 'The library did not answer. Check your connection and try again.' };
    return { ok: false, status: 0, body };
  } finally {
    busy(-1);
  }
}

function busy(change) {
  underWay += change;
  main.setAttribute('aria-busy', String(underWay > 0));
}

// home says who you are by what the token says. No request is needed for that,
// and nothing has checked that it is still true.
function home() {
  if (token() === null) {
    show('home', { when: 'stranger' });
    return;
  }
  if (inCookie) {
    show('home', { when: 'hidden' });
    return;
  }
  try {
    const { sub, name = sub, role = 'in a role that the token does not say' } = claims(token());
    show('home', { when: 'known', name, role });
  } catch {
    show('home', { when: 'unreadable' });
  }
}

// claims reads the middle part of a token. The signature is not checked: only
// the server can do that, and it believes no one else.
function claims(jwt) {
  const payload = jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

// resource asks the server for what only some may see. Without a token it asks
// all the same: whether that is enough is the server's to say.
async function resource(name) {
  const mine = ++turn;
  const answer = await ask(name);
  if (mine !== turn) return;
  if (answer.ok) {
    show(name, answer.body);
  } else {
    show(answer.status === 403 ? 'forbidden' : 'message', { when: String(answer.status) });
    warn(answer);
  }
}

// ask sends a request with the token, and again with a new one if it has ended.
async function ask(path) {
  const stale = token();
  busy(+1);
  try {
    const answer = await send(path, { headers: bearer() });
    if (inCookie && answer.status === 401 && answer.body.error === undefined) forget(); // the browser has no such cookie
    const ended = answer.status === 401 && answer.body.error === 'invalid_token';
    if (refreshes === undefined || !ended || !(await refresh(stale)).ok) return answer;
    return await send(path, { headers: bearer() });
  } finally {
    busy(-1);
  }
}

// refresh gets a new token for the stale one, with the refresh token. A refresh
// token may work only once, so of several tabs one goes first, where the browser
// can see to that; the others find it done.
function refresh(stale) {
  const once = async () => {
    if (token() !== stale) return { ok: token() !== null, status: 0, body: {} };
    const answer = await send('refresh', inCookie ? { method: 'POST' } : json({ refresh_token: storage.getItem(refreshKey) ?? '' }));
    if (answer.ok) hold(answer.body);
    return answer;
  };
  return navigator.locks ? navigator.locks.request(tokenKey, once) : once();
}

// renew is refresh when the visitor asks for it.
async function renew() {
  const mine = ++turn;
  busy(+1);
  const answer = await refresh(token()).finally(() => busy(-1));
  if (mine !== turn) return;
  if (answer.ok) {
    show('renewed', answer.body);
  } else {
    show('message', { when: '401' });
    warn(answer);
  }
}

async function login(form) {
  const mine = ++turn;
  const { email, password } = Object.fromEntries(new FormData(form));
  const answer = await send('login', json({ email, password }));
  if (answer.ok) {
    hold(answer.body);
    go('#/profile');
  } else if (mine === turn) {
    form.elements.password.value = '';
    warn(answer);
  }
}

// logout forgets the token whatever the server says: this is where it happens.
async function logout(form) {
  const held = storage.getItem(refreshKey);
  const request = held === null || inCookie ? { method: 'POST' } : json({ refresh_token: held });
  const path = new URL(form.action).pathname.slice(base.length);
  await send(path, { ...request, headers: { ...request.headers, ...bearer() } });
  forget();
  go('#/');
}

// show puts a page in place from its template. What came from the server is only
// ever set as text, so that it cannot turn into markup.
function show(id, data = {}) {
  turn++;
  const page = document.getElementById(id).content.cloneNode(true);
  for (const element of page.querySelectorAll('[data-text]')) {
    element.textContent = data[element.dataset.text];
  }
  for (const list of page.querySelectorAll('[data-list]')) {
    list.replaceChildren(...data[list.dataset.list].map(item));
  }
  for (const element of page.querySelectorAll('[data-when]')) {
    element.hidden = element.dataset.when !== data.when;
  }
  main.replaceChildren(page);
  const heading = main.querySelector('h1');
  document.title = `${heading.textContent} · Corner Library`;
  heading.tabIndex = -1;
  if (document.hasFocus()) heading.focus(); // tells a screen reader that the page is new
  showNav();
}

function item(text) {
  const element = document.createElement('li');
  element.textContent = text;
  return element;
}

// warn says in the page's alert why a request failed.
function warn({ status, body }) {
  const reason = body.error_description ?? 'The library sent no reason.';
  main.querySelector('[role=alert]').textContent = status === 0 ? reason : `${status} ${reason}`;
}

// showNav offers to log in or to log out, by whether we hold a token.
function showNav() {
  const known = token() !== null;
  nav.querySelector('[href$=login]').hidden = known;
  for (const form of nav.querySelectorAll('form')) form.hidden = !known;
  for (const link of nav.querySelectorAll('a')) {
    if (link.hash === (location.hash || '#/')) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash; // and hashchange does the rest
}

function route() {
  const page = routes[location.hash] ?? home;
  page();
}

addEventListener('hashchange', route);

// A link to the page that is already shown asks again, as it does on any site.
nav.addEventListener('click', (event) => {
  if (event.target.hash === location.hash) route();
});

// The forms say where they would go; we send them ourselves, as JSON.
document.addEventListener('submit', (event) => {
  event.preventDefault();
  const action = event.target.getAttribute('action');
  if (action.endsWith('login')) login(event.target);
  else if (action.endsWith('refresh')) renew();
  else logout(event.target);
});

route();
