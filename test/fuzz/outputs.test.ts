import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import { readTrainedHead } from '#cli/predict/trained-head.ts';
import { readLearningCurve } from '#cli/study/read-learning-curve.ts';
import { renderReport } from '#report/write-report.ts';
import { readHostAddress } from '#run/hosts/host-address.ts';
import { readResult, requireResult } from '#run/output/read-result.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { runContent } from '#run/report/run-content.ts';
import { headForm } from '#shared/protocol/run-record.ts';
import { requireIntendedSize } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { rebuildReport } from '#study/run/write-results.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';
import { mutate } from './support/mutate.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const run = join(outputs, 'run');
const study = join(outputs, 'study');
const logs = join(outputs, 'log.jsonl');

beforeAll(async () => {
  const trained = await airtune(['--verbose', 'run', ...tinyArguments(files), '--out', run]);
  expect(trained.exitCode, trained.stderr).toBe(0);
  const records = trained.stderr.split('\n').filter((line) => /run-begun|round-committed/.test(line));
  expect(records.length).toBeGreaterThan(1);
  writeFileSync(logs, '');
  for (const record of records) appendFileSync(logs, `${record}\n`);
  const simulated = await airtune([
    ...['study', '--devices', '6', '--rounds', '2', '--policy', 'exact,all-in', '--repeat', '2'],
    ...['--out', study],
  ]);
  expect(simulated.exitCode, simulated.stderr).toBe(0);
});

/** Expects that a report shows no NaN, infinity or missing value. */
function requireSoundReport(html: string): void {
  const shown = html.replaceAll(/<(script|style)>.*?<\/\1>/gs, '');
  expect(shown).not.toMatch(/\bNaN\b|Infinity|undefined/);
}

test("a run's result, for whatever reads it", async () => {
  const readers = [
    async (folder: string) => readResult(folder),
    async (folder: string) => readMeasuredRun(folder),
    async (folder: string) => readLearningCurve(folder, {}, []),
    async (folder: string) => {
      const html = await renderReport(runContent(await requireResult(folder)));
      requireSoundReport(html);
      return html.length;
    },
  ];
  await fuzz(
    'result.json',
    (random) =>
      withDamage(
        run,
        random,
        (name) => name === 'result.json',
        async (copy) => readers[random.integer(readers.length)](copy),
      ),
    (value) => requireFinite(value),
  );
});

test("a run's address and its heads", async () => {
  const form = headForm({
    config: JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')).config,
    hiddenSize: TINY_BERT.hiddenSize,
    labelNames: ['negative', 'positive'],
  });
  await fuzz('run.json', (random) => withDamage(run, random, (name) => name === 'run.json', readHostAddress));
  await fuzz(
    'heads',
    (random) =>
      withDamage(
        run,
        random,
        (name) => name.startsWith('heads'),
        (copy) => readTrainedHead(copy, random.integer(2) === 0 ? 'averaged' : '1', form),
      ),
    ({ parameters }) => {
      for (const { data } of parameters.values()) requireFinite(Array.from(data));
    },
  );
});

test("a study's folder", async () => {
  await fuzz('study folder', (random) =>
    withDamage(
      study,
      random,
      (name) => name === 'plan.json' || name.startsWith('points'),
      async (copy) => {
        const folder = new StudyFolder(copy, writeWholeFile);
        requireIntendedSize(await folder.plan(), false);
        await rebuildReport(folder);
        requireSoundReport(readFileSync(join(copy, 'report.html'), 'utf8'));
        expect(readFileSync(join(copy, 'latency.csv'), 'utf8')).not.toMatch(/NaN|Infinity|undefined/);
      },
    ),
  );
});

test("a scheduler's log", async () => {
  const copy = join(outputs, 'damaged.jsonl');
  cpSync(logs, copy);
  await fuzz(
    'log',
    (random) => {
      writeFileSync(copy, mutate(readFileSync(logs), random));
      return readMeasuredRun(copy);
    },
    (measured) => requireFinite(measured),
  );
});
