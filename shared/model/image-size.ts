import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from './families/model-config.ts';
import type { ImageInput } from './families/model-input.ts';
import { LARGEST_IMAGE, patchCount } from './families/parts/image-geometry.ts';
import { resizePositions } from './families/parts/resize-positions.ts';
import { describeModel } from './families/registry.ts';
import { requireTensor } from './named-tensor.ts';
import type { NamedTensors } from './tensor.ts';

const SUBJECT = 'model.imageSize';

/**
 * The config of a vision model for images of another size. Returns the given config if `imageSize` is
 * undefined or is the model's own size.
 *
 * @param imageSize Height and width of the images inside the model, in pixels: the setting `model.imageSize`.
 * @throws ConfigError for a model of texts, and for a size that the patch size does not divide
 */
export function configAtImageSize(config: ModelConfig, imageSize: number | undefined): ModelConfig {
  if (imageSize === undefined) return config;
  const { images, atImageSize } = requireImages(config);
  if (imageSize === images.imageSize) return config;
  const { patchSize } = images;
  if (imageSize % patchSize !== 0) {
    throw new ConfigError(`${imageSize} is not a multiple of the model's patch size ${patchSize}.`, {
      subject: SUBJECT,
      remedy: `Choose a multiple of ${patchSize}, for example ${nearestMultiple(imageSize, patchSize)}.`,
    });
  }
  return atImageSize(imageSize);
}

/**
 * The tensors of a model for images of another size: the table of positions is interpolated, all others stay.
 * Returns the given tensors if `imageSize` is undefined or is the model's own size.
 *
 * @param config Config of the tensors as given.
 * @throws ConfigError as {@link configAtImageSize}
 */
export function tensorsAtImageSize(
  config: ModelConfig,
  tensors: NamedTensors,
  imageSize: number | undefined,
): NamedTensors {
  const resized = configAtImageSize(config, imageSize);
  if (resized === config) return tensors;
  const [from, to] = [requireImages(config), requireImages(resized)];
  const learnedTokens = from.tokens - patchCount(from.images);
  const table = requireTensor(tensors, from.positions);
  const side = to.images.imageSize / to.images.patchSize;
  return new Map([...tensors, [from.positions, resizePositions({ table, learnedTokens }, side)]]);
}

function requireImages(config: ModelConfig): ImageInput {
  const { input } = describeModel(config);
  if (input.kind === 'image') return input;
  throw new ConfigError(`does not fit a ${config.family} model, which reads texts.`, {
    subject: SUBJECT,
    remedy: 'Leave it out, or use a vision model (vit, deit).',
  });
}

/** The multiple of the patch size that is nearest to a size, within the limits of the setting. */
function nearestMultiple(size: number, patchSize: number): number {
  const most = Math.max(1, Math.floor(LARGEST_IMAGE / patchSize));
  return patchSize * Math.min(most, Math.max(1, Math.round(size / patchSize)));
}
