import * as z from 'zod';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { ONNX_PROVIDERS, type OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { parseModelConfig } from '#shared/model/hugging-face/model-config.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { elementCount, type Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import cases from './cases.json' with { type: 'json' };

/** Extents of a model and a mini-batch. Weights are random, because time does not depend on them. */
export interface BenchCase {
  readonly config: ModelConfig;
  readonly batch: number;
  readonly tokens: number;
}

export const LORA = { rank: 8, alpha: 16, targets: ['query', 'value'] };

/**
 * The cases of cases.json, which pytorch-contestant.py reads as well: the config.json of a Hugging Face
 * model, and a mini-batch. Vocabularies are small, because no case runs the embedding module. `llama-135m` is
 * SmolLM-135M, `qwen2-0.5b` is Qwen2.5-0.5B, `llama-1b` is Llama 3.2 1B.
 */
const casesSchema = z.record(
  z.string(),
  z.strictObject({
    sequences: z.int().positive(),
    tokens: z.int().positive(),
    config: z.record(z.string(), z.unknown()),
  }),
);

export const BENCH_CASES: Readonly<Record<string, BenchCase>> = Object.fromEntries(
  Object.entries(casesSchema.parse(cases)).map(([name, { sequences, tokens, config }]) => [
    name,
    { config: modelConfig(name, config), batch: sequences, tokens },
  ]),
);

function modelConfig(name: string, value: unknown): ModelConfig {
  const size = { height: 224, width: 224 };
  return parseModelConfig({
    config: { value, subject: `case ${name}` },
    preprocessor: { value: { size, crop_size: size }, subject: `images of case ${name}` },
  });
}

/** Cases that are measured when none is named. */
export const USUAL_CASES = ['minilm', 'bert-base', 'vit-tiny', 'vit-base'];

/** One case for each form of encoder besides those of {@link USUAL_CASES}. */
export const FAMILY_CASES = [
  ...['roberta-base', 'distilbert-base', 'electra-small', 'deit-tiny', 'modernbert-base'],
  ...['gpt2', 'llama-135m', 'qwen2-0.5b'],
];

/** @param runTokens Tokens of a mini-batch, rounded to whole sequences; the case's own by default. */
export function requireCase(name: string, runTokens?: number): BenchCase {
  const found = BENCH_CASES[name];
  if (found === undefined) throw new RangeError(`case ${name}: use ${Object.keys(BENCH_CASES).join(', ')}`);
  if (runTokens === undefined) return found;
  return { ...found, batch: Math.max(1, Math.round(runTokens / found.tokens)) };
}

/** Features that a case's model can be trained with: those of the last token in decoders. */
export function featuresOf({ config }: BenchCase): FeatureKind {
  return describeModel(config).layout.mask === 'causal' ? 'last-token' : 'first-token';
}

/** Families in which one layer makes queries and values, with its name. */
const FUSED_LAYERS: ReadonlyMap<string, string> = new Map([
  ['gpt2', 'c_attn'],
  ['modernbert', 'Wqkv'],
]);

/** Layers with LoRA: the queries and values, or the layer that makes both. */
export function loraOf({ config }: BenchCase): LoraSettings {
  const fused = FUSED_LAYERS.get(config.family);
  return fused === undefined ? LORA : { ...LORA, targets: [fused] };
}

export function requireProvider(name: string): OnnxProvider {
  const found = ONNX_PROVIDERS.find((provider) => provider === name);
  if (found === undefined) throw new RangeError(`provider ${name}: use ${ONNX_PROVIDERS.join(', ')}`);
  return found;
}

/**
 * Number of random values drawn. Larger tensors repeat them, because drawing a whole model takes too long.
 */
const DRAWN = 2 ** 16 - 15;

export function randomValues(shape: readonly number[], seed: number, scale: number): Tensor {
  const count = elementCount(shape);
  const stream = randomStream(seed, 'dataset', count);
  const drawn = Float32Array.from(
    { length: Math.min(count, DRAWN) },
    () => (2 * stream.uniform() - 1) * scale,
  );
  const data = new Float32Array(count);
  for (let begin = 0; begin < count; begin += DRAWN) {
    data.set(drawn.subarray(0, Math.min(DRAWN, count - begin)), begin);
  }
  return { shape, data };
}

/** Whether a tensor belongs to the embedding module. */
export function isOnDevice(config: ModelConfig, name: string): boolean {
  return familyOf(config).deviceParts.some((part) => name.startsWith(part));
}

/** A random encoder part whose weights keep activations of the order of one. */
export function randomServer(config: ModelConfig): ModelPart {
  const tensors = [...describeModel(config).tensors()]
    .filter(([name]) => !isOnDevice(config, name))
    .map(([name, shape], index): [string, Tensor] => {
      const norm = /(norm|ln_\w+)\.weight$/i.test(name);
      const value = randomValues(shape, index, 1 / Math.sqrt(config.hiddenSize));
      return [name, norm ? { shape, data: value.data.fill(1) } : value];
    });
  return { config, tensors: new Map(tensors) };
}

/** A random mini-batch of full-length sequences, so that no engine gains by skipping padding. */
export function randomMiniBatch({ config, batch, tokens }: BenchCase): EmbeddedBatch {
  return {
    embeddings: randomValues([batch, tokens, config.hiddenSize], 1, 1.7),
    lengths: new Int32Array(batch).fill(tokens),
  };
}
