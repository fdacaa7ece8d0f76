import { EventBlocks } from './event-blocks.ts';
import { EventHeap } from './event-heap.ts';
import { EventLevel } from './event-level.ts';
import { EventList } from './event-list.ts';
import { NO_SLOT } from './event-slots.ts';

/** A bucket with more entries is divided into finer ones, unless its times cannot be divided. */
const LARGEST_BUCKET = 32;
/** Average number of entries per bucket when times are spread evenly. */
const ENTRIES_PER_BUCKET = 4;
/** A heap with more entries is divided into buckets, unless its times cannot be divided. */
const LARGEST_HEAP = 128;
/** Maximum number of levels of ever finer buckets. */
const LEVELS = 8;
/**
 * Maximum number of buckets of a level: the blocks that entries are appended to stay in the processor's
 * cache.
 */
const MOST_BUCKETS = 1024;
/**
 * Lists up to this length are fetched. The data of so few slots stay in the processor's cache until they are
 * needed.
 */
const FETCHED_AT_ONCE = 4096;

/**
 * Slots in the order of (time, insertion): a ladder queue, whose time per entry does not grow with the number
 * of entries (Tang, Goh and Thng, "Ladder queue", ACM TOMACS 15(3), 2005). Entries later than all buckets are
 * in one list, which is divided into time buckets when no bucket is left. A bucket with many entries is
 * divided again. The entries of the next bucket are sorted into a run, from which they are removed one after
 * the other; those pushed later with times in the bucket's range go into a heap. If the bucket covers a long
 * time, as that of a single far event does, many entries go there: a large heap is divided into buckets too.
 * So each entry is moved a few times and compared with few others, however many are pending.
 *
 * The order is exact, and no sequence number is stored. Equal times are in the same bucket; lists, buckets
 * and sorting keep the order of insertion; and the entries of the heap were inserted after those of the run.
 */
export class EventQueue {
  #run = new EventList(LARGEST_BUCKET);
  /** Index of the next entry of the run. */
  #runAt = 0;
  readonly #heap = new EventHeap(LARGEST_BUCKET);
  /** Number of entries pushed into the heap so far, which is the sequence number of the next one. */
  #heapPushes = 0;
  /** The heap is divided when it has more entries. */
  #largestHeap = LARGEST_HEAP;
  readonly #levels: readonly EventLevel[];
  #depth = 0;
  /** Entries after `#laterFromMs`, which is the end of all levels. */
  #later = new EventList();
  #laterFromMs = Number.NEGATIVE_INFINITY;
  #size = 0;
  /** Time of the entry that `popUntil` removed last. */
  poppedMs = Number.NEGATIVE_INFINITY;
  readonly #fetch: (list: EventList) => void;

  /**
   * @param fetch brings the data of a list's slots into the processor's cache; called before they are needed
   */
  constructor(fetch: (list: EventList) => void = () => {}) {
    this.#fetch = fetch;
    const blocks = new EventBlocks();
    this.#levels = Array.from({ length: LEVELS }, () => new EventLevel(blocks));
  }

  get size(): number {
    return this.#size;
  }

