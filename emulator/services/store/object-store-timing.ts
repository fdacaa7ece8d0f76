import type { StoreParameters } from '#emulator/parameters/store-parameters.ts';
import { listRequests, type ObjectRequests, type RequestWave } from '#shared/workload/request-waves.ts';

export interface StoreCounts {
  gets: number;
  puts: number;
  /** Listing pages. */
  lists: number;
  bytesRead: number;
  bytesWritten: number;
}

/** Duration and counts of some requests. */
export type RequestCost = Readonly<StoreCounts> & { readonly durationMs: number };

/** Durations and counts of requests to the object store. Its only state is the counts. */
export class ObjectStoreTiming {
  readonly counts: StoreCounts = { gets: 0, puts: 0, lists: 0, bytesRead: 0, bytesWritten: 0 };
  readonly #parameters: StoreParameters;

  constructor(parameters: StoreParameters) {
    this.#parameters = parameters;
  }

  /** Duration of reading one object [ms]. */
  getMs(bytes: number): number {
    this.counts.gets++;
    this.counts.bytesRead += bytes;
    return this.#parameters.getLatencyMs + this.#transferMs(bytes);
  }

  /** Duration of writing one object [ms]. */
  putMs(bytes: number): number {
    this.counts.puts++;
    this.counts.bytesWritten += bytes;
    return this.#parameters.putLatencyMs + this.#transferMs(bytes);
  }

  /** Duration of listing keys, one page after the other [ms]. */
  listMs(keys: number): number {
    const pages = listRequests(keys);
    this.counts.lists += pages;
    return pages * this.#parameters.getLatencyMs;
  }

  /**
   * Makes waves of requests, and returns their duration, one wave after the other [ms].
   *
   * @param inFlight Maximum number of requests of one kind and size in flight. Listing pages are sequential.
   */
  wavesMs(waves: readonly RequestWave[], inFlight: number): number {
    return this.make(this.costOf(waves, inFlight));
  }

  /** Makes requests whose cost is known, and returns their duration [ms]. */
  make({ durationMs, gets, puts, lists, bytesRead, bytesWritten }: RequestCost): number {
    const { counts } = this;
    counts.gets += gets;
    counts.puts += puts;
    counts.lists += lists;
    counts.bytesRead += bytesRead;
    counts.bytesWritten += bytesWritten;
    return durationMs;
  }

  /** The cost of waves of requests, as {@link wavesMs}, without making them. */
  costOf(waves: readonly RequestWave[], inFlight: number): RequestCost {
    const cost = { durationMs: 0, gets: 0, puts: 0, lists: 0, bytesRead: 0, bytesWritten: 0 };
    for (const wave of waves) {
      let longestMs = 0;
      for (const requests of wave) {
        longestMs = Math.max(longestMs, this.#requestsMs(requests, inFlight, cost));
      }
      cost.durationMs += longestMs;
    }
    return cost;
  }

  /** Duration of requests, which are added to a cost's counts. */
  #requestsMs({ method, count, bytes }: ObjectRequests, inFlight: number, counts: StoreCounts): number {
    // A count below 1 is the probability of one request, and its expected duration is charged.
    const inTurn = count < 1 ? count : Math.ceil(count / inFlight);
    switch (method) {
      case 'get':
        counts.gets += count;
        counts.bytesRead += count * bytes;
        return inTurn * (this.#parameters.getLatencyMs + this.#transferMs(bytes));
      case 'put':
        counts.puts += count;
        counts.bytesWritten += count * bytes;
        return inTurn * (this.#parameters.putLatencyMs + this.#transferMs(bytes));
      case 'list':
        counts.lists += count;
        return count * this.#parameters.getLatencyMs;
    }
  }

  #transferMs(bytes: number): number {
    return bytes / (1000 * this.#parameters.megabytesPerSecond);
  }
}
