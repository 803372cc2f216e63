// Explanations: a click on a span opens its own right below it. Without scripts
// the link leads to it and it stands at the foot of the window.
export function glosses() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-gloss]');
    if (!link || event.ctrlKey || event.metaKey) return;
    const gloss = document.getElementById(link.hash.slice(1));
    if (!gloss) return;
    event.preventDefault();
    gloss.togglePopover({ source: link });
  });
}
