import * as z from 'zod';

/**
 * An event source mapping from a standard queue to a function. Scaling follows "Configuring scaling behavior
 * for SQS event source mappings", batching "Lambda parameters for Amazon SQS event source mappings" (AWS
 * Lambda Developer Guide, read in 2025). The idle time until pollers scale down is not documented; it is
 * assumed.
 */
export const pollerParameters = z.strictObject({
  batchSize: z.int().min(1).max(10_000).default(10).describe('Messages of one invocation at most'),
  batchWindowMs: z
    .number()
    .min(0)
    .max(300_000)
    .default(0)
    .describe('How long to gather messages for a fuller batch'),
  initialPollers: z.int().min(1).default(5).describe('Batches processed at once from the start'),
  pollersPerMinute: z
    .number()
    .min(0)
    .default(300)
    .describe('Increase of concurrent batches per minute while messages wait'),
  maximumPollers: z.int().min(1).default(1250).describe('Maximum number of concurrent batches'),
  scaleDownAfterMs: z
    .number()
    .min(0)
    .default(60_000)
    .describe('Time without waiting messages after which the number of batches falls to its start'),
});

export type PollerParameters = z.output<typeof pollerParameters>;
