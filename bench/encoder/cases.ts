import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { ONNX_PROVIDERS, type OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import type { Gpt2Config } from '#shared/model/families/gpt2/gpt2-config.ts';
import type { LlamaConfig } from '#shared/model/families/llama/llama-config.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { RobertaConfig } from '#shared/model/families/roberta/roberta-config.ts';
import type { ViTConfig } from '#shared/model/families/vit/vit-config.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { elementCount, type Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/** Extents of a model and a mini-batch. Weights are random, because time does not depend on them. */
export interface BenchCase {
  readonly config: ModelConfig;
  readonly batch: number;
  readonly tokens: number;
}

export const LORA = { rank: 8, alpha: 16, targets: ['query', 'value'] };

function bert(layerCount: number, hiddenSize: number): BertConfig {
  return {
    family: 'bert',
    hiddenSize,
    layerCount,
    headCount: 12,
    intermediateSize: 4 * hiddenSize,
    layerNormEpsilon: 1e-12,
    vocabularySize: 100,
    maximumTokens: 512,
    tokenTypeCount: 2,
  };
}

const ROBERTA_BASE: RobertaConfig = {
  family: 'roberta',
  hiddenSize: 768,
  layerCount: 12,
  headCount: 12,
  intermediateSize: 3072,
  layerNormEpsilon: 1e-5,
  vocabularySize: 100,
  maximumTokens: 512,
  tokenTypeCount: 1,
  paddingId: 1,
};

function vit(hiddenSize: number, headCount: number): ViTConfig {
  return {
    family: 'vit',
    hiddenSize,
    layerCount: 12,
    headCount,
    intermediateSize: 4 * hiddenSize,
    layerNormEpsilon: 1e-12,
    imageSize: 224,
    patchSize: 16,
    channelCount: 3,
    pixels: { scale: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  };
}

function llama(
  layerCount: number,
  hiddenSize: number,
  heads: number,
  shared: number,
  intermediateSize: number,
): LlamaConfig {
  return {
    family: 'llama',
    hiddenSize,
    layerCount,
    headCount: heads,
    keyValueHeadCount: shared,
    headWidth: hiddenSize / heads,
    intermediateSize,
    layerNormEpsilon: 1e-5,
    vocabularySize: 100,
    maximumTokens: 8192,
    rotaryBase: 10_000,
    biases: { projections: false, attentionOutput: false, feedForward: false },
    headNorms: false,
  };
}

const GPT2_SMALL: Gpt2Config = {
  family: 'gpt2',
  hiddenSize: 768,
  layerCount: 12,
  headCount: 12,
  intermediateSize: 3072,
  layerNormEpsilon: 1e-5,
  vocabularySize: 100,
  maximumTokens: 1024,
  activation: 'gelu-tanh',
};

export const BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  minilm: { config: bert(6, 384), batch: 32, tokens: 64 },
  'bert-base': { config: bert(12, 768), batch: 16, tokens: 128 },
  'roberta-base': { config: ROBERTA_BASE, batch: 16, tokens: 128 },
  'vit-tiny': { config: vit(192, 3), batch: 8, tokens: 197 },
  'vit-base': { config: vit(768, 12), batch: 8, tokens: 197 },
  gpt2: { config: GPT2_SMALL, batch: 16, tokens: 128 },
  // SmolLM-135M, and Llama 3.2 1B without its table of words.
  'llama-135m': { config: llama(30, 576, 9, 3, 1536), batch: 16, tokens: 128 },
  'llama-1b': { config: llama(16, 2048, 32, 8, 8192), batch: 16, tokens: 128 },
};

/** Cases that are measured when none is named. */
export const USUAL_CASES = ['minilm', 'bert-base', 'vit-tiny', 'vit-base'];

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

/** Layers with LoRA: the queries and values, or the layer that makes both. */
export function loraOf({ config }: BenchCase): LoraSettings {
  return config.family === 'gpt2' ? { ...LORA, targets: ['c_attn'] } : LORA;
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
  return {
    shape,
    data: drawn.length === count ? drawn : Float32Array.from({ length: count }, (_, i) => drawn[i % DRAWN]),
  };
}

export function isOnDevice(name: string): boolean {
  return /^(embeddings|embed_tokens|wte|wpe)\b/.test(name);
}

/** A random encoder part whose weights keep activations of the order of one. */
export function randomServer(config: ModelConfig): ModelPart {
  const tensors = [...describeModel(config).tensors()]
    .filter(([name]) => !isOnDevice(name))
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
