import { readSync, writeSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REGION_BYTES, SharedMemory } from '#shared/model/engine/torch/shared-memory.ts';
import { requirement } from '#test/support/requirement.ts';

const isThere = requirement(
  'memory shared with Python',
  process.platform === 'linux' ? undefined : 'needs /dev/shm of Linux',
);

/** Lengths of a request's parts: many short ones, and some that are copied in several pieces. */
const requests = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 4 * 2 ** 20 - 1, max: 4 * 2 ** 20 + 9 })),
  { minLength: 1, maxLength: 4 },
);

/** Bytes that differ from part to part, with a period that no piece of a copy has. */
const filled = (length: number, seed: number): Uint8Array =>
  Buffer.alloc(
    length,
    Uint8Array.from({ length: 251 }, (_, index) => (31 * index + seed) % 251),
  );

describe.skipIf(!isThere)('memory shared with another process', () => {
  test('has every request in flight at the place of its slot, and the replies behind them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { minLength: 1, maxLength: 4 }), async (all) => {
        const memory = SharedMemory.open();
        if (memory === undefined) throw new Error('no shared memory');
        const sent = all.map((lengths, index) => {
          const parts = lengths.map((length, part) => filled(length, 7 * index + part));
          return { parts, slot: memory.take() ?? -1 };
        });
        for (const { slot, parts } of sent) expect(await memory.write(slot, parts)).toBe(true);
        for (const { slot } of sent) {
          writeSync(memory.descriptor, Buffer.from([slot, 42]), 0, 2, (2 * slot + 1) * REGION_BYTES);
        }
        for (const { slot, parts } of sent) {
          const expected = Buffer.concat(parts);
          const found = Buffer.alloc(expected.length);
          readSync(memory.descriptor, found, 0, found.length, 2 * slot * REGION_BYTES);
          expect(found.equals(expected)).toBe(true);
          expect([...memory.read(slot, 2)]).toEqual([slot, 42]);
        }
        memory.close();
      }),
      { numRuns: 10 },
    );
  });

  test('gives the lowest free slot, so that few are ever written', () => {
    const memory = SharedMemory.open();
    const taken = [memory?.take(), memory?.take(), memory?.take()];
    memory?.give(2);
    memory?.give(0);
    expect([...taken, memory?.take(), memory?.take(), memory?.take()]).toEqual([0, 1, 2, 0, 2, 3]);
    memory?.close();
  });

  test('says so when a request is longer than its region, for the pipe to be used', async () => {
    const memory = SharedMemory.open();
    const part = new Uint8Array(2 ** 30);
    const parts = new Array(REGION_BYTES / part.length + 1).fill(part);
    expect(await memory?.write(0, parts)).toBe(false);
    memory?.close();
  });
});
