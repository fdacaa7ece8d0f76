import type { EncoderLayout, LayerNames } from '#shared/model/engine/encoder-layout.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';

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

/** The encoder of ViT and of what kept its form and names. */
export function vitLayout(config: ModelConfig): EncoderLayout {
  return {
    hiddenSize: config.hiddenSize,
    intermediateSize: config.intermediateSize,
    headCount: config.headCount,
    layerNormEpsilon: config.layerNormEpsilon,
    pooler: 'pooler.dense',
    normPlacement: 'before',
    variableLength: false,
    layers: Array.from({ length: config.layerCount }, (_, index) => layerNames(index)),
    finalNorm: 'layernorm',
  };
}
