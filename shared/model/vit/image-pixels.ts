import { DataError } from '#shared/errors.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { resizeBilinear } from './resize-bilinear.ts';
import type { ViTConfig } from './vit-config.ts';

/** Images of one size as they are stored. */
export interface ImageBatch {
  /** [images, channels, height, width] */
  readonly shape: readonly [number, number, number, number];
  /** Grey levels 0-255 in the order of `shape`. */
  readonly pixels: Uint8Array;
}

/** Images as Hugging Face's image processor hands them to the model: resized, scaled and normalised. */
export function imagePixels(config: ViTConfig, { shape, pixels }: ImageBatch): Tensor {
  const [images, channels, height, width] = shape;
  const { imageSize, channelCount } = config;
  if (channels !== channelCount || pixels.length !== images * channels * height * width) {
    throw new DataError(
      `${pixels.length} grey levels are not ${images} images of ${channelCount} channels.`,
      {
        remedy: 'Choose a data set of images in colour for a model that reads colour.',
      },
    );
  }
  const stride = channels * height * width;
  const plane = imageSize * imageSize;
  const data = new Float32Array(images * channels * plane);
  const tables = levelTables(config);
  for (let image = 0; image < images; image++) {
    const source = pixels.subarray(image * stride, (image + 1) * stride);
    const resized = resizeBilinear(source, { channels, height, width }, imageSize);
    const start = image * channels * plane;
    for (let i = 0; i < resized.length; i++) data[start + i] = tables[Math.floor(i / plane)][resized[i]];
  }
  return { shape: [images, channels, imageSize, imageSize], data };
}

/** For each channel, the value of each of the 256 grey levels: (level * scale - mean) / deviation. */
function levelTables({ pixels: { scale, mean, deviation } }: ViTConfig): readonly Float32Array[] {
  return mean.map((channelMean, channel) =>
    Float32Array.from({ length: 256 }, (_, level) => (level * scale - channelMean) / deviation[channel]),
  );
}
