import { describe, expect, it } from 'vitest';
import { ObjectCache } from '#functions/exchange/object-cache.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';

/** A cache over objects of these sizes [bytes], and the keys of the decoded objects in order. */
async function cacheOf(sizes: Readonly<Record<string, number>>, budgetBytes = 1000) {
  const objects = new MemoryObjectStore();
  for (const [key, bytes] of Object.entries(sizes)) await objects.put(key, new Uint8Array(bytes));
  const cache = new ObjectCache(objects, budgetBytes);
  const decoded: string[] = [];
  const load = (key: string, versionOf?: string) =>
    cache.load(
      key,
      (bytes) => {
        decoded.push(key);
        return bytes.length;
      },
      versionOf,
    );
  return { cache, decoded, load };
}

describe('a cache of objects', () => {
  it('reads an object once', async () => {
    const { decoded, load } = await cacheOf({ a: 10 });
    expect(await Promise.all([load('a'), load('a')])).toEqual([10, 10]);
    expect(decoded).toEqual(['a']);
  });

  it('drops the object that was used longest ago when it is full', async () => {
    const { decoded, load } = await cacheOf({ a: 400, b: 400, c: 400 });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await load(key);
    expect(decoded).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps the last two versions of a thing, however many rounds there are', async () => {
    const rounds = Array.from({ length: 50 }, (_, round) => `head/${round}`);
    const { cache, decoded, load } = await cacheOf(Object.fromEntries(rounds.map((key) => [key, 1])));
    for (const key of rounds) await load(key, 'head');
    expect(cache.size).toBe(2);
    await load('head/48', 'head');
    expect(decoded).toHaveLength(50);
    await load('head/47', 'head');
    expect(decoded.at(-1)).toBe('head/47');
    expect(cache.size).toBe(2);
  });

  it('counts no bytes of objects that are not there or were dropped while they were read', async () => {
    const { cache, decoded, load } = await cacheOf({ a: 600, b: 600, c: 600, d: 900 });
    await Promise.all(['a', 'b', 'c'].map((key) => load(key, 'thing')));
    await expect(load('missing')).rejects.toThrow();
    await load('d');
    await load('d');
    expect(decoded.filter((key) => key === 'd')).toHaveLength(1);
    expect(cache.size).toBe(1);
  });
});
