import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import { caseShapes, type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { type EncoderStep, encoderStep, expectSameStep } from '#test/support/encoder-step.ts';
import { inputCount } from '#test/support/input-count.ts';

/** A step of a case; if others are given, batched with them in one forward pass. */
async function step(
  sample: EncoderCase,
  options: Partial<OnnxEngineOptions>,
  others: readonly EncoderCase[] = [],
): Promise<EncoderStep> {
  const { server, features, settings } = sample;
  const engine = await createOnnxEngine(server, { features, lora: settings, ...options });
  return encoderStep(engine, sample, others);
}

/** Claims about a provider of the `onnx` engine, if it is present. */
export function describeProvider(provider: OnnxProvider, present: boolean): void {
  describe.skipIf(!present)(`on ${provider}`, () => {
    it('any encoder agrees to 1e-4 with the processor that keeps its activations', async () => {
      await fc.assert(
        fc.asyncProperty(caseShapes, async (shape) => {
          const sample = encoderCase(shape);
          const actual = await step(sample, { provider });
          const reference = await step(sample, { provider: 'cpu', graphs: { activations: 'kept' } });
          await expectSameStep(actual, reference, sample);
        }),
        { numRuns: inputCount(20) },
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
        { numRuns: inputCount(20) },
      );
    });
  });
}
