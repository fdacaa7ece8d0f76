import * as z from 'zod';

/**
 * An object store within the region. The only documented number is a first-byte latency of 100 to 200 ms at
 * worst ("Performance guidelines for Amazon S3"); the defaults are assumptions of commonly measured size.
 */
export const storeParameters = z.strictObject({
  getLatencyMs: z
    .number()
    .min(0)
    .default(15)
    .describe('Time to the first byte of an object, or to a page of a listing'),
  putLatencyMs: z.number().min(0).default(25).describe('Time to store an empty object'),
  megabytesPerSecond: z.number().positive().default(80).describe('Throughput of one request'),
});

export type StoreParameters = z.output<typeof storeParameters>;
