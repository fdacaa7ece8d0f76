import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddedBatch, EncoderEngine, ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { caseShapes, encoderCase, packedShapes } from '#test/support/encoder-cases.ts';
import { inputCount } from '#test/support/input-count.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

interface Step {
  readonly features: Tensor;
  readonly gradients: NamedTensors;
}

/**
 * Mini-batches of some devices, as lengths of their sequences. Few different lengths are drawn, so that they
 * often match.
 */
const deviceLengths = fc.array(
  fc.array(fc.constantFrom(1, 4, 7, 9, 17, 33, 130), { minLength: 1, maxLength: 6 }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

const gradientOf = ({ features }: ForwardPass, seed: number): Tensor => randomTensor(features.shape, seed);

async function apart(engine: EncoderEngine, batches: readonly EmbeddedBatch[], lora: NamedTensors) {
  const steps: Step[] = [];
  for (const [index, batch] of batches.entries()) {
    const pass = await engine.forward(batch, lora);
    steps.push({
      features: pass.features,
      gradients: await pass.backward(gradientOf(pass, index + 1)),
    });
    pass.release();
  }
  return steps;
}

/**
 * Gradients arrive in another order than the embeddings, some alone and some in groups. Passes are released
 * when their gradients are computed.
 *
 * @param groups Number of gradients in each group; the remaining ones form a last group.
 */
async function together(
  engine: EncoderEngine,
  batches: readonly EmbeddedBatch[],
  lora: NamedTensors,
  groups: readonly number[],
) {
  const passes = await engine.forwardBatched(batches, lora);
  const steps: Step[] = [];
  const left = [...passes.entries()].sort(([one], [other]) => ((one * 7) % 5) - ((other * 7) % 5));
  for (const size of [...groups, left.length]) {
    const group = left.splice(0, size);
    const gradients = await engine.backwardBatched(
      group.map(([index, pass]) => ({ pass, featureGradient: gradientOf(pass, index + 1) })),
    );
    group.forEach(([index, pass], place) => {
      steps[index] = { features: pass.features, gradients: gradients[place] };
      pass.release();
    });
  }
  return steps;
}

/**
 * Narrow models, whose batches run separately; models of widths that are batched; and one as wide as real
 * models.
 */
const shapes = fc.oneof(
  caseShapes,
  packedShapes,
  fc.record({ shape: caseShapes, rank: fc.constantFrom(2, 8, 16, 17) }).map(({ shape, rank }) => ({
    ...shape,
    rank,
    layers: 2,
    heads: 12,
    headWidth: 32,
    intermediate: 1536,
  })),
);

const fills = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constant(520));
/**
 * Numbers of threads, also above the number of cores. The split of a product among threads must not change
 * results.
 */
const threadCounts = fc.constantFrom(1, 2, 6, 16);
const groupSizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });

describe.each(['onnx', 'tfjs'])('mini-batches that wait together, on %s', (name) => {
  it('give every device the very bits that it gets alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        deviceLengths,
        fills,
        groupSizes,
        threadCounts,
        async (shape, of, fill, groups, threads) => {
          const cases = of.map((lengths, index) =>
            encoderCase({ ...shape, lengths, seed: shape.seed + index }),
          );
          // Weights and LoRA of the first case; of the others only their devices' embeddings.
          const [{ server, features, settings, lora }] = cases;
          const batches = cases.map(({ batch }) => batch);
          const options = { features, lora: settings };
          const engine =
            name === 'onnx'
              ? await createOnnxEngine(server, { ...options, provider: 'cpu', threads, chunkTokens: fill })
              : await createTfjsEngine(server, { ...options, backend: 'wasm' });
          try {
            expect(await together(engine, batches, lora, groups)).toEqual(await apart(engine, batches, lora));
          } finally {
            await engine.dispose();
          }
        },
      ),
      { numRuns: inputCount(name === 'onnx' ? 40 : 10) },
    );
    // Each run builds an engine for up to 16 threads.
  }, 300_000);
});
