import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { advisedPoints } from '#cli/advise/advised-points.ts';
import { resolveExperiment } from '#cli/experiment/resolve-experiment.ts';
import { tableOf } from '#cli/export/export-tables.ts';
import { folderKind } from '#cli/export/folder-kind.ts';
import { readTraces } from '#cli/trace/read-traces.ts';
import { compareContenders } from '#experiment/compare/compare-contenders.ts';
import { contendersOf } from '#experiment/compare/contender.ts';
import { readComparable } from '#experiment/compare/read-comparable.ts';
import { comparisonContent } from '#experiment/report/comparison-content.ts';
import { ExperimentFolder } from '#experiment/run/experiment-folder.ts';
import { experimentTasks } from '#experiment/run/experiment-task.ts';
import { writeExperiment } from '#experiment/run/write-results.ts';
import { traceEventFile } from '#export/trace-events/round-events.ts';
import { renderReport } from '#report/write-report.ts';
import { requireResult } from '#run/output/read-result.ts';
import { experimentPlanSchema } from '#shared/protocol/experiment-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';
import { mutate } from './support/mutate.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const experiment = join(outputs, 'experiment');
const study = join(outputs, 'study');

beforeAll(async () => {
  const traced = ['--rounds', '2', '--devices', '4', '--policy', 'exact', '--trace-rounds', 'all'];
  const results = await Promise.all([
    airtune([
      ...['experiment', ...tinyArguments(files), '--rounds', '2', '--policy', 'exact,greedy'],
      ...['--jobs', '1', '--out', experiment],
    ]),
    airtune(['study', ...traced, '--out', study]),
  ]);
  for (const { exitCode, stderr } of results) expect(exitCode, stderr).toBe(0);
});

const PLAN = {
  title: 'two panels',
  settings: { training: { devices: 3, rounds: 2, batchSize: 2 }, data: { maxTokens: 8 } },
  variants: { small: { lora: { rank: 2 } }, large: { lora: { rank: 4 } } },
  contenders: { a: { scheduling: { policy: 'exact' } }, b: { scheduling: { policy: 'greedy' } } },
  sweep: { 'channel.bandwidthHz': [1e6, 2e6] },
  sweepMode: 'grid',
  seeds: '1..3',
};

test('a plan of an experiment', async () => {
  mkdirSync(outputs, { recursive: true });
  const path = join(outputs, 'plan.yaml');
  await fuzz(
    'plan of an experiment',
    async (random) => {
      const text = random.integer(2) === 0 ? JSON.stringify(PLAN) : stringify(PLAN);
      writeFileSync(path, mutate(new TextEncoder().encode(text), random));
      return resolveExperiment(path, { target: 'embedded', model: files, data: [files] }, new TestTerminal());
    },
    ({ plan }) => {
      requireFinite(plan);
      expect(experimentPlanSchema.safeParse(JSON.parse(JSON.stringify(plan))).success).toBe(true);
      for (const { folder } of experimentTasks(plan)) expect(folder).toMatch(/^runs\/[a-z0-9][a-z0-9.-]*$/);
    },
  );
});

test("an experiment's folder, for whatever reads it", async () => {
  const readers = [
    async (folder: string) => {
      const written = await writeExperiment(
        new ExperimentFolder(folder),
        await new ExperimentFolder(folder).plan(),
        [],
      );
      expect(readFileSync(join(folder, 'rounds.csv'), 'utf8')).not.toMatch(/NaN|Infinity|undefined/);
      return written;
    },
    async (folder: string) => {
      const contenders = contendersOf(await readComparable(folder));
      const result = compareContenders(contenders, 0.7);
      await renderReport(comparisonContent(result, contenders));
      return result;
    },
    async (folder: string) => {
      for (const kind of ['rounds', 'devices'] as const)
        await tableOf(folder, kind, await folderKind(folder));
    },
    async (folder: string) => advisedPoints(join(folder, 'runs/01-exact-seed-11'), {}, new TestTerminal()),
    async (folder: string) => requireResult(join(folder, 'runs/02-greedy-seed-11')),
  ];
  await fuzz(
    'folder of an experiment',
    (random) =>
      withDamage(
        experiment,
        random,
        (name) => /(^plan|result)\.json$|metrics\.jsonl$|devices\.jsonl$/.test(name),
        async (copy) => readers[random.integer(readers.length)](copy),
      ),
    (value) => requireFinite(value),
  );
});

test('traces of rounds', async () => {
  await fuzz(
    'traces',
    (random) =>
      withDamage(
        study,
        random,
        (name) => name.startsWith('traces'),
        async (copy) => {
          const traces = await readTraces(join(copy, 'traces/point-00001-repeat-001'), 'all');
          await tableOf(copy, 'devices', 'study');
          return traceEventFile(traces);
        },
      ),
    (file) => requireFinite(file),
  );
});
