import { expect, test } from 'vitest';
import { notesOf } from '#experiment/presets/experiment-preset.ts';
import { EXPERIMENT_PRESETS } from '#experiment/presets/registry.ts';

test('a note on one variant is shown with that variant only', () => {
  const form = EXPERIMENT_PRESETS['figure-3'].full;
  const notesWith = (name: string): string =>
    notesOf(
      form,
      form.variants.filter((variant) => variant.name === name),
    ).join(' ');
  expect(notesWith('qnli')).toContain('QNLI is tested on 2,000 rows');
  expect(notesWith('mrpc')).not.toContain('QNLI');
  expect(notesWith('mrpc')).toContain('stands in for the BERT-base');
});
