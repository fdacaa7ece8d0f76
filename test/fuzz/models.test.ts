import { join } from 'node:path';
import { test } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import { tinyAdapter, writeAdapterFolder } from '#test/support/adapted-tiny-bert.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';

const folder = sharedScratchFolder(tinyModelAndData());
const adapted = sharedScratchFolder(tinyModelAndData());
writeAdapterFolder(join(adapted, 'adapter'), tinyAdapter());

const isModelFile = (name: string): boolean => /^(config\.json|model\.safetensors)$/.test(name);
test('a model folder', async () => {
  await fuzz(
    'model folder',
    (random) =>
      withDamage(folder, random, isModelFile, async (copy) => splitModel(await readModelDirectory(copy))),
    ({ device, server }) => {
      for (const tensors of [device.tensors, server.tensors]) {
        for (const [name, { data }] of tensors) {
          if (data.some((value) => !Number.isFinite(value))) throw new Error(`${name} is not finite`);
        }
      }
    },
  );
});

test('data files', async () => {
  await fuzz(
    'data files',
    (random) =>
      withDamage(
        folder,
        random,
        (name) => name.endsWith('.tsv'),
        (copy) => loadExamples(tinyConfig(copy), TINY_BERT),
      ),
    ({ train, test: testing, labelNames }) => {
      for (const { labels } of [train, testing]) {
        if (labels.some((label) => label < 0 || label >= labelNames.length)) throw new Error('an odd label');
      }
    },
  );
});

test('an adapter', async () => {
  await fuzz(
    'adapter',
    (random) =>
      withDamage(
        adapted,
        random,
        (name) => name.startsWith('adapter'),
        (copy) => mergedModel(copy, join(copy, 'adapter')),
      ),
    ({ mergedLayers }) => requireFinite(mergedLayers),
  );
});
