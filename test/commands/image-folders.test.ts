import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { parseRunResult } from '#shared/protocol/run-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';

/** Images of two classes, in different formats and sizes. */
async function writeImages(folder: string, splits: readonly string[]): Promise<void> {
  for (const split of splits) {
    for (const [label, level] of [
      ['night', 30],
      ['noon', 220],
    ] as const) {
      mkdirSync(join(folder, split, label), { recursive: true });
      for (let index = 0; index < 12; index++) {
        const background = { r: level, g: level, b: level + index };
        const image = sharp({ create: { width: 9 + index, height: 14, channels: 3, background } });
        const file = join(folder, split, label, `${index}`);
        if (index % 2 === 0) await image.png().toFile(`${file}.png`);
        else await image.jpeg().toFile(`${file}.JPG`);
      }
    }
  }
}

const SIZE = [
  ...['--task', 'images', '--devices', '3', '--rounds', '2', '--batch-size', '2', '--lora-rank', '2'],
  ...['--engine', 'tfjs', '--set', 'model.features=first-token', '--set', 'lora.targets=[query, value]'],
];

test('a folder of images for each class is trained, and one image labelled', async () => {
  const model = scratchFolder(tinyViTAndImages());
  const images = join(model, 'images');
  const out = join(model, 'out');
  await writeImages(images, ['train', 'val']);
  const run = await airtune(['run', '--model', model, '--data', images, ...SIZE, '--out', out]);
  expect(run.stderr).toMatch(/data: 24 training and 24 test examples; 2 labels: night 50 %, noon 50 %/);
  expect(run.exitCode).toBe(0);
  const result = parseRunResult(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')), out);
  expect(result.labelNames).toEqual(['night', 'noon']);

  const [one, other] = [join(images, 'val/noon/0.png'), join(images, 'val/night/1.JPG')];
  const predicted = await airtune(['predict', out, '--file', one, '--file', other]);
  expect(predicted.stdout.trimEnd().split('\n')).toHaveLength(2);
});

test('a broken image is named in one line', async () => {
  const model = scratchFolder(tinyViTAndImages());
  const images = join(model, 'images');
  await writeImages(images, ['.']);
  const whole = readFileSync(join(images, 'noon/1.JPG'));
  writeFileSync(join(images, 'noon/1.JPG'), whole.subarray(0, whole.length / 2));
  const run = await airtune([
    ...['--quiet', 'run', '--model', model, '--data', images, ...SIZE, '--out', join(model, 'out')],
  ]);
  expect(run.stderr).toMatch(
    /noon\/1\.JPG: cannot be read as an image \(.*\)\. Replace or remove the file\./,
  );
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(run.exitCode).toBe(3);
});

test('a folder without class folders is refused with the expected layout', async () => {
  const model = scratchFolder(tinyViTAndImages());
  const run = await airtune(['--quiet', 'run', '--model', model, '--data', model, ...SIZE]);
  expect(run.stderr).toMatch(/holds no folders with images\. Put the images of each class into a folder/);
  expect(run.exitCode).toBe(3);
});
