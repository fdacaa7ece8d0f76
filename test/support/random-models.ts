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

/** One case of bench/peft/random-models.py: the model as a run reads it, and PyTorch's results for it. */
export interface RandomModel {
  readonly model: SplitModel;
  readonly adapter: LoraAdapter;
  readonly features: FeatureKind;
  /** Image size in place of the model's own. */
  readonly imageSize: number | undefined;
  readonly batch: EmbeddedBatch;
  readonly expected: {
    readonly features: Tensor;
    /** Positions at `imageSize`. */
    readonly positions: Tensor | undefined;
    /** Feature gradient. */
    readonly gradient: Tensor;
    /** LoRA gradients, by airtune's tensor names. */
    readonly lora: NamedTensors;
    /**
     * Error of PyTorch's single-precision LoRA gradients: largest difference, relative to the tensor's
     * largest value.
     */
    readonly loraRounding: number;
    /** The same for the features. */
    readonly featureRounding: number;
  };
}

const POSITIONS = 'position_embeddings';

const caseSchema = z.object({
  features: z.enum(FEATURE_KINDS),
  imageSize: z.int().optional(),
  gradientRounding: z.number(),
  featureRounding: z.number(),
});

/** Embeds the inputs of a reference file with the device part. */
function embed({ device }: SplitModel, reference: GoldenTensors): EmbeddedBatch {
  return describeModel(device.config).input.kind === 'text'
    ? embedTokens(device, reference.tokenBatch(''))
    : embedImages(device, reference.images('images'));
}

export async function readRandomModel(folder: string): Promise<RandomModel> {
  const { features, imageSize, gradientRounding, featureRounding } = caseSchema.parse(
    JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')),
  );
  const model = await readModelDirectory(folder, imageSize);
  const split = splitModel(model);
  const reference = new GoldenTensors(join(folder, 'reference.safetensors'));
  const named = [...reference.group('lora.')];
  return {
    model: split,
    adapter: goldenAdapter(folder, model.config),
    features,
    imageSize,
    batch: embed(split, reference),
    expected: {
      features: reference.float('features'),
      positions: reference.has(POSITIONS) ? reference.float(POSITIONS) : undefined,
      gradient: reference.float('gradient'),
      loraRounding: gradientRounding,
      featureRounding,
      lora: new Map(named.map(([key, value]) => [canonicalKey(familyOf(model.config), key), value])),
    },
  };
}

/**
 * Tolerance for single-precision results: 1e-4, or 10 times PyTorch's own rounding error if that is larger.
 * Rounding is large for gradients of nearly constant attention, which are differences of far larger values.
 * The factor is needed because PyTorch's error is one random sample and differs between processors.
 */
export function toleranceOf(rounding: number): number {
  return Math.max(1e-4, 10 * rounding);
}

/** Writes files by name into a new folder. */
export function writeNewFolder(folder: string, files: Iterable<readonly [string, Uint8Array]>): void {
  mkdirSync(folder);
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
}
