import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModelFile } from '#shared/model/hugging-face/read-model-file.ts';
import { requireRegularFile } from '#shared/tables/file-chunks.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

it('files of models and data are files: a pipe or a folder is one line, and is not waited for', async () => {
  const folder = scratchFolder();
  const [pipe, inner, file] = ['config.json', 'model.safetensors', 'vocab.txt'].map((name) =>
    join(folder, name),
  );
  execFileSync('mkfifo', [pipe]);
  mkdirSync(inner);
  writeFileSync(file, 'a');
  for (const read of [(path: string) => readModelFile(path, 'Fetch it again.'), requireRegularFile]) {
    expect(await rejectedLine(read(pipe))).toBe(
      `${pipe}: is a pipe, a device or a socket, not a file. Name a file.`,
    );
    expect(await rejectedLine(read(inner))).toBe(`${inner}: is a folder, not a file. Name a file.`);
    await read(file);
  }
  expect(await rejectedLine(readModelFile(join(folder, 'none'), 'Fetch it again.'))).toContain(
    'cannot be read. Fetch it again.',
  );
});
