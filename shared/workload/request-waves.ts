/** Requests to the object store of one method and size. */
export interface ObjectRequests {
  readonly method: 'get' | 'put' | 'list';
  /**
   * Number of requests; a fraction is the probability that one is needed. A list counts one request per page.
   */
  readonly count: number;
  /** Bytes of each object; 0 for a list. */
  readonly bytes: number;
}

/** Concurrent requests. The sender limits how many of each kind are in flight. */
export type RequestWave = readonly ObjectRequests[];

/**
 * Object store requests of handling messages, before and after the computation, in waves one after another.
 */
export interface HandlerRequests {
  readonly before: readonly RequestWave[];
  readonly after: readonly RequestWave[];
}

/** Maximum number of keys in one page of a listing ("Amazon S3 API Reference": ListObjectsV2). */
const KEYS_PER_PAGE = 1000;

/** Number of requests to list `keys` keys. An empty listing is one page. */
export function listRequests(keys: number): number {
  return Math.max(1, Math.ceil(keys / KEYS_PER_PAGE));
}

/** Reads of objects of this size. */
export const get = (bytes: number, count = 1): ObjectRequests => ({ method: 'get', count, bytes });

/** Writes of objects of this size. */
export const put = (bytes: number, count = 1): ObjectRequests => ({ method: 'put', count, bytes });

/** The requests that list this many keys. */
export const list = (keys: number): ObjectRequests => ({
  method: 'list',
  count: listRequests(keys),
  bytes: 0,
});

/** A request for an object that does not exist; the response has no bytes. */
export const ABSENT = get(0);

/** Waves without the requests that are not needed (false, or a count of 0), and without empty waves. */
export function waves(...all: readonly (readonly (ObjectRequests | false)[])[]): readonly RequestWave[] {
  return all
    .map((wave) => wave.filter((requests) => requests !== false && requests.count > 0))
    .filter((wave): wave is ObjectRequests[] => wave.length > 0);
}
