import { describe, expect, test } from 'vitest';
import type { Precision } from '#shared/model/engine/precision.ts';
import type { PythonHost } from '#shared/model/engine/torch/python-host.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { expectTensor } from '#test/support/relative-error.ts';
import { torchCardHost, torchHost } from '#test/support/torch-host.ts';

const host = await torchHost();
const card = await torchCardHost();

const sample = (family: 'bert' | 'llama' | 'gpt2'): EncoderCase =>
  encoderCase({
    family,
    layers: 2,
    heads: 2,
    headWidth: 32,
    intermediate: 128,
    rank: 2,
    targets: ['all-linear'],
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
  precision: Precision,
  gradient: Tensor,
  host: PythonHost | undefined,
) {
  const engine = await createTorchEngine(server, { features, lora: settings, precision, host });
  const pass = await engine.forward(batch, lora);
  const gradients = await pass.backward(gradient);
  pass.release();
  await engine.dispose();
  return { features: pass.features, gradients };
}

/** The levels of NF4, as fractions of a block's largest magnitude (QLoRA, arXiv:2305.14314, appendix E). */
const NF4_LEVELS = [
  ...[-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635],
  ...[-0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725],
  ...[0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941],
  ...[0.7229568362236023, 1],
];
const NF4_BLOCK = 64;

/** The nearest number in bfloat16, in which the engine is given the weights. */
function toBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(bits.buffer)[0];
}

/** The model with its matrices rounded to NF4. */
function roundedToNf4({ config, tensors }: ModelPart): ModelPart {
  const rounded = [...tensors].map(([name, value]): [string, Tensor] => {
    if (value.shape.length !== 2) return [name, value];
    const data = Float32Array.from(value.data, toBfloat16);
    for (let begin = 0; begin < data.length; begin += NF4_BLOCK) {
      const block = data.subarray(begin, begin + NF4_BLOCK);
      const largest = block.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
      for (const [index, one] of block.entries()) {
        const distance = (level: number): number => Math.abs(level * largest - one);
        block[index] = largest * NF4_LEVELS.reduce((a, b) => (distance(b) < distance(a) ? b : a));
      }
    }
    return [name, { shape: value.shape, data }];
  });
  return { config, tensors: new Map(rounded) };
}

/** Formats, and the largest error of features that they may have. */
const EVERYWHERE = [
  ['bfloat16', 0.05],
  ['float16', 0.01],
  ['int8', 0.05],
] as const;

const ON_CARDS = [...EVERYWHERE, ['tf32', 0.005]] as const;

describe.each([
  ['a processor', host, EVERYWHERE],
  ['a card with CUDA', card, ON_CARDS],
] as const)('weights and activations on %s', (_, own, formats) => {
  describe.each(formats)('in %s', (precision, tolerance) => {
    test.skipIf(own === undefined).each(['bert', 'llama', 'gpt2'] as const)(
      'of a %s: features and LoRA gradients near those in 32 bits',
      async (family) => {
        const one = sample(family);
        const exact = await step(one, 'float32', one.gradient, own);
        const rounded = await step(one, precision, one.gradient, own);
        expect(rounded.features.data).not.toEqual(exact.features.data);
        expectTensor('features', rounded.features, exact.features, tolerance);
        expect(cosine(rounded.gradients, exact.gradients)).toBeGreaterThan(0.98);
      },
    );
  });

  test.skipIf(own === undefined).each(['bert', 'llama', 'gpt2'] as const)(
    'in nf4, a %s is the model whose matrices are rounded to the levels of NF4',
    async (family) => {
      const one = sample(family);
      const rounded = { ...one, server: roundedToNf4(one.server) };
      const exact = await step(rounded, 'float32', one.gradient, own);
      const found = await step(one, 'nf4', one.gradient, own);
      expectTensor('features', found.features, exact.features, 0.05);
      expect(cosine(found.gradients, exact.gradients)).toBeGreaterThan(0.99);
    },
  );

  test.skipIf(own === undefined)(
    'in float16, a gradient far below its smallest number is not lost, nor is a large one',
    async () => {
      const one = sample('bert');
      for (const factor of [1e-12, 1e6]) {
        const gradient = { ...one.gradient, data: one.gradient.data.map((value) => factor * value) };
        const exact = await step(one, 'float32', gradient, own);
        const { gradients } = await step(one, 'float16', gradient, own);
        expect(cosine(gradients, exact.gradients)).toBeGreaterThan(0.99);
      }
    },
  );
});
