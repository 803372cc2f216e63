// The same value lights up in every place: pointing at or focusing one marks all.
const same = (ref, other) => other === ref || other.startsWith(ref + '.');

function light(ref) {
  for (const el of document.querySelectorAll('[data-ref]')) {
    el.classList.toggle('lit', Boolean(ref) && same(ref, el.dataset.ref));
  }
}

// reachable lets the keyboard point, too, at what the prose names, and lets the
// focus go to a question and to an explanation that has just opened.
export function reachable(root) {
  for (const el of root.querySelectorAll('.prose [data-ref]:not(a)')) el.tabIndex = 0;
  for (const el of root.querySelectorAll('.predict, .predict div.answer')) el.tabIndex = -1;
}

export function bind() {
  reachable(document);
  const on = (event) => light(event.target.closest?.('[data-ref]')?.dataset.ref);
  document.addEventListener('pointerover', on);
  document.addEventListener('focusin', on);
  document.addEventListener('focusout', () => light(''));
}
