/** The earliest and the latest of some times. */
export interface TimeRange {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** A list of (time, slot) in order of insertion, stored in one growing array. */
export class EventList {
  /** Time and slot of each entry in turn; valid up to `2 * length`. */
  entries: Float64Array;
  length = 0;

  /** @param capacity number of entries to reserve space for */
  constructor(capacity = 64) {
    this.entries = new Float64Array(2 * Math.max(1, capacity));
  }

  push(timeMs: number, slot: number): void {
    const at = 2 * this.length++;
    if (at === this.entries.length) this.reserve(this.length);
    this.entries[at] = timeMs;
    this.entries[at + 1] = slot;
  }

  /** Makes space for this number of entries; at least doubles the array if it has to grow. */
  reserve(length: number): void {
    if (2 * length <= this.entries.length) return;
    const entries = new Float64Array(2 * Math.max(length, this.entries.length));
    entries.set(this.entries);
    this.entries = entries;
  }

  /**
   * Sorts by time; entries of equal times keep their order. Insertion sort: for few entries or sorted ones.
   */
  sort(): void {
    const { entries, length } = this;
    for (let end = 1; end < length; end++) {
      const timeMs = entries[2 * end];
      if (!(timeMs < entries[2 * end - 2])) continue;
      const slot = entries[2 * end + 1];
      let at = end;
      do {
        entries[2 * at] = entries[2 * at - 2];
        entries[2 * at + 1] = entries[2 * at - 1];
        at--;
      } while (at > 0 && timeMs < entries[2 * at - 2]);
      entries[2 * at] = timeMs;
      entries[2 * at + 1] = slot;
    }
  }

  /** The latest time; -Infinity for an empty list. */
  latestMs(): number {
    const { entries, length } = this;
    let latestMs = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < length; index++) {
      if (entries[2 * index] > latestMs) latestMs = entries[2 * index];
    }
    return latestMs;
  }

  /** The earliest and the latest time of a list that is not empty. */
  range(): TimeRange {
    const { entries, length } = this;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (let index = 0; index < length; index++) {
      if (entries[2 * index] < earliestMs) earliestMs = entries[2 * index];
    }
    return { earliestMs, latestMs: this.latestMs() };
  }
}
