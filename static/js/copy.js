// Copy buttons.
import { say } from './notice.js';

// rawText is the text of a message's lines as they crossed the wire.
export function rawText(el) {
  const lines = el.querySelectorAll('[data-raw]');
  if (!lines.length) return el.textContent;
  const head = [];
  let body = '';
  for (const line of lines) {
    if (line.classList.contains('body')) body += line.textContent;
    else head.push(line.textContent);
  }
  return head.join('\r\n') + '\r\n\r\n' + body;
}

// copy puts text on the clipboard. Over plain http to an address that the browser
// does not trust there is no navigator.clipboard; there the old command is asked
// for what is selected, and gets the text as it crossed the wire. It answers
// false where neither may.
async function copy(el) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(rawText(el)).then(() => true, () => false);
  }
  getSelection().selectAllChildren(el);
  let given = false;
  const give = (event) => {
    event.clipboardData.setData('text/plain', rawText(el));
    event.preventDefault();
    given = true;
  };
  document.addEventListener('copy', give);
  const asked = document.execCommand('copy');
  document.removeEventListener('copy', give);
  if (!asked || !given) return false;
  getSelection().removeAllRanges();
  return true;
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const el = document.getElementById(button.dataset.copy);
  if (await copy(el)) {
    say('Copied.', { show: true });
    return;
  }
  getSelection().selectAllChildren(el);
  say('This browser did not let the page copy. The text is selected: press Ctrl+C, or Cmd+C on a Mac.', { show: true });
});
