// Corner Library's other half. It shows the pages, holds the token and sends it:
// what a browser does by itself for a session cookie is this program's job here.

const base = new URL('.', document.baseURI).pathname;

// All of localStorage is shared by everything on this host and port, so the name
// says whose token it is. Every script on this page can read it: that is what
// HttpOnly keeps from happening to a cookie.
const storageKey = `${base}access_token`;

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

const token = () => localStorage.getItem(storageKey);

// bearer is the credential, if we hold one (RFC 6750, section 2.1).
const bearer = () => (token() === null ? {} : { Authorization: `Bearer ${token()}` });

// send returns the answer's status and JSON. An answer that never came has
// status 0.
async function send(path, request) {
  busy(+1);
  try {
    const response = await fetch(base + path, { credentials: 'omit', ...request });
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
  try {
    const { name, role } = claims(token());
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
  const answer = await send(name, { headers: bearer() });
  if (mine !== turn) return;
  if (answer.ok) {
    show(name, answer.body);
  } else {
    show(answer.status === 403 ? 'forbidden' : 'message', { when: String(answer.status) });
    warn(answer);
  }
}

async function login(form) {
  const mine = ++turn;
  const { email, password } = Object.fromEntries(new FormData(form));
  const answer = await send('login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (answer.ok) {
    localStorage.setItem(storageKey, answer.body.access_token);
    go('#/profile');
  } else if (mine === turn) {
    form.elements.password.value = '';
    warn(answer);
  }
}

// logout forgets the token whatever the server says: this is where it happens.
async function logout() {
  await send('logout', { method: 'POST', headers: bearer() });
  localStorage.removeItem(storageKey);
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
  nav.querySelector('form').hidden = !known;
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
  if (event.target.closest('nav')) logout();
  else login(event.target);
});

route();
