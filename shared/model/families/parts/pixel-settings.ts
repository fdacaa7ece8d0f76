import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/**
 * Conversion of an image's grey levels to the input of the patch embedding: resizing, then (level * scale -
 * mean) / deviation.
 */
export const pixelSettingsSchema = z.strictObject({
  /** Factor from grey levels to the range of means and deviations, usually 1 / 255. */
  scale: z.number().positive(),
  /** Per channel. */
  mean: z.array(z.number()),
  /** Per channel. */
  deviation: z.array(z.number().positive()),
  /**
   * Whether the file gives only the length of the shorter edge, so that only square images get the model's
   * size.
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

const preprocessorSchema = z.object({
  do_resize: z.literal(true).default(true),
  size: z.union([
    side.transform((length) => ({ height: length, width: length })),
    z.object({ height: side, width: side }),
    z
      .object({ shortest_edge: side, longest_edge: z.null().optional() })
      .transform(({ shortest_edge: edge }) => ({ height: edge, width: edge, squareOnly: true as const })),
  ]),
  resample: z.literal([BILINEAR, BICUBIC]).default(BILINEAR),
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
  image_mean: z.array(z.number()).default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number().positive()).default([0.5, 0.5, 0.5]),
});

/**
 * Reads the contents of a preprocessor_config.json for a model of this image size and number of channels.
 *
 * @throws {@link ModelError} naming `subject` and the setting that is not supported or does not fit the
 *   model.
 */
export function parsePixelSettings(
  value: unknown,
  { imageSize, channelCount }: { readonly imageSize: number; readonly channelCount: number },
  subject: string,
): PixelSettings {
  const raw = requireValid(preprocessorSchema, value, subject);
  const cropped = raw.do_center_crop === true ? raw.crop_size : undefined;
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
  if (raw.image_mean.length !== channelCount || raw.image_std.length !== channelCount) {
    throw new ModelError(`needs ${channelCount} means and deviations, one for each channel.`, {
      subject,
      remedy: 'Use the file that came with the model.',
    });
  }
  return {
    scale: raw.do_rescale ? raw.rescale_factor : 1,
    mean: raw.do_normalize ? raw.image_mean : raw.image_mean.map(() => 0),
    deviation: raw.do_normalize ? raw.image_std : raw.image_std.map(() => 1),
    ...('squareOnly' in raw.size ? { squareOnly: true } : {}),
    ...(raw.resample === BICUBIC ? { resample: 'bicubic' } : {}),
    ...(raw.size.height === imageSize ? {} : { resizedSize: raw.size.height }),
  };
}
