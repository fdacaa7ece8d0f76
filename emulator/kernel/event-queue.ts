import { EventHeap } from './event-heap.ts';
import { type EventSlots, NO_SLOT } from './event-slots.ts';

/** A bucket with more entries is cut into finer ones, unless they all have the same time. */
const LARGEST_BUCKET = 64;
/** Entries of a bucket on average, where times are spread evenly. */
const ENTRIES_PER_BUCKET = 4;
/** Levels of ever finer buckets at most. */
const LEVELS = 8;

/** A stretch of time cut into buckets of the same width; the buckets before `next` have been taken out. */
interface Level {
  startMs: number;
  bucketsPerMs: number;
  buckets: number;
  next: number;
  /** First slot of each bucket, or NO_SLOT. Longer than `buckets` where an earlier use needed more. */
  heads: Int32Array;
}

/**
 * Slots ordered by (time, sequence), with time per entry that does not grow with their number: a ladder queue. A small
 * heap holds the entries of the next moments in exact order. Later ones lie unordered in buckets of time, and those
 * beyond all buckets in one list, which is cut into buckets when the time comes; a bucket that holds many is cut again.
 * So an entry is moved a few times, whatever the number pending, and compared with few others.
 *
 * The order is exact: the bucket of a time never decreases as the time grows, equal times share a bucket, and only the heap
 * decides among the entries of one.
 */
