import * as z from 'zod';
import { LARGEST_IMAGE } from './families/parts/image-geometry.ts';
import { FEATURE_KINDS } from './features.ts';
import { WEIGHT_BITS } from './weight-precision.ts';

export const modelDirectorySetting = z
  .string()
  .min(1)
  .describe('Hugging Face model directory: config.json, model.safetensors or its shards, tokenizer files');

export const imageSizeSetting = z
  .int()
  .positive()
  .max(LARGEST_IMAGE)
  .optional()
  .describe(
    "height and width of the images inside a vision model, in pixels, a multiple of its patch size: images are resized to it and the learned positions are interpolated; the model's own size if not given",
  );

/**
 * Pairs of settings that exclude each other: a model directory already states the encoder's sizes and may
 * come from a hub. When a later layer of settings gives one of a pair, the other one of the layers below it
 * is dropped.
 */
export const MODEL_ALTERNATIVES = [
  // A file that names another directory drops the `hub` entry of the directory below it.
  ['directory', 'hub'],
  ['directory', 'hiddenSize'],
  ['directory', 'intermediateSize'],
  ['directory', 'layerCount'],
  ['directory', 'config'],
] as const;

/** Origin of a folder that was fetched from a hub. */
export const hubOriginSetting = z.strictObject({
  name: z.string().describe('organisation/name on its hub'),
  commit: z.string().describe('commit that was fetched'),
  sha256: z.record(z.string(), z.string()).describe('SHA-256 of each file that was fetched'),
});

/** The pre-trained model, the kind of features, and the stored width of its weights. */
export const modelSettings = z.strictObject({
  directory: modelDirectorySetting,
  hub: hubOriginSetting
    .optional()
    .describe('where the directory came from; filled in when --model names a model on a hub'),
  features: z
    .enum(FEATURE_KINDS)
    .default('pooled')
    .describe('what the encoder sends down: the pooled output, the first token, or the mean over tokens'),
  imageSize: imageSizeSetting,
  bitsPerWeight: z
    .literal(WEIGHT_BITS)
    .default(32)
    .describe('width of a frozen weight as it is stored and loaded; computing is in single precision'),
});
