import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import type { StoredRecord } from '#shared/protocol/stored-record.ts';

interface Entry {
  readonly value: Promise<unknown>;
  bytes: number;
}

/**
 * Caches decoded objects that never change: model parts, shards, run records. When the byte budget is
 * exceeded, the least recently used objects are dropped first.
 */
export class ObjectCache {
  readonly #objects: ObjectStore;
  readonly #budgetBytes: number;
  readonly #entries = new Map<string, Entry>();
  #heldBytes = 0;

  constructor(objects: ObjectStore, budgetBytes: number) {
    this.#objects = objects;
    this.#budgetBytes = budgetBytes;
  }

  /**
   * The decoded object. Use the same decoder in all calls for a key.
   *
   * @throws ProtocolError when the object does not exist.
   */
  async load<T>(key: string, decode: (bytes: Uint8Array, key: string) => T): Promise<T> {
    const held = this.#entries.get(key);
    if (held !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, held);
      return held.value as Promise<T>;
    }
    const entry: Entry = {
      bytes: 0,
      value: this.#fetch(key, decode, (bytes) => this.#account(entry, bytes)),
    };
    this.#entries.set(key, entry);
    entry.value.catch(() => this.#entries.delete(key));
    return entry.value as Promise<T>;
  }

  /**
   * A record that is never replaced.
   *
   * @throws ProtocolError when the record does not exist.
   */
  loadRecord<T>(record: StoredRecord<T>): Promise<T> {
    return this.load(record.key, (bytes) => record.decode(bytes));
  }

  async #fetch<T>(
    key: string,
    decode: (bytes: Uint8Array, key: string) => T,
    account: (bytes: number) => void,
  ): Promise<T> {
    const bytes = await requireObject(this.#objects, key);
    account(bytes.byteLength);
    return decode(bytes, key);
  }

  #account(entry: Entry, bytes: number): void {
    entry.bytes = bytes;
    this.#heldBytes += bytes;
    for (const [key, oldest] of this.#entries) {
      if (this.#heldBytes <= this.#budgetBytes || oldest === entry) return;
      this.#entries.delete(key);
      this.#heldBytes -= oldest.bytes;
    }
  }
}
