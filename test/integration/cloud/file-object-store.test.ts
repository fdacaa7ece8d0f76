import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { FileObjectStore } from '#shared/cloud/file/file-object-store.ts';
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
    // Each says when it stands ready, so that they run against each other.
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

  it('are whole when their writer is killed at any moment, and what it left behind is cleared away', async () => {
    const writer = fork(WRITER, ['write', folder]);
    await answerOf(writer);
    const exit = exitOf(writer);
    writer.kill('SIGKILL');
    await exit;
    // What a writer killed in the middle of a write leaves, whether or not it was just then.
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

  it('leave what a running process is writing alone', async () => {
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

  it('name what to do when the disk is full or must not be written', () => {
    const failure = (code: string) => outputError('out/x', Object.assign(new Error(code), { code })).line;
    expect(failure('ENOSPC')).toBe('out/x: the disk is full. Free some space and go on with --resume.');
    expect(failure('EACCES')).toMatch(/^out\/x: permission was denied\. Choose a folder/);
    expect(failure('EROFS')).toMatch(/read-only/);
    expect(failure('EWHATEVER')).toMatch(/EWHATEVER/);
  });
});
