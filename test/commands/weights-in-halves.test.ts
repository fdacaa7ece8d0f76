import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { float16FromFloat32 } from '#shared/model/safetensors/half-precision.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';
import { airtune } from '#test/support/airtune.ts';
import { predictions } from '#test/support/predictions.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyBertTensors } from '#test/support/tiny-bert.ts';
import { prepareTinyRun, tinyArguments, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = tinyModelAndData();
const halves = new Map(
  [...tinyBertTensors()].map(([name, { shape, data }]) => [name, { shape, data: float16FromFloat32(data) }]),
);
/** The same model in single precision, and rounded to 16 bits by another program. */
const single = sharedScratchFolder(files);
const rounded = sharedScratchFolder({ ...files, 'model.safetensors': writeSafetensors(halves) });

const outputs = sharedScratchFolder();
const singleIn32 = join(outputs, 'single-32');
const singleIn16 = join(outputs, 'single-16');
const roundedIn32 = join(outputs, 'rounded-32');
const roundedIn16 = join(outputs, 'rounded-16');

async function run(model: string, bits: number, out: string): Promise<void> {
  const settings = [...tinyArguments(model), '--set', `model.bitsPerWeight=${bits}`, '--out', out];
  const { exitCode, stderr } = await airtune(['run', ...settings]);
  expect(exitCode, stderr).toBe(0);
}

/** Sizes of the prepared model parts, and the hash in their names. */
async function preparedParts(bitsPerWeight: 32 | 16): Promise<{
  readonly hash: string;
  readonly deviceBytes: number;
  readonly encoderBytes: number;
}> {
  const objects = new MemoryObjectStore();
  const config = tinyConfig(single, { model: { directory: single, bitsPerWeight } });
  const { prepared: hash } = await prepareTinyRun(objects, config);
  const bytesOf = async (key: string) => (await requireObject(objects, key)).length;
  return {
    hash,
    deviceBytes: await bytesOf(preparedKeys.deviceModel(hash)),
    encoderBytes: await bytesOf(preparedKeys.encoderModel(hash)),
  };
}

/** Adapter and heads, except the file that names the model's folder. */
function trainedTensors(out: string): readonly (readonly [string, string])[] {
  return Object.entries(trainedFiles(out)).filter(([name]) => name.endsWith('.safetensors'));
}

beforeAll(async () => {
  await run(single, 32, singleIn32);
  await run(single, 16, singleIn16);
  await run(rounded, 32, roundedIn32);
  await run(rounded, 16, roundedIn16);
});

describe('a run with its weights in 16 bits', () => {
  test('trains as on a model that was rounded before, and not as on the unrounded one', () => {
    expect(trainedTensors(singleIn16)).toEqual(trainedTensors(roundedIn32));
    expect(trainedTensors(singleIn16)).not.toEqual(trainedTensors(singleIn32));
  });

  test('gives the same bits for a model whose weights are in 16 bits already', () => {
    expect(trainedTensors(roundedIn16)).toEqual(trainedTensors(roundedIn32));
  });

  test('stores half the bytes of weights, under a name of their own', async () => {
    const full = await preparedParts(32);
    const half = await preparedParts(16);
    expect(half.hash).not.toBe(full.hash);
    const bytesSaved = (part: 'device' | 'encoder') =>
      [...tinyBertTensors()]
        .filter(([name]) => name.startsWith('embeddings.') === (part === 'device'))
        .reduce((sum, [, { data }]) => sum + 2 * data.length, 0);
    // Equal except for shorter offsets in the header.
    const differences = [
      full.deviceBytes - half.deviceBytes - bytesSaved('device'),
      full.encoderBytes - half.encoderBytes - bytesSaved('encoder'),
    ];
    for (const difference of differences) expect(Math.abs(difference)).toBeLessThan(64);
  });

  test('predicts with the weights it was trained on', async () => {
    const texts = ['fine warm', 'grim', 'dull cold mean'];
    expect(await predictions(singleIn16, texts)).toEqual(await predictions(roundedIn32, texts));
  });

  test('is exported with the weights it was trained on', async () => {
    const [merged, expected] = [join(outputs, 'merged-16'), join(outputs, 'merged-rounded')];
    expect((await airtune(['export', singleIn16, '--to', merged])).exitCode).toBe(0);
    expect((await airtune(['export', roundedIn32, '--to', expected])).exitCode).toBe(0);
    expect((await readModelDirectory(merged)).tensors).toEqual((await readModelDirectory(expected)).tensors);
  });
});

test('weights beyond half precision are refused in one line, and nothing is left behind', async () => {
  const tensors = tinyBertTensors();
  tensors.get('encoder.layer.1.output.dense.bias')?.data.set([1e5], 2);
  const model = sharedScratchFolder({ ...files, 'model.safetensors': writeSafetensors(tensors) });
  const out = join(outputs, 'refused');
  const { exitCode, stderr } = await airtune([
    'run',
    ...tinyArguments(model),
    ...['--set', 'model.bitsPerWeight=16', '--out', out],
  ]);
  expect(exitCode).toBe(4);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /tensor encoder\.layer\.1\.output\.dense\.bias: holds 100000 at flat index 2, .*model\.bitsPerWeight/,
  );
  expect(readdirSync(outputs)).not.toContain('refused');
});
