// Predict, send, observe, explain: what a script adds to the forms. Sending with
// an open question leads to the question first; a second press sends all the
// same. Pointing at the right line counts as having seen it.
import { say } from './notice.js';

const open = () => document.querySelector('[data-predict][data-state="open"]');
let ledTo;

// lead returns true where there is an open question before the given step that
// the visitor has not been led to yet, and leads there.
export function lead(step) {
  const question = open();
  if (!question || question.querySelector('[name="step"]')?.value !== String(step) || ledTo === question.dataset.predict) return false;
  ledTo = question.dataset.predict;
  question.scrollIntoView({ block: 'center', behavior: 'auto' });
  question.querySelector('input[type="radio"]')?.focus({ preventScroll: true });
  say('First: what will happen? Choose and lock it in, or send again to skip.', { show: true });
  return true;
}

// skipped is the form fields that skip the open question before a step, or null.
export function skipped(step) {
  const question = open();
  if (!question || question.querySelector('[name="step"]')?.value !== String(step)) return null;
  return { slug: question.dataset.predict, skip: '1' };
}

// Where each point of the evidence is.
const at = {
  status: (flow) => `#${flow}-res [data-field="start"]`,
  'set-cookie': (flow) => `#${flow}-res [data-field="set-cookie"]`,
  body: (flow) => `#${flow}-res [data-field="body"]`,
  cookie: (flow) => `#${flow}-req [data-field="cookie"]`,
  authorization: (flow) => `#${flow}-req [data-field="authorization"]`,
  record: (flow) => `#server .${cell[flow]} .half + .half`,
  check: (flow) => `#server .${cell[flow]} .checks`,
  storage: (flow) => `#held-${flow}`,
};
const cell = { session: 'flow-a', token: 'flow-b' };

export function pointing() {
  const form = document.querySelector('[data-found]');
  document.querySelector('.lab')?.toggleAttribute('data-pointing', Boolean(form));
}

// pointsAt is the form to submit where an event points at what a prediction asks
// for, else null.
export function pointsAt(event) {
  const form = document.querySelector('[data-found]');
  if (!form) return null;
  const selector = at[form.dataset.pointAt]?.(form.dataset.pointFlow);
  return selector && event.target.closest(selector) ? form : null;
}
