import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { FileObjectStore } from '#shared/cloud/file/file-object-store.ts';
import { forceToDisk } from '#shared/cloud/file/force-to-disk.ts';
import type { Durability } from '#shared/cloud/ports/durability.ts';
import { OutputError } from '#shared/errors.ts';

const WRITER = join(import.meta.dirname, '../../support/file-store-writer.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airtune-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const exitOf = (child: ChildProcess) => new Promise<void>((resolve) => child.on('exit', () => resolve()));

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve));
}

describe('objects as files', () => {
  it('are files at the path that is their key', async () => {
    const store = await FileObjectStore.open(join(folder, 'new/deep'), () => 'remade');
    await store.put('runs/a=1/round_2.bin', Uint8Array.of(1, 2));
    expect(await readdir(join(folder, 'new/deep/runs/a=1'))).toEqual(['round_2.bin']);
  });

  it('are won by exactly one of several processes', async () => {
    const writers = Array.from({ length: 3 }, () => fork(WRITER, ['race', folder]));
    // Each reports when it is ready, so that they run concurrently.
    await Promise.all(writers.map(answerOf));
    const exits = writers.map(exitOf);
    const answers = writers.map(answerOf);
    for (const writer of writers) writer.send('go');
    const wins = (await Promise.all(answers)) as readonly (readonly number[])[];
    await Promise.all(exits);
    expect(wins.flat().sort((left, right) => left - right)).toEqual(
      Array.from({ length: 200 }, (_, key) => key),
    );
  });

  it('are whole when their writer is killed at any moment, and its temporary files are removed', async () => {
    const writer = fork(WRITER, ['write', folder]);
    await answerOf(writer);
    const exit = exitOf(writer);
    writer.kill('SIGKILL');
    await exit;
    // The remains of a writer that was killed during a write; the kill may also have been between writes.
    await writeFile(join(folder, '~pending', `${writer.pid}-left-behind`), 'half an obj');

    const store = await FileObjectStore.open(folder, () => 'remade');
    const keys = await store.list('');
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      const bytes = await store.get(key);
      expect(bytes).toHaveLength(300_000);
      expect(new Set(bytes).size).toBe(1);
    }
    expect(await readdir(join(folder, '~pending'))).toEqual([]);
  });

  it('are refused, by the name of their file, when any bit of it has changed or a part of it is lost', async () => {
    const store = await FileObjectStore.open(folder, () => 'remade');
    const path = join(folder, 'some/object');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(),
        fc.nat({ max: 7 }),
        fc.boolean(),
        async (bytes, place, bit, isCut) => {
          await store.put('some/object', bytes);
          const file = new Uint8Array(await readFile(path));
          const position = place % file.length;
          file[position] = (file[position] ?? 0) ^ (1 << bit);
          await writeFile(path, isCut ? file.subarray(0, position) : file);
          const error: unknown = await store.get('some/object').catch((reason: unknown) => reason);
          expect(error).toBeInstanceOf(DamagedObjectError);
          expect(error).toMatchObject({ key: 'some/object', subject: path });
          await store.put('some/object', bytes);
          expect(await store.get('some/object')).toEqual(bytes);
        },
      ),
    );
  });

  it('are on the disk before the object that commits them, which is there before its call returns', async () => {
    const durability = (key: string): Durability =>
      key.startsWith('commit') ? 'committing' : key.startsWith('kept') ? 'kept' : 'remade';
    const forced: (readonly string[])[] = [];
    const store = await FileObjectStore.open(folder, durability, async (root, paths) => {
      const present = await readdir(root);
      forced.push([
        ...paths.map((path) => basename(path)),
        present.includes('commit-1') ? 'after' : 'before',
      ]);
    });
    for (const key of ['kept-1', 'remade', 'kept-2', 'kept-3']) await store.put(key, Uint8Array.of(1));
    await store.delete(['kept-3']);
    expect(forced).toEqual([]);
    expect(await store.putIfAbsent('commit-1', Uint8Array.of(1))).toBe(true);
    expect(forced).toEqual([
      ['kept-1', 'kept-2', 'before'],
      ['commit-1', 'after'],
    ]);
    await store.putIfAbsent('commit-2', Uint8Array.of(1));
    expect(forced[2]).toEqual(['after']);
  });

  it('are forced to the disk with the folders that name them, whether or not they are there still', async () => {
    const store = await FileObjectStore.open(folder, () => 'committing');
    await store.put('deep/er/object', Uint8Array.of(1));
    await forceToDisk(folder, [join(folder, 'deep/er/object'), join(folder, 'never/there')]);
    expect(await store.get('deep/er/object')).toEqual(Uint8Array.of(1));
  });

  it('do not touch the temporary files of a running process', async () => {
    await FileObjectStore.open(folder, () => 'remade');
    const beingWritten = join(folder, '~pending', `${process.pid}-now`);
    await writeFile(beingWritten, 'in the making');
    const store = await FileObjectStore.open(folder, () => 'remade');
    expect(await readdir(join(folder, '~pending'))).toEqual([`${process.pid}-now`]);
    expect(await store.list('')).toEqual([]);
  });

  it('fail with the file and the remedy, and leave nothing half-written', async () => {
    await writeFile(join(folder, 'a-file'), '');
    await expect(FileObjectStore.open(join(folder, 'a-file'), () => 'remade')).rejects.toThrow(OutputError);

    const store = await FileObjectStore.open(join(folder, 'store'), () => 'remade');
    await store.put('object', Uint8Array.of(1));
    await mkdir(join(folder, 'store/folder/below'), { recursive: true });
    for (const key of ['object/below', 'folder']) {
      const error: unknown = await store.put(key, Uint8Array.of(2)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(OutputError);
      expect(error).toMatchObject({ subject: join(folder, 'store', key), exitCode: 8 });
    }
    expect(await readdir(join(folder, 'store/~pending'))).toEqual([]);
    expect(await store.list('')).toEqual(['object']);
  });

  it('name the remedy when the disk is full or read-only', () => {
    const failure = (code: string) => outputError('out/x', Object.assign(new Error(code), { code })).line;
    expect(failure('ENOSPC')).toBe('out/x: the disk is full. Free some space and go on with --resume.');
    expect(failure('EACCES')).toMatch(/^out\/x: permission was denied\. Choose a folder/);
    expect(failure('EROFS')).toMatch(/read-only/);
    expect(failure('EWHATEVER')).toMatch(/EWHATEVER/);
  });
});
