import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT_CODES } from '#shared/errors.ts';
import { adviceSchema } from '#shared/protocol/advice-result.ts';
import { comparisonSchema } from '#shared/protocol/comparison-result.ts';
import { parseExperimentResult } from '#shared/protocol/experiment-result.ts';
import { planningResultSchema } from '#shared/protocol/planning-result.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { airtune } from '#test/support/airtune.ts';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const outputs = sharedScratchFolder();
/** How long the experiment took that was not interrupted. */
let wholeMs = 0;

/** The quick start's model, as small as it gets: two policies, three rounds. */
const SMALL = [
  ...['--devices', '3', '--rounds', '3', '--batch-size', '2', '--policy', 'set-expansion,greedy'],
  ...['--set', 'data.trainExamples=30', '--set', 'data.testExamples=20'],
  ...['--set', 'training.evaluateEvery=2', '--set', 'scheduling.delayBudget.secondsPerBit=2e-8'],
];

/** The files that depend on the plan only. */
function results(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['plan.json', 'experiment.json', 'rounds.csv'].map((name) => [
      name,
      readFileSync(join(folder, name), 'utf8'),
    ]),
  );
}

function experimentOf(folder: string) {
  const path = join(folder, 'experiment.json');
  return parseExperimentResult(JSON.parse(readFileSync(path, 'utf8')), path);
}

test('an experiment that is refused leaves no folder', async () => {
  const out = join(outputs, 'refused');
  const { exitCode, stderr } = await airtune(['experiment', ...SMALL, '--jobs', '1e9', '--out', out]);
  expect(exitCode).toBe(EXIT_CODES.config);
  expect(stderr).toContain('--jobs: is 1000000000. Give 1 to 256.');
  expect(existsSync(out)).toBe(false);
});

test('an experiment writes a run folder for each point and seed, its results, and a table', async () => {
  const out = join(outputs, 'whole');
  const begun = performance.now();
  const { exitCode, stdout, stderr } = await airtune(['experiment', ...SMALL, '--jobs', '1', '--out', out]);
  wholeMs = performance.now() - begun;
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('set-expansion');
  expect(stdout).toContain('greedy');
  const runs = readdirSync(join(out, 'runs')).sort();
  expect(runs).toEqual(['01-set-expansion-seed-1', '02-greedy-seed-1']);
  for (const run of runs) expect(existsSync(join(out, 'runs', run, 'report.html'))).toBe(true);
  const [header, ...rows] = readFileSync(join(out, 'rounds.csv'), 'utf8').trimEnd().split('\n');
  expect(header.split(',').slice(0, 6)).toEqual([
    'point',
    'variant',
    'contender',
    'scheduling.policy',
    'seed',
    'round',
  ]);
  // The start and three rounds of two runs.
  expect(rows).toHaveLength(8);
  expect(new Set(rows.map((row) => row.split(',').length))).toEqual(new Set([header.split(',').length]));
  const { points } = experimentOf(out);
  expect(points.map(({ label }) => label)).toEqual(['set-expansion', 'greedy']);
  expect(Object.keys(points[0].differences)).toEqual([]);
  expect(points[1].differences.testAccuracy?.values).toHaveLength(1);
});

test('two jobs, followed by a page, give the bytes of one, in the results and in every adapter', async () => {
  const out = join(outputs, 'two-jobs');
  let events: Promise<string> | undefined;
  const { exitCode, stderr } = await airtune(
    ['experiment', ...SMALL, '--jobs', '2', '--watch', '--out', out],
    {
      onErrorOutput(output) {
        const address = /watch it at (\S+)\n/.exec(output)?.[1];
        if (address !== undefined) events ??= fetch(`${address}events`).then((answer) => answer.text());
      },
    },
  );
  expect(exitCode, stderr).toBe(0);
  const followed = await events;
  expect(followed).toContain('0 of 2 runs have ended.');
  expect(followed).toContain('is the most accurate at the end');
  expect(followed).toContain(`event: end\ndata: The experiment has finished; ${join(out, 'report.html')}`);
  const whole = join(outputs, 'whole');
  expect(results(out)).toEqual(results(whole));
  for (const run of readdirSync(join(whole, 'runs'))) {
    expect(trainedFiles(join(out, 'runs', run))).toEqual(trainedFiles(join(whole, 'runs', run)));
  }
});

