// The keyboard: arrows and the page keys of a clicker go through the steps, Enter
// sends, 1 to 4 choose the view. Everything they do is a control on the page.
const typing = (el) => el.closest?.('input, textarea, select, [contenteditable], iframe');
const acting = (el) => el.closest?.('a, button, summary, input, [tabindex]:not([tabindex="-1"])');

const press = (selector) => document.querySelector(selector)?.click();

// beside goes to a step beside the one that the address names, which may not be
// shown yet when keys are pressed in quick succession.
function beside(distance) {
  const step = new URLSearchParams(location.search).get('step') ?? document.querySelector('main').dataset.step;
  document.querySelectorAll('.ruler a')[Number(step) + distance]?.click();
}

const deeds = {
  ArrowRight: () => beside(1),
  PageDown: () => beside(1),
  ArrowLeft: () => beside(-1),
  PageUp: () => beside(-1),
  ...Object.fromEntries([1, 2, 3, 4].map((n) => [n, () => press(`#toggle a:nth-of-type(${n})`)])),
  '?': () => document.getElementById('steps')?.togglePopover(),
};

export function keys() {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === 'Enter' && !acting(event.target)) {
      event.preventDefault();
      press('#next');
      return;
    }
    const deed = deeds[event.key];
    if (!deed || event.target.closest?.('pre, .log ol')) return;
    event.preventDefault();
    deed();
  });
}
