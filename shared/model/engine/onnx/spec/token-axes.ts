import type { FeatureKind } from '#shared/model/features.ts';

/** Tokens of a hidden state: all tokens of each sequence, or only the one that the features are read from. */
export type TokenAxis = 'tokens' | 1;

/** The token of each sequence that features of one token are read from. */
export type FeatureToken = 'first' | 'last';

export function featureToken(kind: FeatureKind): FeatureToken {
  return kind === 'last-token' ? 'last' : 'first';
}

/** Token axes of a layer's input and output. The last layer may output only feature tokens. */
export interface TokenAxes {
  readonly input: TokenAxis;
  readonly output: TokenAxis;
}

/** Tokens of the last hidden states that the features depend on. */
export function featureTokens(kind: FeatureKind): TokenAxis {
  return kind === 'mean' || kind === 'tokens' ? 'tokens' : 1;
}

/** Token axes of a layer: the last one computes only the tokens that the features depend on. */
export function layerAxes(features: FeatureKind, layerCount: number, index: number): TokenAxes {
  return { input: 'tokens', output: index === layerCount - 1 ? featureTokens(features) : 'tokens' };
}
