// The paper: light, dark, or as the system says. Runs before the page is drawn,
// so that nothing flashes. The choice is kept in this browser alone.
(() => {
  const key = 'authlab.theme';
  const root = document.documentElement;
  // What needs scripts, or the clipboard, is there from the first paint.
  root.dataset.scripts = 'on';
  if (navigator.clipboard || document.queryCommandSupported?.('copy')) root.dataset.clipboard = 'on';
  const read = () => {
    try {
      return localStorage.getItem(key) ?? 'auto';
    } catch {
      return 'auto'; // storage is switched off: the system decides
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
          if (radio.value === 'auto') localStorage.removeItem(key);
          else localStorage.setItem(key, radio.value);
        } catch {
          // Not kept, but shown.
        }
        apply(radio.value);
      });
    }
  });
})();
