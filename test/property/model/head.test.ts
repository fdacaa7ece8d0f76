import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Head, type HeadSettings, initialHead } from '#shared/model/head/head.ts';
import { headPass } from '#shared/model/head/head-pass.ts';
import { normalizedStep, updateHead } from '#shared/model/head/head-update.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

const settings: fc.Arbitrary<HeadSettings> = fc.oneof(
  fc.constant<HeadSettings>({ kind: 'linear' }),
  fc.record({
    kind: fc.constant('hidden' as const),
    width: fc.integer({ min: 1, max: 5 }),
    activation: fc.constant('tanh' as const),
  }),
);

const problem = fc.record({
  settings,
  batch: fc.integer({ min: 1, max: 4 }),
  featureCount: fc.integer({ min: 1, max: 5 }),
  /** 1 stands for scores. */
  labelCount: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});

/** A copy with one value changed by a step. */
function moved({ shape, data }: Tensor, index: number, by: number): Tensor {
  const copy = data.slice();
  copy[index] += by;
  return { shape, data: copy };
}

/** Central difference of a loss in one value. The actual step is the one after rounding to 32-bit floats. */
function difference(value: Tensor, index: number, loss: (changed: Tensor) => number): number {
  const up = moved(value, index, 0.001);
  const down = moved(value, index, -0.001);
  return (loss(up) - loss(down)) / (up.data[index] - down.data[index]);
}

it('gradients of heads and at their features agree with finite differences', () => {
  fc.assert(
    fc.property(problem, ({ settings: form, batch, featureCount, labelCount, seed }) => {
      const head = initialHead(form, { featureCount, labelCount }, seed);
      const features = randomTensor([batch, featureCount], seed);
      const targets =
        labelCount === 1
          ? Float32Array.from({ length: batch }, (_, row) => Math.sin(row + seed))
          : Int32Array.from({ length: batch }, (_, row) => (row * 7 + seed) % labelCount);
      const pass = headPass(head, features, targets);
      for (const [name, value] of head.parameters) {
        const gradient = pass.gradients.get(name)?.data ?? new Float32Array();
        const index = seed % value.data.length;
        const slope = difference(value, index, (changed) => {
          const other: Head = { settings: form, parameters: new Map([...head.parameters, [name, changed]]) };
          return headPass(other, features, targets).loss;
        });
        expect(Math.abs(gradient[index] - slope)).toBeLessThan(3e-5);
      }
      const index = seed % features.data.length;
      const slope = difference(features, index, (changed) => headPass(head, changed, targets).loss);
      expect(Math.abs(pass.featureGradient.data[index] - slope)).toBeLessThan(3e-5);
    }),
  );
});

it('a head of scores comes closer with each step, however long the features are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
      (seed, length) => {
        const features = randomTensor([6, 3], seed);
        const long = { ...features, data: features.data.map((value) => length * value) };
        const scores = Float32Array.from({ length: 6 }, (_, row) => Math.cos(row * seed));
        let head = initialHead({ kind: 'linear' }, { featureCount: 3, labelCount: 1 }, seed);
        for (let step = 0; step < 4; step++) {
          const pass = headPass(head, long, scores);
          const next = updateHead(head, pass.gradients, normalizedStep(0.2, long));
          expect(headPass(next, long, scores).loss).toBeLessThanOrEqual(pass.loss * (1 + 1e-6));
          head = next;
        }
      },
    ),
  );
});
