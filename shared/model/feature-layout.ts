import type { EncoderLayout } from './engine/layout/encoder-layout.ts';
import type { FeatureKind } from './features.ts';

/**
 * The layout of the encoder that computes these features: `tokens` are taken before the final norm, which is
 * part of the devices' heads.
 */
export function layoutFor(kind: FeatureKind, layout: EncoderLayout): EncoderLayout {
  return kind === 'tokens' ? { ...layout, finalNorm: undefined } : layout;
}
