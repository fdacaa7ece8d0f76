import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { expectRefusal, tinyFolderWith } from '#test/support/refused-run.ts';
import { tinyBertTensors } from '#test/support/tiny-bert.ts';

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
