import { expect, test } from 'vitest';
import { studiedModel } from '#study/model/studied-model.ts';
import { studyWorkload } from '#study/model/study-workload.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_LANGUAGE_MODEL } from '#test/support/tiny-language-run.ts';

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

test.each([{ family: 'gpt5' }, { ...TINY_LANGUAGE_MODEL, headCount: 'many' }])(
  'a config that is none is refused: %j',
  (config) => {
    expect(thrownLine(() => parseStudy({ model: { config } }, 'study.yaml'))).toContain('model.config');
  },
);
