import { describe, expect, it } from 'vitest';
import { imagePixels } from '#shared/model/families/parts/image-pixels.ts';
import { parsePixelSettings } from '#shared/model/families/parts/pixel-settings.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_VIT } from '#test/support/tiny-vit.ts';

const parse = (value: object) =>
  parsePixelSettings({ resample: 2, ...value }, TINY_VIT, 'preprocessor_config.json');

/** One image of these extents, all of one grey level. */
function grey(height: number, width: number) {
  return { shape: [1, 3, height, width], pixels: new Uint8Array(3 * height * width).fill(51) } as const;
}

describe('the size that images are resized to', () => {
  it.each([[8], [{ height: 8, width: 8 }]])('%j stretches images of any shape', (size) => {
    const pixels = parse({ size });
    expect(imagePixels({ ...TINY_VIT, pixels }, grey(4, 6)).shape).toEqual([1, 3, 8, 8]);
  });

  it('that is given by the shorter edge takes square images, as the model does', () => {
    const pixels = parse({ size: { shortest_edge: 8 } });
    const square = imagePixels({ ...TINY_VIT, pixels }, grey(6, 6));
    expect(square).toEqual(imagePixels({ ...TINY_VIT, pixels: parse({ size: 8 }) }, grey(6, 6)));
    expect(thrownLine(() => imagePixels({ ...TINY_VIT, pixels }, grey(4, 6)))).toMatch(
      /6x4 pixels: .* Crop the images to squares/,
    );
  });

  it.each([
    [{ shortest_edge: 9 }, 'prepares images of 9x9; the model reads 8x8'],
    [{ height: 8, width: 4 }, 'prepares images of 8x4; the model reads 8x8'],
    [{ shortest_edge: 8, longest_edge: 12 }, 'size'],
  ])('%j is refused', (size, words) => {
    expect(thrownLine(() => parse({ size }))).toContain(words);
  });
});

describe('missing and additional fields of a preprocessor_config.json', () => {
  const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
  const given = (value: object, family = 'vit') =>
    parsePixelSettings({ size: 8, ...value }, { ...TINY_VIT, family }, 'preprocessor_config.json');

  it.each([
    [
      "ViT's by its name",
      { image_processor_type: 'ViTImageProcessorFast' },
      'deit',
      { mean: [0.5, 0.5, 0.5] },
    ],
    ["ViT's by the family", {}, 'vit', { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }],
    [
      "DeiT's by its name",
      { feature_extractor_type: 'DeiTFeatureExtractor' },
      'vit',
      { ...IMAGENET, resample: 'bicubic' },
    ],
    ["DeiT's by the family", { resample: null }, 'deit', { ...IMAGENET, resample: 'bicubic' }],
  ])('is %s', (_, value, family, expected) => {
    expect(given(value, family)).toMatchObject(expected);
  });

  it('is not guessed for other processors', () => {
    const stated = {
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      resample: 3,
      do_center_crop: false,
    };
    const processor = { image_processor_type: 'CLIPImageProcessor' };
    expect(given({ ...stated, ...processor }).resample).toBe('bicubic');
    for (const key of Object.keys(stated)) {
      expect(thrownLine(() => given({ ...stated, ...processor, [key]: undefined }))).toContain(
        `leaves out ${key}, whose default in "CLIPImageProcessor" is unknown`,
      );
    }
  });

  it.each([
    ['crop_pct', 0.875],
    ['do_flip_channel_order', true],
    ['rescale_offset', true],
    ['do_pad', true],
  ])('is refused when it is a step of its own: %s', (key, setting) => {
    expect(thrownLine(() => given({ [key]: setting }))).toContain(`${key}: is a step that is not supported`);
    expect(given({ [key]: null, do_convert_rgb: true }).mean).toEqual([0.5, 0.5, 0.5]);
  });
});
