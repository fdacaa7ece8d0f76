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
