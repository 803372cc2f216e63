// What was done and is not saved: said, and taken back once the lab has saved it.
import { say } from './notice.js';

const region = document.querySelector('[data-notice]');
let owed = ''; // what is said
let owing = false; // the page has told that nothing is saved

// unsaved says that something was done and is not saved, in the lab's words. It is shown
// where nothing on the page stands for it.
export function unsaved(words, { show }) {
  owed = words;
  say(words, { show });
}

// looked is called with what each new part of the page says: where it does not tell any
// more that nothing is saved, the words that still stand give way to others. standing is
// whether the page had a notice of its own for it, of which only its end is to be said.
export function looked(now, saved, standing) {
  const was = owing;
  owing = 'owing' in now;
  if (!was || owing) return;
  if (standing ? ['', owed].includes(region.textContent) : owed && region.textContent === owed) say(saved, { show: !standing });
  owed = '';
}
