import fc from 'fast-check';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { featureCount } from '#shared/model/engine/onnx/memory/feature-rows.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { FEATURE_KINDS, type FeatureKind } from '#shared/model/features.ts';
import { knowsTarget } from '#shared/model/lora/lora-modules.ts';
import { loraShapes } from '#shared/model/lora/lora-parameters.ts';
import { DEFAULT_TARGETS, type LoraSettings } from '#shared/model/lora/settings.ts';
import { type ModelPart, splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { randomBatch, randomTensor } from './tiny-bert.ts';
import { mayHavePooler, TINY_FAMILIES, TINY_MODELS, tinyTensors } from './tiny-models.ts';

/** A random model, LoRA and mini-batch, with a random feature gradient. */
export interface EncoderCase {
  readonly server: ModelPart;
  readonly settings: LoraSettings;
  readonly features: FeatureKind;
  readonly lora: NamedTensors;
  readonly batch: EmbeddedBatch;
  readonly gradient: Tensor;
}

/** Parameters of a case, short enough to read when a property fails. */
export interface CaseShape {
  readonly family: keyof typeof TINY_MODELS;
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly intermediate: number;
  readonly rank: number;
  readonly targets: readonly string[];
  /** Whether layer 0 has another rank and alpha, and the scaling is alpha / sqrt(rank). */
  readonly isUneven?: boolean;
  readonly hasDora?: boolean;
  readonly features: FeatureKind;
  readonly lengths: readonly number[];
  readonly seed: number;
}

/** Pattern of all dense layers of the lowest encoder layer. */
const ANY_OF_LAYER_0 = '0\\..*';

export const caseShapes: fc.Arbitrary<CaseShape> = fc
  .record({
    family: fc.constantFrom(...TINY_FAMILIES),
    layers: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 4 }),
    // A layer norm over two values leaves only their signs, so that all gradients would be rounding errors.
    headWidth: fc.integer({ min: 2, max: 5 }).map((half) => 2 * half),
    intermediate: fc.integer({ min: 1, max: 40 }),
    rank: fc.integer({ min: 1, max: 5 }),
    targets: fc.oneof(
      fc.subarray<string>([...DEFAULT_TARGETS], { minLength: 1 }),
      fc.constantFrom<string[]>(['all-linear'], ['all-linear', 'pooler.dense'], [ANY_OF_LAYER_0]),
    ),
    isUneven: fc.boolean(),
    hasDora: fc.boolean(),
    features: fc.constantFrom<FeatureKind>(...FEATURE_KINDS, 'tokens'),
    lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  .filter(({ targets, features }) => features === 'pooled' || !targets.includes('pooler.dense'))
  .filter(({ family, features }) => features !== 'pooled' || mayHavePooler(family))
  .filter(({ family, features }) => features !== 'first-token' || !isCausal(family))
  .filter(({ family, features }) => features !== 'tokens' || isCausal(family))
  .filter(({ family, targets }) => targets.every((target) => knowsTarget(TINY_MODELS[family], target)));

function isCausal(family: CaseShape['family']): boolean {
  return describeModel(TINY_MODELS[family]).layout.mask === 'causal';
}

function modelConfig({ family, layers, heads, headWidth, intermediate }: CaseShape): ModelConfig {
  const extent = {
    layerCount: layers,
    headCount: heads,
    hiddenSize: heads * headWidth,
    intermediateSize: intermediate,
  };
  const tiny = TINY_MODELS[family];
  if ('isLocal' in tiny) {
    const local: typeof tiny = { ...tiny, ...extent, isLocal: tiny.isLocal.slice(0, layers) };
    return local;
  }
  const config: ModelConfig = { ...tiny, ...extent };
  // Pairs of heads share keys and values where the model has such heads.
  const shared = { headWidth, keyValueHeadCount: heads % 2 === 0 ? heads / 2 : heads };
  return 'keyValueHeadCount' in config ? { ...config, ...shared } : config;
}

export function encoderCase(shape: CaseShape): EncoderCase {
  const { rank, targets, features, seed } = shape;
  const config = modelConfig(shape);
  const { input } = describeModel(config);
  const tensors = tinyTensors(config, true, seed);
  const isUneven = shape.isUneven ?? false;
  const uneven = {
    rankPattern: { [ANY_OF_LAYER_0]: rank + 1 },
    alphaPattern: { [ANY_OF_LAYER_0]: 3 },
    rankStabilized: true,
  };
  const dora = shape.hasDora === true ? { dora: true } : {};
  const settings = { rank, alpha: 2 * rank, targets, ...(isUneven ? uneven : {}), ...dora };
  const lengths = input.kind === 'text' ? shape.lengths : shape.lengths.map(() => input.tokens);
  const hidden = config.hiddenSize;
  return {
    server: splitModel({ config, tensors }).server,
    settings,
    features,
    lora: new Map(
      [...loraShapes(config, settings)].map(([name, of], index): [string, Tensor] => [
        name,
        randomTensor(of, seed * 77 + index, 0.3),
      ]),
    ),
    batch: randomBatch(lengths, Math.max(...lengths) + (input.kind === 'text' ? 1 : 0), seed, hidden),
    gradient: randomTensor([featureCount(features, Int32Array.from(lengths)), hidden], seed + 1),
  };
}

/** Models whose widths are multiples of a vector register, so that small batches run packed. */
export const packedShapes = fc.record({ shape: caseShapes, blocks: fc.integer({ min: 1, max: 4 }) }).map(
  ({ shape, blocks }): CaseShape => ({
    ...shape,
    headWidth: shape.heads % 2 === 0 ? 8 : 16,
    intermediate: 16 * blocks,
  }),
);
