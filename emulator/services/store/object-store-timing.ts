import type { StoreParameters } from '#emulator/parameters/store-parameters.ts';

export interface StoreCounts {
  gets: number;
  puts: number;
  bytesRead: number;
  bytesWritten: number;
}

/** How long requests to the object store take, and how many there were. Has no state but the counts. */
export class ObjectStoreTiming {
  readonly counts: StoreCounts = { gets: 0, puts: 0, bytesRead: 0, bytesWritten: 0 };
  readonly #parameters: StoreParameters;

  constructor(parameters: StoreParameters) {
    this.#parameters = parameters;
  }

  /**
   * Reads one object, milliseconds.
   *
   * @param share of the times that it is asked for, those that the reader has to ask the store: the mean is charged
   */
  getMs(bytes: number, share = 1): number {
    this.counts.gets += share;
    this.counts.bytesRead += share * bytes;
    return share * (this.#parameters.getLatencyMs + this.#transferMs(bytes));
  }

  /** Writes one object, milliseconds. */
  putMs(bytes: number): number {
    this.counts.puts++;
    this.counts.bytesWritten += bytes;
    return this.#parameters.putLatencyMs + this.#transferMs(bytes);
  }

  /** Reads many objects of one size, as many at once as the reader does, milliseconds. */
  getManyMs(count: number, bytes: number): number {
    this.counts.gets += count;
    this.counts.bytesRead += count * bytes;
    const waves = Math.ceil(count / this.#parameters.requestsInParallel);
    return waves * (this.#parameters.getLatencyMs + this.#transferMs(bytes));
  }

  #transferMs(bytes: number): number {
    return bytes / (1000 * this.#parameters.megabytesPerSecond);
  }
}
