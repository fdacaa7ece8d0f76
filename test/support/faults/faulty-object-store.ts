import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { FaultyProcess } from './faulty-process.ts';

/** Wraps an object store with a process's faults. An object is written completely or not at all. */
export function faultyObjectStore(process: FaultyProcess, inner: ObjectStore): ObjectStore {
  return {
    get: (key) => process.call(`get ${key}`, () => inner.get(key)),
    put: (key, bytes) => process.call(`put ${key}`, () => inner.put(key, bytes)),
    putIfAbsent: (key, bytes) => process.call(`putIfAbsent ${key}`, () => inner.putIfAbsent(key, bytes)),
    list: (prefix) => process.call(`list ${prefix}`, () => inner.list(prefix)),
    delete: (keys) => process.callForEach('delete', keys, (part) => inner.delete(part)),
  };
}
