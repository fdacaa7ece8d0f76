import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import {
  parsePixelSettings,
  pixelSettingsSchema,
  pixelsAtImageSize,
} from '#shared/model/families/parts/pixel-settings.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/** Families with ViT's form, by Hugging Face's `model_type`. */
export type ViTName = 'vit' | 'deit';

/**
 * Schema of the config of a ViT encoder: LayerNorm before the sublayers, erf GELU, learned tokens before the
 * patches, learned positions, a final layer norm.
 */
export function vitConfigSchema<Name extends ViTName>(name: Name) {
  return z.strictObject({
    family: z.literal(name),
    ...COMMON_CONFIG,
    /** Height and width of the images inside the model, in pixels. */
    imageSize: count,
    /** Height and width of a patch, in pixels; a divisor of `imageSize`. */
    patchSize: count,
    channelCount: count,
    pixels: pixelSettingsSchema,
  });
}

export type ViTConfig<Name extends ViTName = 'vit'> = Readonly<
  z.infer<ReturnType<typeof vitConfigSchema<Name>>>
>;

/**
 * Schema of a ViT config.json that this project supports. Other keys are ignored, because they do not change
 * the features.
 */
const huggingFaceViTSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layers,
  num_attention_heads: count,
  intermediate_size: count,
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  image_size: count.default(224),
  patch_size: count.default(16),
  num_channels: count.default(3),
  qkv_bias: z.literal(true).default(true),
  pooler_act: z.literal('tanh').default('tanh'),
  pooler_output_size: count.nullish(),
});

/**
 * Reads the contents of a ViT's config.json and preprocessor_config.json.
 *
 * @throws {@link ModelError} naming the file and the value that is not supported.
 */
export function parseViT<Name extends ViTName>(
  family: Name,
  { config: { value, subject }, preprocessor }: ConfigFiles,
): Readonly<z.infer<ReturnType<typeof vitConfigSchema<ViTName>>>> & { readonly family: Name } {
  const raw = requireValid(huggingFaceViTSchema, value, subject);
  if (raw.image_size % raw.patch_size !== 0) {
    throw new ModelError(`image_size ${raw.image_size} is not a multiple of patch_size ${raw.patch_size}.`, {
      subject,
      remedy: 'Correct the file.',
    });
  }
  if (preprocessor === undefined) {
    throw new ModelError(`describes a ${family} model, but has no preprocessor_config.json for its images.`, {
      subject,
      remedy: 'Put the preprocessor_config.json that came with the model beside it.',
    });
  }
  const extents = { imageSize: raw.image_size, channelCount: raw.num_channels };
  return {
    family,
    hiddenSize: raw.hidden_size,
    layerCount: raw.num_hidden_layers,
    headCount: raw.num_attention_heads,
    intermediateSize: raw.intermediate_size,
    layerNormEpsilon: raw.layer_norm_eps,
    ...extents,
    patchSize: raw.patch_size,
    pixels: parsePixelSettings(preprocessor.value, { family, ...extents }, preprocessor.subject),
  };
}

/** The config for images of another size, a multiple of the patch size. */
export function vitAtImageSize<Name extends ViTName>(
  config: ViTConfig<Name>,
  imageSize: number,
): ViTConfig<Name> {
  return { ...config, imageSize, pixels: pixelsAtImageSize(config.pixels, config.imageSize, imageSize) };
}
