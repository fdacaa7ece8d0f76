import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bertEmbedding } from '../../shared/model/bert/embedding.ts';
import { createTfjsEngine } from '../../shared/model/engine/tfjs/tfjs-engine.ts';
import type { ModelConfig } from '../../shared/model/hugging-face/model-config.ts';
import { loraShapes } from '../../shared/model/lora/lora-parameters.ts';
import { LORA_TARGETS } from '../../shared/model/lora/lora-settings.ts';
import { type LoraAdapter, writePeftAdapter } from '../../shared/model/lora/peft-adapter.ts';
import type { StoredTensor } from '../../shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '../../shared/model/safetensors/write-safetensors.ts';
import { splitModel } from '../../shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '../../shared/model/tensor.ts';
import { randomTensor, TINY_BERT } from './tiny-bert.ts';

/** Two sequences of five and three tokens, padded to five. */
const tokens = {
  tokenIds: Int32Array.of(1, 5, 9, 13, 2, 3, 4, 2, 0, 0),
  tokenTypeIds: new Int32Array(10),
  lengths: Int32Array.of(5, 3),
};
const mask = Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);

/** LoRA that matters, on every layer it can sit on. */
export function tinyAdapter(): LoraAdapter {
  const settings = { rank: 3, alpha: 6, targets: LORA_TARGETS };
  const shapes = [...loraShapes(TINY_BERT, settings)];
  return {
    settings,
    tensors: new Map(shapes.map(([name, shape], index) => [name, randomTensor(shape, index, 0.3)])),
  };
}

/** The pooled output of a tiny BERT for fixed sequences, with LoRA. */
export async function pooledFeatures(tensors: NamedTensors, { settings, tensors: lora }: LoraAdapter) {
  const { device, server } = splitModel({ config: TINY_BERT, tensors });
  const engine = await createTfjsEngine(server, { features: 'pooled', lora: settings, backend: 'wasm' });
  const features = await engine.infer(bertEmbedding(TINY_BERT, device.tensors)(tokens), lora);
  await engine.dispose();
  return features;
}

/** Writes an adapter folder. */
export function writeAdapterFolder(
  folder: string,
  adapter: LoraAdapter,
  config: ModelConfig = TINY_BERT,
): void {
  mkdirSync(folder);
  const files = writePeftAdapter(config, adapter, 'tiny');
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

/** Writes what a Python script needs to compute the same features. */
export function writeProbe(path: string, features: Tensor): void {
  const probe = new Map<string, StoredTensor>([
    ['input_ids', { shape: [2, 5], data: tokens.tokenIds }],
    ['attention_mask', { shape: [2, 5], data: mask }],
    ['features', features],
  ]);
  writeFileSync(path, writeSafetensors(probe));
}
