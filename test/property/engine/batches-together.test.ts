import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddedBatch, EncoderEngine } from '../../../shared/model/engine/encoder-engine.ts';
import { createOnnxEngine } from '../../../shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '../../../shared/model/engine/tfjs/tfjs-engine.ts';
import type { NamedTensors, Tensor } from '../../../shared/model/tensor.ts';
import { caseShapes, encoderCase } from '../../support/encoder-cases.ts';
import { randomTensor } from '../../support/tiny-bert.ts';

interface Step {
  readonly features: Tensor;
  readonly gradients: NamedTensors;
}

/** Mini-batches of some devices: lengths of the sequences of each, few different ones, so that chunks often match. */
const deviceLengths = fc.array(fc.array(fc.constantFrom(1, 4, 7, 9), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
});

const gradientOf = ({ embeddings, lengths }: EmbeddedBatch, seed: number): Tensor =>
  randomTensor([lengths.length, embeddings.shape[2]], seed);

async function apart(engine: EncoderEngine, batches: readonly EmbeddedBatch[], lora: NamedTensors) {
  const steps: Step[] = [];
  for (const [index, batch] of batches.entries()) {
    const pass = await engine.forward(batch, lora);
    steps.push({
      features: pass.features,
      gradients: await pass.backward(gradientOf(batch, index + 1)),
    });
    pass.release();
  }
  return steps;
}

/** Gradients come back in another order than the embeddings came, and passes are released one by one. */
async function together(engine: EncoderEngine, batches: readonly EmbeddedBatch[], lora: NamedTensors) {
  const passes = await engine.forwardTogether(batches, lora);
  const steps: Step[] = [];
  for (const [index, pass] of [...passes.entries()].reverse()) {
    const gradients = await pass.backward(gradientOf(batches[index], index + 1));
    pass.release();
    steps.unshift({ features: pass.features, gradients });
  }
  return steps;
}

/** Narrow models, whose batches run apart; models of the widths that are joined; and one as wide as real ones. */
const shapes = fc.oneof(
  caseShapes,
  fc.record({ shape: caseShapes, blocks: fc.integer({ min: 1, max: 4 }) }).map(({ shape, blocks }) => ({
    ...shape,
    headWidth: shape.heads % 2 === 0 ? 8 : 16,
    intermediate: 16 * blocks,
  })),
  fc
    .record({ shape: caseShapes })
    .map(({ shape }) => ({ ...shape, layers: 2, heads: 12, headWidth: 32, intermediate: 1536 })),
);

describe.each(['onnx', 'tfjs'])('mini-batches that wait together, on %s', (name) => {
  it('give every device the very bits that it gets alone', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, deviceLengths, fc.integer({ min: 1, max: 60 }), async (shape, of, fill) => {
        const cases = of.map((lengths, index) =>
          encoderCase({ ...shape, lengths, seed: shape.seed + index }),
        );
        // The weights and LoRA of the first; of the others only what their devices sent.
        const [{ server, features, settings, lora }] = cases;
        const batches = cases.map(({ batch }) => batch);
        const options = { features, lora: settings };
        const engine =
          name === 'onnx'
            ? await createOnnxEngine(server, { ...options, provider: 'cpu', chunkTokens: fill })
            : await createTfjsEngine(server, { ...options, backend: 'wasm' });
        try {
          expect(await together(engine, batches, lora)).toEqual(await apart(engine, batches, lora));
        } finally {
          await engine.dispose();
        }
      }),
      { numRuns: name === 'onnx' ? 60 : 10 },
    );
  });
});
