// What JavaScript can read in each frame, read by JavaScript, now: all that the
// origin keeps, whoever wrote it.
import { flows, look } from './frames.js';
import { mine, whose } from './whose.js';

const first = 6; // of this bench's own entries, those that stand before the fold
const apart = 2; // as few of others need no fold
const listed = 60; // entries in the fold; the rest is counted

const make = (name, text, className) => {
  const el = document.createElement(name);
  if (text !== undefined) el.textContent = text;
  if (className) el.className = className;
  return el;
};

// Characters that would hide, reorder or end a line are shown as escapes.
const visible = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16).padStart(4, '0')}}`);

const beginning = (text, most) => [...text.slice(0, 2 * most)].slice(0, most).join('');

// The size of a text as UTF-8, written as everywhere in the lab.
const bytes = (text) => new TextEncoder().encode(text).length;
const size = (n) => (n < 10_000 ? `${n.toLocaleString('en')}\u00a0B` : `${(n / 1024).toFixed(1)}\u00a0KiB`);
const sizeOf = (entries) => size(entries.reduce((sum, { value }) => sum + bytes(value), 0));
const plural = (n, noun, nouns) => `${n.toLocaleString('en')} ${n === 1 ? noun : nouns}`;

// The inks of a compact JWS by its parts, and of a compact JWE, whose empty part and
// random one have none.
const inks = { 3: ['hdr', 'pay', 'sig'], 5: ['hdr', '', '', 'pay', 'sig'] };

// inked shows a value by what it is: what has parts in their inks. own says that it is
// this bench's, which the same value elsewhere lights up with.
function inked(value, own) {
  const parts = value.split('.');
  const of = inks[parts.length];
  if (!of || !value.startsWith('eyJ')) {
    const begins = beginning(value, 24);
    return [make('code', visible(JSON.stringify(begins))), begins === value ? '' : '…'];
  }
  const token = make('span', undefined, 'nowrap');
  of.forEach((ink, i) => {
    const span = make('span', parts[i] && visible(parts[i].slice(0, 4)) + '…', ink && `ink ${ink}`);
    if (own && ink) span.dataset.ref = ink;
    token.append(span, i < of.length - 1 ? '.' : '');
  });
  return [token];
}

// named shows the name of an entry. A long part of it, as a bench's id, is cut: it
// is a capability.
function named(key) {
  const cut = beginning(visible(key.replace(/[\w-]{16,}/g, (part) => part.slice(0, 4) + '…')), 64);
  const at = cut.match(/^\/bench\/[^/]+\//)?.[0].length ?? 0;
  const name = make('span', undefined, 'name');
  const own = make('b');
  name.append(...breaking(cut.slice(0, at)), own);
  own.append(...breaking(cut.slice(at)));
  return name;
}

// breaking lets a line end after a slash.
const breaking = (path) => path.split(/(?<=\/)/).flatMap((part) => [part, make('wbr')]);

// entry fills an element with one entry of a storage.
function entry(el, { key, value, of }) {
  el.classList.add('entry');
  el.append(named(key), ' ', ...inked(value, of.mine), ` ${size(bytes(value))} `, make('small', of.by));
  return el;
}

// grouped counts entries by whose they are: "2 of other benches, 1 not known".
function grouped(entries) {
  const groups = new Map();
  for (const { of } of entries) groups.set(of.group, (groups.get(of.group) ?? 0) + 1);
  return [...groups].map(([group, n]) => `${n.toLocaleString('en')} ${group}`).join(', ');
}

// folded is the fold of the entries that are not shown at once.
function folded(entries, id) {
  const fold = make('details', undefined, 'fold');
  const list = make('ul');
  fold.id = id;
  list.tabIndex = 0; // it scrolls
  list.ariaLabel = 'The other entries';
  const summary = make('summary');
  summary.append(make('span', `+ ${entries.length.toLocaleString('en')} more, ${sizeOf(entries)}: ${grouped(entries)}`, 'more'));
  fold.append(summary, list);
  for (const e of entries.slice(0, listed)) list.append(entry(make('li'), e));
  const rest = entries.slice(listed);
  if (rest.length) list.append(make('li', `and ${rest.length.toLocaleString('en')} more, ${sizeOf(rest)}, not listed: ${grouped(rest)}`));
  return fold;
}

const row = (list, name, ...content) => {
  const dd = make('dd');
  dd.append(...content);
  list.append(make('dt', name), dd);
};

function storage(list, flow, area, entries) {
  if (!entries) {
    row(list, area, 'this browser does not let pages use it');
    return;
  }
  if (!entries.length) {
    row(list, area, 'empty');
    return;
  }
  row(list, area, `${plural(entries.length, 'entry', 'entries')}, ${sizeOf(entries)}`);
  const own = entries.filter(({ of }) => of.mine).slice(0, first);
  const others = entries.filter((e) => !own.includes(e));
  const shown = others.length > apart ? own : [...own, ...others];
  for (const e of shown) list.append(entry(make('dd', undefined, 'wide'), e));
  if (shown.length === entries.length) return;
  const dd = make('dd', undefined, 'wide');
  dd.append(folded(others, `reads-${flow}-${area}`));
  list.append(dd);
}

// held is what the recorded messages say that the browser holds for a flow now.
const held = (flow) => document.getElementById(`holds-${flow}`)?.dataset ?? {};

// issuer is the flow whose app set a cookie that a script reads, by its name and
// value: document.cookie says neither path nor origin of it.
const issuer = ({ key, value }) => flows.find((flow) => held(flow).cookie === key && value.startsWith(held(flow).begins));

function cookies(list, text) {
  if (text === '') {
    row(list, 'document.cookie', make('code', '""'));
    return;
  }
  const pairs = text.split('; ').map((pair) => pair.match(/^(?:([^=]*)=)?(.*)$/s)).map(([, key = '', value]) => ({ key, value }));
  row(list, 'document.cookie', `${plural(pairs.length, 'cookie', 'cookies')}, ${size(bytes(text))}`);
  for (const pair of pairs.slice(0, listed)) {
    const by = issuer(pair);
    const dd = make('dd', undefined, 'wide entry');
    dd.append(make('b', `${visible(beginning(pair.key, 64))}=`), ...inked(pair.value), ` ${size(bytes(pair.value))} `, make('small', by ? `${by} app of this bench` : 'not known'));
    list.append(dd);
  }
  if (pairs.length > listed) list.append(make('dd', `and ${pairs.length - listed} more, not listed`, 'wide'));
}

// hidden says what no script reads, where it is known to be there.
function hidden(list, flow, text) {
  const { cookie, begins, until, httponly, kept } = held(flow);
  if (kept === 'memory') list.append(make('dt', 'the app’s variable'), make('dd', 'only the app can tell', 'absent'));
  const over = until && Number(until) <= Date.now();
  if (httponly === undefined || over || text.includes(`${cookie}=${begins}`)) return;
  list.append(make('dt', `cookie ${cookie}`), make('dd', 'hidden by HttpOnly', 'absent'));
}

// lesson says why the frame of one app reads what another keeps, where it does.
function lesson(flow, seen) {
  const tokens = ({ key, of }) => of.mine && of.app !== flow && key.endsWith('_token');
  const [local, tab] = ['localStorage', 'sessionStorage'].map((area) => seen[area]?.some(tokens));
  if (!(local || tab)) return [];
  const owned = local ? 'localStorage belongs to the origin' : 'sessionStorage belongs to the tab and the origin';
  const p = make('p', `A script in this frame reads the token app’s token, too: ${owned}, which is scheme, host and port (`);
  p.append(make('code', location.origin), '), and paths do not separate it.');
  return [p];
}

// told is what is said below both columns of a pane.
function told(flow, seen) {
  const any = seen.localStorage?.length || seen.sessionStorage?.length;
  return [...lesson(flow, seen), ...(any ? [make('p', 'Whose an entry is, its name says: browsers do not note who wrote it.', 'stamp')] : [])];
}

// pane is what to show of a frame.
function pane(flow, seen) {
  const list = make('dl', undefined, 'kv');
  cookies(list, seen.cookie);
  storage(list, flow, 'localStorage', seen.localStorage);
  storage(list, flow, 'sessionStorage', seen.sessionStorage);
  hidden(list, flow, seen.cookie);
  return [list];
}

// fill replaces what a pane shows, and leaves open and focused what is.
function fill(target, content) {
  const open = [...target.querySelectorAll('details[open]')].map(({ id }) => id);
  const focus = target.contains(document.activeElement) && document.activeElement.closest('details')?.id;
  target.replaceChildren(...content);
  for (const id of open) target.querySelector(`#${id}`)?.setAttribute('open', '');
  if (focus) target.querySelector(`#${focus} > summary`)?.focus({ preventScroll: true });
}

