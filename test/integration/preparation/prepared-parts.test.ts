import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { prepareRun } from '#shared/preparation/prepare-run.ts';
import { PREPARED_REUSE_DAYS, preparedKeys } from '#shared/protocol/keys.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const DAY_MS = 86_400_000;
/** Time of the first preparation. Parts are stored by day; noon stands for any hour of the day. */
const BEGAN_MS = Date.UTC(2025, 0, 1, 12);

const config = tinyConfig(sharedScratchFolder(tinyModelAndData()));
let objects: ObjectStore;
let written: string[] = [];

beforeEach(() => {
  const memory = new MemoryObjectStore();
  const put = (key: string): void => void written.push(key);
  objects = {
    get: (key) => memory.get(key),
    put: (key, bytes) => memory.put(key, bytes).finally(() => put(key)),
    putIfAbsent: (key, bytes) => memory.putIfAbsent(key, bytes).finally(() => put(key)),
    list: (prefix) => memory.list(prefix),
    delete: (keys) => memory.delete(keys),
  };
});

/** The prepared parts that the preparation of a further run at this time writes. */
async function partsWritten(run: string, nowMs: number): Promise<readonly string[]> {
  written = [];
  await prepareRun(config, run, objects, nowMs);
  return written.filter((key) => key.startsWith('prepared/') && !key.includes('/stored-on/')).sort();
}

describe('the prepared parts of model and data', () => {
  it('are written once for all runs that begin soon after each other', async () => {
    expect(await partsWritten('first', BEGAN_MS)).toHaveLength(6);
    expect(await partsWritten('second', BEGAN_MS + (PREPARED_REUSE_DAYS - 1) * DAY_MS)).toEqual([]);
  });

  it('are written again for a run that begins late, and may need them when the first ones have expired', async () => {
    const all = await partsWritten('first', BEGAN_MS);
    expect(await partsWritten('second', BEGAN_MS + PREPARED_REUSE_DAYS * DAY_MS)).toEqual(all);
    expect(await partsWritten('third', BEGAN_MS + (PREPARED_REUSE_DAYS + 1) * DAY_MS)).toEqual([]);
  });

  it('are completed where some are missing', async () => {
    await partsWritten('first', BEGAN_MS);
    const { record } = await prepareRun(config, 'second', objects, BEGAN_MS);
    const lost = preparedKeys.shard(record.prepared, 1);
    await objects.delete([lost]);
    expect(await partsWritten('third', BEGAN_MS)).toEqual([lost]);
  });

  it('are written again if writing them was interrupted, because their age is not known', async () => {
    const all = await partsWritten('first', BEGAN_MS);
    const stamps = (await objects.list('prepared/')).filter((key) => key.includes('/stored-on/'));
    expect(stamps).toHaveLength(1);
    await objects.delete(stamps);
    expect(await partsWritten('second', BEGAN_MS)).toEqual(all);
  });
});
