import { join } from 'node:path';
import { expect, it } from 'vitest';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import {
  modelAndAdapter,
  pooledFeatures,
  tinyAdapter,
  writeAdapterFolder,
  writeProbe,
} from '#test/support/adapted-tiny-bert.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { modelFiles, tinyBertTensors } from '#test/support/tiny-bert.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { TINY_VIT } from '#test/support/tiny-vit.ts';

const hasPeft = pythonHas('peft', 'transformers', 'torch', 'safetensors');

it.skipIf(!hasPeft)(
  'peft loads an adapter folder on bare and task models, to the features computed here',
  async () => {
    const tensors = tinyBertTensors();
    const folder = modelAndAdapter(modelFiles(tensors));
    const probe = join(folder, 'probe.safetensors');
    writeProbe(probe, await pooledFeatures(tensors, tinyAdapter()));
    const kinds = ['AutoModel', 'AutoModelForSequenceClassification', 'AutoModelForTokenClassification'];
    const words = loadAdapter(folder, kinds, '--probe', probe);
    expect(words).toContain('AutoModel: peft loaded 14 tensors, r 3');
    expect(words).toContain('AutoModel: features agree');
    expect(words).toContain('AutoModelForSequenceClassification: peft loaded 14 tensors, r 3');
    expect(words).toContain('AutoModelForSequenceClassification: features agree');
    // The model has no pooler, and so no LoRA for it.
    expect(words).toContain('AutoModelForTokenClassification: peft loaded 12 tensors, r 3');
  },
);

it.skipIf(!hasPeft)('peft loads the adapter folder of a ViT on bare and task models', () => {
  const settings = { rank: 2, alpha: 4, targets: ['query', 'value'] };
  const folder = scratchFolder(tinyViTAndImages());
  const tensors = initialLora(TINY_VIT, settings, 1);
  writeAdapterFolder(join(folder, 'adapter'), { settings, tensors }, TINY_VIT);
  const words = loadAdapter(folder, ['AutoModel', 'AutoModelForImageClassification']);
  expect(words).toContain(`AutoModel: peft loaded ${tensors.size} tensors, r 2`);
  expect(words).toContain(`AutoModelForImageClassification: peft loaded ${tensors.size} tensors, r 2`);
});

/** Output of the script that loads the folder's adapter on its model as each of these classes. */
function loadAdapter(folder: string, kinds: readonly string[], ...more: readonly string[]): string {
  return runPython(
    'bench/peft/load-adapter.py',
    folder,
    join(folder, 'adapter'),
    '--classes',
    ...kinds,
    ...more,
  );
}
