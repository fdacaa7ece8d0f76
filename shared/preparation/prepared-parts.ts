import { createHash } from 'node:crypto';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { hashBytes } from '#shared/hash-bytes.ts';
import { daysSinceStored, PREPARED_REUSE_DAYS, preparedKeys } from '#shared/protocol/keys.ts';

/** Parts of model and data that runs share, stored under the hash of all parts. */
export class PreparedParts {
  readonly #parts: { readonly key: (hash: string) => string; readonly bytes: Uint8Array }[] = [];
  readonly #hash = createHash('sha256');

  add(key: (hash: string) => string, bytes: Uint8Array): void {
    this.#parts.push({ key, bytes });
    this.#hash.update(hashBytes(createHash('sha256'), bytes).digest());
  }

  /**
   * Stores the missing parts and returns the hash. Parts older than the reuse period are written again with
   * the same bytes: a bucket deletes objects by their age, and this run needs them to its end.
   *
   * @param nowMs time of day
   * @throws ServiceError for a part that the store does not take, before any part is stored
   */
  async store(objects: ObjectStore, nowMs: number): Promise<string> {
    const hash = this.#hash.digest('hex');
    const present = new Set(await objects.list(preparedKeys.prefix(hash)));
    const isFresh = [...present].some((key) => daysSinceStored(key, nowMs) < PREPARED_REUSE_DAYS);
    // The largest first: if the store refuses it, nothing has been stored.
    const bySize = this.#parts.toSorted((left, right) => right.bytes.length - left.bytes.length);
    for (const { key, bytes } of bySize) {
      if (!isFresh || !present.has(key(hash))) await objects.put(key(hash), bytes);
    }
    // Written last, so that it confirms all parts. Its time is the one before the first part was written.
    if (!isFresh)
      await objects.put(
        preparedKeys.storedOn(hash, nowMs),
        new TextEncoder().encode(`${this.#parts.length} parts\n`),
      );
    return hash;
  }
}
