import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RESULT_VERSION } from '#shared/protocol/run-result.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();

test('a run ends with its table on standard output and a complete output folder', async () => {
  const out = join(outputs, 'complete');
  const { exitCode, stdout, stderr } = await airtune(['run', ...tinyArguments(files), '--out', out]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/test accuracy +[\d.]+ % \(before: [\d.]+ %, chance: [\d.]+ %\)/);
  expect(stderr.match(/^round +\d+\//gm)).toHaveLength(3);

  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  expect(result).toMatchObject({
    format: 'airtune-result',
    version: RESULT_VERSION,
    target: 'embedded',
    virtualTime: true,
  });
  expect(result.config.training).toMatchObject({ devices: 3, rounds: 3, batchSize: 2 });
  expect(result.rounds).toHaveLength(3);
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(result.rounds);
  expect(readdirSync(join(out, 'adapter')).sort()).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
  ]);
  expect(readdirSync(join(out, 'heads'))).toHaveLength(3);
});

test("every round's time split adds up to the round's critical path", async () => {
  const { rounds } = JSON.parse(readFileSync(join(outputs, 'complete', 'result.json'), 'utf8'));
  for (const { timeSplitSeconds, roundSeconds } of rounds) {
    const parts: number[] = Object.values(timeSplitSeconds);
    const sum = parts.reduce((total, part) => total + part, 0);
    expect(parts.every((part) => part >= 0)).toBe(true);
    // The step after the closing is the scheduler's commit.
    expect(sum).toBeLessThanOrEqual(roundSeconds + 1e-9);
    expect(sum).toBeGreaterThan(0.5 * roundSeconds);
  }
});

test('the same seed gives the same bytes, another seed others', async () => {
  const again = join(outputs, 'again');
  const other = join(outputs, 'other');
  for (const args of [
    ['--out', again],
    ['--seed', '12', '--out', other],
  ]) {
    const { exitCode, stderr } = await airtune(['run', ...tinyArguments(files), ...args]);
    expect(exitCode, stderr).toBe(0);
  }
  expect(trainedFiles(again)).toEqual(trainedFiles(join(outputs, 'complete')));
  expect(trainedFiles(other)).not.toEqual(trainedFiles(again));
});

test('a run is repeated from its result, which says how it came about', async () => {
  const complete = join(outputs, 'complete');
  const repeated = join(outputs, 'repeated');
  const result = join(complete, 'result.json');
  const { exitCode, stdout, stderr } = await airtune([
    '--quiet',
    'run',
    '--json',
    '--config',
    result,
    '--out',
    repeated,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ output: repeated, rounds: 3 });
  expect(trainedFiles(repeated)).toEqual(trainedFiles(complete));
  const [first, second] = [complete, repeated].map((folder) =>
    JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')),
  );
  const { provenance, ...measured } = second;
  expect(measured).toEqual({ ...first, provenance: undefined });
  expect(provenance).toMatchObject({
    airtune: AIRTUNE_VERSION,
    resumed: false,
    modelSha256: first.provenance.modelSha256,
    dataSha256: first.provenance.dataSha256,
  });
  expect(provenance.wallSeconds).toBeGreaterThan(0);
  expect(Date.parse(provenance.finishedAt)).toBeGreaterThanOrEqual(Date.parse(provenance.startedAt));
});

test('run --help-settings names every setting with its default', async () => {
  const { stdout } = await airtune(['run', '--help-settings']);
  expect(stdout).toContain('scheduling.policy');
  expect(stdout).toContain('cloud.store.getLatencyMs');
  expect(stdout).toContain('one of set-expansion, exact, ');
  expect(stdout).toMatch(/lora\.rank\n +LoRA rank r.* \(default 8\)/);
});
