import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { imagePixels } from '#shared/model/families/parts/image-pixels.ts';
import { loraShapes } from '#shared/model/lora/lora-parameters.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { splitModel } from '#shared/model/split-model.ts';
import {
  modelAndAdapter,
  pooledFeatures,
  tinyAdapter,
  writeAdapterFolder,
  writeProbe,
} from '#test/support/adapted-tiny-bert.ts';
import { airtune } from '#test/support/airtune.ts';
import { embedImages } from '#test/support/embed.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { randomTensor, tinyBertTensors } from '#test/support/tiny-bert.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { TINY_VIT, tinyViTTensors } from '#test/support/tiny-vit.ts';

const hasTransformers = pythonHas('transformers', 'torch', 'safetensors');

it.skipIf(!hasTransformers)(
  'transformers loads an exported model and computes the same features',
  async () => {
    const folder = modelAndAdapter();
    const exported = join(folder, 'exported');
    await airtune(['export', folder, '--model', folder, '--to', exported]);
    const probe = join(folder, 'probe.safetensors');
    writeProbe(probe, await pooledFeatures(tinyBertTensors(), tinyAdapter()));
    const words = runPython('bench/peft/load-model.py', exported, '--probe', probe);
    expect(words).toContain('none missing or left over');
    expect(words).toContain('features agree');
  },
);

it.skipIf(!hasTransformers)('transformers loads an exported ViT and computes the same features', async () => {
  const vit = splitModel({ config: TINY_VIT, tensors: tinyViTTensors(TINY_VIT, false) });
  const settings = { rank: 2, alpha: 4, targets: ['query', 'value'] };
  const lora = new Map(
    [...loraShapes(TINY_VIT, settings)].map(([name, shape], index) => [
      name,
      randomTensor(shape, index, 0.3),
    ]),
  );
  const images = {
    shape: [2, 3, 8, 8] as const,
    pixels: Uint8Array.from({ length: 384 }, (_, i) => (i * 37) % 256),
  };
  const engine = await createTfjsEngine(vit.server, {
    features: 'first-token',
    lora: settings,
    backend: 'wasm',
  });
  const features = await engine.infer(embedImages(vit.device, images), lora);
  await engine.dispose();

  const folder = scratchFolder(tinyViTAndImages());
  writeAdapterFolder(join(folder, 'adapter'), { settings, tensors: lora }, TINY_VIT);
  const exported = join(folder, 'exported');
  const { exitCode, stderr } = await airtune(['export', folder, '--model', folder, '--to', exported]);
  expect(exitCode, stderr).toBe(0);
  const probe = new Map([
    ['pixel_values', imagePixels(TINY_VIT, images)],
    ['features', features],
  ]);
  writeFileSync(join(folder, 'probe.safetensors'), writeSafetensors(probe));
  const words = runPython('bench/peft/load-model.py', exported, '--probe', join(folder, 'probe.safetensors'));
  expect(words).toContain('features agree');
});
