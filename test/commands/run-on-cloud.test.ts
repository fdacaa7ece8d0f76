import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { readHostAddress } from '#run/hosts/host-address.ts';
import { parseRunResult, type RunResult } from '#shared/protocol/run-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder, sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();

const SLOW = cloudParameters.parse({ store: { getLatencyMs: 400 } });
/** As `airtune calibrate` writes it. */
const slowFile = join(
  sharedScratchFolder({ 'calibrated.yaml': stringify({ cloud: SLOW }) }),
  'calibrated.yaml',
);
const slowly = ['--config', slowFile];
const rounds = ['--rounds', '6'];

const resultOf = (folder: string): RunResult => {
  const path = join(folder, 'result.json');
  return parseRunResult(JSON.parse(readFileSync(path, 'utf8')), path);
};
const roundSeconds = (folder: string): readonly number[] =>
  resultOf(folder).rounds.map((round) => round.roundSeconds);

const usual = join(outputs, 'usual');
const slow = join(outputs, 'slow');

beforeAll(async () => {
  await airtune(['run', ...tinyArguments(files), ...rounds, '--out', usual]);
  const { exitCode, stderr } = await airtune([
    'run',
    ...tinyArguments(files),
    ...rounds,
    ...slowly,
    '--out',
    slow,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).not.toContain('does not use');
});

test('the cloud of a calibrated file changes the times of the rounds, and neither adapter nor heads', () => {
  const before = roundSeconds(usual);
  const after = roundSeconds(slow);
  expect(after).toHaveLength(6);
  // Every round reads at least one object on its critical path, which takes 385 ms more than by default.
  for (const [round, seconds] of after.entries()) expect(seconds).toBeGreaterThan(before[round] + 0.385);
  expect(trainedFiles(slow)).toEqual(trainedFiles(usual));
});

test('adapter and heads do not depend on how messages are batched, delivered and charged', async () => {
  const out = join(outputs, 'other');
  const settings = [
    'encoder.batchTokens=40',
    'encoder.minimumReplicas=2',
    'encoder.maximumReplicas=2',
    'device.poller.batchSize=1',
    'device.memoryMegabytes=512',
    'queue.receiveLatencyMs=200',
    'queue.duplicateProbability=0.2',
    'queue.reorderProbability=0.2',
  ].flatMap((setting) => ['--set', `cloud.${setting}`]);
  const { exitCode, stderr } = await airtune([
    'run',
    ...tinyArguments(files),
    ...rounds,
    ...settings,
    '--out',
    out,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(roundSeconds(out)).not.toEqual(roundSeconds(usual));
  expect(trainedFiles(out)).toEqual(trainedFiles(usual));
});

test('a resumed run keeps the parameters of its cloud', async () => {
  const out = join(outputs, 'parts');
  const many = ['--rounds', '12'];
  const stopped = await airtune(['run', ...tinyArguments(files), ...many, ...slowly, '--out', out], {
    interruptWhen: /^round +2\//m,
  });
  expect(stopped.exitCode).toBe(130);
  expect(await readHostAddress(out)).toMatchObject({ target: 'embedded', cloud: SLOW });

  const resumed = await airtune(['run', '--resume', out]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const slowest = Math.max(...roundSeconds(usual));
  for (const seconds of roundSeconds(out)) expect(seconds).toBeGreaterThan(slowest);
  expect(resultOf(out).cloud).toEqual(SLOW);
});

test('a run that is repeated from its result has its cloud', async () => {
  const out = join(outputs, 'repeated');
  await airtune(['run', '--config', join(slow, 'result.json'), '--out', out]);
  expect(roundSeconds(out)).toEqual(roundSeconds(slow));
});

test('a run whose folder has no cloud parameters continues with the defaults', async () => {
  const folder = scratchFolder({ 'run.json': '{ "version": 1, "target": "embedded", "run": "run" }' });
  expect(await readHostAddress(folder)).toMatchObject({ cloud: cloudParameters.parse({}) });
});

test('a stored cloud that is out of range is refused', async () => {
  const address = { version: 1, target: 'embedded', run: 'run', cloud: { store: { getLatencyMs: -1 } } };
  const folder = scratchFolder({ 'run.json': JSON.stringify(address) });
  expect(await rejectedLine(readHostAddress(folder))).toContain('is not the output folder of a run');
});

test('a run on AWS accepts the same file and says that its cloud has no effect', async () => {
  const { stderr } = await airtune([
    ...['run', '--target', 'aws', '--endpoint', 'http://127.0.0.1:9', ...slowly],
    ...['--model', join(files, 'nowhere'), '--data', files, '--out', join(outputs, 'aws')],
  ]);
  expect(stderr).toContain('airtune: notice: run --target aws does not use cloud.\n');
});
