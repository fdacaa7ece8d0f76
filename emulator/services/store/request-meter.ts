import type { ObjectStoreTiming, StoreCounts } from './object-store-timing.ts';

/**
 * Counts the object store requests made while the meter runs, to tell apart the handlers that share one
 * store.
 */
export class RequestMeter {
  readonly #timing: ObjectStoreTiming;
  #counted: StoreCounts = { gets: 0, puts: 0, lists: 0, bytesRead: 0, bytesWritten: 0 };
  #since: Readonly<StoreCounts>;

  /** The meter runs from construction on. */
  constructor(timing: ObjectStoreTiming) {
    this.#timing = timing;
    this.#since = { ...timing.counts };
  }

  /** Stops the meter and returns the counts so far. */
  pause(): Readonly<StoreCounts> {
    const { counts } = this.#timing;
    const [counted, since] = [this.#counted, this.#since];
    this.#counted = {
      gets: counted.gets + counts.gets - since.gets,
      puts: counted.puts + counts.puts - since.puts,
      lists: counted.lists + counts.lists - since.lists,
      bytesRead: counted.bytesRead + counts.bytesRead - since.bytesRead,
      bytesWritten: counted.bytesWritten + counts.bytesWritten - since.bytesWritten,
    };
    this.#since = { ...counts };
    return this.#counted;
  }

  resume(): void {
    this.#since = { ...this.#timing.counts };
  }
}
