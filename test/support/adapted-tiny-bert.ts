import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { loraShapes } from '#shared/model/lora/lora-parameters.ts';
import type { LoraAdapter } from '#shared/model/lora/peft-adapter.ts';
import { DEFAULT_TARGETS } from '#shared/model/lora/settings.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { embedTokens } from './embed.ts';
import { scratchFolder } from './scratch-folder.ts';
import { modelFiles, randomTensor, TINY_BERT, tinyBertTensors } from './tiny-bert.ts';

/** Two sequences of five and three tokens, padded to five. */
const tokens = {
  tokenIds: Int32Array.of(1, 5, 9, 13, 2, 3, 4, 2, 0, 0),
  tokenTypeIds: new Int32Array(10),
  lengths: Int32Array.of(5, 3),
};
const mask = Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);

/** A LoRA adapter with non-negligible values on every layer that supports one. */
export function tinyAdapter(): LoraAdapter {
  const settings = { rank: 3, alpha: 6, targets: DEFAULT_TARGETS };
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
  const features = await engine.infer(embedTokens(device, tokens), lora);
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

/**
 * Makes a model directory with the adapter in its folder `adapter`, optionally with a trained head in the
 * adapter.
 */
export function modelAndAdapter(
  files: Readonly<Record<string, string | Uint8Array>> = modelFiles(tinyBertTensors()),
  savedHead?: NamedTensors,
): string {
  const folder = scratchFolder(files);
  writeAdapterFolder(join(folder, 'adapter'), tinyAdapter());
  if (savedHead !== undefined) addSavedHead(join(folder, 'adapter'), savedHead);
  return folder;
}

/** Adds a task's head to an adapter folder, in the form in which PEFT saves a fully trained head. */
function addSavedHead(folder: string, head: NamedTensors): void {
  const [config, weights] = ['adapter_config.json', 'adapter_model.safetensors'].map((name) =>
    join(folder, name),
  );
  const modules_to_save = [...head.keys()].map((name) => name.slice(0, name.lastIndexOf('.')));
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), modules_to_save }));
  const stored = readSafetensors(readFileSync(weights), weights).tensors;
  const named = [...head].map(([name, value]) => [`base_model.model.${name}`, value] as const);
  writeFileSync(weights, writeSafetensors(new Map([...stored, ...named])));
}

/** Writes the inputs and features for a Python script that computes the same features. */
export function writeProbe(path: string, features: Tensor): void {
  const probe = new Map<string, StoredTensor>([
    ['input_ids', { shape: [2, 5], data: tokens.tokenIds }],
    ['attention_mask', { shape: [2, 5], data: mask }],
    ['features', features],
  ]);
  writeFileSync(path, writeSafetensors(probe));
}
