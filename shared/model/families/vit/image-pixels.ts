import { DataError } from '#shared/errors.ts';
import type { ImageBatch } from '#shared/model/families/model-input.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { resizeBilinear } from './resize-bilinear.ts';
import type { ViTConfig } from './vit-config.ts';

/** Images as Hugging Face's image processor hands them to the model: resized, scaled and normalised. */
export function imagePixels(config: ViTConfig, { shape, pixels }: ImageBatch): Tensor {
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
      `${width}x${height} pixels: the model takes the shorter edge, which fits square images alone.`,
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
