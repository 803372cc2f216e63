// Puts the whole of a long message in the place of its beginning, once it is asked
// for.
import { parse } from './patch.js';
import { reachable } from './bind.js';
import { say } from './notice.js';

// whole answers a press on the button that asks for it.
export async function whole(button) {
  const response = await fetch(button.dataset.all).catch(() => null);
  if (!response?.ok) {
    say('The lab did not send the rest. Try again, or follow the link beside the button.', { show: true });
    return;
  }
  const old = button.closest('[data-message]');
  const all = document.importNode(parse(await response.text()).querySelector('[data-message]'), true);
  reachable(all);
  old.replaceWith(all);
  for (const fold of all.querySelectorAll('details.whole')) fold.open = true;
  all.querySelector('[data-copy]')?.focus({ preventScroll: true });
}
