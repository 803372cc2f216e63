// The page behind a link that hands driving over. Loaded again in this tab, because the
// answer was lost, it names the same press: so its browser gets in, and no other.
const press = document.querySelector('input[name="press"]');
const key = `authlab:press:${location.pathname}`;

try {
  press.value = sessionStorage.getItem(key) ?? press.value;
  sessionStorage.setItem(key, press.value);
} catch {
  // no storage: this page's own form can still be sent again
}
