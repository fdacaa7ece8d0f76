import type { ImageExample, ImageShape } from '#shared/data/example.ts';
import type { ImageExamples } from '#shared/data/example-set.ts';

/**
 * Reads a stream of images into one block of bytes.
 *
 * @param limit Number of images to read from the start; reading stops there.
 */
export async function collectImages(
  images: AsyncIterable<ImageExample> | Iterable<ImageExample>,
  { channels, height, width }: ImageShape,
  limit = Number.POSITIVE_INFINITY,
): Promise<ImageExamples> {
  const size = channels * height * width;
  const labels: number[] = [];
  let pixels = new Uint8Array(Math.min(limit, 256) * size);
  for await (const image of images) {
    const begin = labels.length * size;
    if (begin === pixels.length) {
      const larger = new Uint8Array(pixels.length * 2);
      larger.set(pixels);
      pixels = larger;
    }
    pixels.set(image.pixels, begin);
    labels.push(image.label);
    if (labels.length >= limit) break;
  }
  return {
    kind: 'images',
    shape: [labels.length, channels, height, width],
    pixels: pixels.slice(0, labels.length * size),
    labels: Int32Array.from(labels),
  };
}
