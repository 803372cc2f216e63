// Serves the lab, makes a bench that shows something, and holds Lighthouse's
// scores to what we promise. Arguments: a folder with the lab's binary, where the
// reports go too, and Lighthouse's program.
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const [folder, lighthouse] = process.argv.slice(2);
const chromium = process.env.CHROMIUM ?? 'chromium';
const least = { performance: 95, accessibility: 100, 'best-practices': 100 };
const runs = 3; // of which the median counts, because a busy machine is slow
const rounds = 3; // of so many runs: what the machine is busy with only ever makes a page look slower

const run = promisify(execFile);

// serve starts the lab on a port of its own and returns its address.
async function serve() {
  const lab = spawn(join(folder, 'authlab'), ['-addr', 'localhost:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => lab.kill());
  for await (const line of createInterface({ input: lab.stdout })) {
    return { lab, base: line.slice(line.indexOf('http')) };
  }
  throw new Error('the lab did not start');
}

const form = (fields) => ({ method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

// bench makes a bench on which both apps have been logged in to, and returns its
// address.
async function bench(base) {
  const made = await fetch(`${base}/bench`, form({}));
  const path = made.headers.get('Location');
  const at = base + path;
  await fetch(`${at}/step`, form({ step: 1, view: 'both' }));
  const email = 'librarian@library.test';
  const password = (await (await fetch(at)).text()).match(/data-password="([^"]*)"/)[1];
  await fetch(`${at}/session/login`, form({ email, password }));
  const body = JSON.stringify({ email, password });
  await fetch(`${at}/token/login`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
  // An exchange is recorded when its connection has come to rest, which is after
  // its answer has arrived.
  for (let look = 0; look < 100; look++) {
    const { exchanges } = await (await fetch(`${at}/journal.json`)).json();
    if (exchanges.length === 2) return `${path}?step=1`;
  }
  throw new Error('the bench does not show the two exchanges that were sent');
}

// report runs Lighthouse once, in its mobile setting. On a busy machine it fails
// to record a page now and then, which says nothing about the page: it may try
// again.
async function report(url, tries = 3) {
  const to = join(folder, 'report.json');
  const failed = await run(process.execPath, [
    lighthouse, url, '--quiet', '--output=json', `--output-path=${to}`,
    `--only-categories=${Object.keys(least)}`, '--chrome-flags=--headless=new --no-sandbox',
  ], { env: { ...process.env, CHROME_PATH: await where(chromium) } }).then(() => null, (error) => error);
  if (!failed) return JSON.parse(await readFile(to, 'utf8'));
  if (tries > 1) return report(url, tries - 1);
  throw failed;
}

// scores are those of one run, what it lacks and how much it fetched.
async function scores(url) {
  const { audits, categories } = await report(url);
  const weight = audits['total-byte-weight'].numericValue;
  const missed = Object.values(categories)
    .filter((c) => c.score * 100 < least[c.id])
    .flatMap((c) => c.auditRefs.filter((r) => r.weight > 0 && audits[r.id].score < 1).map((r) => r.id));
  return { missed, weight, ...Object.fromEntries(Object.keys(least).map((k) => [k, Math.round(categories[k].score * 100)])) };
}

const where = async (program) => (await run('sh', ['-c', 'command -v "$1"', 'sh', program])).stdout.trim();

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

// measure is what runs of Lighthouse say of a page: the median of its
// performance, and the worst of what does not depend on the machine.
async function measure(url) {
  const all = [];
  for (let n = 0; n < runs; n++) all.push(await scores(url));
  const of = (key, pick) => pick(all.map((s) => s[key]));
  return {
    scores: Object.fromEntries(Object.keys(least).map((k) => [k, of(k, k === 'performance' ? median : (list) => Math.min(...list))])),
    missed: [...new Set(all.flatMap((s) => s.missed))],
    weight: of('weight', median),
  };
}

const short = ({ scores }) => Object.keys(least).filter((k) => scores[k] < least[k]);

const { lab, base } = await serve();
const pages = { '/': '/', '/learn/sessions': '/learn/sessions', '/compare': '/compare', 'a bench': await bench(base) };
const table = {};
for (const [name, page] of Object.entries(pages)) {
  let seen = await measure(base + page);
  for (let round = 1; round < rounds && short(seen).join() === 'performance'; round++) seen = await measure(base + page);
  table[name] = { ...seen.scores, 'KiB in all': Math.round(seen.weight / 1024) };
  if (short(seen).length > 0) {
    process.exitCode = 1;
    console.error(`${name}: short of ${JSON.stringify(least)}, for ${seen.missed.join(', ')}`);
  }
}
console.table(table);
lab.kill();
