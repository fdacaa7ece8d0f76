import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import type { TokenAxis } from './token-axes.ts';

/** Names of the tensors that change with each batch, in all graphs. */
export const TENSOR_INPUTS = {
  /** Padded [batch, tokens, hidden]; packed [rows, hidden]. */
  embeddings: 'embeddings',
  /** [tokens, batch, 1], for each group. */
  tokenWeights: 'token-weights',
  /**
   * Index of each sequence's feature token, [batch]: padded in the flattened [tokens, batch], packed in the
   * rows.
   */
  featureRows: 'feature-rows',
  /** [batch, hidden] */
  featureGradient: 'feature-gradient',
} as const;

/**
 * Inputs by which attention knows the positions of tokens, for each group. Queries of all tokens and of the
 * feature token alone have inputs of their own.
 */
export const POSITION_INPUTS = {
  /** Removes padding, [batch, 1, 1, tokens]. */
  paddingMask: 'mask',
  /** Removes later tokens, [1, 1, tokens, tokens]. */
  causalMask: 'causal-mask',
  /** Removes padding and distant tokens, [batch, 1, queries, tokens]. */
  windowMask: (window: number, queries: TokenAxis) => `window-mask-${window}-${queries}`,
  /** Cosines of rotary positions: all tokens [1, 1, tokens, width], feature tokens [batch, 1, 1, width]. */
  cosines: (base: number, queries: TokenAxis) => `cosines-${base}-${queries}`,
  /** Sines in the same form, negative in the first half of the width. */
  sines: (base: number, queries: TokenAxis) => `sines-${base}-${queries}`,
} as const;

/**
 * Names of the additional inputs of packed graphs: positions of sequences and parts, see
 * layers/packed-layout.ts.
 */
export const PACKED_INPUTS = {
  /** Row of each token, [tokens, batch], for each group; arbitrary for padding. */
  rowOfToken: 'row-of-token',
  /** Index of each row in the flattened [tokens, batch] of all groups, one after the other, [rows]. */
  tokenOfRow: 'token-of-row',
  /** Index of each of the group's sequences in the run, [batch], for each group. */
  sequenceOfGroup: 'sequence-of-group',
  /** Index of each sequence in those of all groups, one group after the other, [batch]. */
  placeOfSequence: 'place-of-sequence',
  /** 1 for real tokens and 0 for padding, [batch, 1, tokens, 1], for each group. */
  realQueries: 'real-queries',
  /** Rows of each part, [parts, 1, part-rows]; arbitrary beyond the part's own rows. */
  rowOfPart: 'row-of-part',
  /** 1 for a part's own rows, else 0, [parts, 1, part-rows, 1]. */
  realRows: 'real-rows',
  /** Sequences of each part, [parts, 1, part-sequences]; arbitrary beyond the part's own sequences. */
  sequenceOfPart: 'sequence-of-part',
  /** 1 for a part's own sequences, else 0, [parts, 1, part-sequences, 1]. */
  realSequences: 'real-sequences',
} as const;

/** Name of the features in the forward graph. */
export const FEATURES = 'features';

/** Shapes of the activations that the forward graph outputs for the backward graph, by name. */
export type KeptActivations = ReadonlyMap<string, readonly OnnxDimension[]>;

/** Name of a dense layer's weight with LoRA merged; with DoRA, of its rows scaled to length 1. */
export function mergedName(moduleName: string): string {
  return `${moduleName}.merged`;
}

/** Name of the inverse length of each row of W + s B A of a dense layer with DoRA, [outputs]. */
export function inverseNormName(moduleName: string): string {
  return `${moduleName}.inverse-norm`;
}

/** Prefix of the names of a layer's activations. */
export function layerPrefix(index: number): string {
  return `layer.${index}`;
}
