import * as z from 'zod';
import { isRawSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { storedConfigSchema } from '#shared/model/families/stored-config.ts';

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

/**
 * The settings, completed with the sizes in the model directory that they name.
 *
 * @throws ConfigError when sizes are given in addition to a directory
 */
export function withModelSizes(settings: RawSettings, models: ModelSizes, subject: string): RawSettings {
  const directory = modelDirectoryOf(settings);
  const { model, data } = settings;
  if (directory === undefined || directory === '' || !isRawSettings(model)) return settings;
  if (!Object.hasOwn(models, directory)) throw new RangeError(`the sizes of ${directory} were not read`);
  const { imageTokens, ...sizes } = models[directory];
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
