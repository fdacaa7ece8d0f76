import { BLOCK_ENTRIES, type EventBlocks, NO_BLOCK } from './event-blocks.ts';
import type { EventList, TimeRange } from './event-list.ts';

/**
 * A span of time, divided into buckets of equal width that hold (time, slot) in order of insertion. The first
 * bucket also takes earlier times, and the last one later times. Buckets are emptied in order of time.
 */
export class EventLevel {
  readonly #blocks: EventBlocks;
  #startMs = 0;
  #bucketsPerMs = 0;
  #buckets = 0;
  /** The buckets before this one have been emptied. */
  #next = 0;
  /** For each bucket its number of entries, and its last block. Longer than needed after an earlier use. */
  #tails = new Int32Array(0);

  constructor(blocks: EventBlocks) {
    this.#blocks = blocks;
  }

  /** Whether no bucket is left to be emptied or to take entries. */
  get isUsedUp(): boolean {
    return this.#next === this.#buckets;
  }

  /**
   * Divides a list into this number of buckets. False, and nothing is done, if the difference of its times is
   * too small or too large to divide.
   */
  fill(list: EventList, { earliestMs, latestMs }: TimeRange, buckets: number): boolean {
    const bucketsPerMs = buckets / (latestMs - earliestMs);
    if (!Number.isFinite(bucketsPerMs) || bucketsPerMs === 0) return false;
    this.#startMs = earliestMs;
    this.#bucketsPerMs = bucketsPerMs;
    this.#buckets = buckets;
    this.#next = 0;
    // An emptied bucket has 0 entries, so the array of an earlier use needs no clearing.
    if (this.#tails.length < 2 * buckets) this.#tails = new Int32Array(4 * buckets);
    const { entries, length } = list;
    for (let index = 0; index < length; index++) {
      this.#append(this.#bucketOf(entries[2 * index]), entries[2 * index], entries[2 * index + 1]);
    }
    return true;
  }

  /** Adds an entry, unless the bucket of its time has been emptied. @returns whether it was added */
  push(timeMs: number, slot: number): boolean {
    const bucket = this.#bucketOf(timeMs);
    if (bucket < this.#next) return false;
    this.#append(bucket, timeMs, slot);
    return true;
  }

  /** Moves the entries of the next bucket that is not empty into an empty list. False if there is none. */
  takeNext(list: EventList): boolean {
    const tails = this.#tails;
    const buckets = this.#buckets;
    let bucket = this.#next;
    while (bucket < buckets && tails[2 * bucket] === 0) bucket++;
    if (bucket === buckets) {
      this.#next = buckets;
      return false;
    }
    this.#next = bucket + 1;
    const length = tails[2 * bucket];
    tails[2 * bucket] = 0;
    list.length = length;
    list.reserve(length);
    // The chain leads from the last block to the first one.
    const { entries: from, previous } = this.#blocks;
    const to = list.entries;
    let end = length;
    for (let block = tails[2 * bucket + 1]; block !== NO_BLOCK; ) {
      const start = (end - 1) & ~(BLOCK_ENTRIES - 1);
      const offset = 2 * (block * BLOCK_ENTRIES - start);
      for (let at = 2 * start; at < 2 * end; at++) to[at] = from[at + offset];
      end = start;
      const before = previous[block];
      this.#blocks.free(block);
      block = before;
    }
    return true;
  }

  #append(bucket: number, timeMs: number, slot: number): void {
    const tails = this.#tails;
    const count = tails[2 * bucket]++;
    const place = count & (BLOCK_ENTRIES - 1);
    let block = tails[2 * bucket + 1];
    if (place === 0) {
      block = this.#blocks.take(count === 0 ? NO_BLOCK : block);
      tails[2 * bucket + 1] = block;
    }
    const { entries } = this.#blocks;
    const at = 2 * (block * BLOCK_ENTRIES + place);
    entries[at] = timeMs;
    entries[at + 1] = slot;
  }

  /** The bucket of a time; it never decreases with time. */
  #bucketOf(timeMs: number): number {
    const bucket = Math.floor((timeMs - this.#startMs) * this.#bucketsPerMs);
    if (bucket >= this.#buckets) return this.#buckets - 1;
    return bucket > 0 ? bucket : 0;
  }
}
