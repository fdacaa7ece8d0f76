import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loraShapes } from '#shared/model/lora/lora-parameters.ts';
import { readPeftAdapter, writePeftAdapter } from '#shared/model/lora/peft-adapter.ts';
import { LORA_TARGETS } from '#shared/model/lora/settings.ts';
import { randomTensor, TINY_BERT } from '#test/support/tiny-bert.ts';

const settings = fc.record({
  rank: fc.integer({ min: 1, max: 9 }),
  alpha: fc.double({ min: 0.1, max: 64, noNaN: true }),
  targets: fc.uniqueArray(fc.constantFrom(...LORA_TARGETS), { minLength: 1 }),
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
