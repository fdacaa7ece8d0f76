import { DataError } from '#shared/errors.ts';
import type { ImageBatch } from '#shared/model/families/model-input.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { PreparedImages } from './prepared-images.ts';
import { imageResizer } from './resize-image.ts';

/**
 * Prepares images as Hugging Face's image processor does: resizes them, crops their middle if the settings
 * say so, scales and normalises. Returns [images, channels, imageSize, imageSize]. Throws a DataError for
 * images with another number of channels, or that are not square with `squareOnly`.
 */
export function imagePixels(config: PreparedImages, { shape, pixels }: ImageBatch): Tensor {
  const [images, channels, height, width] = shape;
  const { imageSize, channelCount, pixels: pixelSettings } = config;
  if (channels !== channelCount || pixels.length !== images * channels * height * width) {
    throw new DataError(
      `${pixels.length} grey levels are not ${images} images of ${channelCount} channels.`,
      {
        remedy: 'Choose a data set of images in colour for a model that reads colour.',
      },
    );
  }
  if (pixelSettings.squareOnly && height !== width) {
    throw new DataError(
      `${width}x${height} pixels: the model resizes the shorter edge, which is supported for square images only.`,
      {
        remedy:
          'Crop the images to squares, or use a model whose preprocessor_config.json gives height and width.',
      },
    );
  }
  const stride = channels * height * width;
  const plane = imageSize * imageSize;
  const data = new Float32Array(images * channels * plane);
  const tables = levelTables(config);
  const { resizedSize = imageSize, resample = 'bilinear' } = pixelSettings;
  const resize = imageResizer({ channels, height, width }, resizedSize, resample);
  for (let image = 0; image < images; image++) {
    const whole = resize(pixels.subarray(image * stride, (image + 1) * stride));
    const resized = resizedSize === imageSize ? whole : centerOf(whole, channels, resizedSize, imageSize);
    for (const [channel, table] of tables.entries()) {
      const from = channel * plane;
      const start = image * channels * plane + from;
      for (let i = 0; i < plane; i++) data[start + i] = table[resized[from + i]];
    }
  }
  return { shape: [images, channels, imageSize, imageSize], data };
}

/** Crops the middle of square images: [channels, size, size] from [channels, from, from]. */
function centerOf(pixels: Uint8Array, channels: number, from: number, size: number): Uint8Array {
  const margin = Math.floor((from - size) / 2);
  const center = new Uint8Array(channels * size * size);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < size; y++) {
      const start = (channel * from + margin + y) * from + margin;
      center.set(pixels.subarray(start, start + size), (channel * size + y) * size);
    }
  }
  return center;
}

/**
 * For each channel, the model's input value of each of the 256 grey levels: (level * scale - mean) /
 * deviation.
 */
function levelTables({ pixels: { scale, mean, deviation } }: PreparedImages): readonly Float32Array[] {
  return mean.map((channelMean, channel) =>
    Float32Array.from({ length: 256 }, (_, level) => (level * scale - channelMean) / deviation[channel]),
  );
}
