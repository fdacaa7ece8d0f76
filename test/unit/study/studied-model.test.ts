import { describe, expect, test } from 'vitest';
import { studiedModel } from '#study/model/studied-model.ts';
import { hopBits, studyWorkload } from '#study/model/study-workload.ts';
import { modelSizeOf } from '#study/settings/model-sizes.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_LANGUAGE_MODEL } from '#test/support/tiny-language-run.ts';
import { TINY_VIT } from '#test/support/tiny-vit.ts';

const SIZES = { hiddenSize: 8, intermediateSize: 12, layerCount: 2 };

test('a study computes the model of its directory', () => {
  const models = { m: { ...SIZES, config: TINY_LANGUAGE_MODEL } };
  expect(studiedModel(parseStudy({ model: { directory: 'm' } }, 's', models))).toEqual(TINY_LANGUAGE_MODEL);
});

test('without a directory, a study computes a BERT of its sizes', () => {
  expect(studiedModel(parseStudy({ model: SIZES }, 's'))).toMatchObject({ family: 'bert', ...SIZES });
});

test('the gated layers of a Llama take more operations than those of a BERT of its widths', () => {
  const flopsOf = (model: Readonly<Record<string, unknown>>) =>
    studyWorkload(parseStudy({ model, data: { maxTokens: 4 }, training: { batchSize: 1 } }, 's')).forward
      .flops;
  // Of 4 tokens in 2 layers: gate, but half of the keys and values.
  const more = 2 * 4 * 2 * (8 * 12 - 2 * 8 * 4);
  expect(flopsOf({ ...SIZES, config: TINY_LANGUAGE_MODEL })).toBe(flopsOf(SIZES) + more);
});

describe('with an image size, a study computes', () => {
  const directory = { directory: 'm' };
  const models = { m: modelSizeOf(TINY_VIT), text: modelSizeOf(TINY_LANGUAGE_MODEL) };
  const parse = (model: Readonly<Record<string, unknown>>) => parseStudy({ model }, 's', models);

  test('the tokens, bits and operations of images of this size', () => {
    const [own, larger] = [parse(directory), parse({ ...directory, imageSize: 16 })];
    expect([own.data.maxTokens, larger.data.maxTokens]).toEqual([5, 17]);
    expect(studiedModel(larger)).toEqual({ ...TINY_VIT, imageSize: 16 });
    expect(hopBits(larger).embeddings / hopBits(own).embeddings).toBe(17 / 5);
    // The dense layer of patches of 4x4 pixels in 3 channels, for each value of a token.
    expect(studyWorkload(larger).embed.flops).toBe(
      larger.training.batchSize * 17 * TINY_VIT.hiddenSize * 2 * 3 * 4 * 4,
    );
    expect(studyWorkload(larger).forward.flops).toBeGreaterThan((17 / 5) * studyWorkload(own).forward.flops);
  });

  test('the same as before at the own size of the model', () => {
    const { imageSize: _, ...model } = parse({ ...directory, imageSize: TINY_VIT.imageSize }).model;
    expect(model).toEqual(parse(directory).model);
  });

  test('nothing for a model of texts, without a directory, or for a size that does not fit', () => {
    expect(thrownLine(() => parse({ directory: 'text', imageSize: 16 }))).toContain('model.imageSize');
    expect(thrownLine(() => parse({ imageSize: 16 }))).toBe(
      's: model.imageSize is given without model.directory. Name a vision model with --model, or leave it out.',
    );
    expect(thrownLine(() => parse({ ...directory, imageSize: 18 }))).toContain('for example 20.');
    expect(thrownLine(() => parse({ ...directory, imageSize: -4 }))).toContain('must be above 0');
    const withoutConfig = { m: SIZES };
    expect(
      thrownLine(() => parseStudy({ model: { ...directory, imageSize: 16 } }, 's', withoutConfig)),
    ).toContain('Plan the study again');
  });
});

test.each([{ family: 'gpt5' }, { ...TINY_LANGUAGE_MODEL, headCount: 'many' }])(
  'a config that is none is refused: %j',
  (config) => {
    expect(thrownLine(() => parseStudy({ model: { config } }, 'study.yaml'))).toContain('model.config');
  },
);
