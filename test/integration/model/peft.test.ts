import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  pooledFeatures,
  tinyAdapter,
  writeAdapterFolder,
  writeProbe,
} from '../../support/adapted-tiny-bert.ts';
import { pythonHas, runPython } from '../../support/python.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { modelFiles, tinyBertTensors } from '../../support/tiny-bert.ts';

const hasPeft = pythonHas('peft', 'transformers', 'torch', 'safetensors');

it.skipIf(!hasPeft)('peft loads an adapter folder and computes the features computed here', async () => {
  const tensors = tinyBertTensors();
  const adapter = tinyAdapter();
  const folder = scratchFolder(modelFiles(tensors));
  writeAdapterFolder(join(folder, 'adapter'), adapter);
  const probe = join(folder, 'probe.safetensors');
  writeProbe(probe, await pooledFeatures(tensors, adapter));

  const words = runPython('bench/peft/load-adapter.py', folder, join(folder, 'adapter'), '--probe', probe);
  expect(words).toContain('peft loaded 14 tensors, r 3');
  expect(words).toContain('features agree');
});
