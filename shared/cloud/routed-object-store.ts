import type { ObjectStore } from './ports/object-store.ts';

/** Combines two stores: keys that the predicate accepts are in the first, all others in the second. */
export function routedObjectStore(
  accepts: (key: string) => boolean,
  first: ObjectStore,
  second: ObjectStore,
): ObjectStore {
  const storeOf = (key: string): ObjectStore => (accepts(key) ? first : second);
  return {
    get: (key) => storeOf(key).get(key),
    put: (key, bytes) => storeOf(key).put(key, bytes),
    putIfAbsent: (key, bytes) => storeOf(key).putIfAbsent(key, bytes),
    async list(prefix) {
      const inFirst = (await first.list(prefix)).filter(accepts);
      const inSecond = (await second.list(prefix)).filter((key) => !accepts(key));
      return [...inFirst, ...inSecond].sort();
    },
    async delete(keys) {
      await first.delete(keys.filter(accepts));
      await second.delete(keys.filter((key) => !accepts(key)));
    },
  };
}
