import type { ImageExtents } from './image-geometry.ts';
import type { PixelSettings } from './pixel-settings.ts';

/** Sizes of an image model, and the preparation of its images. */
export interface PreparedImages extends ImageExtents {
  readonly pixels: PixelSettings;
}
