import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPooler } from '#shared/model/features.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import type { RawTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { readModelPart, splitModel, writeModelPart } from '#shared/model/split-model.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { dataFolder } from '#test/support/reference-data.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine, thrownLine } from '#test/support/thrown.ts';
import { modelFiles, TINY_BERT, tinyBertJson, tinyBertTensors } from '#test/support/tiny-bert.ts';

const read = (files: Readonly<Record<string, string | Uint8Array>>) =>
  readModelDirectory(scratchFolder(files));

/** Changes one tensor of the tiny model and returns the error line of reading it. */
function lineWith(name: string, value: Tensor): Promise<string> {
  return rejectedLine(read(modelFiles(new Map([...tinyBertTensors(), [name, value]]))));
}

describe('a model directory', () => {
  it('is read with its tensors in the model order, pooler and all', async () => {
    const tensors = tinyBertTensors();
    const shuffled = new Map([...tensors].reverse());
    const model = await read(modelFiles(shuffled));
    expect(model.config).toEqual(TINY_BERT);
    expect([...model.tensors]).toEqual([...tensors]);
    expect(hasPooler(model.tensors)).toBe(true);
  });

  it('may lack the pooler', async () => {
    const model = await read(modelFiles(tinyBertTensors(TINY_BERT, false)));
    expect(hasPooler(model.tensors)).toBe(false);
  });

  it('may be that of a task model: prefixed names, a head, position ids, old norm names', async () => {
    const head = { shape: [2, 8], data: new Float32Array(16) };
    const oldName = (name: string) =>
      name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
    const tensors = new Map([...tinyBertTensors(), ['classifier.weight', head]]);
    const files = modelFiles(tensors, tinyBertJson(), (name) =>
      name.startsWith('classifier') ? name : `bert.${oldName(name)}`,
    );
    expect([...(await read(files)).tensors]).toEqual([...tinyBertTensors()]);
  });

  it.skipIf(dataFolder() === undefined)('of MiniLM keeps its subnormal halves', async () => {
    const model = await readModelDirectory(join(dataFolder() ?? '', 'models/minilm-l6-h384'));
    let subnormal = 0;
    for (const { data } of model.tensors.values()) {
      for (const value of data) if (value !== 0 && Math.abs(value) < 2 ** -14) subnormal++;
    }
    expect(subnormal).toBe(23306);
  });
});

describe('a checkpoint', () => {
  it.each(['module.', '0.auto_model.', 'model.', '_orig_mod.module.bert.'])(
    'may have %s before every name',
    async (prefix) => {
      const files = modelFiles(tinyBertTensors(), tinyBertJson(), (name) => `${prefix}${name}`);
      expect([...(await read(files)).tensors]).toEqual([...tinyBertTensors()]);
    },
  );

  it('of two models is refused, naming both', async () => {
    const two = new Map(
      ['query.', 'document.'].flatMap((prefix) =>
        [...tinyBertTensors()].map(([name, value]): [string, Tensor] => [`${prefix}${name}`, value]),
      ),
    );
    expect(await rejectedLine(read(modelFiles(two)))).toMatch(
      /several models: "query\.embeddings.*"document\.embeddings/,
    );
  });

  it('may hold tensors of any type that the model does not use, and no other', async () => {
    const mask = { type: 'BOOL', shape: [2], bytes: new Uint8Array(2) };
    const head = { type: 'F64', shape: [2], bytes: new Uint8Array(16) };
    const future = { type: 'F3_FNORD', shape: [5], bytes: new Uint8Array(3) };
    const weights = (extra: readonly (readonly [string, RawTensor])[]) => ({
      'config.json': JSON.stringify(tinyBertJson()),
      'model.safetensors': writeSafetensors(
        new Map<string, Tensor | RawTensor>([...tinyBertTensors(), ...extra]),
      ),
    });
    const unused = weights([
      ['mask', mask],
      ['classifier.weight', head],
      ['quantized', future],
    ]);
    expect([...(await read(unused)).tensors]).toEqual([...tinyBertTensors()]);
    const used = weights([['pooler.dense.bias', { type: 'F64', shape: [8], bytes: new Uint8Array(64) }]]);
    expect(await rejectedLine(read(used))).toContain(
      'tensor pooler.dense.bias has type F64, expected one of',
    );
  });
});

