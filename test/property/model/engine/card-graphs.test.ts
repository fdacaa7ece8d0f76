import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import { caseShapes, type EncoderCase, encoderCase, packedShapes } from '#test/support/encoder-cases.ts';
import { expectSameStep } from '#test/support/encoder-step.ts';
import { inputCount } from '#test/support/input-count.ts';

async function step(sample: EncoderCase, options: Partial<OnnxEngineOptions>) {
  const { server, settings, lora, batch, gradient } = sample;
  const engine = await createOnnxEngine(server, {
    features: sample.features,
    lora: settings,
    ...options,
  });
  const pass = await engine.forward(batch, lora);
  const gradients = await pass.backward(gradient);
  const { features, retainedBytes } = pass;
  pass.release();
  await engine.dispose();
  return { features, gradients, retainedBytes };
}

const shapes = fc.oneof(caseShapes, packedShapes);

describe('the graphs for graphics cards, on the processor', () => {
  it('are bit-identical when the backward pass recomputes activations, and retain only the features', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const sample = encoderCase(shape);
        const kept = await step(sample, { graphs: { activations: 'kept' } });
        const recomputed = await step(sample, { graphs: { activations: 'recomputed' } });
        expect(recomputed.features).toEqual(kept.features);
        expect(recomputed.gradients).toEqual(kept.gradients);
        expect(recomputed.retainedBytes).toBeLessThanOrEqual(kept.retainedBytes);
      }),
      { numRuns: inputCount(15) },
    );
  });

  it('are bit-identical when LoRA is merged inside the graphs', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const sample = encoderCase(shape);
        const merged = await step(sample, { graphs: { loraPlacement: 'merged' } });
        expect(await step(sample, { graphs: { loraPlacement: 'mergedInGraph' } })).toEqual(merged);
      }),
      { numRuns: inputCount(15) },
    );
  });

  it('agree when products use plain operators', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const sample = encoderCase(shape);
        const fused = await step(sample, { graphs: { products: 'fused' } });
        const plain = await step(sample, { graphs: { products: 'plain' } });
        await expectSameStep(plain, fused, sample);
      }),
      { numRuns: inputCount(15) },
    );
  });
});
