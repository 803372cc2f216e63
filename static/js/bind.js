// The same value lights up in every place: pointing at or focusing one marks all.
const same = (ref, other) => other === ref || other.startsWith(ref + '.');

function light(ref) {
  for (const el of document.querySelectorAll('[data-ref]')) {
    el.classList.toggle('lit', Boolean(ref) && same(ref, el.dataset.ref));
  }
}

export function bind() {
  const on = (event) => light(event.target.closest?.('[data-ref]')?.dataset.ref);
  document.addEventListener('pointerover', on);
  document.addEventListener('focusin', on);
  document.addEventListener('focusout', () => light(''));
}
