import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import type { StoredRecord } from '#shared/protocol/stored-record.ts';

interface Entry {
  readonly value: Promise<unknown>;
  bytes: number;
}

/** Number of versions of an object that are kept: the newest one, and the one before it for late messages. */
const VERSIONS = 2;

/**
 * Caches decoded objects that never change: model parts, shards, run records, and the last versions of heads
 * and checkpoints. When the byte budget is exceeded, the least recently used objects are dropped first.
 */
export class ObjectCache {
  readonly #objects: ObjectStore;
  readonly #budgetBytes: number;
  readonly #entries = new Map<string, Entry>();
  /** Keys of the cached versions by their common name, the newest last. */
  readonly #versions = new Map<string, readonly string[]>();
  #heldBytes = 0;

  constructor(objects: ObjectStore, budgetBytes: number) {
    this.#objects = objects;
    this.#budgetBytes = budgetBytes;
  }

  /** Number of objects in the cache. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The decoded object. Use the same decoder in all calls for a key.
   *
   * @param versionOf Common name of an object's versions, such as a device's head with a version for each
   *   round. Only the last two versions are kept: later rounds do not read older ones, which would fill the
   *   budget.
   * @throws ProtocolError when the object does not exist.
   */
  async load<T>(key: string, decode: (bytes: Uint8Array, key: string) => T, versionOf?: string): Promise<T> {
    const held = this.#entries.get(key);
    if (held !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, held);
      return held.value as Promise<T>;
    }
    const entry: Entry = {
      bytes: 0,
      value: this.#fetch(key, decode, (bytes) => this.#account(key, entry, bytes)),
    };
    this.#entries.set(key, entry);
    if (versionOf !== undefined) this.#keepLast(versionOf, key);
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#drop(key);
    });
    return entry.value as Promise<T>;
  }

  /**
   * A record that is never replaced.
   *
   * @param versionOf As for {@link load}.
   * @throws ProtocolError when the record does not exist.
   */
  loadRecord<T>(record: StoredRecord<T>, versionOf?: string): Promise<T> {
    return this.load(record.key, (bytes) => record.decode(bytes), versionOf);
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

  #keepLast(versionOf: string, key: string): void {
    // An old version that is read again becomes the newest of the list.
    const others = (this.#versions.get(versionOf) ?? []).filter((other) => other !== key);
    const keys = [...others, key];
    for (const old of keys.slice(0, -VERSIONS)) this.#drop(old);
    this.#versions.set(versionOf, keys.slice(-VERSIONS));
  }

  #account(key: string, entry: Entry, bytes: number): void {
    // An object that was dropped from the cache while it was read is not counted.
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#heldBytes += bytes;
    for (const [other, oldest] of this.#entries) {
      if (this.#heldBytes <= this.#budgetBytes || oldest === entry) return;
      this.#drop(other);
    }
  }

  #drop(key: string): void {
    this.#heldBytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
