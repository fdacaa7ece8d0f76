/** A stretch of memory that holds activations, or what else passes need for a while. */
export type Slab = ArrayBuffer;

/** Slabs are rounded up by at most this share of their size, so that batches of nearly equal length share them. */
const SLACK = 1 / 8;

/**
 * Memory for activations, reused from pass to pass: hundreds of megabytes a pass would otherwise be mapped, zeroed
 * and collected again and again. Never holds more, in use and idle, than the most that was in use at once.
 */
export class ActivationSlabs {
  #idle: Slab[] = [];
  #inUseBytes = 0;
  #peakBytes = 0;

  /** A slab of at least so many bytes; its contents are arbitrary. */
  take(byteLength: number): Slab {
    const slab = this.#takeIdle(byteLength) ?? new ArrayBuffer(roundedUp(byteLength));
    this.#inUseBytes += slab.byteLength;
    this.#peakBytes = Math.max(this.#peakBytes, this.#inUseBytes);
    this.#trim();
    return slab;
  }

  giveBack(slab: Slab): void {
    this.#inUseBytes -= slab.byteLength;
    this.#idle.push(slab);
    this.#idle.sort((one, other) => one.byteLength - other.byteLength);
    this.#trim();
  }

  /** Bytes of all slabs, in use and idle. */
  get byteLength(): number {
    return this.#inUseBytes + this.#idle.reduce((sum, slab) => sum + slab.byteLength, 0);
  }

  clear(): void {
    this.#idle = [];
  }

  /** The smallest idle slab that fits. */
  #takeIdle(byteLength: number): Slab | undefined {
    const index = this.#idle.findIndex((slab) => slab.byteLength >= byteLength);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  #trim(): void {
    while (this.#idle.length > 0 && this.byteLength > this.#peakBytes) this.#idle.shift();
  }
}

function roundedUp(byteLength: number): number {
  const step = 2 ** Math.max(12, Math.floor(Math.log2(Math.max(byteLength, 1) * SLACK)));
  return Math.ceil(byteLength / step) * step;
}
