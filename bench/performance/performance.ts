import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PartResult } from './figures.ts';
import { load, machineFacts } from './machine.ts';
import { ROOT } from './measured-process.ts';
import { performancePage } from './page.ts';
import { PARTS } from './parts/registry.ts';
import { readResults, resultPath } from './stored-results.ts';

/**
 * Measures the parts of docs/performance.md, keeps the results of each kind of machine in docs/performance/,
 * and writes the page from all results kept. A part takes at most five minutes on a quiet machine; `families`
 * takes eleven, and `growth` ten, which may run beside other load.
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
if (!values.page && !values.check) {
  for (const part of PARTS) {
    if (!names.includes(part.name)) continue;
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
}
const text = performancePage(PARTS.map((part) => ({ part, results: readResults(RESULTS, part.name) })));
if (!values.check) writeFileSync(PAGE, text);
else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== text) {
  throw new Error('docs/performance.md is not what docs/performance/ gives: run this command with --page.');
}
console.log(values.check ? 'docs/performance.md is up to date' : 'Written: docs/performance.md');
