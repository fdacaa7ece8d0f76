import * as z from 'zod';

/** How many requests to the object store an encoder has in flight while it reads or writes for many devices. */
export const requestsInParallelSetting = z
  .int()
  .min(1)
  .max(256)
  .default(32)
  .describe(
    'requests to the object store that the encoder keeps in flight, and LoRA gradients in memory, as it closes a round',
  );
