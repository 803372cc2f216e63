// Names that windows, pages and presses have for themselves.

// random names a window or a page: 32 hexadecimal digits. crypto.randomUUID is
// not there on plain http.
export const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

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
