import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { FEATURE_KINDS, type FeatureKind } from '#shared/model/features.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import type { LoraAdapter } from '#shared/model/lora/peft-adapter.ts';
import { canonicalKey } from '#shared/model/lora/peft-names.ts';
import { type SplitModel, splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { embedImages, embedTokens } from './embed.ts';
import { GoldenTensors, goldenAdapter } from './golden-model.ts';

/** One case of bench/peft/random-models.py, read as a run reads a model, and what PyTorch computed for it. */
export interface RandomModel {
  readonly model: SplitModel;
  readonly adapter: LoraAdapter;
  readonly features: FeatureKind;
  readonly batch: EmbeddedBatch;
  readonly expected: {
    readonly features: Tensor;
    /** Gradient at the features. */
    readonly gradient: Tensor;
    /** Gradients of the LoRA tensors, by their names here. */
    readonly lora: NamedTensors;
    /** What those are off by that PyTorch computes in single precision: the largest difference relative to its tensor's largest value. */
    readonly loraRounding: number;
    /** The same of the features. */
    readonly featureRounding: number;
  };
}

const caseSchema = z.object({
  features: z.enum(FEATURE_KINDS),
  gradientRounding: z.number(),
  featureRounding: z.number(),
});

/** What the device's part makes of the inputs in a reference file. */
function embed({ device }: SplitModel, reference: GoldenTensors): EmbeddedBatch {
  return describeModel(device.config).input.kind === 'text'
    ? embedTokens(device, reference.tokenBatch(''))
    : embedImages(device, reference.images('images'));
}

export async function readRandomModel(folder: string): Promise<RandomModel> {
  const model = await readModelDirectory(folder);
  const split = splitModel(model);
  const reference = new GoldenTensors(join(folder, 'reference.safetensors'));
  const { features, gradientRounding, featureRounding } = caseSchema.parse(
    JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')),
  );
  const named = [...reference.group('lora.')];
  return {
    model: split,
    adapter: goldenAdapter(folder, model.config),
    features,
    batch: embed(split, reference),
    expected: {
      features: reference.float('features'),
      gradient: reference.float('gradient'),
      loraRounding: gradientRounding,
      featureRounding,
      lora: new Map(named.map(([key, value]) => [canonicalKey(familyOf(model.config), key), value])),
    },
  };
}

/**
 * How far from a reference what is computed in single precision may be: 1e-4, and more where PyTorch rounds worse than that,
 * as gradients of attention that hardly moves, which are differences of far larger values. By how much PyTorch did is one
 * draw of what rounding does, and differs from processor to processor.
 */
export function toleranceOf(rounding: number): number {
  return Math.max(1e-4, 10 * rounding);
}

/** Writes files by name into a new folder. */
export function writeNewFolder(folder: string, files: Iterable<readonly [string, Uint8Array]>): void {
  mkdirSync(folder);
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
}
