import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import type { MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { inputCount } from '#test/support/input-count.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { readRandomModel, toleranceOf, writeNewFolder } from '#test/support/random-models.ts';
import { expectTensor, expectTensors } from '#test/support/relative-error.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const COUNT = inputCount(45);
/** Seed of the random models. */
const SEED = process.env.AIRTUNE_MODELS_SEED ?? '1';
const hasPeft = pythonHas('peft', 'transformers', 'torch', 'safetensors', 'PIL');

const ENGINES: readonly (readonly [string, MakeEngine])[] = [
  ['onnx', createOnnxEngine],
  ['TensorFlow.js', (server, options) => createTfjsEngine(server, { ...options, backend: 'wasm' })],
];

describe.skipIf(!hasPeft)(`random models and adapters that transformers and peft save, seed ${SEED}`, () => {
  const folder = sharedScratchFolder();
  const cases = Array.from({ length: COUNT }, (_, index) => [index, join(folder, String(index))] as const);

  beforeAll(() => {
    runPython('bench/peft/random-models.py', folder, '--count', String(COUNT), '--seed', SEED);
    expect(readdirSync(folder)).toHaveLength(COUNT);
    // Some are stored in shards and some in one file, so both forms are compared.
    const inShards = cases.filter(([, path]) => existsSync(join(path, 'model.safetensors.index.json')));
    expect(inShards.length).toBeGreaterThan(0);
    expect(inShards.length).toBeLessThan(COUNT);
  });

  describe.each(ENGINES)('%s', (_, makeEngine) => {
    it.each(cases)('gives the features and LoRA gradients of case %i, to 1e-4', async (_index, path) => {
      const { model, adapter, features, batch, expected } = await readRandomModel(path);
      const engine = await makeEngine(model.server, { features, lora: adapter.settings });
      const pass = await engine.forward(batch, adapter.tensors);
      expectTensor('features', pass.features, expected.features, toleranceOf(expected.featureRounding));
      const gradients = await pass.backward(expected.gradient);
      pass.release();
      expectTensors(gradients, expected.lora, toleranceOf(expected.loraRounding));
      await engine.dispose();
    });
  });

  it('are loaded by both again as they are written here, adapter and merged model, to the same features', async () => {
    let heads = 0;
    for (const [, path] of cases) {
      const { model, adapter, imageSize } = await readRandomModel(path);
      if (adapter.savedHead !== undefined) heads += 1;
      const ours = writePeftAdapter(model.server.config, adapter, 'random');
      writeNewFolder(join(path, 'ours'), Object.entries(ours));
      const { files } = await mergedModel(path, join(path, 'adapter'), { imageSize });
      writeNewFolder(join(path, 'exported'), files);
    }
    // Some have a classifier trained with LoRA, whose logits are compared.
    expect(heads).toBeGreaterThan(0);
    expect(runPython('bench/peft/check-models.py', folder)).toContain(`${COUNT} cases agree`);
  });
});
