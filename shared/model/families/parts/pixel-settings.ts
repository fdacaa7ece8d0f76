import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/** How an image's grey levels become what the patch embedding reads: resized, then (level * scale - mean) / deviation. */
export const pixelSettingsSchema = z.strictObject({
  /** Grey levels to the range the means and deviations are in, usually 1 / 255. */
  scale: z.number().positive(),
  /** Per channel. */
  mean: z.array(z.number()),
  /** Per channel. */
  deviation: z.array(z.number().positive()),
  /** Whether the file gives the length of the shorter edge alone, so that only square images come out as the model wants. */
  squareOnly: z.literal(true).optional(),
  /** Filter of the resizing; bilinear where absent. */
  resample: z.literal('bicubic').optional(),
  /** Height and width that images are resized to before the model's are cut out of their middle; the model's where absent. */
  resizedSize: z.int().positive().optional(),
});

export type PixelSettings = Readonly<z.infer<typeof pixelSettingsSchema>>;

/** PIL's numbers of the filters that are supported. */
const BILINEAR = 2;
const BICUBIC = 3;

const side = z.int().positive();

const preprocessorSchema = z.object({
  do_resize: z.literal(true).default(true),
  size: z.union([
    side.transform((length) => ({ height: length, width: length })),
    z.object({ height: side, width: side }),
    z
      .object({ shortest_edge: side, longest_edge: z.undefined() })
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
 * Reads the contents of a preprocessor_config.json for a model of these extents.
 *
 * @throws {@link ModelError} naming `subject` and what is not supported, or does not fit the model.
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
