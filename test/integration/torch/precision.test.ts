import { describe, expect, test } from 'vitest';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { expectTensor } from '#test/support/relative-error.ts';
import { torchHost } from '#test/support/torch-host.ts';

const host = await torchHost();

const sample = (family: 'bert' | 'llama'): EncoderCase =>
  encoderCase({
    family,
    layers: 2,
    heads: 2,
    headWidth: 8,
    intermediate: 32,
    rank: 2,
    targets: ['query', 'value'],
    features: 'mean',
    lengths: [4, 2, 7],
    seed: 5,
  });

/** Cosine of the angle between two sets of gradients, as one vector each. */
function cosine(first: NamedTensors, second: NamedTensors): number {
  let [product, own, other] = [0, 0, 0];
  for (const [name, { data }] of first) {
    for (const [index, value] of data.entries()) {
      const counterpart = second.get(name)?.data[index] ?? 0;
      product += value * counterpart;
      own += value * value;
      other += counterpart * counterpart;
    }
  }
  return product / Math.sqrt(own * other);
}

async function step(
  { server, settings, features, batch, lora }: EncoderCase,
  precision: 'float32' | 'bfloat16' | 'float16',
  gradient: Tensor,
) {
  const engine = await createTorchEngine(server, { features, lora: settings, precision, host });
  const pass = await engine.forward(batch, lora);
  const gradients = await pass.backward(gradient);
  pass.release();
  await engine.dispose();
  return { features: pass.features, gradients };
}

describe.skipIf(host === undefined)('weights and activations in 16 bits', () => {
  test.each([
    ['bert', 'bfloat16', 0.05],
    ['bert', 'float16', 0.01],
    ['llama', 'bfloat16', 0.05],
    ['llama', 'float16', 0.01],
  ] as const)(
    'of a %s in %s: features and LoRA gradients near those in 32 bits',
    async (family, precision, tolerance) => {
      const one = sample(family);
      const exact = await step(one, 'float32', one.gradient);
      const rounded = await step(one, precision, one.gradient);
      expect(rounded.features.data).not.toEqual(exact.features.data);
      expectTensor('features', rounded.features, exact.features, tolerance);
      expect(cosine(rounded.gradients, exact.gradients)).toBeGreaterThan(0.99);
    },
  );

  test('in float16, a gradient far below its smallest number is not lost, nor is a large one', async () => {
    const one = sample('bert');
    for (const factor of [1e-12, 1e6]) {
      const gradient = { ...one.gradient, data: one.gradient.data.map((value) => factor * value) };
      const exact = await step(one, 'float32', gradient);
      const { gradients } = await step(one, 'float16', gradient);
      expect(cosine(gradients, exact.gradients)).toBeGreaterThan(0.99);
    }
  });
});
