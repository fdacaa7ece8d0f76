import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { modelAndAdapter, pooledFeatures, tinyAdapter } from '#test/support/adapted-tiny-bert.ts';
import { airtune } from '#test/support/airtune.ts';
import { relativeError } from '#test/support/relative-error.ts';
import {
  modelFiles,
  randomTensor,
  TINY_BERT,
  tinyBertJson,
  tinyBertTensors,
} from '#test/support/tiny-bert.ts';

const tensors = tinyBertTensors();
const adapter = tinyAdapter();
const withoutLora = { ...adapter, tensors: initialLora(TINY_BERT, adapter.settings, 1) };

describe('an exported model', () => {
  it('computes without LoRA the same results as the model with LoRA', async () => {
    const folder = modelAndAdapter();
    const exported = join(folder, 'exported');
    const { exitCode, stderr } = await airtune(['export', folder, '--model', folder, '--to', exported]);
    expect(exitCode, stderr).toBe(0);
    const merged = await readModelDirectory(exported);
    const features = await pooledFeatures(merged.tensors, withoutLora);
    const expected = await pooledFeatures(tensors, adapter);
    expect(relativeError(features.data, expected.data)).toBeLessThan(1e-6);
    // Checks that the adapter changes the features.
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

  it('has the head that PEFT trained beside the adapter', async () => {
    const [untrained, trained] = [randomTensor([2, 8], 5), randomTensor([2, 8], 6)];
    const files = modelFiles(new Map([...tensors, ['classifier.weight', untrained]]));
    const folder = modelAndAdapter(files, new Map([['classifier.weight', trained]]));
    const { files: merged } = await mergedModel(folder, join(folder, 'adapter'));
    const weights = readSafetensors(merged.get('model.safetensors') ?? new Uint8Array(), 'merged').tensors;
    expect(weights.get('classifier.weight')).toEqual(trained);
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

function bufferOf(stored: ReadonlyMap<string, { readonly data: ArrayBufferView }>, name: string): Buffer {
  const data = stored.get(name)?.data;
  return data === undefined ? Buffer.alloc(0) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
