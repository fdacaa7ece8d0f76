import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { FAMILIES } from '#shared/model/families/registry.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import { loraShapes } from '#shared/model/lora/lora-parameters.ts';
import { readPeftAdapter } from '#shared/model/lora/read-peft-adapter.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { openModelPart, readModelPart, splitModel, writeModelPart } from '#shared/model/split-model.ts';
import { zeros } from '#shared/model/tensor.ts';
import type { MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { readRandomModel, toleranceOf } from '#test/support/random-models.ts';
import { expectTensor, expectTensors } from '#test/support/relative-error.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { torchCardHost, torchHost } from '#test/support/torch-host.ts';

/** Made by make-cases.py with transformers and peft. */
const CASES = join(import.meta.dirname, 'cases');
const NAMES = readdirSync(CASES);

const hosts = [
  ['torch', await torchHost()],
  ['torch on CUDA', await torchCardHost()],
] as const;

const ENGINES: readonly (readonly [string, MakeEngine])[] = [
  ['onnx', createOnnxEngine],
  ['TensorFlow.js', (server, options) => createTfjsEngine(server, { ...options, backend: 'wasm' })],
];
const TORCH = hosts.flatMap(([name, host]): readonly (readonly [string, MakeEngine])[] =>
  host === undefined ? [] : [[name, (server, options) => createTorchEngine(server, { ...options, host })]],
);

it('every family has a case', async () => {
  const models = await Promise.all(NAMES.map((name) => readModelDirectory(join(CASES, name))));
  const families = new Set(models.map(({ config }) => config.family));
  expect([...families].sort()).toEqual(FAMILIES.map(({ name }) => name).sort());
});

describe.each(NAMES)('%s', (name) => {
  const path = join(CASES, name);

  it.each([...ENGINES, ...TORCH])(
    'has the features and LoRA gradients of PyTorch on %s, to 1e-4',
    async (_, makeEngine) => {
      const { model, adapter, features, batch, expected } = await readRandomModel(path);
      const engine = await makeEngine(model.server, { features, lora: adapter.settings });
      const pass = await engine.forward(batch, adapter.tensors);
      expectTensor('features', pass.features, expected.features, toleranceOf(expected.featureRounding));
      const gradients = await pass.backward(expected.gradient);
      pass.release();
      expectTensors(gradients, expected.lora, toleranceOf(expected.loraRounding));
      await engine.dispose();
    },
  );

  it('has an adapter that is written as it was read', async () => {
    const { model, adapter } = await readRandomModel(path);
    const { config } = model.server;
    const again = readPeftAdapter(config, writePeftAdapter(config, adapter, 'base'), 'again');
    expect(again.tensors).toEqual(adapter.tensors);
    expect(loraModules(config, again.settings)).toEqual(loraModules(config, adapter.settings));
  });

  it('has parts that are read back as they were stored', async () => {
    const { device, server } = splitModel(await readModelDirectory(path));
    for (const part of [device, server]) {
      const bytes = writeModelPart(part);
      expect(readModelPart(bytes, 'part')).toEqual(part);
      const opened = openModelPart(bytes, 'part');
      expect({ ...opened, tensors: new Map(opened.tensors) }).toEqual(part);
    }
  });

  it('has the same features with the adapter merged, for any other LoRA', async () => {
    const { adapter, features, imageSize, batch, expected } = await readRandomModel(path);
    const { files } = await mergedModel(path, join(path, 'adapter'), { imageSize });
    const merged = await readModelDirectory(scratchFolder(Object.fromEntries(files)));
    const { dora: _merged, ...settings } = adapter.settings;
    const none = new Map([...loraShapes(merged.config, settings)].map(([key, shape]) => [key, zeros(shape)]));
    const engine = await createOnnxEngine(splitModel(merged).server, { features, lora: settings });
    expectTensor(
      'features',
      await engine.infer(batch, none),
      expected.features,
      toleranceOf(expected.featureRounding),
    );
    expect(merged.config).toEqual((await readModelDirectory(path, imageSize)).config);
    await engine.dispose();
  });
});

describe.each(NAMES.filter((name) => /-(?:larger|smaller)$/.test(name)))('%s', (name) => {
  it('has the positions of transformers at its image size, to 1e-5', async () => {
    const { model, expected } = await readRandomModel(join(CASES, name));
    const positions = model.device.tensors.get('embeddings.position_embeddings');
    if (positions === undefined || expected.positions === undefined) throw new Error('no positions');
    expectTensor('positions', positions, expected.positions, 1e-5);
  });
});
