import * as z from 'zod';

const probability = z.number().min(0).max(1);
const milliseconds = z.number().min(0);

/**
 * A standard queue. Limits follow the "Amazon SQS Developer Guide" (quotas related to messages, visibility
 * timeout, dead-letter queues), read in 2025. Latencies are assumptions of the size observed within one
 * region.
 */
export const queueParameters = z.strictObject({
  sendLatencyMs: milliseconds.default(8).describe('Time until a batch of up to 10 sent messages is stored'),
  sendsInParallel: z.int().min(1).default(50).describe('Send requests of one sender at the same time'),
  receiveLatencyMs: milliseconds
    .default(6)
    .describe('Time from the moment a message can be received to its arrival at a waiting receiver'),
  visibilitySeconds: z
    .number()
    .min(0)
    .max(43_200)
    .default(900)
    .describe('How long a received message stays hidden'),
  maxReceiveCount: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('Receives after which a message goes to the dead-letter queue'),
  inFlightLimit: z
    .int()
    .min(1)
    .default(120_000)
    .describe('Received and not yet deleted messages a queue may have'),
  longPollSeconds: z
    .number()
    .min(0)
    .max(20)
    .default(20)
    .describe('How long a receive waits for a first message'),
  duplicateProbability: probability
    .default(0)
    .describe('Chance that a receive leaves a copy behind to be delivered again'),
  reorderProbability: probability
    .default(0)
    .describe('Chance that a message changes places with a random waiting one'),
});

export type QueueParameters = z.output<typeof queueParameters>;
