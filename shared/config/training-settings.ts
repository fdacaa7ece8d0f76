import * as z from 'zod';

const positiveInt = z.int().positive();

/** Seed of a run or study; all its random streams derive from it. */
export const seedSetting = z
  .int()
  .nonnegative()
  .max(2 ** 52)
  .default(1)
  .describe('every random draw derives from it; the repeats of a study count up from it');

export const devicesSetting = (most: number) =>
  positiveInt.max(most).describe(`number of devices, at most ${most.toLocaleString('en')}`);

/** Largest number of rounds of a run or of a study's point. */
export const MOST_ROUNDS = 100_000;

export const roundsSetting = positiveInt.max(MOST_ROUNDS).describe('number of rounds');

/**
 * Longest grace time of a round [s]. SQS hides a received message for 12 hours at most, and a replica of the
 * encoder may run for as long as closing messages are hidden.
 */
const MOST_GRACE_SECONDS = 43_200;

/** Settings of a round that runs and studies share. */
export const roundSettings = {
  batchSize: positiveInt.max(100_000).default(16).describe("examples in a device's mini-batch"),
  graceSeconds: z
    .number()
    .positive()
    .max(MOST_GRACE_SECONDS)
    .default(600)
    .describe('a round closes this long after its planned radio delay, with the devices that answered'),
};
