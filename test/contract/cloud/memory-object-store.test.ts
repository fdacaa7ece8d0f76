import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { objectStoreContract } from './object-store.contract.ts';

objectStoreContract('in memory', async () => {
  const store = new MemoryObjectStore();
  return { stores: [store, store], stop: async () => {} };
});

describe('a store in memory', () => {
  it('gives all readers the array that it was given, without a copy', async () => {
    const store = new MemoryObjectStore();
    const given = Uint8Array.of(1, 2, 3);
    await store.put('bytes/kept', given);
    const [first, second] = [await store.get('bytes/kept'), await store.get('bytes/kept')];
    expect(first?.buffer).toBe(given.buffer);
    expect(second).toBe(first);
  });
});
