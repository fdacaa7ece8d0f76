import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { type PlainLayerNames, plainLayout } from '#shared/model/families/parts/plain-layout.ts';

function layerNames(index: number): PlainLayerNames {
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

/** Encoder layout of ViT and of families with the same form and tensor names. */
export function vitLayout(config: ModelConfig): EncoderLayout {
  return plainLayout(config, layerNames, {
    normPlacement: 'before',
    mask: 'none',
    finalNorm: 'layernorm',
    pooler: 'pooler.dense',
  });
}
