import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CIFAR10 } from '#shared/data/image/cifar10.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import { DataError } from '#shared/errors.ts';
import { collect } from '#test/support/collect.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

function record(label: number, firstPixel: number): Uint8Array {
  const bytes = new Uint8Array(3073).fill(9);
  bytes[0] = label;
  bytes[1] = firstPixel;
  return bytes;
}

function batchFile(content: Uint8Array): string {
  return join(scratchFolder({ 'batch.bin': content }), 'batch.bin');
}

describe('CIFAR-10 reader', () => {
  it('reads label and pixels of each image', async () => {
    const path = batchFile(Buffer.concat([record(3, 255), record(9, 0)]));
    const images = await collect(CIFAR10.read(path));
    expect(images.map(({ label }) => label)).toEqual([3, 9]);
    expect(images.map(({ pixels }) => [pixels.length, pixels[0], pixels[3071]])).toEqual([
      [3072, 255, 9],
      [3072, 0, 9],
    ]);
  });

  it('collects images into one block, no more than asked for', async () => {
    const path = batchFile(Buffer.concat(Array.from({ length: 600 }, (_, i) => record(i % 10, i % 256))));
    const all = await collectImages(CIFAR10.read(path), CIFAR10.imageShape);
    expect(all.shape).toEqual([600, 3, 32, 32]);
    expect(all.pixels[599 * 3072]).toBe(599 % 256);
    const some = await collectImages(CIFAR10.read(path), CIFAR10.imageShape, 7);
    expect(some.shape).toEqual([7, 3, 32, 32]);
    expect([...some.labels]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(some.pixels).toEqual(all.pixels.slice(0, 7 * 3072));
  });

  it.each([
    [
      'a file cut off',
      Buffer.concat([record(1, 1), record(2, 2).subarray(0, 100)]),
      /1 whole images .* 100 bytes over/,
    ],
    ['an empty file', new Uint8Array(0), /the file is empty/],
    [
      'an unknown label',
      Buffer.concat([record(1, 1), record(10, 2)]),
      /batch\.bin, image 2: unknown label 10/,
    ],
  ])('names %s', async (_, content, message) => {
    const error: unknown = await collect(CIFAR10.read(batchFile(content))).catch((e: unknown) => e);
    if (!(error instanceof DataError)) throw new Error(`expected a DataError, got ${error}`);
    expect(error.line).toMatch(message);
  });
});
