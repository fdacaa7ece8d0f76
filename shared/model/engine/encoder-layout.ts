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

/** The structure of a transformer encoder, independent of its model family. */
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
