import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isFolderHeld, lockFolder } from '#shared/cloud/file/folder-lock.ts';
import { OutputError } from '#shared/errors.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

test('one process at a time holds a folder; a held folder is named with its holder', async () => {
  const folder = scratchFolder();
  const lock = await lockFolder(folder);
  expect(await isFolderHeld(folder)).toBe(true);
  await expect(lockFolder(folder, 0)).rejects.toThrow(
    new OutputError(`is in use by another airtune (process ${process.pid}).`, {
      subject: folder,
      remedy: 'Wait for it or end it, or choose another folder.',
    }),
  );
  await lock.release();
  expect(await isFolderHeld(folder)).toBe(false);
  await (await lockFolder(folder, 0)).release();
});

test('a folder that is released within the wait is locked', async () => {
  const folder = scratchFolder();
  const held = await lockFolder(folder);
  const waiting = lockFolder(folder, 60_000);
  await held.release();
  await (await waiting).release();
});

test('a missing folder is named', async () => {
  const folder = join(scratchFolder(), 'missing');
  await expect(lockFolder(folder)).rejects.toMatchObject({ subject: folder });
});
