import { describe, expect, it } from 'vitest';
import { type Head, headShapes, initialHead, restoreHead } from '#shared/model/head/head.ts';
import { headLogits, headPass, predictedLabels } from '#shared/model/head/head-pass.ts';
import { averageHeads, updateHead } from '#shared/model/head/head-update.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { relativeError } from '#test/support/relative-error.ts';
import { thrownLine } from '#test/support/thrown.ts';

const tensor = (shape: readonly number[], ...values: readonly number[]): Tensor => ({
  shape,
  data: Float32Array.from(values),
});

const size = { featureCount: 3, labelCount: 2 };

function linear(weight: readonly number[], bias: readonly number[]): Head {
  const parameters = new Map([
    ['weight', tensor([bias.length, weight.length / bias.length], ...weight)],
    ['bias', tensor([bias.length], ...bias)],
  ]);
  return { settings: { kind: 'linear' }, parameters };
}

describe('a head', () => {
  it('that knows nothing has loss ln(labels) and guesses the first label', () => {
    const pass = headPass(
      linear([0, 0, 0, 0], [0, 0]),
      tensor([3, 2], 1, 2, 3, 4, 5, 6),
      Int32Array.of(0, 1, 0),
    );
    expect(pass.loss).toBeCloseTo(Math.LN2, 12);
    expect(pass.correct).toBe(2);
  });

  it('survives logits in the thousands', () => {
    const pass = headPass(linear([1000, -1000], [0, 0]), tensor([2, 1], 5, -5), Int32Array.of(0, 0));
    expect(pass.loss).toBe(5000);
    expect([...pass.featureGradient.data]).toEqual([0, -1000]);
  });

  it('predicts the largest logit, the first of equals', () => {
    expect([...predictedLabels(tensor([3, 3], 1, 3, 2, 5, 5, 0, -3, -2, -1))]).toEqual([1, 0, 2]);
  });

  it('starts the same for the same seed, uniform within 1 / sqrt(inputs) of each layer', () => {
    const settings = { kind: 'hidden', width: 100, activation: 'relu' } as const;
    const head = initialHead(settings, size, 1);
    expect(head).toEqual(initialHead(settings, size, 1));
    expect(head).not.toEqual(initialHead(settings, size, 2));
    const largest = (name: string) => Math.max(...(head.parameters.get(name)?.data ?? []).map(Math.abs));
    expect(largest('hidden.weight')).toBeLessThanOrEqual(1 / Math.sqrt(3));
    expect(largest('hidden.weight')).toBeGreaterThan(0.5);
    expect(largest('weight')).toBeLessThanOrEqual(0.1);
    expect(largest('weight')).toBeGreaterThan(0.09);
  });

  it('is restored from its tensors, and refused when one is missing or misshapen', () => {
    const settings = { kind: 'hidden', width: 4, activation: 'tanh' } as const;
    const head = initialHead(settings, size, 1);
    expect(restoreHead(settings, size, new Map([...head.parameters].reverse()))).toEqual(head);
    expect([...headShapes(settings, size).keys()]).toEqual([
      'hidden.weight',
      'hidden.bias',
      'weight',
      'bias',
    ]);
    expect(thrownLine(() => restoreHead(settings, size, new Map()))).toContain('hidden.weight');
    expect(thrownLine(() => restoreHead(settings, { ...size, labelCount: 5 }, head.parameters))).toContain(
      'tensor weight',
    );
  });

  it('refuses features of another width and labels it does not know', () => {
    const head = initialHead({ kind: 'linear' }, size, 1);
    expect(thrownLine(() => headLogits(head, tensor([1, 2], 1, 2)))).toContain('expected [batch, 3]');
    expect(thrownLine(() => headPass(head, tensor([1, 3], 1, 2, 3), Int32Array.of(2)))).toContain('label 0');
    expect(thrownLine(() => headPass(head, tensor([1, 3], 1, 2, 3), Int32Array.of(0, 1)))).toContain(
      '2 labels',
    );
  });

  it('moves against its gradient, and several are averaged value by value', () => {
    const head = linear([1, 2], [0, 0]);
    const moved = updateHead(head, linear([2, 2], [4, 0]).parameters, 0.5);
    expect(moved).toEqual(linear([0, 1], [-2, 0]));
    expect(averageHeads([head, moved])).toEqual(linear([0.5, 1.5], [-1, 0]).parameters);
  });
});

describe('a head with a hidden layer has the gradients torch 2.15 has', () => {
  const hidden = new Map([
    ['hidden.weight', tensor([3, 2], 0.3, -0.2, 0.8, 0.4, -0.5, 0.6)],
    ['hidden.bias', tensor([3], 0.05, -0.3, 0.2)],
    ['weight', tensor([2, 3], 0.2, -0.4, 0.1, 0.5, 0.3, -0.2)],
    ['bias', tensor([2], 0.1, -0.1)],
  ]);
  const features = tensor([2, 2], 1, -0.5, 0.25, 2);
  const torch = {
    tanh: {
      loss: 0.5978615283966064,
      hiddenWeight: [
        -0.0363144651, 0.157643020153, -0.110773898661, 0.277994543314, 0.040890052915, -0.060834970325,
      ],
      hiddenBias: [0.012915808707, -0.032206512988, 0.026634776965],
      weight: [
        0.153454527259, -0.080207131803, -0.316441744566, -0.153454527259, 0.080207131803, 0.316441744566,
      ],
      bias: [-0.021963715553, 0.021963715553],
      features: [-0.14820869267, -0.016855211928, 0.113000832498, 0.017370311543],
    },
    relu: {
      loss: 0.6356196403503418,
      hiddenWeight: [
        -0.069572001696, 0.034786000848, -0.120606675744, 0.414991378784, -0.017883429304, -0.14306743443,
      ],
      hiddenBias: [-0.069572001696, 0.004577338695, -0.071533717215],
      weight: [
        0.104358017445, -0.097339995205, -0.304018318653, -0.10435800999, 0.097339995205, 0.304018318653,
      ],
      bias: [-0.006539031863, 0.006539046764],
      features: [-0.150739341974, -0.051019471139, 0.169296473265, 0.023844577372],
    },
  };

  it.each(['tanh', 'relu'] as const)('%s', (activation) => {
    const head: Head = { settings: { kind: 'hidden', width: 3, activation }, parameters: hidden };
    const pass = headPass(head, features, Int32Array.of(1, 0));
    const expected = torch[activation];
    expect(pass.loss).toBeCloseTo(expected.loss, 6);
    const near = (actual: Tensor | undefined, values: readonly number[]) =>
      expect(relativeError(actual?.data ?? new Float32Array(), Float32Array.from(values))).toBeLessThan(3e-6);
    near(pass.gradients.get('hidden.weight'), expected.hiddenWeight);
    near(pass.gradients.get('hidden.bias'), expected.hiddenBias);
    near(pass.gradients.get('weight'), expected.weight);
    near(pass.gradients.get('bias'), expected.bias);
    near(pass.featureGradient, expected.features);
  });
});
