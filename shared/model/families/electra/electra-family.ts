import * as z from 'zod';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { bertTables } from '#shared/model/families/bert/bert-embedding.ts';
import { BERT_FORM_KEYS, bertSizes } from '#shared/model/families/bert/bert-form.ts';
import { bertLayout } from '#shared/model/families/bert/bert-layout.ts';
import { BERT_CHECKPOINT } from '#shared/model/families/bert/bert-names.ts';
import { bertTableShapes } from '#shared/model/families/bert/bert-tensors.ts';
import { bertTransformersConfig } from '#shared/model/families/bert/bert-transformers.ts';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import { type ConfigFiles, defineFamily } from '#shared/model/families/model-family.ts';
import { TOKEN_FLOPS_PER_VALUE, type TokenEmbedding } from '#shared/model/families/model-input.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { projectedEmbedding } from '#shared/model/families/parts/projected-embedding.ts';
import { embeddedTextInput } from '#shared/model/families/parts/text-input.ts';
import { tokenEmbedding } from '#shared/model/families/parts/token-embedding.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { DenseProduct } from '#shared/model/product/dense-product.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { dense, type TensorShapes } from '#shared/model/tensor-shapes.ts';

/**
 * Config of an ELECTRA encoder: BERT's form without a pooler. If `embeddingSize` differs from `hiddenSize`, a
 * dense layer projects the embeddings to `hiddenSize`.
 */
const electraConfigSchema = z.strictObject({
  family: z.literal('electra'),
  ...COMMON_CONFIG,
  vocabularySize: count,
  maximumTokens: count,
  tokenTypeCount: count,
  embeddingSize: count,
});

export type ElectraConfig = Readonly<z.infer<typeof electraConfigSchema>>;

/**
 * Schema of an ELECTRA config.json that this project supports. Other keys are ignored, because they do not
 * change the features.
 */
const huggingFaceElectraSchema = z.object({
  hidden_size: count.default(256),
  embedding_size: count.default(128),
  num_hidden_layers: layers.default(12),
  num_attention_heads: count.default(4),
  intermediate_size: count.default(1024),
  vocab_size: count.default(30_522),
  max_position_embeddings: count.default(512),
  type_vocab_size: count.default(2),
  ...BERT_FORM_KEYS,
});

function parseElectra({ config: { value, subject } }: ConfigFiles): ElectraConfig {
  const raw = requireValid(huggingFaceElectraSchema, value, subject);
  return { family: 'electra', ...bertSizes(raw), embeddingSize: raw.embedding_size };
}

function electraLayout(config: ElectraConfig): EncoderLayout {
  return { ...bertLayout(config), pooler: undefined };
}

const PROJECTION = 'embeddings_project';

function isProjected({ embeddingSize, hiddenSize }: ElectraConfig): boolean {
  return embeddingSize !== hiddenSize;
}

/**
 * Floating point operations per value of the embedding output: look-ups and a LayerNorm, plus the dense layer
 * of the projection if there is one.
 */
function flopsPerValue(config: ElectraConfig): number {
  return TOKEN_FLOPS_PER_VALUE + (isProjected(config) ? 2 * config.embeddingSize : 0);
}

function embedding(config: ElectraConfig, tensors: NamedTensors): TokenEmbedding {
  const size = { width: config.embeddingSize, epsilon: config.layerNormEpsilon };
  const embed = tokenEmbedding(bertTables(tensors, size), config);
  if (!isProjected(config)) return embed;
  const shape = [config.hiddenSize, config.embeddingSize] as const;
  const product = new DenseProduct(requireTensor(tensors, `${PROJECTION}.weight`), shape);
  const bias = requireTensor(tensors, `${PROJECTION}.bias`);
  return (batch) => projectedEmbedding(embed(batch), product, bias);
}

function tensorShapes(config: ElectraConfig): TensorShapes {
  return new Map([
    ...bertTableShapes({
      words: config.vocabularySize,
      positions: config.maximumTokens,
      types: config.tokenTypeCount,
      width: config.embeddingSize,
    }),
    ...(isProjected(config) ? dense(PROJECTION, config.embeddingSize, config.hiddenSize) : []),
    ...encoderShapes(electraLayout(config)),
  ]);
}

export const ELECTRA = defineFamily<ElectraConfig>({
  name: 'electra',
  configSchema: electraConfigSchema,
  parse: parseElectra,
  deviceParts: ['embeddings.', `${PROJECTION}.`],
  checkpoint: {
    prefix: 'electra.',
    ...BERT_CHECKPOINT,
    parts: ['embeddings.', `${PROJECTION}.`, 'encoder.'],
  },
  peft: peftNames('ElectraModel', 'electra'),
  describe: (config) => ({
    layout: electraLayout(config),
    input: embeddedTextInput(config, flopsPerValue(config), (tensors) => embedding(config, tensors)),
    tensors: () => tensorShapes(config),
    poolerTensors: () => new Map(),
    transformersConfig: () => ({ ...bertTransformersConfig(config), embedding_size: config.hiddenSize }),
  }),
});
