import type { ObjectStoreTiming } from '#emulator/services/store/object-store-timing.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { InvocationClock } from './invocation-clock.ts';

/** An object store whose requests take their time inside the simulation. */
export function virtualObjectStore(
  objects: ObjectStore,
  clock: InvocationClock,
  timing: ObjectStoreTiming,
): ObjectStore {
  return {
    async get(key) {
      const bytes = await objects.get(key);
      clock.charge(timing.getMs(bytes?.byteLength ?? 0));
      return bytes;
    },
    async put(key, bytes) {
      await objects.put(key, bytes);
      clock.charge(timing.putMs(bytes.byteLength));
    },
    async putIfAbsent(key, bytes) {
      const written = await objects.putIfAbsent(key, bytes);
      clock.charge(timing.putMs(bytes.byteLength));
      return written;
    },
    async list(prefix) {
      const keys = await objects.list(prefix);
      clock.charge(timing.getMs(0));
      return keys;
    },
    delete: (keys) => objects.delete(keys),
  };
}
