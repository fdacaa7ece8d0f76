import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';

/** Names of the dense layers and norms of one encoder layer in {@link plainLayout}. */
export interface PlainLayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly intermediate: string;
  readonly output: string;
  readonly outputNorm: string;
}

/** Widths and heads of an encoder that has as many heads of keys and values as of queries. */
export function equalHeads({
  hiddenSize,
  intermediateSize,
  headCount,
}: ModelConfig): Pick<
  EncoderLayout,
  'hiddenSize' | 'intermediateSize' | 'headCount' | 'keyValueHeadCount' | 'headWidth'
> {
  return {
    hiddenSize,
    intermediateSize,
    headCount,
    keyValueHeadCount: headCount,
    headWidth: hiddenSize / headCount,
  };
}

/**
 * Layout of BERT's form, which ViT and others share: LayerNorm, separate projections with as many heads of
 * keys and values as of queries, an exact GELU, biases everywhere, and positions in the embeddings.
 *
 * @param namesOf Names of the layer with this index.
 */
export function plainLayout(
  config: ModelConfig,
  namesOf: (index: number) => PlainLayerNames,
  rest: Pick<EncoderLayout, 'normPlacement' | 'mask' | 'finalNorm' | 'pooler'>,
): EncoderLayout {
  return {
    ...equalHeads(config),
    norm: 'layer',
    normEpsilon: config.layerNormEpsilon,
    activation: 'gelu',
    biases: { projections: true, attentionOutput: true, feedForward: true, norms: true },
    layers: Array.from({ length: config.layerCount }, (_, index) => {
      const { query, key, value, intermediate, output, ...others } = namesOf(index);
      return {
        ...others,
        projections: { kind: 'separate', query, key, value },
        headNorms: undefined,
        feedForward: { kind: 'plain', input: intermediate, output },
        rotaryBase: undefined,
        window: undefined,
      };
    }),
    ...rest,
  };
}
