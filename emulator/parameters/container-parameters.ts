import * as z from 'zod';

/**
 * A container service that consumes a queue on accelerators. A receive returns at most 10 messages ("Amazon
 * SQS Developer Guide"). All other values depend on image, cluster and accelerator: the defaults are
 * assumptions, to be replaced by measurements.
 */
export const containerParameters = z
  .strictObject({
    minimumReplicas: z
      .int()
      .min(0)
      .default(1)
      .describe('Minimum number of replicas; with 0, the first message starts one'),
    maximumReplicas: z.int().min(1).default(1).describe('Maximum number of replicas'),
    startSeconds: z
      .number()
      .min(0)
      .default(60)
      .describe('Median time to start a replica: machine, image and model'),
    startSpread: z.number().min(0).default(0.2).describe('Standard deviation of the logarithm of that time'),
    messagesPerReplica: z
      .int()
      .min(1)
      .default(200)
      .describe('Waiting messages for each replica, running or starting, from which another is started'),
    idleSeconds: z
      .number()
      .min(0)
      .default(300)
      .describe('Idle time after which a replica above the minimum stops'),
    batchMessages: z.int().min(1).default(64).describe('Messages in one batch at most'),
    batchTokens: z
      .int()
      .min(1)
      .default(8192)
      .describe('Tokens of embeddings that run as one batch, and at which no more are received'),
    batchWindowMs: z.number().min(0).default(0).describe('How long to wait for a fuller batch'),
  })
  .refine((container) => container.minimumReplicas <= container.maximumReplicas, {
    message: 'must not be above maximumReplicas',
    path: ['minimumReplicas'],
  });

export type ContainerParameters = z.output<typeof containerParameters>;
