import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedBatch, EncoderEngine, ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { type CaseShape, type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { expectTensor, expectTensors } from '#test/support/relative-error.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

/** Lengths of the sequences of three devices; none fills its batch's tokens in every sequence. */
const LENGTHS = [[4, 2, 7], [3], [7, 1, 5, 2]] as const;

/** Models, each with the kind of its features. */
const KINDS = [
  { name: 'a BERT', family: 'bert', features: 'mean' },
  { name: 'a Llama', family: 'llama', features: 'mean' },
  { name: 'a Llama whose states of every token travel', family: 'llama', features: 'tokens' },
  { name: 'a Llama with DoRA', family: 'llama', features: 'mean', hasDora: true },
] as const satisfies readonly ({ readonly name: string } & Partial<CaseShape>)[];

function samples(kind: Pick<CaseShape, 'family' | 'features' | 'hasDora'>): readonly EncoderCase[] {
  return LENGTHS.map((lengths, index) =>
    encoderCase({
      ...kind,
      layers: 2,
      heads: 2,
      headWidth: 8,
      intermediate: 32,
      rank: 2,
      targets: ['query', 'value'],
      lengths,
      seed: 5 + index,
    }),
  );
}

interface Step {
  readonly features: Tensor;
  readonly gradients: NamedTensors;
}

async function step(
  engine: EncoderEngine,
  { batch, gradient }: EncoderCase,
  lora: NamedTensors,
): Promise<Step> {
  const pass = await engine.forward(batch, lora);
  const gradients = await pass.backward(gradient);
  pass.release();
  return { features: pass.features, gradients };
}

/**
 * Claims about every engine.
 *
 * @param tolerance Largest relative difference of values that a batch has alone and beside others; 0 for the
 *   same bits.
 */
export function encoderEngineContract(name: string, makeEngine: MakeEngine, tolerance = 0): void {
  describe.each(KINDS)(`the engine ${name}, with $name`, (kind) => {
    const cases = samples(kind);
    // Weights and LoRA of the first; of the others only the devices' embeddings and gradients.
    const [{ server, settings, features, lora }] = cases;
    const batches = cases.map(({ batch }) => batch);
    const opened: EncoderEngine[] = [];
    const engine = (): EncoderEngine => opened[0];
    beforeAll(async () => {
      opened.push(await makeEngine(server, { features, lora: settings }));
    });
    afterAll(() => engine().dispose());

    const passGradients = (passes: readonly ForwardPass[]) =>
      passes.map((pass, index) => ({ pass, featureGradient: cases[index].gradient }));

    test('gives the same bits again, also after another batch and another LoRA set', async () => {
      const first = await step(engine(), cases[0], lora);
      const other = new Map(
        [...lora].map(([key, { shape }], index) => [key, randomTensor(shape, 90 + index, 0.3)]),
      );
      const changed = await step(engine(), cases[0], other);
      await step(engine(), cases[2], lora);
      expect(await step(engine(), cases[0], lora)).toEqual(first);
      expect(changed.features.data).not.toEqual(first.features.data);
    });

    test('infers the features of the forward pass', async () => {
      const pass = await engine().forward(batches[0], lora);
      expect(await engine().infer(batches[0], lora)).toEqual(pass.features);
      pass.release();
    });

    test('gives several batches the results that each has alone, in their order', async () => {
      const alone: Step[] = [];
      for (const one of cases) alone.push(await step(engine(), one, lora));
      const passes = await engine().forwardBatched(batches, lora);
      const gradients = await engine().backwardBatched(passGradients(passes));
      for (const [index, pass] of passes.entries()) {
        expectTensor('features', pass.features, alone[index].features, tolerance);
        expectTensors(gradients[index], alone[index].gradients, tolerance);
        expect([...gradients[index].keys()]).toEqual([...lora.keys()]);
        pass.release();
      }
    });

    test('runs passes of one call backward one by one, in another order, with others released', async () => {
      const alone = await step(engine(), cases[2], lora);
      const [first, second, third] = await engine().forwardBatched(batches, lora);
      first.release();
      expectTensors(await third.backward(cases[2].gradient), alone.gradients, tolerance);
      third.release();
      expect(await engine().backwardBatched([])).toEqual([]);
      second.release();
    });

    test('runs a pass backward with the LoRA set of its forward pass, after other passes in between', async () => {
      const alone = await step(engine(), cases[2], lora);
      const passes = await engine().forwardBatched(batches, lora);
      const other = new Map([...lora].map(([key, { shape }]) => [key, randomTensor(shape, 7, 0.3)]));
      await step(engine(), cases[0], other);
      expectTensors(await passes[2].backward(cases[2].gradient), alone.gradients, tolerance);
      for (const pass of passes) pass.release();
    });

    test('reports the bytes that a pass keeps until its release', async () => {
      const pass = await engine().forward(batches[0], lora);
      expect(pass.retainedBytes).toBeGreaterThan(0);
      pass.release();
    });

    test('does not read embeddings behind the length of a sequence', async () => {
      const { embeddings, lengths } = batches[0];
      const [sequences, tokens, width] = embeddings.shape;
      const changed = embeddings.data.slice();
      for (let sequence = 0; sequence < sequences; sequence++) {
        changed.fill(3, (sequence * tokens + lengths[sequence]) * width, (sequence + 1) * tokens * width);
      }
      const padded: EmbeddedBatch = { lengths, embeddings: { shape: embeddings.shape, data: changed } };
      const expected = await engine().infer(batches[0], lora);
      expectTensor('features', await engine().infer(padded, lora), expected, 1e-6);
    });

    test('refuses invalid batches and LoRA sets, and works afterwards', async () => {
      const { embeddings } = batches[0];
      const long = { embeddings, lengths: Int32Array.of(4, 2, 99) };
      await expect(engine().forward(long, lora)).rejects.toMatchObject({ kind: 'data' });
      const narrow = { ...batches[0], embeddings: randomTensor([3, 8, 5], 1) };
      await expect(engine().forward(narrow, lora)).rejects.toMatchObject({ kind: 'model' });
      const lacking = new Map([...lora].slice(1));
      await expect(engine().infer(batches[0], lacking)).rejects.toMatchObject({ kind: 'model' });
      const pass = await engine().forward(batches[0], lora);
      const wrong = randomTensor([pass.features.shape[0] + 1, embeddings.shape[2]], 1);
      await expect(pass.backward(wrong)).rejects.toMatchObject({ kind: 'model' });
      pass.release();
      expect(await engine().infer(batches[0], lora)).toEqual(pass.features);
    });
  });
}