test('a killed experiment continues and ends in the same bytes', async () => {
  const out = join(outputs, 'killed');
  await airtuneProcess(['experiment', ...SMALL, '--jobs', '1', '--out', out], {
    interrupt: { when: /finished 1 of 2/, signal: 'SIGKILL' },
  });
  const report = await airtune(['report', out]);
  expect(report.exitCode, report.stderr).toBe(0);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('1 of 2 runs have ended.');
  expect(existsSync(join(out, 'experiment.json'))).toBe(false);
  const { exitCode, stderr } = await airtune(['experiment', '--resume', out, '--jobs', '2']);
  expect(exitCode, stderr).toBe(0);
  expect(results(out)).toEqual(results(join(outputs, 'whole')));
});

const killTest = test.skipIf(!fullRunOnly('an experiment killed at drawn moments'));

killTest('killed outright at three drawn moments, an experiment ends in the same bytes', async () => {
  const seed = Number(process.env.AIRTUNE_KILL_SEED ?? Date.now() % 1_000_000);
  const out = join(outputs, 'killed-often');
  const moments: string[] = [];
  for (const kill of [1, 2, 3]) {
    const killedAfterMs = wholeMs * fractionOf(seed, kill);
    const args = existsSync(join(out, 'plan.json')) ? ['--resume', out] : [...SMALL, '--out', out];
    const { exitCode } = await airtuneProcess(['experiment', ...args, '--jobs', '2'], { killedAfterMs });
    moments.push(`${Math.round(killedAfterMs)} ms (${exitCode ?? 'killed'})`);
  }
  const where = `AIRTUNE_KILL_SEED=${seed}: ${moments.join(', ')} of ${Math.round(wholeMs)} ms`;
  const args = existsSync(join(out, 'plan.json')) ? ['--resume', out] : [...SMALL, '--out', out];
  const { exitCode, stderr } = await airtune(['experiment', ...args, '--jobs', '2']);
  expect(exitCode, `${where}\n${stderr}`).toBe(0);
  const whole = join(outputs, 'whole');
  expect(results(out), where).toEqual(results(whole));
  for (const run of readdirSync(join(whole, 'runs'))) {
    expect(trainedFiles(join(out, 'runs', run)), where).toEqual(trainedFiles(join(whole, 'runs', run)));
  }
});

/** A fraction from 0 to 1 that looks random in the seed and the index. */
function fractionOf(seed: number, index: number): number {
  return randomStream(seed, 'emulator', index).uniform();
}

test('Ctrl-C stops all runs and says how to go on', async () => {
  const out = join(outputs, 'stopped');
  const stopped = await airtuneProcess(['experiment', ...SMALL, '--jobs', '1', '--out', out], {
    interrupt: { when: /finished 1 of 2/, signal: 'SIGINT' },
  });
  expect(stopped.exitCode, stopped.stderr).toBe(EXIT_CODES.interrupted);
  expect(stopped.stderr).toContain(`airtune experiment --resume ${out}`);
  const { exitCode, stderr } = await airtune(['experiment', '--resume', out]);
  expect(exitCode, stderr).toBe(0);
  expect(results(out)).toEqual(results(join(outputs, 'whole')));
});

test('a failed point is named, the others are finished, and the exit code is 10', async () => {
  const out = join(outputs, 'failed');
  const plan = join(outputs, 'failed.yaml');
  const settings = {
    training: { devices: 3, rounds: 1, batchSize: 2 },
    data: { trainExamples: 30, testExamples: 20 },
  };
  const contenders = { good: {}, bad: { server: { optimizer: { kind: 'sgd', learningRate: 1e30 } } } };
  writeFileSync(plan, JSON.stringify({ preset: 'quickstart', settings, contenders, seeds: '1' }));
  const { exitCode, stdout, stderr } = await airtune(['experiment', plan, '--out', out]);
  expect(exitCode, stderr).toBe(EXIT_CODES.incomplete);
  expect(stderr).toContain('bad, seed 1 failed: ');
  expect(stdout).toMatch(/^good/m);
  const [good, bad] = experimentOf(out).points;
  expect(good.runs[0]).toMatchObject({ status: 'finished' });
  expect(bad.runs[0]).toMatchObject({ status: 'failed', exitCode: EXIT_CODES.diverged });
  const before = readFileSync(join(out, 'experiment.json'), 'utf8');
  expect((await airtune(['report', out])).exitCode).toBe(0);
  expect(readFileSync(join(out, 'experiment.json'), 'utf8')).toBe(before);
});

