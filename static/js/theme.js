// The paper: light, dark, or as the system says. Runs before the page is drawn,
// so that nothing flashes. The choice is kept in this browser alone. A page with a
// paper of its own, as the projector's, begins as its markup says and has a choice
// of its own: what suits a desk at night does not suit a lecture hall.
(() => {
  const root = document.documentElement;
  const { paper, theme: usual = 'auto' } = root.dataset;
  const key = paper ? `authlab.theme.${paper}` : 'authlab.theme';
  // What needs scripts, or the clipboard, is there from the first paint.
  root.dataset.scripts = 'on';
  if (navigator.clipboard || document.queryCommandSupported?.('copy')) root.dataset.clipboard = 'on';
  const read = () => {
    try {
      return localStorage.getItem(key) ?? usual;
    } catch {
      return usual; // storage is switched off
    }
  };
  const apply = (theme) => {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.dispatchEvent(new CustomEvent('authlab:theme'));
  };
  apply(read());
  document.addEventListener('DOMContentLoaded', () => {
    for (const radio of document.querySelectorAll('input[name="theme"]')) {
      radio.checked = radio.value === read();
      radio.addEventListener('change', () => {
        try {
          if (radio.value === usual) localStorage.removeItem(key);
          else localStorage.setItem(key, radio.value);
        } catch {
          // Not kept, but shown.
        }
        apply(radio.value);
      });
    }
  });
})();
