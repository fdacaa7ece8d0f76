/** Names of the dense layers that make queries, keys and values. */
export type Projections =
  | { readonly kind: 'separate'; readonly query: string; readonly key: string; readonly value: string }
  /** One layer whose outputs are the queries, then the keys, then the values. */
  | { readonly kind: 'fused'; readonly all: string };

/** Names of the dense layers of a feed-forward sublayer with activation f. */
export type FeedForward =
  /** output(f(input(h))) */
  | { readonly kind: 'plain'; readonly input: string; readonly output: string }
  /** output(f(gate(h)) * up(h)) */
  | { readonly kind: 'gated'; readonly gate: string; readonly up: string; readonly output: string }
  /** `gated`, with one layer whose outputs are those of the gate, then the others. */
  | { readonly kind: 'fused-gated'; readonly gateAndUp: string; readonly output: string };

/** One encoder layer: canonical names of its dense layers and norms, and the positions that it sees. */
export interface LayerLayout {
  readonly projections: Projections;
  /** Norms of each head's queries and keys. */
  readonly headNorms: { readonly query: string; readonly key: string } | undefined;
  readonly attentionOutput: string;
  /** Norm of the attention sublayer. Only the first layer may have none. */
  readonly attentionNorm: string | undefined;
  readonly feedForward: FeedForward;
  /** Norm of the feed-forward sublayer. */
  readonly outputNorm: string;
  /**
   * Base of the wavelengths by which queries and keys are rotated; undefined for a model whose embeddings
   * hold the positions.
   */
  readonly rotaryBase: number | undefined;
  /** Largest distance of tokens that see each other; undefined for no limit. */
  readonly window: number | undefined;
}

/**
 * Function before the second product of a feed-forward sublayer: the exact GELU, its approximation by tanh,
 * or SiLU.
 */
export type Activation = 'gelu' | 'gelu-tanh' | 'silu';

/**
 * Tokens that a token sees: `none`: all, since all sequences have the same length; `padding`: all but the
 * padding; `causal`: itself and those before it.
 */
export type AttentionMask = 'none' | 'padding' | 'causal';

/** The structure of a transformer encoder, independent of its model family. */
export interface EncoderLayout {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly headCount: number;
  /** Heads of keys and values. Each serves headCount / keyValueHeadCount consecutive heads of queries. */
  readonly keyValueHeadCount: number;
  readonly headWidth: number;
  /** `layer`: LayerNorm; `rms`: division by the root of the mean square, without a mean and a bias. */
  readonly norm: 'layer' | 'rms';
  readonly normEpsilon: number;
  /** `after`: y = norm(x + f(x)), as BERT; `before`: y = x + f(norm(x)), as ViT. */
  readonly normPlacement: 'before' | 'after';
  readonly activation: Activation;
  readonly mask: AttentionMask;
  /** Which tensors have a bias. */
  readonly biases: {
    readonly projections: boolean;
    readonly attentionOutput: boolean;
    readonly feedForward: boolean;
    readonly norms: boolean;
  };
  readonly layers: readonly LayerLayout[];
  /** Name of the norm after the last layer, where there is one. */
  readonly finalNorm: string | undefined;
  /** Name of the pooler's dense layer, in families whose models may have one. */
  readonly pooler: string | undefined;
}
