import { describe, expect, test } from 'vitest';
import { PythonHost } from '#shared/model/engine/torch/python-host.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { encoderCase } from '#test/support/encoder-cases.ts';
import { torchHost } from '#test/support/torch-host.ts';

const host = await torchHost();

/** Embeddings, features and LoRA gradients of it are each longer than what a pipe takes. */
const LARGE = encoderCase({
  family: 'gpt2',
  layers: 2,
  heads: 2,
  headWidth: 32,
  intermediate: 64,
  rank: 64,
  targets: ['all-linear'],
  features: 'tokens',
  lengths: [200, 64, 128, 199],
  seed: 3,
});

async function passOn(python: PythonHost) {
  const { server, settings, features, batch, lora, gradient } = LARGE;
  const engine = await createTorchEngine(server, { features, lora: settings, host: python });
  // Several at once, so that each has a place of its own.
  const passes = await Promise.all([1, 2, 3].map(() => engine.forward(batch, lora)));
  const gradients = await Promise.all(passes.map((pass) => pass.backward(gradient)));
  const result = passes.map(({ features }, index) => ({ features, gradients: gradients[index] }));
  for (const pass of passes) pass.release();
  await engine.dispose();
  return result;
}

describe.skipIf(host === undefined)('large requests', () => {
  test('have the same results through shared memory and through the pipes', async () => {
    if (host === undefined) return;
    const shared = await passOn(host);
    const pipes = new PythonHost({ provider: 'cpu', threads: 1, deterministic: true, sharesMemory: false });
    expect(await passOn(pipes)).toEqual(shared);
    await pipes.close();
    expect(shared[1]).toEqual(shared[0]);
  });
});
