// Pages that are read: bound values light up together, spans explain themselves,
// and the view toggle keeps the place where the reader is.
import { bind } from './bind.js';
import { glosses } from './gloss.js';

bind();
glosses();

const main = document.querySelector('main');

// The toggle changes what is hidden; what is shown stays where it is.
document.addEventListener('click', (event) => {
  const link = event.target.closest('.seg a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const anchor = [...main.querySelectorAll('h1, h2, h3, p, dt')].find((el) => el.getBoundingClientRect().top >= 0 && !el.closest('.only'));
  const before = anchor?.getBoundingClientRect().top;
  main.dataset.view = link.dataset.view;
  for (const other of document.querySelectorAll('.seg a')) {
    if (other === link) other.setAttribute('aria-current', 'true');
    else other.removeAttribute('aria-current');
  }
  if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - before);
  history.replaceState(null, '', link.href + location.hash);
});
