// Pages that are read: bound values light up together, spans explain themselves,
// and the view toggle keeps the place where the reader is.
import { bind } from './bind.js';
import { glosses } from './gloss.js';

bind();
glosses();

const main = document.querySelector('main');

// What stays where it is when the view changes: the first text below the
// header that every view shows and that lies in the flow of the page.
function anchor() {
  const edge = Math.max(0, document.querySelector('.top').getBoundingClientRect().bottom);
  return [...main.querySelectorAll('h1, h2, h3, p, li, dt')].find((el) => el.checkVisibility() && el.getBoundingClientRect().top >= edge && !el.closest('.only, .flow-a, .flow-b, .toc'));
}

// keep makes the links to other chapters lead to the same view.
function keep(view) {
  for (const link of main.querySelectorAll('a[href^="/learn/"]')) {
    const to = new URL(link.href);
    if (view === 'both') to.searchParams.delete('view');
    else to.searchParams.set('view', view);
    link.setAttribute('href', to.pathname + to.search + to.hash);
  }
}

// The toggle changes what is hidden; what is shown stays where it is.
document.addEventListener('click', (event) => {
  const link = event.target.closest('.seg a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const still = anchor();
  const before = still?.getBoundingClientRect().top;
  main.dataset.view = link.dataset.view;
  for (const other of document.querySelectorAll('.seg a')) {
    if (other === link) other.setAttribute('aria-current', 'true');
    else other.removeAttribute('aria-current');
  }
  if (still) scrollBy({ top: still.getBoundingClientRect().top - before, behavior: 'instant' });
  keep(link.dataset.view);
  history.replaceState(null, '', link.href + location.hash);
});
