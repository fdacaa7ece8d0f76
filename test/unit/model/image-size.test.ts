import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { vitConfigSchema } from '#shared/model/families/vit/vit-config.ts';
import { readLanguageModel } from '#shared/model/hugging-face/language-model.ts';
import { readModelConfig, readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { configAtImageSize, tensorsAtImageSize } from '#shared/model/image-size.ts';
import { modelSettings } from '#shared/model/settings.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine, thrownLine } from '#test/support/thrown.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { TINY_VIT, tinyViTTensors } from '#test/support/tiny-vit.ts';

const CASES = join(import.meta.dirname, '../../golden/families/cases');

describe('the image size', () => {
  it('of the model itself, or none, changes nothing', () => {
    const tensors = tinyViTTensors();
    for (const size of [undefined, TINY_VIT.imageSize]) {
      expect(configAtImageSize(TINY_VIT, size)).toBe(TINY_VIT);
      expect(tensorsAtImageSize(TINY_VIT, tensors, size)).toBe(tensors);
    }
  });

  it('changes the size in the config and the positions, and no other tensor', async () => {
    const folder = scratchFolder(tinyViTAndImages());
    const [own, larger] = [await readModelDirectory(folder), await readModelDirectory(folder, 12)];
    expect(larger.config).toEqual({ ...own.config, imageSize: 12 });
    expect(await readModelConfig(folder, 12)).toEqual(larger.config);
    expect([...larger.tensors.keys()]).toEqual([...own.tensors.keys()]);
    const changed = [...larger.tensors].filter(
      ([name, tensor]) => tensor.data !== own.tensors.get(name)?.data,
    );
    const unequal = changed.filter(([name, { data }]) => data.join() !== own.tensors.get(name)?.data.join());
    expect(unequal.map(([name, { shape }]) => [name, shape])).toEqual([
      ['embeddings.position_embeddings', [1, 10, 8]],
    ]);
  });

  it('changes the size before a crop in proportion', () => {
    const sizesAt = (imageSize: number) => {
      const config = { ...TINY_VIT, pixels: { ...TINY_VIT.pixels, resizedSize: 9 } };
      const { pixels } = vitConfigSchema('vit').parse(configAtImageSize(config, imageSize));
      return pixels.resizedSize;
    };
    expect([sizesAt(8), sizesAt(16), sizesAt(12)]).toEqual([9, 18, 14]);
    // 9 * 4 / 8 is rounded to 5; 9 * 4 / 8 - 4 leaves a crop of one pixel.
    expect(sizesAt(4)).toBe(5);
  });

  it('is refused for a model of texts, with the setting and the remedy', async () => {
    expect(thrownLine(() => configAtImageSize(TINY_BERT, 112))).toBe(
      'model.imageSize: does not fit a bert model, which reads texts. Leave it out, or use a vision model (vit, deit).',
    );
    expect(await rejectedLine(readModelDirectory(join(CASES, 'bert'), 112))).toContain('model.imageSize');
    expect(await rejectedLine(readLanguageModel(join(CASES, 'gpt2'), 112))).toContain('model.imageSize');
  });

  it('is refused if the patch size does not divide it, with the nearest that it divides', () => {
    const lineAt = (size: number) => thrownLine(() => configAtImageSize(TINY_VIT, size));
    expect(lineAt(13)).toBe(
      "model.imageSize: 13 is not a multiple of the model's patch size 4. Choose a multiple of 4, for example 12.",
    );
    expect(lineAt(1)).toContain('for example 4.');
    expect(lineAt(1023)).toContain('for example 1024.');
  });

  it.each([
    [0, 'above 0'],
    [-16, 'above 0'],
    [1025, 'at most 1024'],
    [11.5, 'a whole number'],
  ])('is refused as a setting: %d', (imageSize, wanted) => {
    const line = thrownLine(() => parseStrict(modelSettings, { directory: 'm', imageSize }, 'settings'));
    expect(line).toMatch(new RegExp(`imageSize is ${imageSize}: it must be ${wanted}`));
  });
});
