/** Entries of one block: two cache lines of 64 bytes. A power of two. */
export const BLOCK_ENTRIES = 8;

/** Marks the end of a chain of blocks. */
export const NO_BLOCK = -1;

/**
 * Storage for buckets of (time, slot): a bucket is a chain of blocks of a few entries each. A walk over a
 * bucket reads whole cache lines, where a list of single entries reads one line for each entry. Freed blocks
 * are reused.
 */
export class EventBlocks {
  /** Time and slot of each entry in turn, block after block. */
  entries = new Float64Array(2 * BLOCK_ENTRIES * 64);
  /** The block before each block of a chain; for a free block, the next free one. */
  previous = new Int32Array(64);
  #freeHead = NO_BLOCK;
  #used = 0;

  /** Takes a free block and links it to the block before it in its chain, or to NO_BLOCK. */
  take(previous: number): number {
    let block = this.#freeHead;
    if (block !== NO_BLOCK) {
      this.#freeHead = this.previous[block];
    } else {
      block = this.#used++;
      if (block === this.previous.length) this.#grow();
    }
    this.previous[block] = previous;
    return block;
  }

  free(block: number): void {
    this.previous[block] = this.#freeHead;
    this.#freeHead = block;
  }

  #grow(): void {
    const previous = new Int32Array(2 * this.previous.length);
    previous.set(this.previous);
    this.previous = previous;
    const entries = new Float64Array(2 * this.entries.length);
    entries.set(this.entries);
    this.entries = entries;
  }
}
