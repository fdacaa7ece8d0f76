import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';

/**
 * An object store in memory. It keeps the arrays that it is given and returns them to all readers: copies
 * would hold the parts of a model several times.
 */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    checkObjectKey(key);
    return this.#objects.get(key);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkObjectKey(key);
    this.#objects.set(key, plainBytes(bytes));
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    checkObjectKey(key);
    if (this.#objects.has(key)) return false;
    this.#objects.set(key, plainBytes(bytes));
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

/** The same memory as a plain array: a Node Buffer has methods of the same names with other meanings. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
