import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergedModel } from '../../../cli/export/merged-model.ts';
import { createTfjsEngine } from '../../../shared/model/engine/tfjs/tfjs-engine.ts';
import { readModelDirectory } from '../../../shared/model/hugging-face/model-directory.ts';
import { initialLora, loraShapes } from '../../../shared/model/lora/lora-parameters.ts';
import { readSafetensors } from '../../../shared/model/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../../shared/model/safetensors/write-safetensors.ts';
import { splitModel } from '../../../shared/model/split-model.ts';
import { vitEmbedding } from '../../../shared/model/vit/embedding.ts';
import { imagePixels } from '../../../shared/model/vit/image-pixels.ts';
import {
  pooledFeatures,
  tinyAdapter,
  writeAdapterFolder,
  writeProbe,
} from '../../support/adapted-tiny-bert.ts';
import { airtune } from '../../support/airtune-command.ts';
import { pythonHas, runPython } from '../../support/python.ts';
import { relativeError } from '../../support/relative-error.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { rejectedLine } from '../../support/thrown.ts';
import {
  modelFiles,
  randomTensor,
  TINY_BERT,
  tinyBertJson,
  tinyBertTensors,
} from '../../support/tiny-bert.ts';
import { tinyViTAndImages } from '../../support/tiny-image-run.ts';
import { TINY_VIT, tinyViTTensors } from '../../support/tiny-vit.ts';

const tensors = tinyBertTensors();
const adapter = tinyAdapter();
const withoutLora = { ...adapter, tensors: initialLora(TINY_BERT, adapter.settings, 1) };

/** A model directory with the adapter inside, in the folder `adapter`. */
function modelAndAdapter(files: Readonly<Record<string, string | Uint8Array>> = modelFiles(tensors)): string {
  const folder = scratchFolder(files);
  writeAdapterFolder(join(folder, 'adapter'), adapter);
  return folder;
}

describe('an exported model', () => {
  it('computes without LoRA what the model computes with it', async () => {
    const folder = modelAndAdapter();
    const exported = join(folder, 'exported');
    const { exitCode, stderr } = await airtune(['export', folder, '--model', folder, '--to', exported]);
    expect(exitCode, stderr).toBe(0);
    const merged = await readModelDirectory(exported);
    const features = await pooledFeatures(merged.tensors, withoutLora);
    const expected = await pooledFeatures(tensors, adapter);
    expect(relativeError(features.data, expected.data)).toBeLessThan(1e-6);
    // The adapter makes a difference at all.
    const plain = await pooledFeatures(tensors, withoutLora);
    expect(relativeError(plain.data, expected.data)).toBeGreaterThan(0.1);
  });

  it('has every other tensor as it was, task heads and prefixes included', async () => {
    const head = randomTensor([2, 8], 5);
    const files = modelFiles(new Map([...tensors, ['classifier.weight', head]]), tinyBertJson(), (name) =>
      name.startsWith('classifier') ? name : `bert.${name}`,
    );
    const folder = modelAndAdapter(files);
    const { files: merged, mergedLayers } = await mergedModel(folder, join(folder, 'adapter'));
    const weights = merged.get('model.safetensors') ?? new Uint8Array();
    const after = readSafetensors(weights, 'after').tensors;
    const before = readSafetensors(readFileSync(join(folder, 'model.safetensors')), 'before').tensors;
    expect([...after.keys()]).toEqual([...before.keys()]);
    const changed = [...after].filter(([name]) => !bufferOf(after, name).equals(bufferOf(before, name)));
    expect(
      changed.map(([name]) => name).every((name) => /(query|key|value|pooler\.dense)\.weight$/.test(name)),
    ).toBe(true);
    expect(changed).toHaveLength(mergedLayers);
  });

  it('says that its weights are float32, and brings its tokenizer files', async () => {
    const config = { ...tinyBertJson(), torch_dtype: 'float16' };
    const folder = modelAndAdapter({
      ...modelFiles(tensors, config),
      'vocab.txt': '[PAD]\n',
      'notes.txt': 'mine',
    });
    const { files } = await mergedModel(folder, join(folder, 'adapter'));
    expect([...files.keys()]).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
    const written = JSON.parse(new TextDecoder().decode(files.get('config.json')));
    expect(written).toEqual({ ...config, torch_dtype: 'float32' });
  });
});

describe('an export is refused', () => {
  it('into a folder that holds anything, which stays as it is', async () => {
    const folder = modelAndAdapter();
    const target = scratchFolder({ 'precious.txt': 'mine' });
    const { exitCode, stderr } = await airtune(['export', folder, '--model', folder, '--to', target]);
    expect(exitCode).toBe(8);
    expect(stderr).toMatch(/not empty.*--to/);
    expect(readdirSync(target)).toEqual(['precious.txt']);
  });

  it('without an adapter, and leaves nothing behind', async () => {
    const folder = scratchFolder(modelFiles(tensors));
    const { exitCode, stderr } = await airtune([
      'export',
      folder,
      '--model',
      folder,
      '--to',
      join(folder, 'to'),
    ]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('adapter_config.json');
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
  });

  it('without a model where no run names one', async () => {
    const folder = modelAndAdapter();
    const { exitCode, stderr } = await airtune(['export', folder, '--to', join(folder, 'to')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--model');
  });

  it('for a model that lacks an adapted layer, named', async () => {
    const folder = modelAndAdapter(modelFiles(tinyBertTensors(TINY_BERT, false)));
    expect(await rejectedLine(mergedModel(folder, join(folder, 'adapter')))).toContain('pooler.dense');
  });

  it('for an adapter that is cut off', async () => {
    const folder = modelAndAdapter();
    const path = join(folder, 'adapter', 'adapter_model.safetensors');
    writeFileSync(path, readFileSync(path).subarray(0, -10));
    expect(await rejectedLine(mergedModel(folder, join(folder, 'adapter')))).toContain(path);
  });
});

const hasTransformers = pythonHas('transformers', 'torch', 'safetensors');

it.skipIf(!hasTransformers)(
  'transformers loads an exported model and computes the same features',
  async () => {
    const folder = modelAndAdapter();
    const exported = join(folder, 'exported');
    await airtune(['export', folder, '--model', folder, '--to', exported]);
    const probe = join(folder, 'probe.safetensors');
    writeProbe(probe, await pooledFeatures(tensors, adapter));
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
  const features = await engine.infer(vitEmbedding(TINY_VIT, vit.device.tensors)(images), lora);
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

function bufferOf(stored: ReadonlyMap<string, { readonly data: ArrayBufferView }>, name: string): Buffer {
  const data = stored.get(name)?.data;
  return data === undefined ? Buffer.alloc(0) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
