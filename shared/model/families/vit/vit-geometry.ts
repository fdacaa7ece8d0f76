import type { ViTConfig } from './vit-config.ts';

/** Number of patches an image is cut into. */
export function patchCount({ imageSize, patchSize }: ViTConfig): number {
  return (imageSize / patchSize) ** 2;
}

/** Tokens of an image inside the encoder: one class token, then a token for each patch. */
export function imageTokens(config: ViTConfig): number {
  return 1 + patchCount(config);
}
