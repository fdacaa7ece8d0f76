import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import { initialLora, loraShapes } from '#shared/model/lora/lora-parameters.ts';
import { readPeftAdapter } from '#shared/model/lora/read-peft-adapter.ts';
import { DEFAULT_TARGETS } from '#shared/model/lora/settings.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { randomTensor, TINY_BERT } from '#test/support/tiny-bert.ts';

const LAYERS = [
  'all-linear',
  'query',
  'value',
  'output.dense',
  'intermediate.dense',
  'encoder.layer.1.output.dense',
  '0\\..*',
  '.*\\.(key|value)',
  'pooler.dense',
];

const settings = fc.record({
  rank: fc.integer({ min: 1, max: 9 }),
  alpha: fc.double({ min: 0.1, max: 64, noNaN: true }),
  targets: fc.uniqueArray(fc.constantFrom(...DEFAULT_TARGETS), { minLength: 1 }),
});

it('any adapter is read back as it was written, bit for bit', () => {
  fc.assert(
    fc.property(settings, fc.nat(), (lora, seed) => {
      const tensors = new Map(
        [...loraShapes(TINY_BERT, lora)].map(([name, shape], index) => [
          name,
          randomTensor(shape, seed + index),
        ]),
      );
      const adapter = { settings: lora, tensors };
      const files = writePeftAdapter(TINY_BERT, adapter, 'model');
      const back = readPeftAdapter(TINY_BERT, files, 'folder');
      expect(back).toEqual(adapter);
      expect([...back.tensors.keys()]).toEqual([...tensors.keys()]);
    }),
  );
});

/** Names, ends of names, patterns and all-linear, in any mixture. */
const anySettings = fc.record(
  {
    rank: fc.integer({ min: 1, max: 4 }),
    alpha: fc.double({ min: 0.1, max: 64, noNaN: true }),
    targets: fc.uniqueArray(fc.constantFrom(...LAYERS), { minLength: 1 }),
    rankPattern: fc.dictionary(fc.constantFrom(...LAYERS.slice(1)), fc.integer({ min: 1, max: 4 })),
    alphaPattern: fc.dictionary(fc.constantFrom(...LAYERS.slice(1)), fc.integer({ min: 1, max: 9 })),
    rankStabilized: fc.boolean(),
  },
  { requiredKeys: ['rank', 'alpha', 'targets'] },
);

it('adapters on any layers keep layers, ranks and scalings through a folder', () => {
  fc.assert(
    fc.property(anySettings, fc.nat(), (lora, seed) => {
      const tensors = initialLora(TINY_BERT, lora, seed);
      const files = writePeftAdapter(TINY_BERT, { settings: lora, tensors }, 'model');
      const back = readPeftAdapter(TINY_BERT, files, 'folder');
      expect(loraModules(TINY_BERT, back.settings)).toEqual(loraModules(TINY_BERT, lora));
      expect(back.tensors).toEqual(tensors);
    }),
  );
});
