import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { bertEmbedding } from '../../../shared/model/bert/embedding.ts';
import { createTfjsEngine } from '../../../shared/model/engine/tfjs/tfjs-engine.ts';
import { loraShapes } from '../../../shared/model/lora/lora-parameters.ts';
import { LORA_TARGETS } from '../../../shared/model/lora/lora-settings.ts';
import { writePeftAdapter } from '../../../shared/model/lora/peft-adapter.ts';
import type { StoredTensor } from '../../../shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '../../../shared/model/safetensors/write-safetensors.ts';
import { splitModel } from '../../../shared/model/split-model.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { modelFiles, randomTensor, TINY_BERT, tinyBertTensors } from '../../support/tiny-bert.ts';

const python = process.env.AIRTUNE_PYTHON ?? 'python3';

function hasPeft(): boolean {
  try {
    execFileSync(python, ['-c', 'import peft, transformers, torch, safetensors'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      `skipped: ${python} has no peft with torch and transformers (set AIRTUNE_PYTHON to one that has)\n`,
    );
    return false;
  }
}

/** Two sequences of five and three tokens, padded to five. */
const tokens = {
  tokenIds: Int32Array.of(1, 5, 9, 13, 2, 3, 4, 2, 0, 0),
  tokenTypeIds: new Int32Array(10),
  lengths: Int32Array.of(5, 3),
};

it.skipIf(!hasPeft())('peft loads an adapter folder and computes the features computed here', async () => {
  const model = { config: TINY_BERT, tensors: tinyBertTensors() };
  const settings = { rank: 3, alpha: 6, targets: LORA_TARGETS };
  const lora = new Map(
    [...loraShapes(TINY_BERT, settings)].map(([name, shape], index) => [
      name,
      randomTensor(shape, index, 0.3),
    ]),
  );
  const { device, server } = splitModel(model);
  const engine = await createTfjsEngine(server, { features: 'pooled', lora: settings, backend: 'wasm' });
  const features = await engine.infer(bertEmbedding(TINY_BERT, device.tensors)(tokens), lora);
  await engine.dispose();

  const folder = scratchFolder(modelFiles(model.tensors));
  const adapter = join(folder, 'adapter');
  mkdirSync(adapter);
  const files = writePeftAdapter(TINY_BERT, { settings, tensors: lora }, 'tiny');
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(adapter, name), bytes);
  const mask = Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
  const probe = new Map<string, StoredTensor>([
    ['input_ids', { shape: [2, 5], data: tokens.tokenIds }],
    ['attention_mask', { shape: [2, 5], data: mask }],
    ['features', features],
  ]);
  writeFileSync(join(folder, 'probe.safetensors'), writeSafetensors(probe));

  const script = resolve(import.meta.dirname, '../../../bench/peft/load-adapter.py');
  const words = execFileSync(
    python,
    [script, folder, adapter, '--probe', join(folder, 'probe.safetensors')],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  expect(words).toContain('peft loaded 14 tensors, r 3');
  expect(words).toContain('features agree');
});
