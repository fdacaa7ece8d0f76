import type { Value } from './graph-builder.ts';
import type { OnnxDimension } from './onnx-model.ts';

/** Of which tokens a hidden state is made: all of them, or the first one of each sequence alone. */
export type TokenAxis = 'tokens' | 1;

/** How a state's width is cut into heads. */
export interface Heads {
  readonly count: number;
  /** Width of one head. */
  readonly width: number;
}

/** What a gradient is the product of, see {@link TokenLayout.gradientProduct}. */
export interface GradientFactors {
  /** State of width m. */
  readonly left: Value;
  /** State of width n. */
  readonly right: Value;
  /** Which of the two is as narrow as LoRA's rank. */
  readonly narrow: 'left' | 'right';
  readonly scale: number;
}

/**
 * How the hidden states of a batch lie in memory, and the operators that depend on it: those that move tokens. All others
 * work on the last axis, the width, and are the same for every layout.
 */
export interface TokenLayout {
  /** Shape of a hidden state; its width may be seen as several axes. */
  shape(tokens: TokenAxis, ...widths: readonly number[]): readonly OnnxDimension[];
  /** The state that the embeddings, an input of the graph, are; under this name. */
  embedded(hidden: number, name: string): Value;
  /** A state as attention reads it, [tokens, batch, width]; what stands in padding is arbitrary but finite. */
  byToken(state: Value, tokens: TokenAxis): Value;
  /** The state again, from [tokens, batch, width]. */
  fromByToken(value: Value, width: number): Value;
  /** From what attention makes, [batch, heads, tokens, d], the state seen as [..., heads, d]; named when a name is given. */
  fromHeads(value: Value, heads: Heads, tokens: TokenAxis, name?: string): Value;
  /** A state's width seen as other axes: no data moves. */
  withWidths(state: Value, ...widths: readonly number[]): Value;
  /** Probabilities [batch, heads, queries, tokens] with those of queries that are padding set to 0, where there are such. */
  withoutPaddedQueries(probabilities: Value, queries: TokenAxis): Value;
  /** The first token of every sequence. */
  firstTokens(state: Value): Value;
  /** A state of all tokens with one of first tokens added. */
  addToFirstTokens(state: Value, first: Value): Value;
  /** [batch, width] as a state of first tokens. */
  fromRows(rows: Value): Value;
  /** A state as a matrix [rows, width]: with first tokens alone a row for each sequence. Named when a name is given. */
  toRows(state: Value, width: number, name?: string): Value;
  /**
   * scale x left^T right, summed over the rows of each device's part of the batch: a gradient of LoRA, of the shape
   * that {@link gradientShape} says of [m, n].
   */
  gradientProduct(factors: GradientFactors, tokens: TokenAxis): Value;
  /** Shape of the gradient of a matrix [rows, columns]. */
  gradientShape(rows: number, columns: number): readonly OnnxDimension[];
}
