// A bench of one's own, opened from a class: says where the class is meanwhile, and
// tells the class at which step this bench is, so that it can be counted.
import { say } from './notice.js';

const bar = () => document.getElementById('class-bar');
const room = bar()?.dataset.classRoom;
const me = room && (await named(room)); // without a name the bench works all the same

// named asks for this device's name, by a script that most benches can do without.
async function named(room) {
  return (await import('./device.js')).device(room);
}

const code = room?.split('/').at(-1);

// inRoom is the part of the bench's address that names the class, streamQuery the
// query of its stream: "" where there is none.
export const inRoom = room ? `&room=${code}` : '';
export const streamQuery = room ? `?room=${code}&device=${me}` : '';

// inClass says where the class is now.
export function inClass(shown) {
  if (!bar()) return;
  if (!shown) {
    say('The class has ended. Your bench goes on.', { show: true });
    return;
  }
  const step = `step ${shown.step}`;
  if (bar().querySelector('[data-class-at]').textContent === step) return;
  bar().dataset.classStep = shown.step;
  bar().querySelector('[data-class-at]').textContent = step;
  bar().querySelector('[data-class-back]').textContent = `Back to ${step}`;
}

let told;
// tellClass tells it where this bench is, once it is known there: the stream makes it
// known.
export function tellClass() {
  if (!room || document.documentElement.dataset.stream !== 'open') return;
  const { step } = document.querySelector('main').dataset;
  if (step === told) return;
  told = step;
  const body = new URLSearchParams({ device: me, step, quiet: '1' });
  fetch(`${room}/here`, { method: 'POST', body, credentials: 'omit' }).catch(() => (told = undefined));
}

if (room) {
  document.addEventListener('visibilitychange', () => {
    told = undefined;
    if (document.hidden) navigator.sendBeacon(`${room}/here`, new URLSearchParams({ device: me, bye: '1' }));
  });
}
