import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, test } from 'vitest';
import { decodeFile, imageDecoder } from '#shared/data/image/decode-image.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { tinyConfig } from '#test/support/tiny-run.ts';
import { TINY_VIT } from '#test/support/tiny-vit.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz } from './support/fuzz.ts';
import { mutate } from './support/mutate.ts';

const FORM = { channels: 3, size: 8, resample: 'bilinear', cutToSquare: false } as const;
const damaged = sharedScratchFolder();
const cifar = sharedScratchFolder(tinyViTAndImages());
const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  const { default: sharp } = await import('sharp');
  const pixels = Uint8Array.from({ length: 24 * 17 * 3 }, (_, index) => (index * 37) % 256);
  const image = sharp(pixels, { raw: { width: 24, height: 17, channels: 3 } }).withMetadata({
    orientation: 6,
  });
  files.set('a.png', await image.clone().png().toBuffer());
  files.set('a.jpg', await image.clone().jpeg().toBuffer());
  files.set('a.webp', await image.clone().webp().toBuffer());
  files.set('grey.png', await image.clone().greyscale().png().toBuffer());
});

test('PNG, JPEG and WebP files', async () => {
  const decode = await imageDecoder(FORM);
  await fuzz(
    'images',
    async (random: RandomStream) => {
      const names = [...files.keys()];
      const name = names[random.integer(names.length)];
      const path = join(damaged, name);
      writeFileSync(path, mutate(files.get(name) ?? new Uint8Array(), random));
      return decodeFile(decode, path);
    },
    (pixels) => {
      if (pixels.length !== FORM.channels * FORM.size ** 2) throw new Error(`${pixels.length} grey levels`);
    },
  );
});

test("CIFAR-10's files", async () => {
  const config = tinyConfig(cifar, { data: { directory: cifar, task: 'cifar10' } });
  await fuzz(
    'CIFAR-10',
    (random) =>
      withDamage(
        cifar,
        random,
        (name) => name.endsWith('.bin'),
        (copy) => loadExamples({ ...config, data: { ...config.data, directory: copy } }, TINY_VIT),
      ),
    ({ train: { labels } }) => {
      if (labels.some((label) => label < 0 || label > 9)) throw new Error('an odd label');
    },
  );
});
