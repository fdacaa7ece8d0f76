import type { ObjectStore } from './ports/object-store.ts';

/** Wraps a store and calls `onWritten` after each write of a key that the predicate accepts. */
export function watchedObjectStore(
  objects: ObjectStore,
  accepts: (key: string) => boolean,
  onWritten: (key: string) => void,
): ObjectStore {
  return {
    get: (key) => objects.get(key),
    async put(key, bytes) {
      await objects.put(key, bytes);
      if (accepts(key)) onWritten(key);
    },
    async putIfAbsent(key, bytes) {
      const written = await objects.putIfAbsent(key, bytes);
      if (written && accepts(key)) onWritten(key);
      return written;
    },
    list: (prefix) => objects.list(prefix),
    delete: (keys) => objects.delete(keys),
  };
}
