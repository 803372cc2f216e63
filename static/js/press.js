// A press, and how the lab is told of it: as often as it takes, and done once.
import { random } from './name.js';

// pauses are how long is waited, in milliseconds, before the lab is told again.
const pauses = [300, 1000, 2500];

// away reports whether an answer is that of something in front of a lab which is being
// restarted. The lab's own have a policy that others do not set.
const away = (response) => [502, 503, 504].includes(response.status) && !response.headers.has('Cross-Origin-Opener-Policy');

// Of some presses nobody knows whether they were done. Pressed again, they are the same.
const doubtful = new Map();

// press posts what a press asks for, under a name by which the lab knows it again. Its
// answer is undefined where the lab does not give one: then nobody knows whether it was
// done, and run again it is the same press.
export async function press(url, body, options = {}) {
  const key = `${url}?${body}`;
  const name = doubtful.get(key) ?? random();
  doubtful.set(key, name);
  const named = new URLSearchParams(body);
  named.set('press', name);
  let last;
  for (const pause of [...pauses, 0]) {
    try {
      last = await fetch(url, { method: 'POST', body: named, ...options });
      if (!away(last)) break;
    } catch {
      last = undefined;
    }
    if (pause) await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
  if (last) doubtful.delete(key);
  return last;
}
