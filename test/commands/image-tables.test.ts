import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { exportPython, pythonJson } from '#test/support/test-python.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const SIZE = [
  ...['--task', 'images', '--devices', '3', '--rounds', '1', '--batch-size', '2', '--lora-rank', '2'],
  ...['--engine', 'tfjs', '--set', 'model.features=first-token', '--set', 'lora.targets=[query, value]'],
];

/** A model, images of two classes, and a table with their paths. */
async function imagesWithTable(): Promise<string> {
  const folder = scratchFolder(tinyViTAndImages());
  const rows = ['file;kind'];
  for (let index = 0; index < 20; index++) {
    const level = index % 2 === 0 ? 20 : 200;
    const background = { r: level, g: level, b: level + index };
    const name = `${index}.png`;
    await sharp({ create: { width: 9, height: 7, channels: 3, background } })
      .png()
      .toFile(join(folder, name));
    rows.push(`${name};${index % 2 === 0 ? 'night' : 'noon'}`);
  }
  writeFileSync(join(folder, 'images.csv'), `${rows.join('\n')}\n`);
  return folder;
}

test('a table of paths of images is trained, and a row without an image named', async () => {
  const folder = await imagesWithTable();
  const table = join(folder, 'images.csv');
  const columns = ['--set', 'data.columns.image=file', '--label-column', 'kind'];
  const run = (out: string) =>
    airtune(['run', '--model', folder, '--data', table, ...SIZE, ...columns, '--out', join(folder, out)]);
  const { exitCode, stderr } = await run('out');
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/data: 18 training and 2 test examples; 2 labels: night/);
  writeFileSync(join(folder, '4.png'), 'no image');
  const broken = await run('broken');
  expect(broken.stderr).toMatch(/images\.csv:6: the column file cannot be read as an image \(.*\)\. Replace/);
  expect(broken.exitCode).toBe(3);
});

const python = await exportPython();

/** The table as Hugging Face's datasets write it: a struct of bytes and path, and numbered classes. */
const WRITE = `
import json, sys
import pyarrow as pa, pyarrow.parquet as pq
folder = sys.argv[1]
rows = [line.strip().split(";") for line in open(folder + "/images.csv")][1:]
images = [{"bytes": open(folder + "/" + name, "rb").read(), "path": name} for name, _ in rows]
names = ["night", "noon"]
features = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": names}}
schema = pa.schema(
    [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("label", pa.int64())],
    metadata={"huggingface": json.dumps({"info": {"features": features}})},
)
labels = [names.index(kind) for _, kind in rows]
pq.write_table(pa.table({"image": images, "label": labels}, schema=schema), folder + "/images.parquet")
print("{}")
`;

test.skipIf(python === undefined)('images inside a Parquet file of a hub train the same', async () => {
  const folder = await imagesWithTable();
  await pythonJson(python ?? '', WRITE, folder);
  const run = async (data: string, columns: readonly string[]) => {
    const out = join(folder, `out-${data}`);
    const args = ['run', '--model', folder, '--data', join(folder, data), ...SIZE, ...columns, '--out', out];
    const { exitCode, stderr } = await airtune(args);
    expect(exitCode, stderr).toBe(0);
    return trainedFiles(out);
  };
  const ofPaths = await run('images.csv', ['--set', 'data.columns.image=file', '--label-column', 'kind']);
  expect(await run('images.parquet', [])).toEqual(ofPaths);
});
