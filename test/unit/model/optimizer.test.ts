import { describe, expect, it } from 'vitest';
import { initialOptimizerState, optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import type { OptimizerSettings } from '#shared/model/optimizer/settings.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import { relativeError } from '#test/support/relative-error.ts';
import { thrownLine } from '#test/support/thrown.ts';

const one = (...values: readonly number[]): NamedTensors =>
  new Map([['w', { shape: [values.length], data: Float32Array.from(values) }]]);

const adamw: OptimizerSettings = {
  kind: 'adamw',
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

describe('AdamW', () => {
  // Parameters after each step of torch.optim.AdamW (torch 2.15) with the settings above.
  const expected = [
    [0.44975000619888306, -1.199375033378601, 1.9490001201629639, 0.0],
    [0.4775002896785736, -1.1854584217071533, 1.8995081186294556, -0.037154313176870346],
    [0.4759456217288971, -1.1781877279281616, 1.9304720163345337, -0.03487938642501831],
  ];
  const gradients = [one(0.1, -2.0, 0.003, 0.0), one(-0.4, 1.0, 0.002, 1e-5), one(0.3, 0.25, -5.0, -1e-5)];

  it('takes the steps torch takes', () => {
    let parameters = one(0.5, -1.25, 2.0, 0.0);
    let state = initialOptimizerState(adamw, parameters);
    for (const [index, gradient] of gradients.entries()) {
      ({ parameters, state } = optimizerStep(adamw, parameters, gradient, state));
      const values = parameters.get('w')?.data ?? new Float32Array();
      expect(relativeError(values, Float32Array.from(expected[index]))).toBeLessThan(3e-7);
    }
    expect(state.get('step')?.data).toEqual(Float32Array.of(3));
  });

  it('changes nothing it is given', () => {
    const parameters = one(1, 2);
    const state = initialOptimizerState(adamw, parameters);
    optimizerStep(adamw, parameters, one(1, 1), state);
    expect(parameters).toEqual(one(1, 2));
    expect(state).toEqual(initialOptimizerState(adamw, parameters));
  });
});

it('SGD takes learning rate times gradient off', () => {
  const { parameters } = optimizerStep({ kind: 'sgd', learningRate: 0.5 }, one(1, 2), one(2, -4), new Map());
  expect(parameters).toEqual(one(0, 4));
});

it('a parameter without a gradient of its shape is an error that names it', () => {
  expect(
    thrownLine(() => optimizerStep({ kind: 'sgd', learningRate: 1 }, one(1, 2), one(1), new Map())),
  ).toContain('tensor w');
});

describe('the mean of gradients', () => {
  const mean = (...sets: readonly NamedTensors[]) => {
    const average = new TensorMean();
    for (const set of sets) average.add(set);
    return average.mean();
  };

  it('weighs every device the same', () => {
    expect(mean(one(1, 2), one(3, 6), one(5, 1))).toEqual(one(3, 3));
  });

  it('is undefined without devices, and for devices that differ', () => {
    expect(thrownLine(() => mean())).toContain('no device');
    expect(thrownLine(() => mean(one(1, 2), one(1)))).toContain('tensor w');
  });
});