const last = new Map(); // what each pane shows

function show(flow) {
  const target = document.querySelector(`[data-readable="${flow}"]`);
  if (!target) return;
  const seen = look(flow);
  for (const area of ['localStorage', 'sessionStorage']) seen[area] = seen[area]?.map(([key, value]) => ({ key, value, of: whose(key) })).sort(mine);
  address(flow, seen.path);
  const now = JSON.stringify([seen, flows.map((each) => ({ ...held(each) }))]);
  if (last.get(flow) === now) return;
  last.set(flow, now);
  fill(target, pane(flow, seen));
  document.querySelector(`[data-told="${flow}"]`).replaceChildren(...told(flow, seen));
}

// address shows where a frame is, its own part of the path in full ink.
function address(flow, path) {
  const target = document.querySelector(`[data-address="${flow}"]`);
  const at = path.indexOf(`/${flow}/`) + 1;
  target.replaceChildren(make('span', location.host + path.slice(0, at)), make('b', path.slice(at)));
}

// closed says that a frame shows what this page cannot look into.
function closed(flow) {
  last.delete(flow);
  document.querySelector(`[data-told="${flow}"]`)?.replaceChildren();
  document.querySelector(`[data-readable="${flow}"]`)?.replaceChildren(make('p', 'The frame shows a page of another origin: this page’s scripts cannot look into it.', 'absent'));
}

export function readAll() {
  for (const flow of flows) {
    try {
      show(flow);
    } catch (error) {
      if (error.name === 'SecurityError') closed(flow);
      // Else the frame is between two pages; it will be read when the next is there.
    }
  }
}

// What another page of this origin writes, or a frame, is read at once.
addEventListener('storage', readAll);
