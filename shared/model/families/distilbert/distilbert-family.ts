import * as z from 'zod';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { BERT_RENAMES } from '#shared/model/families/bert/bert-names.ts';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import { type ConfigFiles, defineFamily } from '#shared/model/families/model-family.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { type PlainLayerNames, plainLayout } from '#shared/model/families/parts/plain-layout.ts';
import { textInput } from '#shared/model/families/parts/text-input.ts';
import type { TokenTables } from '#shared/model/families/parts/token-embedding.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { layerNorm } from '#shared/model/tensor-shapes.ts';

/** Config of a DistilBERT encoder: BERT's form without token types and pooler. */
const distilBertConfigSchema = z.strictObject({
  family: z.literal('distilbert'),
  ...COMMON_CONFIG,
  vocabularySize: count,
  maximumTokens: count,
});

export type DistilBertConfig = Readonly<z.infer<typeof distilBertConfigSchema>>;

/**
 * Schema of a DistilBERT config.json that this project supports. Other keys are ignored, because they do not
 * change the features.
 */
const huggingFaceDistilBertSchema = z.object({
  dim: count.default(768),
  n_layers: layers.default(6),
  n_heads: count.default(12),
  hidden_dim: count.default(3072),
  vocab_size: count.default(30_522),
  max_position_embeddings: count.default(512),
  activation: z.literal('gelu').default('gelu'),
});

/** Epsilon of DistilBERT's layer norms: a constant in transformers' code, not a key of config.json. */
const LAYER_NORM_EPSILON = 1e-12;

function parseDistilBert({ config: { value, subject } }: ConfigFiles): DistilBertConfig {
  const raw = requireValid(huggingFaceDistilBertSchema, value, subject);
  return {
    family: 'distilbert',
    hiddenSize: raw.dim,
    layerCount: raw.n_layers,
    headCount: raw.n_heads,
    intermediateSize: raw.hidden_dim,
    layerNormEpsilon: LAYER_NORM_EPSILON,
    vocabularySize: raw.vocab_size,
    maximumTokens: raw.max_position_embeddings,
  };
}

function layerNames(index: number): PlainLayerNames {
  const layer = `transformer.layer.${index}`;
  return {
    query: `${layer}.attention.q_lin`,
    key: `${layer}.attention.k_lin`,
    value: `${layer}.attention.v_lin`,
    attentionOutput: `${layer}.attention.out_lin`,
    attentionNorm: `${layer}.sa_layer_norm`,
    intermediate: `${layer}.ffn.lin1`,
    output: `${layer}.ffn.lin2`,
    outputNorm: `${layer}.output_layer_norm`,
  };
}

function distilBertLayout(config: DistilBertConfig): EncoderLayout {
  return plainLayout(config, layerNames, {
    normPlacement: 'after',
    mask: 'padding',
    finalNorm: undefined,
    pooler: undefined,
  });
}

function distilBertTables(config: DistilBertConfig, tensors: NamedTensors): TokenTables {
  const table = (name: string) => requireTensor(tensors, `embeddings.${name}`).data;
  return {
    width: config.hiddenSize,
    words: table('word_embeddings.weight'),
    positions: table('position_embeddings.weight'),
    types: undefined,
    norm: {
      weight: table('LayerNorm.weight'),
      bias: table('LayerNorm.bias'),
      epsilon: config.layerNormEpsilon,
    },
  };
}

export const DISTILBERT = defineFamily<DistilBertConfig>({
  name: 'distilbert',
  configSchema: distilBertConfigSchema,
  parse: parseDistilBert,
  deviceParts: ['embeddings.'],
  checkpoint: {
    prefix: 'distilbert.',
    anchor: 'embeddings.word_embeddings.weight',
    parts: ['embeddings.', 'transformer.'],
    renames: BERT_RENAMES,
    unused: ['embeddings.position_ids'],
  },
  peft: peftNames('DistilBertModel', 'distilbert'),
  describe: (config) => ({
    layout: distilBertLayout(config),
    input: textInput({ ...config, tokenTypeCount: undefined }, (tensors) =>
      distilBertTables(config, tensors),
    ),
    tensors: () =>
      new Map([
        ['embeddings.word_embeddings.weight', [config.vocabularySize, config.hiddenSize]],
        ['embeddings.position_embeddings.weight', [config.maximumTokens, config.hiddenSize]],
        ...layerNorm('embeddings.LayerNorm', config.hiddenSize),
        ...encoderShapes(distilBertLayout(config)),
      ]),
    poolerTensors: () => new Map(),
    transformersConfig: () => ({
      dim: config.hiddenSize,
      n_layers: config.layerCount,
      n_heads: config.headCount,
      hidden_dim: config.intermediateSize,
      activation: 'gelu',
      vocab_size: 1,
      max_position_embeddings: 1,
      pad_token_id: 0,
    }),
  }),
});
