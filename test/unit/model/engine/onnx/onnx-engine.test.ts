import { describe, expect, it } from 'vitest';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { type CaseShape, type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

/** Batches run padded if a layer's width is not a multiple of a vector register, and packed otherwise. */
describe.each([
  ['padded', 40],
  ['packed', 48],
])('the onnx engine, its batches %s', (_, intermediate) => {
  const SHAPE: CaseShape = {
    family: 'bert',
    layers: 2,
    heads: 2,
    headWidth: 8,
    intermediate,
    rank: 3,
    targets: ['query', 'value'],
    features: 'first-token',
    lengths: [9, 2, 5, 7, 1],
    seed: 3,
  };
  const SAMPLE = encoderCase(SHAPE);

  async function withEngine<Result>(
    options: Partial<OnnxEngineOptions>,
    use: (engine: EncoderEngine) => Promise<Result>,
    sample: EncoderCase = SAMPLE,
  ): Promise<Result> {
    const { server, features, settings } = sample;
    const engine = await createOnnxEngine(server, { features, lora: settings, ...options });
    try {
      return await use(engine);
    } finally {
      await engine.dispose();
    }
  }

  async function gradientsOf(engine: EncoderEngine, sample: EncoderCase = SAMPLE): Promise<NamedTensors> {
    const pass = await engine.forward(sample.batch, sample.lora);
    const gradients = await pass.backward(sample.gradient);
    pass.release();
    return gradients;
  }

  it('gives the same bits for the same batch, after any other batches and in any process memory', async () => {
    const first = await withEngine({}, (engine) => gradientsOf(engine));
    const second = await withEngine({}, async (engine) => {
      const other = encoderCase({ ...SHAPE, lengths: [4, 4, 8, 8, 8, 8], seed: 3 });
      await gradientsOf(engine, other);
      const passes = await Promise.all([
        engine.forward(other.batch, other.lora),
        engine.forward(SAMPLE.batch, SAMPLE.lora),
      ]);
      const gradients = await passes[1].backward(SAMPLE.gradient);
      for (const pass of passes) pass.release();
      return gradients;
    });
    expect(second).toEqual(first);
  });

  it('gives the same bits when a backward pass is repeated', async () => {
    await withEngine({}, async (engine) => {
      const pass = await engine.forward(SAMPLE.batch, SAMPLE.lora);
      expect(await pass.backward(SAMPLE.gradient)).toEqual(await pass.backward(SAMPLE.gradient));
      pass.release();
    });
  });

  it('infers the very features that a forward pass gives', async () => {
    await withEngine({}, async (engine) => {
      const pass = await engine.forward(SAMPLE.batch, SAMPLE.lora);
      expect(await engine.infer(SAMPLE.batch, SAMPLE.lora)).toEqual(pass.features);
      pass.release();
    });
  });

  it('ignores the values in padding', async () => {
    const { embeddings, lengths } = SAMPLE.batch;
    const [, tokens, hidden] = embeddings.shape;
    const spoiled = embeddings.data.slice();
    lengths.forEach((length, row) => {
      spoiled.fill(1e6, (row * tokens + length) * hidden, (row + 1) * tokens * hidden);
    });
    await withEngine({}, async (engine) => {
      const clean = await engine.infer(SAMPLE.batch, SAMPLE.lora);
      const noisy = { embeddings: { ...embeddings, data: spoiled }, lengths };
      expect(await engine.infer(noisy, SAMPLE.lora)).toEqual(clean);
    });
  });

  it('follows LoRA from round to round without a new session', async () => {
    const other = new Map(
      [...SAMPLE.lora].map(([name, { shape }], index) => [name, randomTensor(shape, 900 + index)]),
    );
    await withEngine({}, async (engine) => {
      const before = await engine.infer(SAMPLE.batch, SAMPLE.lora);
      const changed = await engine.infer(SAMPLE.batch, other);
      expect(changed).not.toEqual(before);
      expect(await engine.infer(SAMPLE.batch, SAMPLE.lora)).toEqual(before);
    });
  });

  it('reports the bytes that a pass retains: less when only the upper half of the model is trained', async () => {
    const retained = (targets: readonly string[], features: 'pooled' | 'first-token') => {
      const sample = encoderCase({ ...SHAPE, targets, features });
      return withEngine(
        {},
        async (engine) => {
          const pass = await engine.forward(sample.batch, sample.lora);
          const { retainedBytes } = pass;
          pass.release();
          return retainedBytes;
        },
        sample,
      );
    };
    const projections = await retained(['query', 'key', 'value'], 'first-token');
    const values = await retained(['value'], 'first-token');
    const pooler = await retained(['pooler.dense'], 'pooled');
    expect(values).toBeLessThan(projections);
    expect(pooler).toBeLessThan(values / 10);
  });

  it('holds no more memory for activations after a hundred steps than after ten', async () => {
    await withEngine({}, async (engine) => {
      const buffers = async (steps: number): Promise<number> => {
        for (let step = 0; step < steps; step++) await gradientsOf(engine);
        return process.memoryUsage().arrayBuffers;
      };
      const early = await buffers(10);
      const late = await buffers(100);
      // Results of a step are a few kilobytes; a leaked pass would be a hundred times this limit.
      expect(late - early).toBeLessThan(100 * 64 * 1024);
    });
  });

  it('shares memory out among the passes that keep it, and frees it with the last of them', async () => {
    await withEngine({}, async (engine) => {
      const passes = await engine.forwardBatched([SAMPLE.batch, SAMPLE.batch, SAMPLE.batch], SAMPLE.lora);
      const alone = await engine.forward(SAMPLE.batch, SAMPLE.lora);
      const kept = () => passes.reduce((sum, { retainedBytes }) => sum + retainedBytes, 0);
      expect(kept()).toBeGreaterThanOrEqual(2 * alone.retainedBytes);
      for (const pass of passes) pass.release();
      expect(kept()).toBe(0);
      alone.release();
    });
  });

  it('names the fault of a batch', async () => {
    await withEngine({}, async (engine) => {
      const { embeddings } = SAMPLE.batch;
      const lengths = Int32Array.of(9, 2, 11, 7, 1);
      await expect(engine.infer({ embeddings, lengths }, SAMPLE.lora)).rejects.toMatchObject({
        kind: 'data',
        subject: 'sequence 2 of the batch',
      });
      const narrow = {
        embeddings: { shape: [1, 2, 3], data: new Float32Array(6) },
        lengths: Int32Array.of(2),
      };
      await expect(engine.infer(narrow, SAMPLE.lora)).rejects.toMatchObject({
        kind: 'model',
        subject: 'tensor embeddings',
      });
    });
  });

  it('refuses to run a released pass backward', async () => {
    await withEngine({}, async (engine) => {
      const pass = await engine.forward(SAMPLE.batch, SAMPLE.lora);
      pass.release();
      await expect(pass.backward(SAMPLE.gradient)).rejects.toMatchObject({ subject: 'forward pass' });
    });
  });
});
