import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { initialLora, loraShapes } from '#shared/model/lora/lora-parameters.ts';
import { splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { expectTensor, expectTensors } from '#test/support/relative-error.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { randomBatch, randomTensor, TINY_BERT, tinyBertTensors } from '#test/support/tiny-bert.ts';

const settings = { rank: 2, alpha: 4, targets: ['query', 'key', 'value', 'pooler.dense'] };
const projections = { ...settings, targets: ['query', 'value'] };
const { server } = splitModel({ config: TINY_BERT, tensors: tinyBertTensors() });

function randomLora(lora: typeof settings): NamedTensors {
  return new Map(
    [...loraShapes(TINY_BERT, lora)].map(([name, shape], index) => [name, randomTensor(shape, index, 0.3)]),
  );
}

const batch = randomBatch([4, 2, 3], 4);
const gradient = randomTensor([3, 8], 9);

const make = (features: FeatureKind, lora = projections) =>
  createTfjsEngine(server, { features, lora, backend: 'wasm' });

describe('the TensorFlow.js engine', () => {
  let engine: EncoderEngine;
  const lora = randomLora(settings);

  beforeAll(async () => {
    engine = await make('pooled', settings);
  });
  afterAll(() => engine.dispose());

  async function step(): Promise<{ features: Tensor; gradients: NamedTensors }> {
    const pass = await engine.forward(batch, lora);
    const gradients = await pass.backward(gradient);
    pass.release();
    return { features: pass.features, gradients };
  }

  it('names its backend', () => {
    expect(engine.description).toEqual({ engine: 'tfjs', backend: 'wasm', note: '' });
  });

  it('leaks no tensor over steps, inferences and passes that were never taken back', async () => {
    await step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) {
      await step();
      await engine.infer(batch, lora);
      (await engine.forward(batch, lora)).release();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the same bits for the same input, after any other input', async () => {
    const first = await step();
    await engine.infer(randomBatch([7, 1], 7, 5), randomLora(settings));
    expect(await step()).toEqual(first);
    expect(await engine.infer(batch, lora)).toEqual(first.features);
  });

  it('can take one pass back after another was made, and twice', async () => {
    const { gradients } = await step();
    const early = await engine.forward(batch, lora);
    const other = await engine.forward(randomBatch([2], 2, 7), lora);
    expect(await early.backward(gradient)).toEqual(gradients);
    expect(await early.backward(gradient)).toEqual(gradients);
    early.release();
    other.release();
  });

  it('names the gradients as LoRA is named and in its order', async () => {
    const { gradients } = await step();
    expect([...gradients.keys()]).toEqual([...loraShapes(TINY_BERT, settings).keys()]);
    for (const [name, { shape }] of gradients) expect(shape).toEqual(lora.get(name)?.shape);
  });

  it('ignores the values in padding', async () => {
    const { embeddings, lengths } = batch;
    const data = embeddings.data.slice();
    // Sequence 1 has two real tokens of four; the rest of its 4 x 8 values is padding.
    data.fill(123, 4 * 8 + 2 * 8, 2 * 4 * 8);
    const features = await engine.infer({ embeddings: { ...embeddings, data }, lengths }, lora);
    expectTensor('features', features, (await step()).features, 1e-6);
  });

  it('gives a sequence the same features with more padding and other company', async () => {
    const together = await engine.infer(batch, lora);
    // Sequence 1 alone, without its two padding positions.
    const alone = { shape: [1, 2, 8], data: batch.embeddings.data.slice(4 * 8, 6 * 8) };
    const features = await engine.infer({ embeddings: alone, lengths: Int32Array.of(2) }, lora);
    expectTensor('features', { shape: [1, 8], data: together.data.slice(8, 16) }, features, 1e-6);
  });

  it('has no gradient at A while B is zero, nor at anything for a zero gradient of features', async () => {
    const pass = await engine.forward(batch, initialLora(TINY_BERT, settings, 1));
    for (const [name, { data }] of await pass.backward(gradient)) {
      expect(data.every((value) => value === 0)).toBe(name.includes('lora_A'));
    }
    const nothing = await pass.backward({ shape: [3, 8], data: new Float32Array(24) });
    for (const { data } of nothing.values()) expect(data.every((value) => value === 0)).toBe(true);
    pass.release();
  });

  it('refuses a batch, a gradient or LoRA of another shape', async () => {
    const narrow = { embeddings: randomTensor([1, 2, 7], 1), lengths: Int32Array.of(2) };
    expect(await rejectedLine(engine.forward(narrow, lora))).toContain('embeddings');
    expect(await rejectedLine(engine.forward(batch, new Map()))).toContain('lora_A.weight is missing');
    const pass = await engine.forward(batch, lora);
    expect(await rejectedLine(pass.backward(randomTensor([3, 7], 1)))).toContain('feature gradient');
    pass.release();
  });
});

describe('features', () => {
  it('of the mean kind are those of the first token where no other is real', async () => {
    const single = randomBatch([1, 1], 3);
    const lora = randomLora(projections);
    const mean = await make('mean');
    const first = await make('first-token');
    expectTensor('features', await mean.infer(single, lora), await first.infer(single, lora), 1e-6);
    const several = randomBatch([3], 3);
    expect(await mean.infer(several, lora)).not.toEqual(await first.infer(several, lora));
    await mean.dispose();
    await first.dispose();
  });

  it('that are pooled need a pooler', async () => {
    const bare = splitModel({ config: TINY_BERT, tensors: tinyBertTensors(TINY_BERT, false) }).server;
    const line = await rejectedLine(createTfjsEngine(bare, { features: 'pooled', lora: projections }));
    expect(line).toContain('setting features');
  });

  it('that bypass the pooler cannot train LoRA on it', async () => {
    expect(await rejectedLine(make('mean', settings))).toContain('pooler.dense');
  });
});

it('plain JavaScript, the last resort, computes the same', async () => {
  const lora = randomLora(projections);
  const results: { features: Tensor; gradients: NamedTensors }[] = [];
  for (const backend of ['wasm', 'cpu'] as const) {
    const engine = await createTfjsEngine(server, { features: 'mean', lora: projections, backend });
    const pass = await engine.forward(batch, lora);
    results.push({ features: pass.features, gradients: await pass.backward(gradient) });
    pass.release();
    await engine.dispose();
  }
  const [wasm, cpu] = results;
  expectTensor('features', cpu.features, wasm.features, 1e-5);
  expectTensors(cpu.gradients, wasm.gradients, 1e-5);
});
