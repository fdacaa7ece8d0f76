import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PartResult } from './figures.ts';
import { load, machineFacts } from './machine.ts';
import { ROOT } from './measured-process.ts';
import { performancePage } from './page.ts';
import { PARTS, type PerformancePart } from './parts/registry.ts';
import { readResults, resultPath } from './stored-results.ts';

/**
 * Measures the parts of docs/performance.md, keeps the results of each kind of machine in docs/performance/,
 * and writes the page from all results kept. A part takes at most five minutes on a quiet machine; `run`
 * takes eleven, `families` up to seventeen, and `growth` ten, which may run beside other load.
 *
 *     AIRTUNE_PYTHON=path/to/python npx node bench/performance/performance.ts [--only engine,round]
 *
 * The Python needs torch, transformers, peft, flwr[simulation] and simpy; what it lacks is left out. With
 * `--page` it measures nothing; with `--check` it writes nothing, and fails if the page is not what the
 * results give.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    page: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const PAGE = join(ROOT, 'docs/performance.md');
const RESULTS = join(ROOT, 'docs/performance');

const names = values.only?.split(',') ?? PARTS.map(({ name }) => name);
const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  throw new Error(`No part ${unknown.join(', ')}: use ${PARTS.map(({ name }) => name).join(', ')}.`);
}
const wanted = PARTS.filter(({ name }) => names.includes(name));
if (!values.page && !values.check) {
  const [part, ...others] = wanted;
  if (others.length === 0) await measure(part);
  else for (const { name } of wanted) measureApart(name);
}
const text = performancePage(PARTS.map((part) => ({ part, results: readResults(RESULTS, part.name) })));
if (!values.check) writeFileSync(PAGE, text);
else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== text) {
  throw new Error('docs/performance.md is not what docs/performance/ gives: run this command with --page.');
}
console.log(values.check ? 'docs/performance.md is up to date' : 'Written: docs/performance.md');

/** Measures a part and stores its result. */
async function measure(part: PerformancePart): Promise<void> {
  console.log(`measuring ${part.name}`);
  const loadBefore = load();
  const measured = await part.measure();
  const machine = { ...machineFacts(), loadBefore, loadAfter: load() };
  const measuredOn = new Date().toISOString().slice(0, 10);
  const result: PartResult = { part: part.name, measuredOn, machine, ...measured };
  const path = resultPath(RESULTS, result);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
}

/** The same in a process of its own: a process that has grown starts others several times as slowly. */
function measureApart(name: string): void {
  execFileSync(process.execPath, [import.meta.filename, '--only', name], { stdio: 'inherit' });
}
