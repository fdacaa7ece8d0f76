import type { EncoderLayout, LayerNames } from '#shared/model/engine/encoder-layout.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';

function layerNames(index: number): LayerNames {
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

/** The encoder of BERT and of what kept its form and names. */
export function bertLayout(config: ModelConfig): EncoderLayout {
  return {
    hiddenSize: config.hiddenSize,
    intermediateSize: config.intermediateSize,
    headCount: config.headCount,
    layerNormEpsilon: config.layerNormEpsilon,
    pooler: 'pooler.dense',
    normPlacement: 'after',
    variableLength: true,
    layers: Array.from({ length: config.layerCount }, (_, index) => layerNames(index)),
    finalNorm: undefined,
  };
}
