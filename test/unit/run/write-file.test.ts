import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { partName, writeWholeFile } from '#run/output/write-file.ts';
import { writeWholeFolder } from '#run/output/write-folder.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

test('a file is written whole and leaves nothing beside it', async () => {
  const folder = scratchFolder();
  await writeWholeFile(join(folder, 'a.json'), 'one');
  await writeWholeFile(join(folder, 'a.json'), 'two');
  expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['a.json']);
});

test('a link under the old, guessable name of the part is not followed', async () => {
  const folder = scratchFolder({ victim: 'mine' });
  symlinkSync(join(folder, 'victim'), join(folder, 'a.json.part'));
  await writeWholeFile(join(folder, 'a.json'), 'content');
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine');
  expect(new Set(Array.from({ length: 100 }, () => partName('a'))).size).toBe(100);
});

test('an empty folder that was there stays the same folder, and a failure empties it again', async () => {
  const folder = scratchFolder();
  const files = new Map([['config.json', new Uint8Array([1])]]);
  await writeWholeFolder(folder, files);
  expect(readdirSync(folder)).toEqual(['config.json']);

  const other = scratchFolder();
  const impossible = new Map([...files, ['missing-folder/\0', new Uint8Array([1])]]);
  expect(await rejectedLine(writeWholeFolder(other, impossible))).toContain(other);
  expect(readdirSync(other)).toEqual([]);
});

test('a folder beside the new one keeps its content, for any name', async () => {
  const parent = scratchFolder();
  writeFileSync(join(parent, '.model.part'), 'mine');
  await writeWholeFolder(join(parent, 'model'), new Map([['a', new Uint8Array([1])]]));
  expect(readdirSync(parent).sort()).toEqual(['.model.part', 'model']);
});
