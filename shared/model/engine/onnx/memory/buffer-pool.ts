/**
 * Buffers are rounded up by at most this fraction of their size, so that batches of similar length reuse
 * them. The system gives a buffer memory where it is written first, so the rest of a buffer takes none.
 */
const SLACK = 1 / 2;

/**
 * Reusable memory for activations and gradients. Without it, each pass would allocate, zero and collect
 * hundreds of megabytes. The pool holds at most as many bytes, in use and idle, as were in use at once.
 */
export class BufferPool {
  #idle: ArrayBuffer[] = [];
  #inUseBytes = 0;
  #peakBytes = 0;

  /** A buffer of at least this many bytes, with arbitrary contents. */
  acquire(byteLength: number): ArrayBuffer {
    const buffer = this.#takeIdle(byteLength) ?? new ArrayBuffer(roundUp(byteLength));
    this.#inUseBytes += buffer.byteLength;
    this.#peakBytes = Math.max(this.#peakBytes, this.#inUseBytes);
    this.#trim();
    return buffer;
  }

  release(buffer: ArrayBuffer): void {
    this.#inUseBytes -= buffer.byteLength;
    this.#idle.push(buffer);
    this.#idle.sort((one, other) => one.byteLength - other.byteLength);
    this.#trim();
  }

  /** Bytes of all buffers, in use and idle. */
  get byteLength(): number {
    return this.#inUseBytes + this.#idle.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  }

  /** Drops all idle buffers. */
  clear(): void {
    this.#idle = [];
  }

  /** Removes the smallest idle buffer that is large enough. */
  #takeIdle(byteLength: number): ArrayBuffer | undefined {
    const index = this.#idle.findIndex((buffer) => buffer.byteLength >= byteLength);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  #trim(): void {
    while (this.#idle.length > 0 && this.byteLength > this.#peakBytes) this.#idle.shift();
  }
}

function roundUp(byteLength: number): number {
  const step = 2 ** Math.max(12, Math.floor(Math.log2(Math.max(byteLength, 1) * SLACK)));
  return Math.ceil(byteLength / step) * step;
}
