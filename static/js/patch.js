// Puts parts of a page that the server has rendered in the place of those with the
// same ids, and keeps what the reader has opened, chosen and focused.
import { reachable } from './bind.js';

// The page's one Trusted Types policy. What passes through it is our own
// server's answer to a request for a part of this page, nothing else.
const policy = globalThis.trustedTypes?.createPolicy('authlab-fragment', { createHTML: (html) => html });
const trusted = (html) => (policy ? policy.createHTML(html) : html);

// parse makes a document of what the server has rendered.
export const parse = (html) => new DOMParser().parseFromString(trusted(html), 'text/html');

// keepers put into a new part what stays of the old one.
export const keepers = [];

// patch replaces the live parts of the page by those of fresh, a document. alike
// says that both show the same thing, so that unnamed folds stay open, too.
export function patch(fresh, alike) {
  for (const part of fresh.querySelectorAll('[data-live]')) {
    const old = document.getElementById(part.id);
    if (!old) continue;
    const replacement = document.importNode(part, true);
    reachable(replacement);
    for (const keep of keepers) keep(old, replacement);
    if (!old.isEqualNode(replacement)) replace(old, replacement, alike);
  }
}

function replace(old, replacement, alike) {
  const keep = opened(old).filter(({ id }) => alike || id);
  const focus = focused(old);
  const choices = chosen(old);
  const knobs = turned(old);
  const popovers = shown(old);
  const { scrollTop } = old;
  old.replaceWith(replacement);
  reopen(replacement, keep);
  rechoose(replacement, choices);
  returnTo(replacement, knobs);
  for (const id of popovers) show(document.getElementById(id), focus);
  refocus(replacement, focus);
  if (popovers.length > 0) replacement.scrollTop = scrollTop;
  for (const el of replacement.querySelectorAll('.chg')) el.classList.add('fresh');
}

// key names an element well enough to find its successor: its id, else its
// place among the part's elements of the same kind and text.
const kin = (part, el) => [...part.querySelectorAll(el.localName)].filter((e) => e.textContent === el.textContent);

function opened(part) {
  return [...part.querySelectorAll('details[open] > summary')].map((el) => ({ id: el.parentElement.id, text: el.textContent, at: kin(part, el).indexOf(el) }));
}

function reopen(part, list) {
  for (const { id, text, at } of list) {
    const fold = id ? part.querySelector(`#${CSS.escape(id)}`) : [...part.querySelectorAll('summary')].filter((e) => e.textContent === text)[at]?.parentElement;
    if (fold) fold.open = true;
  }
}

// What is chosen and not sent yet stays chosen, where the same question is still
// asked.
const question = (input) => input.form?.elements.slug?.value;

const chosen = (part) => [...part.querySelectorAll('input[type="radio"]:checked')].map((el) => ({ of: question(el), value: el.value }));

function rechoose(part, list) {
  for (const { of, value } of list) {
    const input = [...part.querySelectorAll('input[type="radio"]')].find((el) => question(el) === of && el.value === value);
    if (input) input.checked = true;
  }
}

// turned are the knobs that were turned and not sent yet.
const turned = (part) => [...part.querySelectorAll('form:not([data-sent]) select')]
  .filter((el) => el.selectedOptions[0]?.defaultSelected === false).map(({ id, value }) => ({ id, value }));

function returnTo(part, list) {
  for (const { id, value } of list) part.querySelector(`#${CSS.escape(id)}`).value = value;
}

function focused(part) {
  const el = document.activeElement;
  if (!el || el === document.body || !part.contains(el)) return null;
  return { id: el.id, name: el.localName, text: el.textContent, at: kin(part, el).indexOf(el) };
}

// show opens a popover as its button did, so that the keyboard goes from that into it and
// comes back to it.
function show(popover, focus) {
  const source = [...document.querySelectorAll(`[popovertarget="${popover?.id}"]`)].find((el) => !popover.contains(el));
  if (focus) source?.focus({ preventScroll: true });
  popover?.showPopover({ source });
}

// refocus gives the focus to what had it before; where that has gone from a popover, to the
// popover, and to nothing else that a key could press.
function refocus(part, was) {
  if (!was) return;
  const next = (was.id && document.getElementById(was.id)) || [...part.querySelectorAll(was.name)].filter((e) => e.textContent === was.text)[was.at];
  (next ?? part.closest('[popover]:popover-open'))?.focus({ preventScroll: true });
}

// shown are the popovers that are open in a part, or are the part.
const shown = (part) => [part, ...part.querySelectorAll('[popover]')].filter((el) => el.matches('[popover]:popover-open')).map(({ id }) => id);
