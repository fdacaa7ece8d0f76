import fc from 'fast-check';
import { expect, it } from 'vitest';
import { initialOptimizerState, optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import type { OptimizerSettings } from '#shared/model/optimizer/settings.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

const rate = fc.double({ min: 1e-5, max: 0.5, noNaN: true });
const settings: fc.Arbitrary<OptimizerSettings> = fc.oneof(
  rate.map((learningRate): OptimizerSettings => ({ kind: 'sgd', learningRate })),
  fc.tuple(rate, fc.double({ min: 0, max: 0.1, noNaN: true })).map(
    ([learningRate, weightDecay]): OptimizerSettings => ({
      kind: 'adamw',
      learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay,
    }),
  ),
);

const stored = (tensors: NamedTensors) =>
  floatTensors(readSafetensors(writeSafetensors(tensors), 'checkpoint').tensors, 'checkpoint');

const named = (seed: number): NamedTensors =>
  new Map([
    ['a', randomTensor([2, 3], seed)],
    ['b', randomTensor([4], seed + 1)],
  ]);

it('stopping at any step, storing everything and going on ends in the same bits', () => {
  fc.assert(
    fc.property(settings, fc.integer({ min: 0, max: 5 }), fc.nat(1000), (optimizer, stop, seed) => {
      const run = (stopAt: number | undefined) => {
        let parameters = named(seed);
        let state = initialOptimizerState(optimizer, parameters);
        for (let step = 0; step < 6; step++) {
          if (step === stopAt) [parameters, state] = [stored(parameters), stored(state)];
          ({ parameters, state } = optimizerStep(optimizer, parameters, named(seed + 10 + step), state));
        }
        return { parameters, state };
      };
      expect(run(stop)).toEqual(run(undefined));
    }),
  );
});

it('without weight decay a zero gradient moves nothing, and the first AdamW step is the learning rate long', () => {
  fc.assert(
    fc.property(rate, fc.nat(1000), (learningRate, seed) => {
      const optimizer: OptimizerSettings = {
        kind: 'adamw',
        learningRate,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-12,
        weightDecay: 0,
      };
      const zero: NamedTensors = new Map([['w', { shape: [3], data: new Float32Array(3) }]]);
      const ones: NamedTensors = new Map([['w', { shape: [3], data: Float32Array.of(1, -2, 1e-3) }]]);
      const start: NamedTensors = new Map([['w', randomTensor([3], seed)]]);
      const state = initialOptimizerState(optimizer, start);
      expect(optimizerStep(optimizer, start, zero, state).parameters).toEqual(start);
      const moved = optimizerStep(optimizer, zero, ones, state).parameters.get('w')?.data ?? [];
      for (const [index, sign] of [-1, 1, -1].entries()) {
        expect(Math.abs(moved[index] / (sign * learningRate) - 1)).toBeLessThan(1e-5);
      }
    }),
  );
});
