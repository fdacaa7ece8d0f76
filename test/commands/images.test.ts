import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { airtune } from '#test/support/airtune.ts';
import { accuracyOf, lastEvaluation, parsePredictions } from '#test/support/predictions.ts';
import { dataFolder } from '#test/support/reference-data.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyImageArguments, tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const LABELS = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const RECORD_BYTES = 3073;
const outputs = sharedScratchFolder();

/** Names of the labels in a file of CIFAR-10's layout. */
function labelsOf(file: Uint8Array): readonly string[] {
  return Array.from({ length: file.length / RECORD_BYTES }, (_, image) => LABELS[file[image * RECORD_BYTES]]);
}

async function accuracyOfPredictions(out: string, path: string, head: string): Promise<number> {
  const { exitCode, stdout, stderr } = await airtune(['predict', out, '--file', path, '--head', head]);
  expect(exitCode, stderr).toBe(0);
  return accuracyOf(parsePredictions(stdout), labelsOf(readFileSync(path)));
}

describe('a run on images', () => {
  const folder = sharedScratchFolder(tinyViTAndImages());
  const out = join(outputs, 'tiny');

  beforeAll(async () => {
    const { exitCode, stderr } = await airtune(['run', ...tinyImageArguments(folder), '--out', out]);
    expect(exitCode, stderr).toBe(0);
  });

  test('knows its ten labels, and sends as many tokens as the model makes of an image', () => {
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    expect(result.labelNames).toEqual(LABELS);
    // Two images with one class token and four patches of eight values each, regardless of the length of
    // texts.
    expect(result.payloadBits).toEqual({
      embeddings: 2 * 5 * 8 * 32,
      features: 2 * 8 * 32,
      gradients: 2 * 8 * 32,
    });
  });

  test('gives the same bytes with the same seed, and when texts could be longer', async () => {
    const again = join(outputs, 'again');
    await airtune(['run', ...tinyImageArguments(folder), '--set', 'data.maxTokens=9', '--out', again]);
    expect(trainedFiles(again)).toEqual(trainedFiles(out));
  });

  test('is predicted from files in the layout of the task, as rightly as the run says', async () => {
    const path = join(folder, 'test_batch.bin');
    const { deviceAccuracy, averagedHeadAccuracy } = lastEvaluation(out);
    expect(await accuracyOfPredictions(out, path, 'averaged')).toBeCloseTo(averagedHeadAccuracy, 12);
    expect(await accuracyOfPredictions(out, path, '1')).toBeCloseTo(deviceAccuracy[1], 12);
  });

  test('cannot be asked about texts, nor about a file that is cut off', async () => {
    const text = await airtune(['predict', out, '--text', 'a ship']);
    expect(text.exitCode).toBe(2);
    expect(text.stderr).toMatch(/cifar10.*images.*--file/);
    const cut = join(folder, 'cut.bin');
    writeFileSync(cut, readFileSync(join(folder, 'test_batch.bin')).subarray(0, -1));
    const { exitCode, stderr } = await airtune(['predict', out, '--file', cut]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(cut);
  });

  test('needs a model of images: a task of texts is refused', async () => {
    writeFileSync(join(folder, 'train.tsv'), 'sentence\tlabel\nfine\t1\n');
    writeFileSync(join(folder, 'dev.tsv'), 'sentence\tlabel\nfine\t1\n');
    const options = [...tinyImageArguments(folder), '--task', 'sst2', '--out', join(outputs, 'refused')];
    const { exitCode, stderr } = await airtune(['run', ...options]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/sst2 does not fit a vit model/);
  });

  test('is exported with its image preprocessor', async () => {
    const exported = join(outputs, 'exported');
    const { exitCode, stdout, stderr } = await airtune(['export', out, '--to', exported]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('3 files, LoRA folded into 4 layers');
    const name = 'preprocessor_config.json';
    expect(readFileSync(join(exported, name))).toEqual(readFileSync(join(folder, name)));
  });
});

describe('a run on images of another size than the model has', () => {
  const folder = sharedScratchFolder(tinyViTAndImages());
  const [own, same, larger] = ['own', 'same', 'larger'].map((name) => join(outputs, `size-${name}`));
  const run = (out: string, ...options: readonly string[]) =>
    airtune(['run', ...tinyImageArguments(folder), ...options, '--out', out]);
  const resultOf = (out: string) => JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));

  beforeAll(async () => {
    for (const [out, options] of [
      [own, []],
      [same, ['--set', 'model.imageSize=8']],
      [larger, ['--set', 'model.imageSize=16']],
    ] as const) {
      const { exitCode, stderr } = await run(out, ...options);
      expect(exitCode, stderr).toBe(0);
    }
  });

  test('sends the tokens of that size, and prepares a model of its own', () => {
    expect(resultOf(larger).payloadBits.embeddings).toBe(2 * 17 * 8 * 32);
    expect(resultOf(larger).provenance.modelSha256).not.toBe(resultOf(own).provenance.modelSha256);
  });

  test("at the model's own size gives the same bytes as without the setting", () => {
    expect(trainedFiles(same)).toEqual(trainedFiles(own));
    expect(resultOf(same).provenance.modelSha256).toBe(resultOf(own).provenance.modelSha256);
  });

  test('is predicted at that size, as rightly as the run says', async () => {
    const path = join(folder, 'test_batch.bin');
    const { averagedHeadAccuracy } = lastEvaluation(larger);
    expect(await accuracyOfPredictions(larger, path, 'averaged')).toBeCloseTo(averagedHeadAccuracy, 12);
  });

  test('is exported as a plain model of that size', async () => {
    const exported = join(outputs, 'exported-larger');
    const { exitCode, stderr } = await airtune(['export', larger, '--to', exported]);
    expect(exitCode, stderr).toBe(0);
    const { config, tensors } = await readModelDirectory(exported);
    const expected = await readModelDirectory(folder, 16);
    expect(config).toEqual(expected.config);
    const positions = 'embeddings.position_embeddings';
    expect(tensors.get(positions)).toEqual(expected.tensors.get(positions));
  });

  test.each([
    [18, 2, /model\.imageSize: 18 is not a multiple of the model's patch size 4\. .*for example 20\./],
    [0, 2, /model\.imageSize is 0: it must be above 0/],
    [1028, 2, /model\.imageSize is 1028: it must be at most 1024/],
  ])('is refused in one line at %d pixels, and leaves nothing', async (size, code, line) => {
    const out = join(outputs, `refused-${size}`);
    const { exitCode, stderr } = await run(out, '--set', `model.imageSize=${size}`);
    expect([exitCode, existsSync(out)]).toEqual([code, false]);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

const data = dataFolder();

const isTrained = data !== undefined && fullRunOnly('training of ViT-Tiny on CIFAR-10');

test.skipIf(!isTrained)('ViT-Tiny is trained on CIFAR-10, 197 tokens an image', async () => {
  const out = join(outputs, 'cifar10');
  const { exitCode, stderr } = await airtune([
    ...[
      'run',
      '--model',
      join(data ?? '', 'models/vit-tiny-patch16-224'),
      '--data',
      join(data ?? '', 'cifar10'),
    ],
    ...['--task', 'cifar10', '--devices', '2', '--rounds', '2', '--batch-size', '2', '--policy', 'all-in'],
    ...[
      '--preset',
      'images',
      '--set',
      'data.trainExamples=40',
      '--set',
      'data.testExamples=10',
      '--out',
      out,
    ],
  ]);
  expect(exitCode, stderr).toBe(0);
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  expect(result.payloadBits.embeddings).toBe(2 * 197 * 192 * 32);
  expect(result.rounds.map(({ answered }: { answered: readonly number[] }) => answered)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(result.evaluations.at(-1).examples).toBe(10);
});
