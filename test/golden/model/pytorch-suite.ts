import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import type { TokenBatch } from '#shared/model/families/model-input.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { Head } from '#shared/model/head/head.ts';
import { headPass } from '#shared/model/head/head-pass.ts';
import { updateHead } from '#shared/model/head/head-update.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import { optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import { type ModelPart, splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import { embedTokens } from '#test/support/embed.ts';
import { firstTokens, GoldenTensors, goldenAdapter, realTokens } from '#test/support/golden-model.ts';
import { dataFolder, goldenFolder } from '#test/support/reference-data.ts';
import { expectTensor, expectTensors } from '#test/support/relative-error.ts';

/** Makes the engine under test for a model's encoder part. */
export type MakeEngine = (
  server: ModelPart,
  options: { readonly features: FeatureKind; readonly lora: LoraSettings },
) => Promise<EncoderEngine>;

const roundsSchema = z.object({ scheduled: z.array(z.array(z.int())), lr: z.number(), devices: z.int() });

/** One step of one device, from token ids to LoRA after the update, against `golden.safetensors`. */
async function expectOneStep(folder: string, modelFolder: string, makeEngine: MakeEngine): Promise<void> {
  const golden = new GoldenTensors(join(folder, 'golden.safetensors'));
  const model = await readModelDirectory(modelFolder);
  const { device, server } = splitModel(model);
  const adapter = goldenAdapter(folder, model.config);
  const lora = golden.lora('lora.before.');
  const engine = await makeEngine(server, { features: 'first-token', lora: adapter.settings });

  const tokens = golden.tokenBatch('input.');
  const batch = embedTokens(device, tokens);
  expectTensor(
    'embedding output',
    realTokens(batch.embeddings, tokens.lengths),
    realTokens(golden.float('embedding.output'), tokens.lengths),
  );

  const pass = await engine.forward(batch, lora);
  expectTensor('features', pass.features, firstTokens(golden.float('features')));
  expectTensor('inferred features', await engine.infer(batch, lora), pass.features, 0);

  const head = golden.head('head.');
  const step = headPass(head, pass.features, golden.integers('input.labels'));
  expect(Math.abs(step.loss - golden.float('loss').data[0])).toBeLessThanOrEqual(1e-4 * step.loss);
  expectTensor('logits', step.logits, golden.float('logits'));
  expectTensor('gradient at features', step.featureGradient, firstTokens(golden.float('grad.features')));
  expectTensors(step.gradients, golden.group('grad.head.'));
  expectTensors(updateHead(head, step.gradients, 0.1).parameters, golden.group('head.after.'));

  const gradients = await pass.backward(step.featureGradient);
  pass.release();
  expectTensors(gradients, golden.lora('lora.grad.'));
  const updated = optimizerStep({ kind: 'sgd', learningRate: 0.1 }, lora, gradients, new Map());
  expectTensors(updated.parameters, golden.lora('lora.after.'));
  await engine.dispose();
}

/** Federated rounds with a head per device and averaged LoRA gradients, against `rounds.safetensors`. */
async function expectRounds(
  folder: string,
  plan: z.infer<typeof roundsSchema>,
  features: FeatureKind,
  makeEngine: MakeEngine,
): Promise<void> {
  const golden = new GoldenTensors(join(folder, 'rounds.safetensors'));
  const model = await readModelDirectory(folder);
  const { device: devicePart, server } = splitModel(model);
  const embed = (tokens: TokenBatch) => embedTokens(devicePart, tokens);
  const adapter = goldenAdapter(folder, model.config);
  const engine = await makeEngine(server, { features, lora: adapter.settings });
  const heads: Head[] = Array.from({ length: plan.devices }, (_, device) =>
    golden.head(`head.${device}.init.`),
  );
  let lora: NamedTensors = adapter.tensors;

  for (const [round, devices] of plan.scheduled.entries()) {
    const gradients: NamedTensors[] = [];
    for (const device of devices) {
      const prefix = `round.${round}.device.${device}.`;
      const batch = embed(golden.tokenBatch(prefix));
      const pass = await engine.forward(batch, lora);
      const reference = golden.float(`${prefix}features`);
      expectTensor(
        `${prefix}features`,
        pass.features,
        reference.shape.length === 3 ? firstTokens(reference) : reference,
      );
      const step = headPass(heads[device], pass.features, golden.integers(`${prefix}labels`));
      expect(Math.abs(step.loss - golden.float(`${prefix}loss`).data[0])).toBeLessThanOrEqual(
        1e-4 * step.loss,
      );
      gradients.push(await pass.backward(step.featureGradient));
      pass.release();
      if (golden.lora(`${prefix}lora.grad.`).size > 0) {
        expectTensors(gradients[gradients.length - 1], golden.lora(`${prefix}lora.grad.`));
      }
      heads[device] = updateHead(heads[device], step.gradients, plan.lr);
      expectTensors(heads[device].parameters, golden.group(`${prefix}head.after.`));
    }
    const average = new TensorMean();
    for (const set of gradients) average.add(set);
    const mean = average.mean();
    expectTensors(mean, golden.lora(`round.${round}.avg_grad.`));
    lora = optimizerStep({ kind: 'sgd', learningRate: plan.lr }, lora, mean, new Map()).parameters;
    expectTensors(lora, golden.lora(`round.${round}.lora.after.`));
  }
  await engine.dispose();
}

function readPlan(path: string): z.infer<typeof roundsSchema> {
  return roundsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/**
 * Claims that an engine with the device's modules and the optimiser gives PyTorch's results.
 */
export function describeAgainstPytorch(name: string, makeEngine: MakeEngine): void {
  const golden = goldenFolder();
  const data = dataFolder();

  describe.skipIf(golden === undefined)(`${name} against PyTorch, to 1e-4`, () => {
    const folder = (model: string) => join(golden ?? '', model);

    it('takes one step of a tiny BERT with mixed token types', async () => {
      await expectOneStep(folder('tiny-bert'), folder('tiny-bert'), makeEngine);
    });

    it('takes three federated rounds of a tiny BERT, first token sent', async () => {
      const plan = readPlan(join(folder('tiny-bert'), 'rounds.json'));
      await expectRounds(folder('tiny-bert'), plan, 'first-token', makeEngine);
    });

    it('takes three federated rounds of a tiny BERT, pooled output sent, LoRA on the pooler too', async () => {
      const plan = readPlan(join(folder('tiny-bert-pooled'), 'manifest.json'));
      await expectRounds(folder('tiny-bert-pooled'), plan, 'pooled', makeEngine);
    });

    it.skipIf(data === undefined)('takes one step of MiniLM on real sentences', async () => {
      await expectOneStep(folder('minilm'), join(data ?? '', 'models/minilm-l6-h384'), makeEngine);
    });
  });
}
