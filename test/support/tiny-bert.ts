import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { elementCount, type NamedTensors, type Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/** A BERT small enough to be made on the spot. */
export const TINY_BERT: BertConfig = {
  family: 'bert',
  hiddenSize: 8,
  layerCount: 2,
  headCount: 2,
  intermediateSize: 12,
  layerNormEpsilon: 1e-12,
  vocabularySize: 20,
  maximumTokens: 10,
  tokenTypeCount: 2,
};

/** Standard normal values times a scale, from a seed. */
export function randomTensor(shape: readonly number[], seed: number, scale = 1): Tensor {
  const stream = randomStream(seed, 'dataset', elementCount(shape));
  const data = Float32Array.from({ length: elementCount(shape) }, () => scale * stream.normal());
  return { shape, data };
}

/** Random weights of every shape, norms near one. */
export function tinyBertTensors(
  config: BertConfig = TINY_BERT,
  pooler = true,
  seed = 1,
): Map<string, Tensor> {
  const { tensors, poolerTensors } = describeModel(config);
  const shapes = new Map([...tensors(), ...(pooler ? poolerTensors() : [])]);
  return new Map(
    [...shapes].map(([name, shape], index): [string, Tensor] => {
      const value = randomTensor(shape, seed * 1000 + index, 0.3);
      const shift = name.endsWith('LayerNorm.weight') ? 1 : 0;
      return [name, { shape, data: value.data.map((entry) => entry + shift) }];
    }),
  );
}

/** The contents of its config.json. */
export function tinyBertJson(config: BertConfig = TINY_BERT): Record<string, unknown> {
  return {
    model_type: 'bert',
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    intermediate_size: config.intermediateSize,
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.maximumTokens,
    type_vocab_size: config.tokenTypeCount,
    layer_norm_eps: config.layerNormEpsilon,
    hidden_act: 'gelu',
    position_embedding_type: 'absolute',
  };
}

/** Files of a model directory; `rename` gives tensors the names they have on disk. */
export function modelFiles(
  tensors: NamedTensors,
  json: Readonly<Record<string, unknown>> = tinyBertJson(),
  rename: (name: string) => string = (name) => name,
): Record<'config.json' | 'model.safetensors', string | Uint8Array> {
  const onDisk = new Map([...tensors].map(([name, value]) => [rename(name), value]));
  return {
    'config.json': JSON.stringify(json),
    'model.safetensors': writeSafetensors(onDisk, { format: 'pt' }),
  };
}

/** An embedded mini-batch of random values. */
export function randomBatch(
  lengths: readonly number[],
  tokens: number,
  seed = 1,
  hidden = TINY_BERT.hiddenSize,
): EmbeddedBatch {
  return {
    embeddings: randomTensor([lengths.length, tokens, hidden], seed),
    lengths: Int32Array.from(lengths),
  };
}
