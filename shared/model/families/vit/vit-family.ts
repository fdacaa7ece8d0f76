import type { LayerNames } from '#shared/model/engine/encoder-layout.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { vitEmbedding } from './embedding.ts';
import { parseViT, type ViTConfig, vitConfigSchema } from './vit-config.ts';
import { imageTokens } from './vit-geometry.ts';
import { vitPoolerShapes, vitTensorShapes } from './vit-tensors.ts';

function layerNames(index: number): LayerNames {
  const layer = `encoder.layer.${index}`;
  return {
    query: `${layer}.attention.attention.query`,
    key: `${layer}.attention.attention.key`,
    value: `${layer}.attention.attention.value`,
    attentionOutput: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.layernorm_before`,
    intermediate: `${layer}.intermediate.dense`,
    output: `${layer}.output.dense`,
    outputNorm: `${layer}.layernorm_after`,
  };
}

/** What transformers 5 calls the projections that transformers 4 calls query, key and value. */
const NEWER_PROJECTIONS = { query: 'q_proj', key: 'k_proj', value: 'v_proj' } as const;

/** Names of a layer in transformers 4 and, for the projections, in 5. */
function versionNames(canonical: string): readonly string[] {
  const newer = Object.entries(NEWER_PROJECTIONS).find(([older]) =>
    `${canonical}.`.includes(`.attention.attention.${older}.`),
  );
  if (newer === undefined) return [canonical];
  const renamed = canonical
    .replace(/^encoder\.layer\./, 'layers.')
    .replace(`.attention.attention.${newer[0]}`, `.attention.${newer[1]}`);
  return [canonical, renamed];
}

/** Vision transformers of images cut into patches. */
export const VIT = defineFamily<ViTConfig>({
  name: 'vit',
  configSchema: vitConfigSchema,
  parse: parseViT,
  checkpoint: {
    prefix: 'vit.',
    anchor: 'embeddings.patch_embeddings.projection.weight',
    parts: ['embeddings.', 'encoder.', 'pooler.', 'layernorm.'],
    // transformers 5 saves ViT under other names than 4 did.
    renames: [
      [/^layers\./, 'encoder.layer.'],
      [/\.attention\.q_proj\./, '.attention.attention.query.'],
      [/\.attention\.k_proj\./, '.attention.attention.key.'],
      [/\.attention\.v_proj\./, '.attention.attention.value.'],
      [/\.attention\.o_proj\./, '.attention.output.dense.'],
      [/\.mlp\.fc1\./, '.intermediate.dense.'],
      [/\.mlp\.fc2\./, '.output.dense.'],
    ],
    // Of masked pre-training.
    unused: ['embeddings.mask_token'],
  },
  peft: {
    baseModelClass: 'ViTModel',
    library: 'transformers.models.vit.modeling_vit',
    projections: Object.fromEntries(
      Object.entries(NEWER_PROJECTIONS).map(([older, newer]) => [older, [older, newer]]),
    ),
    layerNames: versionNames,
  },
  describe: (config) => ({
    layout: {
      hiddenSize: config.hiddenSize,
      intermediateSize: config.intermediateSize,
      headCount: config.headCount,
      layerNormEpsilon: config.layerNormEpsilon,
      pooler: 'pooler.dense',
      normPlacement: 'before',
      variableLength: false,
      layers: Array.from({ length: config.layerCount }, (_, index) => layerNames(index)),
      finalNorm: 'layernorm',
    },
    input: {
      kind: 'image',
      tokens: imageTokens(config),
      // A patch's dense layer.
      flopsPerValue: 2 * config.channelCount * config.patchSize ** 2,
      embedding: (tensors) => vitEmbedding(config, tensors),
    },
    tensors: () => vitTensorShapes(config),
    poolerTensors: () => vitPoolerShapes(config),
  }),
});
