import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { type PlainLayerNames, plainLayout } from '#shared/model/families/parts/plain-layout.ts';

function layerNames(index: number): PlainLayerNames {
  const layer = `encoder.layer.${index}`;
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    attentionOutput: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.attention.output.LayerNorm`,
    intermediate: `${layer}.intermediate.dense`,
    output: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

/** Encoder layout of BERT and of families with the same form and tensor names. */
export function bertLayout(config: ModelConfig): EncoderLayout {
  return plainLayout(config, layerNames, {
    normPlacement: 'after',
    mask: 'padding',
    finalNorm: undefined,
    pooler: 'pooler.dense',
  });
}
