import type { ModelConfig } from '#shared/model/hugging-face/model-config.ts';

/** Canonical names of one encoder layer's dense layers and layer norms. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly intermediate: string;
  readonly output: string;
  readonly outputNorm: string;
}

/** What a transformer encoder computes, whatever family it belongs to. */
export interface EncoderLayout {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly headCount: number;
  readonly layerNormEpsilon: number;
  /** `after`: y = norm(x + f(x)), as BERT; `before`: y = x + f(norm(x)), as ViT. */
  readonly normPlacement: 'before' | 'after';
  /** Whether sequences differ in length, so that padding must be masked. */
  readonly variableLength: boolean;
  readonly layers: readonly LayerNames[];
  /** Name of the layer norm after the last layer, where there is one. */
  readonly finalNorm: string | undefined;
  /** Name of the pooler's dense layer. */
  readonly pooler: string;
}

function bertLayer(index: number): LayerNames {
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

function vitLayer(index: number): LayerNames {
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

/** The layout that a config describes. */
export function encoderLayout(config: ModelConfig): EncoderLayout {
  const { hiddenSize, intermediateSize, headCount, layerNormEpsilon, layerCount } = config;
  const sizes = { hiddenSize, intermediateSize, headCount, layerNormEpsilon, pooler: 'pooler.dense' };
  const layers = (names: (index: number) => LayerNames) =>
    Array.from({ length: layerCount }, (_, index) => names(index));
  switch (config.family) {
    case 'vit':
      return {
        ...sizes,
        normPlacement: 'before',
        variableLength: false,
        layers: layers(vitLayer),
        finalNorm: 'layernorm',
      };
    case 'bert':
      return {
        ...sizes,
        normPlacement: 'after',
        variableLength: true,
        layers: layers(bertLayer),
        finalNorm: undefined,
      };
  }
}
