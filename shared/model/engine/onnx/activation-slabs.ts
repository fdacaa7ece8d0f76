/** A stretch of memory that one forward pass holds its activations in. */
export type Slab = ArrayBuffer;

/** Released slabs kept for reuse. One serves a loop of steps; the second, passes that overlap. */
const IDLE_SLABS = 2;

/** Slabs are rounded up to this share of their size, so that batches of nearly equal length share them. */
const SLACK = 1 / 8;

/**
 * Memory for activations, reused from pass to pass: hundreds of megabytes a pass would otherwise be mapped, zeroed
 * and collected again and again. Holds no more than what is in use and two released slabs.
 */
export class ActivationSlabs {
  #idle: Slab[] = [];

  /** A slab of at least so many bytes; its contents are arbitrary. */
  take(byteLength: number): Slab {
    const fitting = this.#idle.filter((slab) => slab.byteLength >= byteLength);
    if (fitting.length === 0) return new ArrayBuffer(roundedUp(byteLength));
    const smallest = fitting.reduce((best, slab) => (slab.byteLength < best.byteLength ? slab : best));
    this.#idle = this.#idle.filter((slab) => slab !== smallest);
    return smallest;
  }

  /** Takes a slab back; of too many the smallest is dropped. */
  giveBack(slab: Slab): void {
    this.#idle.push(slab);
    this.#idle.sort((one, other) => other.byteLength - one.byteLength);
    this.#idle.length = Math.min(this.#idle.length, IDLE_SLABS);
  }

  clear(): void {
    this.#idle = [];
  }
}

function roundedUp(byteLength: number): number {
  const step = 2 ** Math.max(12, Math.floor(Math.log2(Math.max(byteLength, 1) * SLACK)));
  return Math.ceil(byteLength / step) * step;
}
