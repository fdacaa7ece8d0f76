import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { quoted } from '#shared/quoted.ts';

/**
 * Conversion of an image's grey levels to the input of the patch embedding: resizing, then (level * scale -
 * mean) / deviation.
 */
export const pixelSettingsSchema = z.strictObject({
  /** Factor that converts grey levels to the range of means and deviations, usually 1 / 255. */
  scale: z.number().positive(),
  /** Per channel. */
  mean: z.array(z.number()),
  /** Per channel. */
  deviation: z.array(z.number().positive()),
  /**
   * Whether preprocessor_config.json states only the length of the shorter edge. Resizing then gives the
   * model's image size for square images only.
   */
  squareOnly: z.literal(true).optional(),
  /** Filter for resizing; bilinear when absent. */
  resample: z.literal('bicubic').optional(),
  /**
   * Height and width to which images are resized before the crop of their middle; the model's image size when
   * absent.
   */
  resizedSize: z.int().positive().optional(),
});

export type PixelSettings = Readonly<z.infer<typeof pixelSettingsSchema>>;

/** PIL's numbers of the supported filters. */
const BILINEAR = 2;
const BICUBIC = 3;

const side = z.int().positive();

const preprocessorSchema = z.looseObject({
  do_resize: z.literal(true).default(true),
  size: z.union([
    side.transform((length) => ({ height: length, width: length })),
    z.object({ height: side, width: side }),
    z
      .object({ shortest_edge: side, longest_edge: z.null().optional() })
      .transform(({ shortest_edge: edge }) => ({ height: edge, width: edge, squareOnly: true as const })),
  ]),
  resample: z.literal([BILINEAR, BICUBIC]).nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: z
    .union([
      side.transform((length) => ({ height: length, width: length })),
      z.object({ height: side, width: side }),
    ])
    .nullish(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).nullish(),
  image_std: z.array(z.number().positive()).nullish(),
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
});

/** Keys that do not change the pixels of an image of three channels. */
const HARMLESS_KEYS = [
  ...['processor_class', 'auto_map', 'do_convert_rgb', 'data_format', 'input_data_format', 'return_tensors'],
  ...['device', 'disable_grouping', 'default_to_square', '_valid_processor_keys', 'do_reduce_labels'],
];

const checkedSchema = preprocessorSchema.superRefine((value, context) => {
  for (const [key, setting] of Object.entries(value)) {
    const isOff = setting === null || setting === false;
    if (Object.hasOwn(preprocessorSchema.shape, key) || HARMLESS_KEYS.includes(key) || isOff) continue;
    context.addIssue({ code: 'custom', path: [key], message: 'is a step that is not supported' });
  }
});

/** Defaults of transformers' image processors. */
interface ProcessorDefaults {
  readonly resample: 2 | 3;
  readonly do_center_crop: boolean;
  readonly image_mean: readonly number[];
  readonly image_std: readonly number[];
}

const DEFAULTS: Readonly<Record<string, ProcessorDefaults>> = {
  vit: { resample: 2, do_center_crop: false, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
  deit: {
    resample: 3,
    do_center_crop: true,
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
  },
};

/**
 * Fills in the settings that the file leaves out with the defaults of its image processor: of the class that
 * the file names, or else of the model's family.
 *
 * @throws {@link ModelError} for a processor without known defaults whose file leaves a setting out
 */
function withDefaults(raw: z.output<typeof preprocessorSchema>, family: string, subject: string) {
  const type = raw.image_processor_type ?? raw.feature_extractor_type;
  const name = type?.replace(/(?:ImageProcessor\w*|FeatureExtractor)$/, '').toLowerCase() ?? family;
  const known = Object.hasOwn(DEFAULTS, name) ? DEFAULTS[name] : undefined;
  const settingOf = <Key extends keyof ProcessorDefaults>(key: Key) => {
    const value = raw[key] ?? known?.[key];
    if (value !== undefined) return value;
    throw new ModelError(`leaves out ${key}, whose default in ${quoted(type)} is unknown.`, {
      subject,
      remedy: 'Save the image processor again with transformers, which writes every setting.',
    });
  };
  return {
    resample: settingOf('resample'),
    isCropped: settingOf('do_center_crop'),
    mean: [...settingOf('image_mean')],
    deviation: [...settingOf('image_std')],
  };
}

/**
 * Reads the contents of a preprocessor_config.json for a model of this image size and number of channels.
 *
 * @throws {@link ModelError} naming `subject` and the setting that is not supported or does not fit the
 *   model.
 */
export function parsePixelSettings(
  value: unknown,
  {
    family,
    imageSize,
    channelCount,
  }: { readonly family: string; readonly imageSize: number; readonly channelCount: number },
  subject: string,
): PixelSettings {
  const raw = requireValid(checkedSchema, value, subject);
  const { resample, isCropped, mean, deviation } = withDefaults(raw, family, subject);
  const cropped = isCropped ? raw.crop_size : undefined;
  const { height, width } = cropped ?? raw.size;
  const isSquare = raw.size.height === raw.size.width && raw.size.height >= imageSize;
  if (height !== imageSize || width !== imageSize || !isSquare) {
    throw new ModelError(
      `prepares images of ${raw.size.height}x${raw.size.width}${cropped === undefined || cropped === null ? '' : `, cut to ${height}x${width}`}; the model reads ${imageSize}x${imageSize}.`,
      {
        subject,
        remedy: 'Use the file that came with the model.',
      },
    );
  }
  if (mean.length !== channelCount || deviation.length !== channelCount) {
    throw new ModelError(`needs ${channelCount} means and deviations, one for each channel.`, {
      subject,
      remedy: 'Use the file that came with the model.',
    });
  }
  return {
    scale: raw.do_rescale ? raw.rescale_factor : 1,
    mean: raw.do_normalize ? mean : mean.map(() => 0),
    deviation: raw.do_normalize ? deviation : deviation.map(() => 1),
    ...('squareOnly' in raw.size ? { squareOnly: true } : {}),
    ...(resample === BICUBIC ? { resample: 'bicubic' } : {}),
    ...(raw.size.height === imageSize ? {} : { resizedSize: raw.size.height }),
  };
}

/**
 * Whether the image processor of a preprocessor_config.json crops images after it has resized them.
 *
 * @throws {@link ModelError} as {@link parsePixelSettings}
 */
export function isCenterCropped(value: unknown, family: string, subject: string): boolean {
  return withDefaults(requireValid(checkedSchema, value, subject), family, subject).isCropped;
}

/**
 * The preparation of images for a model of another image size. If images are resized to a larger size and
 * their middle is cropped, both sizes change by the same factor, so that the crop shows the same part.
 */
export function pixelsAtImageSize(pixels: PixelSettings, from: number, to: number): PixelSettings {
  const { resizedSize, ...others } = pixels;
  if (resizedSize === undefined) return pixels;
  const resized = resizedAtImageSize(resizedSize, from, to);
  return resized === to ? others : { ...others, resizedSize: resized };
}

/** The size to which images are resized before the crop of their middle, in proportion to the image size. */
export function resizedAtImageSize(resizedSize: number, from: number, to: number): number {
  return Math.round((resizedSize * to) / from);
}
