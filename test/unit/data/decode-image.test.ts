import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeFile, type ImageForm, imageDecoder } from '#shared/data/image/decode-image.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const FORM = { channels: 3, size: 2, resample: 'bilinear', cutToSquare: false } as const;

/** A 4x2 image: two red columns, two blue ones. */
const PIXELS = Uint8Array.from(
  [0, 1]
    .flatMap(() => [
      [255, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
      [0, 0, 255],
    ])
    .flat(),
);
const image = () => sharp(PIXELS, { raw: { width: 4, height: 2, channels: 3 } });

test('an image is stretched to the size, channel by channel', async () => {
  const path = join(scratchFolder(), 'a.png');
  await image().png().toFile(path);
  const [red, green, blue] = split(await decoded({ ...FORM, size: 4 }, path));
  expect([...red]).toEqual([255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0]);
  expect(green.every((level) => level === 0)).toBe(true);
  expect(blue[3]).toBe(255);
});

test('is cut to its middle where the model takes squares', async () => {
  const path = join(scratchFolder(), 'a.png');
  await image().png().toFile(path);
  const [red] = split(await decoded({ ...FORM, cutToSquare: true }, path));
  expect([...red]).toEqual([255, 0, 255, 0]);
});

test('is rotated by its EXIF orientation, and loses its transparency', async () => {
  const path = join(scratchFolder(), 'a.png');
  await image().ensureAlpha(0.5).withMetadata({ orientation: 3 }).png().toFile(path);
  const [red] = split(await decoded({ ...FORM, cutToSquare: true }, path));
  expect([...red]).toEqual([0, 255, 0, 255]);
});

test('in grey levels serves a model of colours', async () => {
  const path = join(scratchFolder(), 'a.png');
  await image().greyscale().png().toFile(path);
  const [red, green] = split(await decoded(FORM, path));
  expect(red).toEqual(green);
});

async function decoded(form: ImageForm, path: string): Promise<Uint8Array> {
  return decodeFile(await imageDecoder(form), path);
}

function split(pixels: Uint8Array): readonly Uint8Array[] {
  const plane = pixels.length / 3;
  return [0, 1, 2].map((channel) => pixels.subarray(channel * plane, (channel + 1) * plane));
}
