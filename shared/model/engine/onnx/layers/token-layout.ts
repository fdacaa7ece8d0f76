import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import type { GroupNames } from '#shared/model/engine/onnx/spec/attention-group.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';

/** How the width of a state divides into attention heads. */
export interface Heads {
  readonly count: number;
  /** Width of one head. */
  readonly width: number;
}

/** Factors of a LoRA gradient, see {@link TokenLayout.gradientProduct}. */
export interface GradientFactors {
  /** State of width m. */
  readonly left: Value;
  /** State of width n. */
  readonly right: Value;
  /** The factor whose width is LoRA's rank. */
  readonly narrow: 'left' | 'right';
  readonly scale: number;
}

/** Sequences that attention pads to the same length. Attention is computed for each group apart. */
export interface AttentionGroup extends GroupNames {
  /**
   * The group's tokens of a state in attention's layout [tokens, batch, width]; padding positions are
   * arbitrary but finite.
   */
  byToken(state: Value, tokens: TokenAxis): Value;
  /** The group's rows of a value [batch, width]. */
  ofSequences(value: Value): Value;
  /**
   * Sets the probabilities [batch, heads, queries, tokens] of padding queries to 0, if the layout has such
   * queries.
   */
  withoutPaddedQueries(probabilities: Value, queries: TokenAxis): Value;
}

/**
 * The memory layout of hidden states and the operators that depend on it: those that move tokens. All other
 * operators work on the last axis, the width, and are the same for each layout.
 */
export interface TokenLayout {
  /** Shape of a hidden state, whose width may be split into several axes. */
  shape(tokens: TokenAxis, ...widths: readonly number[]): readonly OnnxDimension[];
  /** The first state, named `name`: the embeddings, which are an input of the graph. */
  embedded(hidden: number, name: string): Value;
  /** The groups that attention is computed for. */
  readonly groups: readonly AttentionGroup[];
  /** Inverse of {@link AttentionGroup.byToken}: a state from [tokens, batch, width] of each group. */
  fromByToken(values: readonly Value[], width: number): Value;
  /** Inverse of {@link AttentionGroup.ofSequences}: [batch, width] from that of each group, named `name`. */
  fromSequences(values: readonly Value[], name: string): Value;
  /**
   * The state [..., heads, d] from attention's result [batch, heads, tokens, d] of each group; named `name`
   * if given.
   */
  fromHeads(values: readonly Value[], heads: Heads, tokens: TokenAxis, name?: string): Value;
  /** Reshapes a state's width to other axes; data does not move. */
  withWidths(state: Value, ...widths: readonly number[]): Value;
  /** The feature token of each sequence, the first or the last one; named `name` if given. */
  featureTokens(state: Value, name?: string): Value;
  /** Adds a state of feature tokens to a state of all tokens. */
  addToFeatureTokens(state: Value, added: Value): Value;
  /** A state of feature tokens from [batch, width]. */
  fromRows(rows: Value): Value;
  /** A state as a matrix [rows, width]; one row per sequence for feature tokens. Named `name` if given. */
  toRows(state: Value, width: number, name?: string): Value;
  /**
   * A LoRA gradient, scale x left^T right, summed over the rows of each part of the batch (one device's
   * sequences). Its shape is that of {@link gradientShape} for [m, n].
   */
  gradientProduct(factors: GradientFactors, tokens: TokenAxis): Value;
  /** Shape of the gradient of a tensor of these lengths. */
  gradientShape(...lengths: readonly number[]): readonly OnnxDimension[];
}
