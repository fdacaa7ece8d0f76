import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { ProtocolError } from '#shared/errors.ts';

/** One adapter under test. */
export interface ObjectStoreHarness {
  /** Stores that share their objects, as in several concurrent processes. */
  readonly stores: readonly [ObjectStore, ObjectStore];
  stop(): Promise<void>;
}

const text = (value: string) => new TextEncoder().encode(value);

/** Bytes that a faulty adapter may change: every value, line ends, invalid UTF-8, zeros at both ends. */
const oddBytes = Uint8Array.from([0, 0, 13, 10, 255, 254, ...Array.from({ length: 256 }, (_, i) => i), 0, 0]);

/** Contract of the object store port; every adapter runs it. Each test uses its own keys. */
export function objectStoreContract(adapter: string, start: () => Promise<ObjectStoreHarness>): void {
  describe(`an object store: ${adapter}`, () => {
    let harness: ObjectStoreHarness;
    let store: ObjectStore;
    let other: ObjectStore;
    beforeAll(async () => {
      harness = await start();
      [store, other] = harness.stores;
    });
    afterAll(() => harness?.stop());

    it('has no object where none was put', async () => {
      expect(await store.get('missing/object')).toBeUndefined();
      expect(await store.list('missing/')).toEqual([]);
    });

    it('returns the bytes that were put, for any bytes', async () => {
      await store.put('bytes/odd', oddBytes);
      await store.put('bytes/none', new Uint8Array(0));
      expect(await other.get('bytes/odd')).toEqual(oddBytes);
      expect(await other.get('bytes/none')).toEqual(new Uint8Array(0));
    });

    it('stores only the bytes of a view into a larger buffer', async () => {
      const buffer = Uint8Array.from([9, 1, 2, 3, 9]);
      await store.put('bytes/view', buffer.subarray(1, 4));
      expect(await store.get('bytes/view')).toEqual(Uint8Array.from([1, 2, 3]));
      await store.put('bytes/buffer', Buffer.from('abcdef').subarray(2, 4));
      expect(await store.get('bytes/buffer')).toEqual(text('cd'));
    });

    it('keeps an object of 24 MiB exactly', async () => {
      const large = new Uint8Array(24 * 1024 * 1024);
      for (let i = 0; i < large.length; i++) large[i] = Math.imul(i, 2654435761) >>> 24;
      await store.put('bytes/large', large);
      const read = await other.get('bytes/large');
      expect(Buffer.compare(Buffer.from(read ?? []), Buffer.from(large))).toBe(0);
    });

    it('replaces an object, and a reader beside the writer sees one version or the other', async () => {
      const versions = [text('a'.repeat(70_000)), text('b'.repeat(50_000))];
      await store.put('replaced', versions[0] ?? oddBytes);
      const reads = Array.from({ length: 20 }, () => other.get('replaced'));
      await store.put('replaced', versions[1] ?? oddBytes);
      for (const read of await Promise.all(reads)) {
        expect(versions.some((version) => Buffer.compare(version, read ?? oddBytes) === 0)).toBe(true);
      }
      expect(await other.get('replaced')).toEqual(versions[1]);
    });

    it('puts an object only where none is', async () => {
      expect(await store.putIfAbsent('absent/one', text('first'))).toBe(true);
      expect(await store.putIfAbsent('absent/one', text('second'))).toBe(false);
      expect(await other.putIfAbsent('absent/one', text('third'))).toBe(false);
      expect(await other.get('absent/one')).toEqual(text('first'));
      await store.delete(['absent/one']);
      expect(await other.putIfAbsent('absent/one', text('fourth'))).toBe(true);
    });

    it('lets exactly one of 20 racing writers win, whose bytes are then read', async () => {
      for (let race = 0; race < 5; race++) {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, racer) =>
            harness.stores[racer % 2 === 0 ? 0 : 1].putIfAbsent(`race/${race}`, text(`racer ${racer}`)),
          ),
        );
        const winners = outcomes.flatMap((won, racer) => (won ? [racer] : []));
        expect(winners).toHaveLength(1);
        expect(await store.get(`race/${race}`)).toEqual(text(`racer ${winners[0]}`));
      }
    });

    it('lists the keys with a prefix in the order of their bytes, independent of folders', async () => {
      const keys = [
        'order/a',
        'order/a-b',
        'order/a.b',
        'order/a0',
        'order/aa/b',
        'order/A',
        'order/b=1/x',
        'order/b_',
      ];
      for (const key of [...keys].reverse()) await store.put(key, text(key));
      const ascending = [...keys].sort((left, right) =>
        Buffer.compare(Buffer.from(left), Buffer.from(right)),
      );
      expect(await other.list('order/')).toEqual(ascending);
      expect(await other.list('order/a')).toEqual(ascending.filter((key) => key.startsWith('order/a')));
      expect(await other.list('order/aa/')).toEqual(['order/aa/b']);
      expect(await other.list('order/zzz')).toEqual([]);
      expect(await other.list('')).toEqual(expect.arrayContaining(ascending));
    });

    it('lists and deletes more than 2,000 objects, which takes several pages', async () => {
      const keys = Array.from({ length: 2050 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
      const lanes = Array.from({ length: 20 }, (_, lane) =>
        keys.filter((_key, index) => index % 20 === lane),
      );
      await Promise.all(
        lanes.map(async (lane) => {
          for (const key of lane) await store.put(key, text(key));
        }),
      );
      expect(await other.list('many/')).toEqual(keys);
      await store.delete(keys.slice(1));
      expect(await other.list('many/')).toEqual(keys.slice(0, 1));
    });

    it('deletes existing objects and ignores missing ones', async () => {
      await store.put('gone/here', text('x'));
      await store.delete(['gone/here', 'gone/never-there', 'gone/here']);
      await store.delete(['gone/here']);
      await store.delete([]);
      expect(await other.get('gone/here')).toBeUndefined();
    });

    it('refuses keys outside the alphabet and keys that lead out of the store', async () => {
      for (const key of [
        '',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../b',
        './a',
        'a b',
        'ä',
        'a\\b',
        'a\0b',
        'a~b',
      ]) {
        await expect(store.put(key, oddBytes)).rejects.toThrow(ProtocolError);
        await expect(store.putIfAbsent(key, oddBytes)).rejects.toThrow(ProtocolError);
        await expect(store.get(key)).rejects.toThrow(ProtocolError);
        await expect(store.delete([key])).rejects.toThrow(ProtocolError);
      }
      await expect(store.list('../')).rejects.toThrow(ProtocolError);
    });
  });
}
