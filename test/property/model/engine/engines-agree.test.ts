import fc from 'fast-check';
import { describe, it } from 'vitest';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { type CaseShape, caseShapes, encoderCase, packedShapes } from '#test/support/encoder-cases.ts';
import { encoderStep, expectSameStep } from '#test/support/encoder-step.ts';
import { inputCount } from '#test/support/input-count.ts';
import { torchCardHost, torchHost } from '#test/support/torch-host.ts';

const HOSTS = [
  ['torch engine', await torchHost()],
  ['torch engine on CUDA', await torchCardHost()],
] as const;

const shapes = fc.oneof(caseShapes, packedShapes);

/** A change of the embeddings by one rounding error changes a gradient of this case by 1.1e-4. */
const ILL_CONDITIONED: CaseShape = {
  family: 'electra',
  layers: 3,
  heads: 1,
  headWidth: 16,
  intermediate: 16,
  rank: 4,
  targets: ['all-linear'],
  isUneven: true,
  features: 'mean',
  lengths: [1, 4, 9, 1],
  seed: 308,
};

describe('the engines agree', () => {
  it('on features and LoRA gradients of any encoder, to 1e-4', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const sample = encoderCase(shape);
        const options = { features: sample.features, lora: sample.settings };
        const onnx = await encoderStep(await createOnnxEngine(sample.server, options), sample);
        const tfjs = await encoderStep(
          await createTfjsEngine(sample.server, { ...options, backend: 'wasm' }),
          sample,
        );
        await expectSameStep(onnx, tfjs, sample);
      }),
      { numRuns: inputCount(40) },
    );
  });

  for (const [name, host] of HOSTS) {
    it.skipIf(host === undefined)(`on the ${name} too`, async () => {
      await fc.assert(
        fc.asyncProperty(shapes, fc.boolean(), async (shape, deterministic) => {
          const sample = encoderCase(shape);
          const options = { features: sample.features, lora: sample.settings };
          const onnx = await encoderStep(await createOnnxEngine(sample.server, options), sample);
          const torch = await createTorchEngine(sample.server, { ...options, host, deterministic });
          await expectSameStep(await encoderStep(torch, sample), onnx, sample);
        }),
        { numRuns: inputCount(40), examples: [[ILL_CONDITIONED, false]] },
      );
    });
  }

  it('with themselves, however weights are placed and batches cut', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 20 }), async (shape, chunkTokens) => {
        const sample = encoderCase(shape);
        const options = { features: sample.features, lora: sample.settings };
        const whole = await encoderStep(await createOnnxEngine(sample.server, options), sample);
        const cut = await createOnnxEngine(sample.server, {
          ...options,
          graphs: { weightPlacement: 'fed', loraPlacement: 'mergedInGraph' },
          chunkTokens,
        });
        await expectSameStep(await encoderStep(cut, sample), whole, sample);
      }),
      { numRuns: inputCount(25) },
    );
  });
});
