import type { ImageExample, ImageShape } from '#shared/data/example.ts';
import type { ImageExamples } from '#shared/data/example-set.ts';
import { ImageCollector } from './image-collector.ts';

/**
 * Reads a stream of images into one block of bytes.
 *
 * @param limit Number of images to read from the start; reading stops there.
 */
export async function collectImages(
  images: AsyncIterable<ImageExample> | Iterable<ImageExample>,
  shape: ImageShape,
  limit = Number.POSITIVE_INFINITY,
): Promise<ImageExamples> {
  const collector = new ImageCollector(shape);
  for await (const { pixels, label } of images) {
    collector.add(pixels, label);
    if (collector.images >= limit) break;
  }
  return collector.examples();
}
