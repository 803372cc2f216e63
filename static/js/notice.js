// The page's one live region: what has just happened, in words.
const region = document.querySelector('[data-notice]');

// say announces a sentence. Shown, it stays until the next one; otherwise only
// screen readers get it. An action is a link or a button's text and what it does.
export function say(text, { show = false, action, run, href } = {}) {
  if (!region) return;
  region.classList.toggle('quietly', !show);
  const parts = [document.createTextNode(text)];
  if (action) {
    const control = document.createElement(href ? 'a' : 'button');
    control.textContent = action;
    control.className = 'btn small';
    if (href) control.href = href;
    else {
      control.type = 'button';
      control.addEventListener('click', () => {
        say('');
        run();
      });
    }
    parts.push(control);
  }
  region.replaceChildren(...(text ? parts : []));
}
