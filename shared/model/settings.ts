import * as z from 'zod';
import { FEATURE_KINDS } from './features.ts';
import { WEIGHT_BITS } from './weight-precision.ts';

export const modelDirectorySetting = z
  .string()
  .min(1)
  .describe('Hugging Face model directory: config.json, model.safetensors or its shards, tokenizer files');

/** Sizes of an encoder that its directory says: one given by a layer of settings takes the place of the other. */
export const MODEL_ALTERNATIVES = [
  // Where a directory came from is no longer said by a file that names another one below it.
  ['directory', 'hub'],
  ['directory', 'hiddenSize'],
  ['directory', 'intermediateSize'],
  ['directory', 'layerCount'],
] as const;

/** The pre-trained model and what is taken from it. */
export const modelSettings = z.strictObject({
  directory: modelDirectorySetting,
  hub: z
    .strictObject({
      name: z.string().describe('organisation/name of the model on its hub'),
      commit: z.string().describe('commit that was fetched'),
      sha256: z.record(z.string(), z.string()).describe('SHA-256 of each file that was fetched'),
    })
    .optional()
    .describe('where the directory came from; filled in when --model names a model on a hub'),
  features: z
    .enum(FEATURE_KINDS)
    .default('pooled')
    .describe('what the encoder sends down: the pooled output, the first token, or the mean over tokens'),
  bitsPerWeight: z
    .literal(WEIGHT_BITS)
    .default(32)
    .describe('width of a frozen weight as it is stored and loaded; computing is in single precision'),
});
