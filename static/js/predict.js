// Predict, send, observe, explain: what a script adds to the forms. Sending with
// an open question leads to the question first; a second press sends all the
// same. Pointing at the right line counts as having seen it.
import { say } from './notice.js';

// asked are the open questions of the page: its step's own, where that looks
// again, and that of the step which Send sends.
const asked = () => [...document.querySelectorAll('[data-predict][data-state="open"]')];
const before = (step) => asked().find((question) => question.querySelector('[name="step"]').value === String(step));
let ledTo;

// lead returns true where there is an open question before the given step that
// the visitor has not been led to yet, and leads there.
export function lead(step) {
  const question = before(step);
  if (!question || ledTo === question.dataset.predict) return false;
  ledTo = question.dataset.predict;
  question.scrollIntoView({ block: 'center', behavior: 'auto' });
  question.focus({ preventScroll: true }); // not its first answer: there, Enter would not send again
  say('First: what will happen? Choose and lock it in, or send again to skip.', { show: true });
  return true;
}

// skipped is the form fields that skip the open question before a step, or null.
export function skipped(step) {
  const question = before(step);
  return question ? { slug: question.dataset.predict, skip: '1' } : null;
}

// Where each point of the evidence is.
const at = {
  status: (flow) => `#${flow}-res [data-field="start"]`,
  'set-cookie': (flow) => `#${flow}-res [data-field="set-cookie"]`,
  body: (flow) => `#${flow}-res [data-field="body"]`,
  cookie: (flow) => `#${flow}-req [data-field="cookie"]`,
  authorization: (flow) => `#${flow}-req [data-field="authorization"]`,
  record: (flow) => `#server .flow-${flow} .half + .half`,
  check: (flow) => `#server .flow-${flow} .checks`,
  storage: (flow) => `#held-${flow}`,
};

export function pointing() {
  if (!asked().some((question) => question.dataset.predict === ledTo)) ledTo = undefined; // after a new start it is asked anew
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

// answered goes on where an answer was just locked in or its result was found:
// to the control that sends, or to the explanation, which says what was predicted.
export function answered(form) {
  const question = document.querySelector(`[data-predict="${form.elements.slug.value}"]`);
  if (!question || question.dataset.state === 'open') return;
  const explained = question.querySelector('.answer');
  const verdict = question.querySelector('.verdict')?.textContent ?? '';
  say(explained ? `${verdict} The explanation is open.`.trim() : verdict);
  if (!explained) {
    document.getElementById('next').focus();
    return;
  }
  question.scrollIntoView({ block: 'nearest', behavior: 'auto' });
  explained.focus({ preventScroll: true });
}
