import type { ObjectStoreTiming } from '#emulator/services/store/object-store-timing.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { InvocationClock } from './invocation-clock.ts';

/** An object store whose requests take virtual time, except deletions. Concurrent requests overlap. */
export function virtualObjectStore(
  objects: ObjectStore,
  clock: InvocationClock,
  timing: ObjectStoreTiming,
): ObjectStore {
  return {
    get: (key) =>
      clock.request(
        () => objects.get(key),
        (bytes) => timing.getMs(bytes?.byteLength ?? 0),
      ),
    put: (key, bytes) =>
      clock.request(
        () => objects.put(key, bytes),
        () => timing.putMs(bytes.byteLength),
      ),
    putIfAbsent: (key, bytes) =>
      clock.request(
        () => objects.putIfAbsent(key, bytes),
        () => timing.putMs(bytes.byteLength),
      ),
    list: (prefix) =>
      clock.request(
        () => objects.list(prefix),
        (keys) => timing.listMs(keys.length),
      ),
    delete: (keys) => objects.delete(keys),
  };
}
