import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { caseShapes, type EncoderCase, encoderCase, packedShapes } from '#test/support/encoder-cases.ts';
import { relativeError } from '#test/support/relative-error.ts';
import { torchHost } from '#test/support/torch-host.ts';

interface Step {
  readonly features: Tensor;
  readonly gradients: NamedTensors;
}

async function step(engine: EncoderEngine, { batch, lora, gradient }: EncoderCase): Promise<Step> {
  const pass = await engine.forward(batch, lora);
  const gradients = await pass.backward(gradient);
  pass.release();
  await engine.dispose();
  return { features: pass.features, gradients };
}

/**
 * Largest rounding error of a gradient that is small, or zero in theory, because larger ones cancel in it
 * (that of queries and keys), as a fraction of the largest gradient, or of one if that is smaller.
 */
const NEGLIGIBLE = 1e-5;

function largestDifference(actual: Float32Array, reference: Float32Array): number {
  return reference.reduce((largest, value, i) => Math.max(largest, Math.abs(value - actual[i])), 0);
}

function expectAgreement(actual: Step, reference: Step): void {
  expect(relativeError(actual.features.data, reference.features.data)).toBeLessThanOrEqual(1e-4);
  expect([...actual.gradients.keys()]).toEqual([...reference.gradients.keys()]);
  const largest = Math.max(
    1,
    ...[...reference.gradients.values()].map(({ data }) =>
      largestDifference(new Float32Array(data.length), data),
    ),
  );
  for (const [name, { data }] of reference.gradients) {
    const found = actual.gradients.get(name)?.data ?? new Float32Array();
    if (found.length === data.length && largestDifference(found, data) <= NEGLIGIBLE * largest) continue;
    expect(relativeError(found, data), name).toBeLessThanOrEqual(1e-4);
  }
}

const host = await torchHost();

const shapes = fc.oneof(caseShapes, packedShapes);

describe('the engines agree', () => {
  it('on features and LoRA gradients of any encoder, to 1e-4', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const sample = encoderCase(shape);
        const options = { features: sample.features, lora: sample.settings };
        const onnx = await step(await createOnnxEngine(sample.server, options), sample);
        const tfjs = await step(
          await createTfjsEngine(sample.server, { ...options, backend: 'wasm' }),
          sample,
        );
        expectAgreement(onnx, tfjs);
      }),
      { numRuns: 40 },
    );
  });

  it.skipIf(host === undefined)('on the torch engine too', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.boolean(), async (drawn, deterministic) => {
        // The torch engine has no DoRA.
        const sample = encoderCase({ ...drawn, hasDora: false });
        const options = { features: sample.features, lora: sample.settings };
        const onnx = await step(await createOnnxEngine(sample.server, options), sample);
        const torch = await createTorchEngine(sample.server, { ...options, host, deterministic });
        expectAgreement(await step(torch, sample), onnx);
      }),
      { numRuns: 40 },
    );
  });

  it('with themselves, however weights are placed and batches cut', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 20 }), async (shape, chunkTokens) => {
        const sample = encoderCase(shape);
        const options = { features: sample.features, lora: sample.settings };
        const whole = await step(await createOnnxEngine(sample.server, options), sample);
        const cut = await createOnnxEngine(sample.server, {
          ...options,
          graphs: { weightPlacement: 'fed', loraPlacement: 'mergedInGraph' },
          chunkTokens,
        });
        expectAgreement(await step(cut, sample), whole);
      }),
      { numRuns: 25 },
    );
  });
});
