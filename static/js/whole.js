// Puts the whole of a long message in the place of its beginning, once it is asked
// for, and leaves it there.
import { keepers, parse } from './patch.js';
import { reachable } from './bind.js';
import { say } from './notice.js';

// place is the message in root that has an address's beginning.
const place = (root, address) => root.querySelector(`[data-all="${CSS.escape(address)}"]`)?.closest('[data-message]');

// whole answers a press on the button that asks for it.
export async function whole(button) {
  const address = button.dataset.all;
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) {
    say('The lab did not send the rest. Try again, or follow the link beside the button.', { show: true });
    return;
  }
  const all = document.importNode(parse(await response.text()).querySelector('[data-message]'), true);
  all.dataset.whole = address;
  reachable(all);
  place(document, address)?.replaceWith(all); // the part of the page may have been replaced meanwhile
  for (const fold of all.querySelectorAll('details.whole')) fold.open = true;
  all.querySelector('[data-copy]')?.focus({ preventScroll: true });
}

// What was recorded never changes: where the beginning of the same message comes again,
// the whole of it stays.
keepers.push((old, fresh) => {
  for (const all of old.querySelectorAll('[data-whole]')) place(fresh, all.dataset.whole)?.replaceWith(all.cloneNode(true));
});
