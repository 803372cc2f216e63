// The token inspector: what a script adds to its form. A changed payload is
// looked at while it is typed, with the old signature; a token can be sent to
// the bench that it came from. Without scripts, buttons do the first and a
// shell does the second.
const field = (name) => document.querySelector(`[data-${name}]`);
const edit = field('edit');

const element = (name, text, className) => {
  const el = document.createElement(name);
  if (text) el.textContent = text;
  if (className) el.className = className;
  return el;
};

// asked is the question that the form would ask.
function asked(token) {
  const when = document.querySelector('[name="when"]:checked')?.value ?? 'now';
  return {
    token,
    key: field('key').value,
    key_form: field('key-form').value,
    time: when === 'given' ? field('time').value : when,
    leeway: Number.parseInt(field('leeway').value, 10) || 0,
    payload: edit.value,
  };
}

// row is a check as the page writes it.
function row(check) {
  const li = element('li');
  const details = element('details');
  const summary = element('summary', check.name);
  const link = element('a');
  link.href = check.url;
  link.rel = 'noopener';
  link.append(element('cite', check.source));
  const rule = element('p', `${check.rule} `, 'rule');
  rule.append(link);
  if (check.result !== 'passed') summary.append(element('span', check.result, 't'));
  if (check.result === 'failed') li.className = 'stop';
  else if (check.result !== 'passed') li.className = 'unreached';
  details.open = check.result === 'failed';
  details.append(summary, element('p', check.found), rule);
  li.append(details);
  return li;
}

// claims brings the table of claims up to date: a row whose claim is as it was
// stays, with its explanation.
function claims(list) {
  const table = document.querySelector('[data-claims="pay"]');
  const rows = new Map([...table.querySelectorAll('dt')].map((dt) => [dt.textContent.trim(), [dt, dt.nextElementSibling]]));
  const next = list.flatMap((claim) => {
    const [dt, dd] = rows.get(claim.name) ?? [element('dt'), element('dd')];
    rows.delete(claim.name);
    if (!dt.firstChild) dt.append(element('span', claim.name, 'ink pay long'));
    dd.querySelectorAll('code, .human, .problem-line').forEach((el) => el.remove());
    const said = [element('code', claim.value)];
    if (claim.duplicate) said.push(element('span', 'The name came before: names must be unique.', 'problem-line'));
    if (claim.human) said.push(element('span', claim.human, 'human'));
    dd.prepend(...said);
    return [dt, dd];
  });
  table.replaceChildren(...next);
}

// part brings one of the three parts up to date.
function part(dt, range, text) {
  dt.querySelector('.t').textContent = `bytes ${range.start} to ${range.end - 1}`;
  dt.nextElementSibling.querySelector('.ink').textContent = text.slice(0, 2048);
}

function show(answer) {
  field('verdict').dataset.verdict = answer.verdict;
  field('verdict-word').textContent = answer.verdict;
  field('sentence').textContent = answer.sentence;
  field('stale').hidden = !answer.stale;
  field('checks').replaceChildren(...answer.checks.map(row));
  field('tally').textContent = `${answer.checks.filter((c) => c.result === 'passed').length} of ${answer.checks.length} passed`;
  field('token').value = answer.token;
  const texts = answer.token.split('.');
  document.querySelectorAll('[data-parts] > dt').forEach((dt, i) => part(dt, Object.values(answer.parts)[i], texts[i] ?? ''));
  claims(answer.claims);
  field('input').textContent = answer.token.slice(0, answer.token.lastIndexOf('.')).slice(0, 2048);
  if (field('tolerated')) field('tolerated').hidden = answer.notes.length === 0;
  if (answer.key) field('key-form').value = answer.key.form; // as the signature showed it, while it matched
  const send = field('send');
  if (!send) return;
  const command = field('curl');
  command.textContent = command.textContent.replace(send.dataset.sent, answer.token);
  send.dataset.sent = answer.token;
}

if (edit) {
  const original = field('token').value;
  let turn = 0;
  edit.addEventListener('input', async () => {
    const mine = ++turn;
    const response = await fetch('/api/inspect/token', {
      method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked(original)),
    }).catch(() => null);
    if (mine !== turn) return; // more was typed meanwhile
    const answer = await response?.json().catch(() => null);
    if (mine !== turn) return;
    if (response?.ok && answer) show(answer);
    else field('sentence').textContent = answer?.error ?? 'The lab does not answer. What you see stays as it was.';
  });
}

// latest is the number of the bench's last exchange.
async function latest(bench) {
  const response = await fetch(`${bench}/journal.json`, { credentials: 'omit' });
  return (await response.json()).exchanges.at(-1)?.number ?? 0;
}

// recorded is the number of the exchange after one. It is recorded a moment
// after its answer.
async function recorded(bench, after) {
  for (let turn = 0; turn < 20; turn++) {
    const number = await latest(bench);
    if (number > after) return number;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not recorded');
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-send]');
  if (!button) return;
  const told = field('answer');
  told.textContent = 'Sending.';
  try {
    const before = await latest(button.dataset.bench);
    const response = await fetch(button.dataset.send, {
      credentials: 'omit', redirect: 'manual', headers: { Accept: 'application/json', Authorization: `Bearer ${button.dataset.sent}` },
    });
    const number = await recorded(button.dataset.bench, before);
    const link = element('a', `exchange ${number}`);
    link.href = `${button.dataset.bench}/exchanges/${number}`;
    told.replaceChildren(`The app answered ${response.status} ${response.statusText}: `, link, '.');
  } catch {
    told.textContent = 'The lab does not answer, or did not record it.';
  }
});

document.documentElement.dataset.ready = 'true';
