/** Extents of a model of images. */
export interface ImageExtents {
  /** Height and width of the images inside the model, in pixels. */
  readonly imageSize: number;
  /** Height and width of a patch, in pixels; divides the image's. */
  readonly patchSize: number;
  readonly channelCount: number;
}

/** Number of patches an image is cut into. */
export function patchCount({ imageSize, patchSize }: ImageExtents): number {
  return (imageSize / patchSize) ** 2;
}
