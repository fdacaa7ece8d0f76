import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { openSafetensorsFile } from '#shared/model/safetensors/open-safetensors-file.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { modelFiles, tinyBertTensors } from '#test/support/tiny-bert.ts';

const GIBIBYTE = 2 ** 30;

/** The header of a safetensors file whose last tensor takes so many more bytes, and its data before that. */
function withUnusedTensor(bytes: Uint8Array, unusedBytes: number): Uint8Array {
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)).trimEnd();
  const dataBytes = bytes.length - 8 - headerBytes;
  const entry = { dtype: 'U8', shape: [unusedBytes], data_offsets: [dataBytes, dataBytes + unusedBytes] };
  const text = new TextEncoder().encode(`${header.slice(0, -1)},"unused.weight":${JSON.stringify(entry)}}`);
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(bytes.subarray(8 + headerBytes), 8 + text.length);
  return file;
}

it('a model in a file of 3 GiB loads the tensors that it uses', async () => {
  const files = modelFiles(tinyBertTensors());
  const folder = scratchFolder(files);
  const path = join(folder, 'model.safetensors');
  const beginning = withUnusedTensor(Uint8Array.from(Buffer.from(files['model.safetensors'])), 3 * GIBIBYTE);
  writeFileSync(path, beginning);
  // A sparse file: the unused tensor takes no space on the disk.
  truncateSync(path, beginning.length + 3 * GIBIBYTE);
  const { tensors } = await readModelDirectory(folder);
  expect([...tensors]).toEqual([...tinyBertTensors()]);
  expect((await openSafetensorsFile(path)).extent('unused.weight').shape).toEqual([3 * GIBIBYTE]);
});

it('a file that changes between two tensors is named', async () => {
  const tensors = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
  const path = join(scratchFolder({ 'w.safetensors': writeSafetensors(tensors) }), 'w.safetensors');
  const file = await openSafetensorsFile(path);
  expect(await file.read('w')).toEqual(tensors.get('w'));
  appendFileSync(path, 'more');
  expect(await rejectedLine(file.read('w'))).toBe(
    `${path}: changed before tensor w was read. Run again when nothing writes to it.`,
  );
});
