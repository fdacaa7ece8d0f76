import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';

/**
 * An object store in memory. Bytes are copied on every write and read, so that no caller's array shares
 * memory with a stored object.
 */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    checkObjectKey(key);
    return this.#objects.get(key)?.slice();
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkObjectKey(key);
    // `slice` of a Node Buffer would share its memory.
    this.#objects.set(key, new Uint8Array(bytes));
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    checkObjectKey(key);
    if (this.#objects.has(key)) return false;
    this.#objects.set(key, new Uint8Array(bytes));
    return true;
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkKeyPrefix(prefix);
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkObjectKey(key);
    for (const key of keys) this.#objects.delete(key);
  }
}