describe('a broken model directory is refused, naming', () => {
  it('the missing config', async () => {
    const line = await rejectedLine(read({}));
    expect(line).toMatch(/config\.json: cannot be read\. Give a Hugging Face model directory/);
  });

  it('the missing weights, and the files that are there instead', async () => {
    const files = { 'config.json': JSON.stringify(tinyBertJson()), 'pytorch_model.bin': '' };
    expect(await rejectedLine(read(files))).toContain('pytorch_model.bin');
  });

  it('a missing tensor', async () => {
    const tensors = tinyBertTensors();
    tensors.delete('encoder.layer.1.output.dense.bias');
    expect(await rejectedLine(read(modelFiles(tensors)))).toMatch(
      /model\.safetensors: tensor encoder\.layer\.1\.output\.dense\.bias is missing/,
    );
  });

  it('half a pooler', async () => {
    const tensors = tinyBertTensors();
    tensors.delete('pooler.dense.bias');
    expect(await rejectedLine(read(modelFiles(tensors)))).toContain('pooler.dense.bias is missing');
  });

  it('a tensor the config does not foresee', async () => {
    const extra = { shape: [1], data: new Float32Array(1) };
    expect(await lineWith('encoder.layer.2.output.dense.bias', extra)).toContain(
      'encoder.layer.2.output.dense.bias is not part of the model',
    );
  });

  it('a misshapen tensor', async () => {
    const line = await lineWith('pooler.dense.bias', { shape: [9], data: new Float32Array(9) });
    expect(line).toContain('tensor pooler.dense.bias has shape [9], expected [8]');
  });

  it('a value that is not finite', async () => {
    const data = new Float32Array(8);
    data[5] = Number.NaN;
    const line = await lineWith('pooler.dense.bias', { shape: [8], data });
    expect(line).toContain('tensor pooler.dense.bias holds NaN at flat index 5');
  });

  it('a truncated file', async () => {
    const files = modelFiles(tinyBertTensors());
    const weights = files['model.safetensors'].slice(0, -10);
    expect(await rejectedLine(read({ ...files, 'model.safetensors': weights }))).toContain('truncated');
  });

  it('a tensor that is there twice, with and without prefix', async () => {
    const tensors = tinyBertTensors();
    const bias = { shape: [8], data: new Float32Array(8) };
    const line = await rejectedLine(
      read(modelFiles(new Map([...tensors, ['bert.pooler.dense.bias', bias]]))),
    );
    expect(line).toContain('pooler.dense.bias twice');
  });

  it.each([
    ['an activation', { hidden_act: 'relu' }, 'hidden_act'],
    ['relative positions', { position_embedding_type: 'relative_key' }, 'position_embedding_type'],
    ['a decoder', { is_decoder: true }, 'is_decoder'],
    ['another kind of model', { model_type: 'bart' }, 'model_type bart is not supported'],
    ['no hidden size', { hidden_size: undefined }, 'hidden_size'],
    ['heads that do not divide it', { num_attention_heads: 3 }, 'hidden_size 8 is not a multiple'],
  ])('%s it does not support', async (_, change, words) => {
    const line = await rejectedLine(read(modelFiles(tinyBertTensors(), { ...tinyBertJson(), ...change })));
    expect(line).toContain('config.json');
    expect(line).toContain(words);
  });
});

describe('the split model', () => {
  const model = { config: TINY_BERT, tensors: tinyBertTensors() };

  it('has the embeddings on the device, everything else on the server, and loses nothing', () => {
    const { device, server } = splitModel(model);
    expect([...device.tensors.keys()].every((name) => name.startsWith('embeddings.'))).toBe(true);
    expect([...device.tensors, ...server.tensors]).toEqual([...model.tensors]);
  });

  it('is stored and read back with its config', () => {
    const { server } = splitModel(model);
    const bytes = writeModelPart(server);
    expect(readModelPart(bytes, 'part')).toEqual(server);
    expect(writeModelPart(readModelPart(bytes, 'part'))).toEqual(bytes);
  });

  it('is refused when the file is no model part', () => {
    const files = modelFiles(model.tensors);
    const weights = files['model.safetensors'];
    if (typeof weights === 'string') throw new TypeError('expected bytes');
    expect(thrownLine(() => readModelPart(weights, 'parts/abc'))).toContain(
      'parts/abc: holds no model config',
    );
  });
});
