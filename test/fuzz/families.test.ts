import { join } from 'node:path';
import { test } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { imageForm } from '#shared/preparation/image-form.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';

/** Models of every family, made by transformers with adapters of PEFT. */
const CASES = join(import.meta.dirname, '../golden/families/cases');
const NAMES = [
  ...['bert', 'camembert', 'deit', 'distilbert', 'electra', 'electra-unprojected', 'gpt2', 'llama'],
  ...['llama-biased', 'mistral', 'modernbert', 'modernbert-biased', 'qwen2', 'qwen3', 'roberta', 'vit'],
  'xlm-roberta',
];

test.each([
  ['settings', /^(config|preprocessor_config|model\.safetensors\.index)\.json$/],
  ['weights', /^model.*\.safetensors$/],
])('the %s of models of every family', async (name, files) => {
  await fuzz(
    `${name} of families`,
    (random) =>
      withDamage(
        join(CASES, NAMES[random.integer(NAMES.length)]),
        random,
        (file) => files.test(file),
        async (copy) => {
          const model = await readModelDirectory(copy);
          return {
            parts: splitModel(model),
            form: describeModel(model.config).input.kind === 'image' ? imageForm(model.config) : undefined,
          };
        },
      ),
    ({ parts: { device, server }, form }) => {
      requireFinite({ ...device.config, form });
      for (const { tensors } of [device, server]) {
        for (const { data } of tensors.values()) {
          if (data.some((value) => !Number.isFinite(value))) throw new Error('a tensor is not finite');
        }
      }
    },
  );
});

test('adapters of every family', async () => {
  await fuzz(
    'adapters of families',
    (random) =>
      withDamage(
        join(CASES, NAMES[random.integer(NAMES.length)]),
        random,
        (file) => file.startsWith('adapter'),
        (copy) => mergedModel(copy, join(copy, 'adapter')),
      ),
    ({ mergedLayers }) => {
      if (!(mergedLayers > 0)) throw new Error('an adapter without layers');
    },
  );
});
