import * as z from 'zod';

/**
 * Version of planning.json and planning.csv. It rises when a field or column is removed or changes its
 * meaning.
 */
export const PLANNING_VERSION = 1;

/** planning.json: measured time to plan a round, by policy and delay budget. It depends on the machine. */
export const planningResultSchema = z.strictObject({
  format: z.literal('airtune-planning'),
  version: z.literal(PLANNING_VERSION),
  title: z.string(),
  notes: z.array(z.string()),
  devices: z.int().positive(),
  rounds: z.int().positive(),
  seeds: z.array(z.int().nonnegative()),
  cells: z.array(
    z.strictObject({
      /** Name of the contender: its policy, with `from q0 = 0` if its virtual queue starts at 0. */
      contender: z.string(),
      secondsPerBit: z.number(),
      meanScheduled: z.number(),
      /** Planning times of all rounds of all seeds. [s] */
      planningSeconds: z.strictObject({
        least: z.number(),
        lowerQuartile: z.number(),
        median: z.number(),
        upperQuartile: z.number(),
        most: z.number(),
        mean: z.number(),
        /** Mean of each seed, in the order of `seeds`. */
        seedMeans: z.array(z.number()),
      }),
    }),
  ),
});

export type PlanningResult = Readonly<z.output<typeof planningResultSchema>>;
