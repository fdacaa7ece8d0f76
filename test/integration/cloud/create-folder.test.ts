import { existsSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolder } from '#shared/create-folder.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { impossibleFolder } from '#test/support/unwritable-folder.ts';

it('a folder is created with its missing parents; an existing folder is not changed', async () => {
  const folder = scratchFolder({ 'mine.txt': 'mine' });
  await createFolder(join(folder, 'a/b/c'));
  expect(statSync(join(folder, 'a/b/c')).isDirectory()).toBe(true);
  await createFolder(folder);
  expect(readdirSync(folder).sort()).toEqual(['a', 'mine.txt']);
});

it('a folder that many create at once is there for all of them', async () => {
  const folder = join(scratchFolder(), 'a/b/c/d');
  await Promise.all(Array.from({ length: 20 }, () => createFolder(folder)));
  expect(existsSync(folder)).toBe(true);
});

it('a folder is created while other processes remove its empty parents', async () => {
  const parent = join(scratchFolder(), 'runs');
  const folder = join(parent, 'first');
  // Each failed attempt needs one of these removals, and there are fewer of them than attempts.
  const removeOften = async (): Promise<void> => {
    for (let removal = 0; removal < 4; removal++) await rmdir(parent).catch(() => {});
  };
  for (let round = 0; round < 200; round++) {
    await createFolder(parent);
    await Promise.all([createFolder(folder), removeOften()]);
    expect(existsSync(folder)).toBe(true);
    rmSync(parent, { recursive: true });
  }
});

it.each([
  ['a file in its place', 'file', 'EEXIST'],
  ['a file above it', 'file/below/deep', 'ENOTDIR'],
  ['a link above it that leads nowhere', 'link/below', 'EEXIST'],
])('%s is an error', async (_, path, code) => {
  const folder = scratchFolder({ file: 'mine' });
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  await expect(createFolder(join(folder, path))).rejects.toMatchObject({ code });
});

const impossible = impossibleFolder();

it.skipIf(impossible === undefined)('a file system that takes no folders is an error, at once', async () => {
  await expect(createFolder(impossible ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
});
