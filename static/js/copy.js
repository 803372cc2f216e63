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

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(rawText(document.getElementById(button.dataset.copy)));
    say('Copied.', { show: true });
  } catch {
    say('This browser did not let the page copy. Select the text instead.', { show: true });
  }
});
