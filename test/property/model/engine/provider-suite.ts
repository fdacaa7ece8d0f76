import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { caseShapes, type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { expectTensor, relativeError } from '#test/support/relative-error.ts';

interface Step {
  readonly features: Tensor;
  readonly gradients: NamedTensors;
}

/** Largest rounding error of a gradient that is exactly zero in theory. */
const NEGLIGIBLE = 1e-5;

/** A step of a case; if others are given, batched with them in one forward pass. */
async function step(
  { server, features, settings, lora, batch, gradient }: EncoderCase,
  options: Partial<OnnxEngineOptions>,
  others: readonly EncoderCase[] = [],
): Promise<Step> {
  const engine = await createOnnxEngine(server, { features, lora: settings, ...options });
  try {
    const batches = [...others.map((other) => other.batch), batch];
    const passes = await engine.forwardBatched(batches, lora);
    const pass = passes[others.length];
    const gradients = await pass.backward(gradient);
    for (const each of passes) each.release();
    return { features: pass.features, gradients };
  } finally {
    await engine.dispose();
  }
}

/** Claims about a provider of the `onnx` engine, if it is present. */
export function describeProvider(provider: OnnxProvider, present: boolean): void {
  describe.skipIf(!present)(`on ${provider}`, () => {
    it('any encoder gives what the processor gives when it keeps its activations, to 1e-4', async () => {
      await fc.assert(
        fc.asyncProperty(caseShapes, async (shape) => {
          const sample = encoderCase(shape);
          const actual = await step(sample, { provider });
          const reference = await step(sample, { provider: 'cpu', graphs: { activations: 'kept' } });
          expectTensor('features', actual.features, reference.features);
          for (const [name, { data }] of reference.gradients) {
            const found = actual.gradients.get(name)?.data ?? new Float32Array();
            const difference = data.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0);
            if (difference > NEGLIGIBLE) expect(relativeError(found, data), name).toBeLessThanOrEqual(1e-4);
          }
        }),
        { numRuns: 20 },
      );
    });

    it('a batch gives the same bits again, and beside other batches', async () => {
      await fc.assert(
        fc.asyncProperty(caseShapes, fc.integer({ min: 1, max: 3 }), async (shape, count) => {
          const sample = encoderCase(shape);
          const others = Array.from({ length: count }, (_, index) =>
            encoderCase({ ...shape, seed: shape.seed + 1 + index }),
          );
          const alone = await step(sample, { provider });
          expect(await step(sample, { provider })).toEqual(alone);
          expect(await step(sample, { provider }, others)).toEqual(alone);
        }),
        { numRuns: 20 },
      );
    });
  });
}
