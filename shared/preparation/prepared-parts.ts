import { createHash } from 'node:crypto';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { daysSinceStored, PREPARED_REUSE_DAYS, preparedKeys } from '#shared/protocol/keys.ts';

/** Parts of model and data that runs share, stored below the hash of all of them together. */
export class PreparedParts {
  readonly #parts: { readonly key: (hash: string) => string; readonly bytes: Uint8Array }[] = [];
  readonly #hash = createHash('sha256');

  add(key: (hash: string) => string, bytes: Uint8Array): void {
    this.#parts.push({ key, bytes });
    this.#hash.update(createHash('sha256').update(bytes).digest());
  }

  /**
   * Stores what is missing and returns the hash. Parts that have been there for long are written anew, the same bytes: a
   * bucket deletes objects by their age, and this run shall find them to its end.
   */
  async store(objects: ObjectStore, nowMs: number): Promise<string> {
    const hash = this.#hash.digest('hex');
    const present = new Set(await objects.list(preparedKeys.prefix(hash)));
    const isFresh = [...present].some((key) => daysSinceStored(key, nowMs) < PREPARED_REUSE_DAYS);
    for (const { key, bytes } of this.#parts) {
      if (!isFresh || !present.has(key(hash))) await objects.put(key(hash), bytes);
    }
    // Last, so that it speaks for all of them, and by the time before the first of them was written.
    if (!isFresh)
      await objects.put(
        preparedKeys.storedOn(hash, nowMs),
        new TextEncoder().encode(`${this.#parts.length} parts\n`),
      );
    return hash;
  }
}