  /** The earliest time, Infinity when the queue is empty. */
  get earliestMs(): number {
    if (this.#runAt === this.#run.length && this.#heap.size === 0) this.#refill();
    if (this.#heapIsNext()) return this.#heap.earliestMs;
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#run.entries[2 * this.#runAt];
  }

  /** The slot of the earliest entry. Undefined on an empty queue: check `size` first. */
  get earliestSlot(): number {
    if (this.#runAt === this.#run.length && this.#heap.size === 0) this.#refill();
    return this.#heapIsNext() ? this.#heap.earliestSlot : this.#run.entries[2 * this.#runAt + 1];
  }

  push(timeMs: number, slot: number): void {
    this.#size++;
    if (timeMs > this.#laterFromMs) {
      this.#later.push(timeMs, slot);
      return;
    }
    // From the coarse levels, whose buckets are later, to the fine ones.
    for (let depth = 0; depth < this.#depth; depth++) {
      if (this.#levels[depth].push(timeMs, slot)) return;
    }
    this.#heap.push(timeMs, this.#heapPushes++, slot);
    if (this.#heap.size > this.#largestHeap) this.#divideHeap();
  }

  /** Removes the earliest entry and returns its slot; NO_SLOT if there is none, or if it is later. */
  popUntil(untilMs: number): number {
    if (this.#runAt === this.#run.length && this.#heap.size === 0) this.#refill();
    if (this.#heapIsNext()) {
      const timeMs = this.#heap.earliestMs;
      if (timeMs > untilMs) return NO_SLOT;
      this.#size--;
      this.poppedMs = timeMs;
      return this.#heap.pop();
    }
    if (this.#size === 0) return NO_SLOT;
    const { entries } = this.#run;
    const at = 2 * this.#runAt;
    const timeMs = entries[at];
    if (timeMs > untilMs) return NO_SLOT;
    this.#size--;
    this.#runAt++;
    this.poppedMs = timeMs;
    return entries[at + 1];
  }

  /** Drops every entry for whose slot `keep` returns false, in time linear in the size. */
  retain(keep: (slot: number) => boolean): void {
    const kept = new EventList(this.#size);
    const keepOf = ({ entries, length }: EventList, from: number): void => {
      for (let index = from; index < length; index++) {
        if (keep(entries[2 * index + 1])) kept.push(entries[2 * index], entries[2 * index + 1]);
      }
    };
    // Equal times are in one of these parts, or in the run and the heap: the order of insertion is kept.
    keepOf(this.#run, this.#runAt);
    this.#runAt = 0;
    while (this.#heap.size > 0) {
      const timeMs = this.#heap.earliestMs;
      const slot = this.#heap.pop();
      if (keep(slot)) kept.push(timeMs, slot);
    }
    for (; this.#depth > 0; this.#depth--) {
      while (this.#levels[this.#depth - 1].takeNext(this.#run)) keepOf(this.#run, 0);
    }
    keepOf(this.#later, 0);
    this.#run.length = 0;
    this.#later.length = 0;
    this.#laterFromMs = Number.NEGATIVE_INFINITY;
    this.#size = 0;
    for (let index = 0; index < kept.length; index++) {
      this.push(kept.entries[2 * index], kept.entries[2 * index + 1]);
    }
  }

  /** Whether the earliest entry is in the heap. Of equal times, that of the run was inserted first. */
  #heapIsNext(): boolean {
    return (
      this.#heap.size > 0 &&
      (this.#runAt === this.#run.length || this.#heap.earliestMs < this.#run.entries[2 * this.#runAt])
    );
  }

  /** Fills the run, or the heap, with the entries of the next bucket; both are empty before. */
  #refill(): void {
    this.#run.length = 0;
    this.#runAt = 0;
    this.#largestHeap = LARGEST_HEAP;
    while (this.#size > 0) {
      if (this.#depth === 0) {
        [this.#run, this.#later] = [this.#later, this.#run];
        this.#laterFromMs = this.#run.latestMs();
      } else {
        const level = this.#levels[this.#depth - 1];
        const isFilled = level.takeNext(this.#run);
        // A level with no bucket left is removed now, because the bucket just taken may become a new level.
        if (level.isUsedUp) this.#depth--;
        if (!isFilled) continue;
      }
      if (!this.#divideRun()) return;
    }
  }

  /**
   * Moves the heap and the rest of the run into the buckets of a new level. The buckets divide the range of
   * the heap, because the run may have an event that is far later.
   */
  #divideHeap(): void {
    const list = new EventList(this.#heap.size + this.#run.length - this.#runAt);
    const { earliestMs } = this.#heap;
    let latestMs = earliestMs;
    // Of equal times, those of the run were inserted first, and the heap is emptied in order of insertion.
    for (let index = this.#runAt; index < this.#run.length; index++) {
      list.push(this.#run.entries[2 * index], this.#run.entries[2 * index + 1]);
    }
    const ofRun = list.length;
    while (this.#heap.size > 0) {
      latestMs = this.#heap.earliestMs;
      list.push(latestMs, this.#heap.pop());
    }
    const buckets = Math.ceil(list.length / ENTRIES_PER_BUCKET);
    if (this.#depth < LEVELS && this.#levels[this.#depth].fill(list, { earliestMs, latestMs }, buckets)) {
      this.#depth++;
      this.#run.length = 0;
      this.#runAt = 0;
      return;
    }
    for (let index = ofRun; index < list.length; index++) {
      this.#heap.push(list.entries[2 * index], this.#heapPushes++, list.entries[2 * index + 1]);
    }
    this.#largestHeap *= 2;
  }

  /**
   * Divides a long run into the buckets of a new level; a run that stays is in order. @returns whether it did
   */
  #divideRun(): boolean {
    const run = this.#run;
    const { entries, length } = run;
    if (length <= LARGEST_BUCKET) {
      this.#fetch(run);
      run.sort();
      return false;
    }
    const range = run.range();
    // All times are equal, and the entries are in order of insertion.
    if (range.earliestMs === range.latestMs) return false;
    if (length <= FETCHED_AT_ONCE) this.#fetch(run);
    const buckets = Math.min(MOST_BUCKETS, Math.ceil(length / ENTRIES_PER_BUCKET));
    if (this.#depth < LEVELS && this.#levels[this.#depth].fill(run, range, buckets)) {
      this.#depth++;
      run.length = 0;
      return true;
    }
    for (let index = 0; index < length; index++) {
      this.#heap.push(entries[2 * index], this.#heapPushes++, entries[2 * index + 1]);
    }
    run.length = 0;
    return false;
  }
}
