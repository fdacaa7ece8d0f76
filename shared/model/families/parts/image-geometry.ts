/** Largest size that a setting may give a model's images, in pixels: 4,097 tokens in patches of 16 x 16. */
export const LARGEST_IMAGE = 1024;

/** Sizes of an image model. */
export interface ImageExtents {
  /** Height and width of the images inside the model, in pixels. */
  readonly imageSize: number;
  /** Height and width of a patch, in pixels; a divisor of `imageSize`. */
  readonly patchSize: number;
  readonly channelCount: number;
}

/** Number of patches of an image. */
export function patchCount({ imageSize, patchSize }: ImageExtents): number {
  return (imageSize / patchSize) ** 2;
}
