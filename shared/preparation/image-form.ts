import type { ImageForm } from '#shared/data/image/decode-image.ts';
import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';

/** The form in which a model's images are stored: that which its own preparation would give them. */
export function imageForm(model: ModelConfig): ImageForm {
  const { input } = describeModel(model);
  if (input.kind !== 'image') {
    throw new ConfigError(`task images does not fit a ${model.family} model.`, {
      subject: 'data.task',
      remedy: 'Choose a text task for a model of texts and an image task for one of images.',
    });
  }
  const { imageSize, channelCount, pixels } = input.images;
  return {
    channels: channelCount,
    size: pixels.resizedSize ?? imageSize,
    resample: pixels.resample ?? 'bilinear',
    cutToSquare: pixels.squareOnly ?? false,
  };
}
