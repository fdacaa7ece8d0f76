import { expect, test } from 'vitest';
import { headStorageWarning } from '#shared/preparation/head-storage.ts';
import { tinyConfig } from '#test/support/tiny-run.ts';

const recordOf = (devices: number, vocabularySize?: number) => ({
  config: tinyConfig('folder', { training: { devices } }),
  hiddenSize: 896,
  labelNames: ['tokens'],
  finalNorm: ['norm.weight'],
  ...(vocabularySize === undefined ? {} : { vocabularySize }),
});

test('heads with large output matrices are warned of, with their size and the remedy', () => {
  expect(headStorageWarning(recordOf(20, 150_000))).toBe(
    'the heads of 20 devices are 10.8 GB, 0.538 GB each, and up to five states of them are stored. ' +
      'Use fewer devices, or head.train=norm, which keeps the output matrix frozen.',
  );
});

test.each([
  ['few devices', recordOf(3, 150_000)],
  ['a small vocabulary', recordOf(20, 1000)],
  ['frozen matrices', recordOf(20)],
])('heads are not warned of: %s', (_, record) => {
  expect(headStorageWarning(record)).toBeUndefined();
});
