import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSafetensors } from '../../../shared/model/safetensors/write-safetensors.ts';
import { airtune } from '../../support/airtune-command.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { tinyBertTensors } from '../../support/tiny-bert.ts';
import { tinyArguments, tinyModelAndData } from '../../support/tiny-run.ts';

/** One clear line on standard error, this exit status, and no output folder. */
async function expectRefusal(
  folder: string,
  extra: readonly string[],
  exitCode: number,
  line: RegExp,
): Promise<void> {
  const out = join(folder, 'out');
  const result = await airtune(['run', ...tinyArguments(folder), '--out', out, ...extra]);
  expect(result.stderr).toMatch(line);
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(result.exitCode).toBe(exitCode);
  expect(existsSync(out)).toBe(false);
}

const withFiles = (changes: Readonly<Record<string, string | Uint8Array>>): string =>
  scratchFolder({ ...tinyModelAndData(), ...changes });

test('an unknown setting names its nearest neighbour', () =>
  expectRefusal(
    withFiles({}),
    ['--set', 'scheduling.polcy=exact'],
    2,
    /scheduling\.polcy.*scheduling\.policy/,
  ));

test('a setting out of range is named', () =>
  expectRefusal(withFiles({}), ['--rounds', '-3'], 2, /training\.rounds/));

test('a graphics card asked for by name is not replaced in silence', () =>
  expectRefusal(
    withFiles({}),
    ['--engine', 'tfjs', '--set', 'server.provider=cuda'],
    2,
    /provider cuda: is for engine onnx/,
  ));

test('an unknown preset names its nearest neighbour', () =>
  expectRefusal(withFiles({}), ['--preset', 'quikstart'], 2, /quikstart.*quickstart/));

test('a settings file that is neither JSON nor YAML is named', async () => {
  const folder = withFiles({ 'bad.yaml': 'a: [1, 2' });
  await expectRefusal(folder, ['--config', join(folder, 'bad.yaml')], 2, /bad\.yaml.*neither JSON nor YAML/);
});

test('a missing model file is named', async () => {
  const folder = withFiles({});
  await expectRefusal(folder, ['--model', join(folder, 'nowhere')], 4, /nowhere.*config\.json/);
});

test('a truncated model file is named', async () => {
  const folder = withFiles({});
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, readFileSync(path).subarray(0, -100));
  await expectRefusal(folder, [], 4, /model\.safetensors/);
});

test('a tensor of the wrong shape is named', async () => {
  const tensors = tinyBertTensors();
  tensors.set('pooler.dense.bias', { shape: [3], data: new Float32Array(3) });
  await expectRefusal(
    withFiles({ 'model.safetensors': writeSafetensors(tensors) }),
    [],
    4,
    /pooler\.dense\.bias/,
  );
});

test('a NaN among the weights is named', async () => {
  const tensors = tinyBertTensors();
  tensors.set('pooler.dense.bias', { shape: [8], data: new Float32Array(8).fill(Number.NaN) });
  await expectRefusal(
    withFiles({ 'model.safetensors': writeSafetensors(tensors) }),
    [],
    4,
    /pooler\.dense\.bias/,
  );
});

test('a malformed row is named by file and line', () =>
  expectRefusal(
    withFiles({ 'train.tsv': 'sentence\tlabel\nfine\t1\nno label here\n' }),
    [],
    3,
    /train\.tsv.*3/,
  ));

test('a missing data file is named', () =>
  expectRefusal(
    withFiles({}),
    ['--task', 'mrpc', '--data', '/nonexistent'],
    3,
    /nonexistent.*train\.tsv|train/,
  ));

test('more devices than examples is refused', () =>
  expectRefusal(withFiles({}), ['--devices', '500'], 2, /500|devices/));

test('an output folder that holds something is left alone', async () => {
  const folder = withFiles({});
  const out = scratchFolder({ 'precious.txt': 'mine' });
  const result = await airtune(['run', ...tinyArguments(folder), '--out', out]);
  expect(result.exitCode).toBe(8);
  expect(result.stderr).toContain(out);
  expect(readFileSync(join(out, 'precious.txt'), 'utf8')).toBe('mine');
});

test('an endpoint that does not answer is named', async () => {
  const folder = withFiles({});
  const result = await airtune(
    [
      'run',
      ...tinyArguments(folder),
      '--target',
      'aws',
      '--endpoint',
      'http://127.0.0.1:9',
      '--out',
      join(folder, 'out'),
    ],
    { env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } },
  );
  expect(result.exitCode).toBe(7);
  expect(result.stderr).toContain('http://127.0.0.1:9');
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a folder without a run cannot be resumed', async () => {
  const result = await airtune(['run', '--resume', scratchFolder()]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(/not the output folder of a run/);
});

test.each([
  [['nonsense'], /unknown command 'nonsense'/],
  [['run', '--nope'], /unknown option '--nope'/],
])('%j is refused as a setting is', async (args, line) => {
  const { exitCode, stderr } = await airtune(args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(line);
});

test('a model without its data is answered with the option that names them, and the other way round', async () => {
  const folder = withFiles({});
  const run = (...args: readonly string[]) => airtune(['run', ...args, '--out', join(folder, 'out')]);
  const withoutData = await run('--model', folder);
  expect(withoutData.stderr).toMatch(/^airtune: settings: data\.directory is not given\. .*--data\.\n$/);
  const withoutModel = await run('--data', folder);
  expect(withoutModel.stderr).toMatch(/^airtune: settings: model\.directory is not given\. .*--model\.\n$/);
  expect([withoutData.exitCode, withoutModel.exitCode]).toEqual([2, 2]);
});

test('every tensor that is missing is counted, the first are named', async () => {
  const tensors = new Map(
    [...tinyBertTensors()].filter(([name]) => !name.startsWith('encoder.layer.1.output')),
  );
  await expectRefusal(
    withFiles({ 'model.safetensors': writeSafetensors(tensors) }),
    [],
    4,
    /tensors encoder\.layer\.1\.output\.dense\.weight, .* and 1 more are missing/,
  );
});
