import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { openTable } from '#shared/tables/table-registry.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
const LINE = /: is a pointer of Git LFS; the file itself was not fetched\. Run git lfs pull/;

test.each(['config.json', 'model.safetensors', 'vocab.txt', 'tokenizer_config.json', 'train.tsv'])(
  'a pointer of Git LFS in place of %s is called that',
  async (file) => {
    const folder = scratchFolder({ ...tinyModelAndData(), [file]: POINTER });
    const line = await rejectedLine(prepareTinyRun(new MemoryObjectStore(), tinyConfig(folder)));
    expect(line).toMatch(LINE);
    expect(line).toContain(join(folder, file));
  },
);

test.each(['a.csv', 'a.parquet', 'a.jsonl'])('so is one in place of the table %s', async (file) => {
  const path = join(scratchFolder(), file);
  writeFileSync(path, POINTER);
  expect(await rejectedLine(openTable(path))).toMatch(LINE);
});
