// What JavaScript can read in each frame, read by JavaScript, now.
import { flows, look } from './frames.js';

const make = (name, text, className) => {
  const el = document.createElement(name);
  if (text !== undefined) el.textContent = text;
  if (className) el.className = className;
  return el;
};

// inked shows a value by what it is: a compact JWS in its three inks.
function inked(value) {
  const parts = value.split('.');
  if (parts.length !== 3 || !value.startsWith('eyJ')) return [make('code', JSON.stringify(value.length > 24 ? value.slice(0, 24) + '…' : value))];
  const token = make('span', undefined, 'nowrap');
  ['hdr', 'pay', 'sig'].forEach((ink, i) => {
    const span = make('span', parts[i].slice(0, 4) + '…', `ink ${ink}`);
    span.dataset.ref = ink;
    token.append(span, i < 2 ? '.' : '');
  });
  return [token];
}

const row = (list, name, content) => {
  const dd = make('dd');
  dd.append(...content);
  list.push(make('dt', name), dd);
};

function storage(list, name, entries) {
  if (!entries.length) row(list, name, ['empty']);
  for (const [key, value] of entries) {
    row(list, name, [key]);
    const dd = make('dd', undefined, 'wide');
    dd.append(...inked(value), ` ${value.length} B`);
    list.push(dd);
  }
}

function show(flow) {
  const target = document.querySelector(`[data-readable="${flow}"]`);
  if (!target) return;
  const seen = look(flow);
  const list = [];
  row(list, 'document.cookie', [make('code', JSON.stringify(seen.cookie))]);
  storage(list, 'localStorage', seen.localStorage);
  storage(list, 'sessionStorage', seen.sessionStorage);
  const holdsHidden = [...target.closest('.pair').querySelectorAll('.attrs .attr')].some((a) => a.textContent.trim() === 'HttpOnly');
  if (target.dataset.kept === 'memory') list.push(make('dt', 'the app’s variable'), make('dd', 'only the app can tell', 'absent'));
  if (holdsHidden && seen.cookie === '') list.push(make('dt', 'the cookie'), make('dd', 'hidden by HttpOnly', 'absent'));
  target.replaceChildren(...list);
  address(flow, seen.path);
}

// address shows where a frame is, its own part of the path in full ink.
function address(flow, path) {
  const target = document.querySelector(`[data-address="${flow}"]`);
  const at = path.indexOf(`/${flow}/`) + 1;
  target.replaceChildren(make('span', location.host + path.slice(0, at)), make('b', path.slice(at)));
}

export function readAll() {
  for (const flow of flows) {
    try {
      show(flow);
    } catch {
      // The frame is between two pages; it will be read when the next is there.
    }
  }
}
