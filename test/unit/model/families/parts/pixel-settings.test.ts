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