test('a plan that cannot be used is refused before anything is written', async () => {
  const out = join(outputs, 'refused');
  const { exitCode, stderr } = await airtune([
    ...['experiment', '--sweep', 'training.batchSize=2,0', '--out', out],
  ]);
  expect(exitCode).toBe(EXIT_CODES.config);
  expect(stderr).toMatch(/^airtune: point 02-batchsize-0, --sweep: training\.batchSize is 0/m);
  expect(existsSync(out)).toBe(false);
});

test('an experiment is compared, with the cost of a target accuracy and a report', async () => {
  const whole = join(outputs, 'whole');
  const out = join(outputs, 'compared');
  const { exitCode, stdout, stderr } = await airtune([
    ...['compare', whole, '--target-accuracy', '10%', '--out', out],
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^scheduling\.policy +set-expansion +greedy$/m);
  expect(stdout).toContain('Differences from set-expansion, paired by seed');
  expect(stdout).toMatch(/^To 10\.0 % test accuracy:/m);
  const comparison = comparisonSchema.parse(JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8')));
  // Both know their labels with more than 10 % before training, which costs nothing.
  expect(comparison.contenders.map(({ target }) => target?.costs.rounds?.mean)).toEqual([0, 0]);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Settings that differ');
});

test('single runs of an experiment are compared like the experiment', async () => {
  const runs = ['01-set-expansion-seed-1', '02-greedy-seed-1'].map((name) =>
    join(outputs, 'whole', 'runs', name),
  );
  const [single, grouped] = await Promise.all(
    [runs, [join(outputs, 'whole')]].map((folders) => airtune(['compare', ...folders, '--json'])),
  );
  const figures = (result: typeof single) =>
    comparisonSchema.parse(JSON.parse(result.stdout)).contenders.map((contender) => contender.figures);
  expect(figures(single)).toEqual(figures(grouped));
});

test('folders that cannot be compared are named', async () => {
  const { exitCode, stderr } = await airtune(['compare', outputs]);
  expect(exitCode).toBe(EXIT_CODES.config);
  expect(stderr).toContain(`${outputs}: holds no finished run, experiment or study.`);
});

test('the report of an experiment can be made again', async () => {
  const whole = join(outputs, 'whole');
  const before = readFileSync(join(whole, 'report.html'), 'utf8');
  const { exitCode, stdout, stderr } = await airtune(['report', whole]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout.trim()).toBe(join(whole, 'report.html'));
  expect(readFileSync(join(whole, 'report.html'), 'utf8')).toBe(before);
});

test('advice on a run shows the effect of one change', async () => {
  const run = join(outputs, 'whole', 'runs', '01-set-expansion-seed-1');
  const { exitCode, stdout, stderr } = await airtune(['advise', run, '--seeds', '1', '--json']);
  expect(exitCode, stderr).toBe(0);
  const [{ changes }] = adviceSchema.parse(JSON.parse(stdout)).points;
  expect(changes.map(({ knob }) => knob)).toContain('accelerators x 2');
});

test('figure 6 times planning without any run', async () => {
  const out = join(outputs, 'planning');
  const { exitCode, stdout, stderr } = await airtune([
    ...['experiment', '--preset', 'figure-6', '--quick', '--rounds', '3', '--seeds', '1', '--out', out],
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('Figure 6: time to plan a round');
  const { cells } = planningResultSchema.parse(JSON.parse(readFileSync(join(out, 'planning.json'), 'utf8')));
  expect(cells).toHaveLength(12);
  // Every cell's rounds, and the header.
  expect(readFileSync(join(out, 'planning.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(37);
});
