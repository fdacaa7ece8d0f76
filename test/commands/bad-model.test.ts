import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { expectRefusal, tinyFolderWith } from '#test/support/refused-run.ts';
import { modelFiles, TINY_BERT, tinyBertJson, tinyBertTensors } from '#test/support/tiny-bert.ts';

test('a missing model file is named', async () => {
  const folder = tinyFolderWith();
  await expectRefusal(folder, ['--model', join(folder, 'nowhere')], 4, /nowhere.*config\.json/);
});

test('a truncated model file is named', async () => {
  const folder = tinyFolderWith();
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, readFileSync(path).subarray(0, -100));
  await expectRefusal(folder, [], 4, /model\.safetensors/);
});

test('a tensor of the wrong shape is named', async () => {
  const tensors = tinyBertTensors();
  tensors.set('pooler.dense.bias', { shape: [3], data: new Float32Array(3) });
  await expectRefusal(
    tinyFolderWith({ 'model.safetensors': writeSafetensors(tensors) }),
    [],
    4,
    /pooler\.dense\.bias/,
  );
});

test('a NaN among the weights is named', async () => {
  const tensors = tinyBertTensors();
  tensors.set('pooler.dense.bias', { shape: [8], data: new Float32Array(8).fill(Number.NaN) });
  await expectRefusal(
    tinyFolderWith({ 'model.safetensors': writeSafetensors(tensors) }),
    [],
    4,
    /pooler\.dense\.bias/,
  );
});

test('every tensor that is missing is counted, the first are named', async () => {
  const tensors = new Map(
    [...tinyBertTensors()].filter(([name]) => !name.startsWith('encoder.layer.1.output')),
  );
  await expectRefusal(
    tinyFolderWith({ 'model.safetensors': writeSafetensors(tensors) }),
    [],
    4,
    /tensors encoder\.layer\.1\.output\.dense\.weight, .* and 1 more are missing/,
  );
});

test('a model that knows one token type is refused for a task of pairs before the run starts', async () => {
  const tensors = tinyBertTensors({ ...TINY_BERT, tokenTypeCount: 1 });
  const rows = 'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\tgood\tfine\n0\t3\t4\tgood\tbad\n';
  const folder = tinyFolderWith({
    ...modelFiles(tensors, { ...tinyBertJson(), type_vocab_size: 1 }),
    'train.tsv': rows,
    'dev.tsv': rows,
  });
  await expectRefusal(folder, ['--task', 'mrpc'], 4, /token type 1, the model knows types 0 to 0/);
});
