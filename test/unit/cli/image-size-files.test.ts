import { describe, expect, it } from 'vitest';
import { configTextAtImageSize, preprocessorTextAtImageSize } from '#cli/export/image-size-files.ts';

describe('config.json at another image size', () => {
  it('changes the size and leaves the rest of the text', () => {
    const text = '{\n  "image_size": 224,\n  "layer_norm_eps": 1e-12,\n  "dropout": 2.0\n}\n';
    expect(configTextAtImageSize(text, 112)).toBe(text.replace('224', '112'));
  });

  it('adds a size that the file leaves to the default', () => {
    const text = configTextAtImageSize('{ "model_type": "vit", "dropout": 2.0 }', 112);
    expect(JSON.parse(text)).toEqual({ image_size: 112, model_type: 'vit', dropout: 2 });
    expect(text).toContain('2.0');
  });
});

describe('preprocessor_config.json at another image size', () => {
  const at112 = (value: Readonly<Record<string, unknown>>, family = 'vit') => {
    const text = JSON.stringify(value, undefined, 2);
    return JSON.parse(
      preprocessorTextAtImageSize(text, { family, imageSize: 224 }, 112, 'preprocessor_config.json'),
    );
  };

  it.each([
    [224, 112],
    [
      { height: 224, width: 224 },
      { height: 112, width: 112 },
    ],
    [{ shortest_edge: 224 }, { shortest_edge: 112 }],
  ])('changes a size of the form %j', (size, expected) => {
    expect(at112({ image_mean: [0.5, 0.5, 0.5], size })).toEqual({
      image_mean: [0.5, 0.5, 0.5],
      size: expected,
    });
  });

  it.each([[224], [{ height: 224, width: 224 }]])(
    'changes crop and size before it in proportion: %j',
    (crop) => {
      const expected = typeof crop === 'number' ? 112 : { height: 112, width: 112 };
      expect(at112({ size: 256, do_center_crop: true, crop_size: crop })).toEqual({
        size: 128,
        do_center_crop: true,
        crop_size: expected,
      });
    },
  );

  it('adds the crop that the processor has by default', () => {
    const crop = { crop_size: { height: 112, width: 112 } };
    expect(at112({ size: 224 }, 'deit')).toEqual({ size: 112, ...crop });
    expect(at112({ size: 224, crop_size: null }, 'deit')).toEqual({ size: 112, ...crop });
    expect(at112({ size: 224, do_center_crop: false }, 'deit')).toEqual({ size: 112, do_center_crop: false });
  });
});
