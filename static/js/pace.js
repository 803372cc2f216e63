// Rewrites the times that run, each second, in the words of the server (Pace in the
// lab's pages has the rule), and by its clock: a phone's own may be minutes off.
let ahead; // ms by which this device's clock is ahead of the lab's, once that is known

const seconds = (from) => (from ? Math.max(0, Math.floor((Date.now() - ahead - Date.parse(from)) / 1000)) : 0);

// labNow is what the lab's clock shows, as far as it is known.
export const labNow = () => Date.now() - (ahead ?? 0);

// clockIs takes what the lab's clock shows now.
export function clockIs(now) {
  ahead = Date.now() - Date.parse(now);
  pace();
}

// clock writes a number of seconds as 0:05, 24:10 or 1:02:03.
function clock(s) {
  const two = (n) => String(n).padStart(2, '0');
  const minutes = Math.floor(s / 60);
  return s < 3600 ? `${minutes}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(minutes % 60)}:${two(s % 60)}`;
}

function words(off) {
  const way = off < 0 ? 'behind' : 'ahead';
  const by = Math.abs(off);
  if (by <= 30) return 'on time';
  return by < 120 ? `${Math.floor(by / 10) * 10} s ${way}` : `${Math.floor(by / 60)} min ${way}`;
}

const rewrite = (el, text) => {
  if (el && el.textContent !== text) el.textContent = text;
};

// pace writes all times of the page anew. Until the lab's clock is known, they stay
// as the server wrote them.
export function pace() {
  if (ahead === undefined) return;
  for (const el of document.querySelectorAll('[data-since]')) if (el.dataset.since) rewrite(el, clock(seconds(el.dataset.since)));
  for (const el of document.querySelectorAll('[data-pace]')) {
    const { began, arrived, before, here, planned } = el.dataset;
    if (!began) continue;
    const used = seconds(began);
    const mark = Number(before) + Math.min(seconds(arrived), Number(here));
    rewrite(el.querySelector('[data-pace-words]'), words(mark - used));
    const bar = el.querySelector('[data-pace-bar]');
    if (bar) draw(bar, used, mark, Number(planned));
  }
}

function draw(bar, used, mark, planned) {
  const scale = Math.max(planned, used, 1);
  bar.setAttribute('viewBox', `0 0 ${scale} 22`);
  bar.setAttribute('aria-label', `${clock(used)} used of ${clock(planned)}; by the plan it would be ${clock(mark)}`);
  bar.querySelector('.all').setAttribute('width', scale);
  bar.querySelector('[data-pace-used]').setAttribute('width', used);
  for (const end of ['x1', 'x2']) bar.querySelector('[data-pace-mark]').setAttribute(end, mark);
}

setInterval(pace, 1000);
