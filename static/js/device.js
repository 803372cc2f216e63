// What this browser remembers of a class: its own name there, a random text that
// is only counted, and its own votes. Nothing of it is a cookie.

// random names a device or a window: 32 hexadecimal digits. crypto.randomUUID is
// not there on plain http.
export const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

const memory = new Map(); // where there is no storage

function get(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

function set(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    memory.set(key, value);
  }
}

// device names this browser in a room. A page that was given a name by the server,
// because scripts were off, keeps it.
export function device(room) {
  const key = `authlab:device:${room}`;
  const name = get(key) ?? new URLSearchParams(location.search).get('me') ?? random();
  set(key, name);
  return name;
}

export const remembered = (room, vote) => get(`authlab:vote:${room}:${vote}`);
export const remember = (room, vote, option) => set(`authlab:vote:${room}:${vote}`, option);

// A page keeps its name when it is loaded anew. The name is stored only between two
// pages, so that a copy of the tab has one of its own.
export function named(key) {
  const take = () => {
    try {
      const was = sessionStorage.getItem(key);
      sessionStorage.removeItem(key);
      return was;
    } catch {
      return null; // no storage: the page gets a new name
    }
  };
  const store = (value) => {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // as above
    }
  };
  const name = take() ?? random();
  addEventListener('pagehide', () => store(name));
  addEventListener('pageshow', (event) => event.persisted && take()); // the same page again
  return name;
}

// pageName is how this page calls itself, so that the lab can tell what it has sent
// from what others have. The apps are never told, and nothing is kept of it once the
// tab is closed.
export const pageName = () => named('authlab:page');
