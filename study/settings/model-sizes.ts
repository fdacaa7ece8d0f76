import * as z from 'zod';
import { isRawSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { restoreConfig, storedConfigSchema } from '#shared/model/families/stored-config.ts';
import { configAtImageSize } from '#shared/model/image-size.ts';
import { imageSizeSetting } from '#shared/model/settings.ts';

const extent = z.int().positive();

/** The sizes in a model directory that a study uses. */
export const modelSizeSchema = z.strictObject({
  hiddenSize: extent,
  intermediateSize: extent,
  layerCount: extent,
  /** Tokens per image; undefined for text models, whose texts are cut to `data.maxTokens`. */
  imageTokens: extent.optional(),
  /** Family and form of the model; plans of earlier versions lack it. */
  config: storedConfigSchema.optional(),
});

export type ModelSize = z.output<typeof modelSizeSchema>;

/** Model sizes, keyed by the directory as named in the settings. */
export type ModelSizes = Readonly<Record<string, ModelSize>>;

/** The model directory named in the settings, if any. */
export function modelDirectoryOf({ model }: RawSettings): string | undefined {
  return isRawSettings(model) && typeof model.directory === 'string' ? model.directory : undefined;
}

/** The sizes of a model that a study uses. */
export function modelSizeOf(config: ModelConfig): ModelSize {
  const { hiddenSize, intermediateSize, layerCount } = config;
  const sizes = { hiddenSize, intermediateSize, layerCount, config: { ...config } };
  const { input } = describeModel(config);
  return input.kind === 'text' ? sizes : { ...sizes, imageTokens: input.tokens };
}

/**
 * The settings, completed with the sizes in the model directory that they name: of a vision model, at
 * `model.imageSize`.
 *
 * @throws ConfigError when sizes are given in addition to a directory, or for an image size that does not fit
 *   the model
 */
export function withModelSizes(settings: RawSettings, models: ModelSizes, subject: string): RawSettings {
  const directory = modelDirectoryOf(settings);
  const { model, data } = settings;
  if (directory === undefined || directory === '' || !isRawSettings(model)) {
    requireNoImageSize(settings, subject);
    return settings;
  }
  if (!Object.hasOwn(models, directory)) throw new RangeError(`the sizes of ${directory} were not read`);
  const { imageTokens, ...sizes } = atImageSize(models[directory], model.imageSize);
  const twice = Object.keys(sizes).find((name) => model[name] !== undefined);
  if (twice !== undefined) {
    throw new ConfigError(`model.${twice} is given in addition to model.directory, which determines it.`, {
      subject,
      remedy: 'Leave one of them out.',
    });
  }
  return {
    ...settings,
    model: { ...model, ...sizes },
    ...(imageTokens === undefined
      ? {}
      : { data: { ...(isRawSettings(data) ? data : {}), maxTokens: imageTokens } }),
  };
}

/**
 * The sizes at the setting `model.imageSize`. A value that the schema of settings will refuse changes
 * nothing.
 *
 * @throws ConfigError for a size that does not fit the model, and for a plan of an earlier version
 */
function atImageSize(size: ModelSize, value: unknown): ModelSize {
  const imageSize = imageSizeSetting.safeParse(value).data;
  if (imageSize === undefined) return size;
  if (size.config === undefined) {
    throw new ConfigError('is given, but the stored plan has no config of the model.', {
      subject: 'model.imageSize',
      remedy: 'Plan the study again with this version.',
    });
  }
  return modelSizeOf(configAtImageSize(restoreConfig(size.config), imageSize));
}

/** Without a model directory a study's model is one of texts. */
function requireNoImageSize({ model }: RawSettings, subject: string): void {
  if (!isRawSettings(model) || model.imageSize === undefined) return;
  throw new ConfigError('model.imageSize is given without model.directory.', {
    subject,
    remedy: 'Name a vision model with --model, or leave it out.',
  });
}