export class EventQueue {
  readonly #slots: EventSlots;
  readonly #soon = new EventHeap(4 * LARGEST_BUCKET);
  readonly #levels: Level[] = Array.from({ length: LEVELS }, () => ({
    startMs: 0,
    bucketsPerMs: 0,
    buckets: 0,
    next: 0,
    heads: new Int32Array(0),
  }));
  #depth = 0;
  /** Entries after `#laterFromMs`. */
  #later = NO_SLOT;
  #laterCount = 0;
  #laterFromMs = Number.NEGATIVE_INFINITY;
  #size = 0;

  constructor(slots: EventSlots) {
    this.#slots = slots;
  }

  get size(): number {
    return this.#size;
  }

  /** The earliest time, Infinity when the queue is empty. */
  get earliestMs(): number {
    if (this.#soon.size === 0) this.#refill();
    return this.#soon.earliestMs;
  }

  /** The slot that `pop` would return. Undefined behaviour on an empty queue: look at `size` first. */
  get earliestSlot(): number {
    if (this.#soon.size === 0) this.#refill();
    return this.#soon.earliestSlot;
  }

  /** Adds the event of a slot. */
  push(slot: number): void {
    const timeMs = this.#slots.timeMs(slot);
    this.#size++;
    if (timeMs > this.#laterFromMs) {
      this.#slots.setNext(slot, this.#later);
      this.#later = slot;
      this.#laterCount++;
      return;
    }
    // From coarse buckets, which are later, to fine ones.
    for (let depth = 0; depth < this.#depth; depth++) {
      const level = this.#levels[depth];
      const bucket = bucketOf(level, timeMs);
      if (bucket < level.next) continue;
      this.#slots.setNext(slot, level.heads[bucket]);
      level.heads[bucket] = slot;
      return;
    }
    this.#soon.push(timeMs, this.#slots.sequence(slot), slot);
  }

  /** Removes the earliest entry and returns its slot; look at `size` first. */
  pop(): number {
    if (this.#soon.size === 0) this.#refill();
    this.#size--;
    return this.#soon.pop();
  }

  /** Drops every entry whose slot is not to be kept, in time linear in the size. */
  retain(keep: (slot: number) => boolean): void {
    this.#soon.retain(keep);
    this.#size = this.#soon.size;
    for (let depth = 0; depth < this.#depth; depth++) {
      const { heads, buckets, next } = this.#levels[depth];
      for (let bucket = next; bucket < buckets; bucket++) heads[bucket] = this.#kept(heads[bucket], keep);
    }
    const before = this.#size;
    this.#later = this.#kept(this.#later, keep);
    this.#laterCount = this.#size - before;
  }

  /** The list of those that are kept, in some order; they are counted. */
  #kept(head: number, keep: (slot: number) => boolean): number {
    let kept = NO_SLOT;
    for (let slot = head; slot !== NO_SLOT; ) {
      const next = this.#slots.next(slot);
      if (keep(slot)) {
        this.#slots.setNext(slot, kept);
        kept = slot;
        this.#size++;
      }
      slot = next;
    }
    return kept;
  }

  /** Fills the heap with the entries of the next bucket that has any. */
  #refill(): void {
    while (this.#size > 0) {
      if (this.#depth === 0) {
        const head = this.#later;
        const count = this.#laterCount;
        this.#later = NO_SLOT;
        this.#laterCount = 0;
        const latestMs = this.#latestOf(head);
        this.#laterFromMs = latestMs;
        if (!this.#cut(head, count)) return;
        continue;
      }
      const level = this.#levels[this.#depth - 1];
      const { heads, buckets } = level;
      let bucket = level.next;
      while (bucket < buckets && heads[bucket] === NO_SLOT) bucket++;
      if (bucket === buckets) {
        this.#depth--;
        continue;
      }
      const head = heads[bucket];
      heads[bucket] = NO_SLOT;
      level.next = bucket + 1;
      if (!this.#cut(head, this.#countOf(head))) return;
    }
  }

  /** Cuts a list into buckets of a new level; or puts it into the heap, and returns false, when that is not worth it. */
  #cut(head: number, count: number): boolean {
    const slots = this.#slots;
    let startMs = Number.POSITIVE_INFINITY;
    let endMs = Number.NEGATIVE_INFINITY;
    if (count > LARGEST_BUCKET && this.#depth < LEVELS) {
      for (let slot = head; slot !== NO_SLOT; slot = slots.next(slot)) {
        const timeMs = slots.timeMs(slot);
        if (timeMs < startMs) startMs = timeMs;
        if (timeMs > endMs) endMs = timeMs;
      }
    }
    const buckets = Math.ceil(count / ENTRIES_PER_BUCKET);
    const bucketsPerMs = buckets / (endMs - startMs);
    // Not where all times are equal, or so near each other or so far apart that their difference says nothing.
    if (!(endMs > startMs) || !Number.isFinite(bucketsPerMs) || bucketsPerMs === 0) {
      for (let slot = head; slot !== NO_SLOT; slot = slots.next(slot)) {
        this.#soon.push(slots.timeMs(slot), slots.sequence(slot), slot);
      }
      return false;
    }
    const level = this.#levels[this.#depth++];
    level.startMs = startMs;
    level.bucketsPerMs = bucketsPerMs;
    level.buckets = buckets;
    level.next = 0;
    if (level.heads.length < buckets) level.heads = new Int32Array(2 * buckets).fill(NO_SLOT);
    const { heads } = level;
    for (let slot = head; slot !== NO_SLOT; ) {
      const next = slots.next(slot);
      const bucket = bucketOf(level, slots.timeMs(slot));
      slots.setNext(slot, heads[bucket]);
      heads[bucket] = slot;
      slot = next;
    }
    return true;
  }

  #countOf(head: number): number {
    const slots = this.#slots;
    let count = 0;
    for (let slot = head; slot !== NO_SLOT; slot = slots.next(slot)) count++;
    return count;
  }

  #latestOf(head: number): number {
    const slots = this.#slots;
    let latestMs = Number.NEGATIVE_INFINITY;
    for (let slot = head; slot !== NO_SLOT; slot = slots.next(slot)) {
      if (slots.timeMs(slot) > latestMs) latestMs = slots.timeMs(slot);
    }
    return latestMs;
  }
}

/** The bucket of a time, from 0 to the last; it never decreases as the time grows. */
function bucketOf({ startMs, bucketsPerMs, buckets }: Level, timeMs: number): number {
  const bucket = Math.floor((timeMs - startMs) * bucketsPerMs);
  if (bucket >= buckets) return buckets - 1;
  return bucket > 0 ? bucket : 0;
}
