import { expect, test } from 'vitest';
import { largeHeadWarnings } from '#shared/preparation/large-heads.ts';
import { tinyConfig } from '#test/support/tiny-run.ts';

const recordOf = (devices: number, vocabularySize?: number) => ({
  config: tinyConfig('folder', { training: { devices } }),
  hiddenSize: 896,
  labelNames: ['tokens'],
  finalNorm: ['norm.weight'],
  ...(vocabularySize === undefined ? {} : { vocabularySize }),
});

test('heads with large output matrices are warned of, with their size and the remedy', () => {
  expect(largeHeadWarnings(recordOf(20, 150_000), false)).toEqual([
    'the heads of 20 devices are 10.8 GB, 0.538 GB each, and up to five states of them are stored. ' +
      'Use fewer devices, or head.train=norm, which keeps the output matrix frozen.',
  ]);
});

test('heads for which the device functions of a deployment lack memory are warned of', () => {
  expect(largeHeadWarnings(recordOf(3, 150_000), true)).toEqual([
    'a step of a head of 0.538 GB takes 2.69 GB of memory or more, a device function of the deployment has ' +
      '1769 MB, so no device will answer. Run it elsewhere, or use head.train=norm, which keeps the output matrix frozen.',
  ]);
  expect(largeHeadWarnings(recordOf(3, 50_000), true)).toEqual([]);
});

test.each([
  ['few devices', recordOf(3, 150_000)],
  ['a small vocabulary', recordOf(20, 1000)],
  ['frozen matrices', recordOf(20)],
])('heads are not warned of: %s', (_, record) => {
  expect(largeHeadWarnings(record, false)).toEqual([]);
});
