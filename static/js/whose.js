// Whose an entry of the origin's storage is, as its name says.
const bench = document.querySelector('[data-bench]').dataset.bench; // the path of the page's own

// What AuthLab's own pages keep (theme.js, device.js, name.js, act.js, accept.js, check.js).
const pages = [
  [/^authlab\.theme(\.|$)/, 'light or dark'],
  [/^authlab:device:/, 'this browser’s name in a class'],
  [/^authlab:vote:/, 'a vote of this browser'],
  [/^authlab:page$/, 'this page’s name, by which the lab tells who has sent what'],
  [/^authlab:press:/, 'a link that hands a class over'],
  [/^authlab:window:/, 'this window’s name in a class'],
  [/^authlab\.check$/, 'the self-check'],
];

// whose returns the app in words, its kind for counting, and how near it is.
export function whose(key) {
  const [, at, app] = key.match(/^(\/bench\/[^/]+)\/([a-z]+)\//) ?? [];
  if (at === bench) return { app, mine: true, near: 0, by: `${app} app of this bench`, group: 'of this bench' };
  if (at) return { app, near: 2, by: `${app} app of another bench`, group: 'of other benches' };
  const page = pages.find(([name]) => name.test(key));
  if (page) return { near: 1, by: `AuthLab’s own pages: ${page[1]}`, group: 'of AuthLab’s own pages' };
  return { near: 3, by: 'not known', group: 'not known' };
}

// mine orders entries: the nearest first, then by name.
export const mine = (a, b) => a.of.near - b.of.near || (a.key < b.key ? -1 : 1);
