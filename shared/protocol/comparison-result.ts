import * as z from 'zod';
import { namesOf } from '#shared/names-of.ts';
import { estimateSchema, estimatesSchema } from './experiment-result.ts';

/** Version of comparison.json. It rises when a field is removed or changes its meaning. */
export const COMPARISON_VERSION = 1;

/** Costs of reaching a target accuracy, over the seeds that reached it. Each name ends in its unit. */
export const TARGET_COSTS = {
  rounds: 'rounds',
  radioSeconds: 'planned radio delay [s]',
  seconds: 'time of the rounds [s], virtual or measured',
  radioBits: 'payload bits over the radio',
  joules: 'energy of the scheduled devices [J]',
  usd: 'cost at list prices [USD]',
} as const;

export type TargetCost = keyof typeof TARGET_COSTS;

export const TARGET_COST_NAMES = namesOf(TARGET_COSTS);

const costsSchema = z.partialRecord(z.enum(TARGET_COST_NAMES), estimateSchema);

/** comparison.json: a comparison of finished runs, studies or experiments. */
export const comparisonSchema = z.strictObject({
  format: z.literal('airtune-comparison'),
  version: z.literal(COMPARISON_VERSION),
  /** Test accuracy to reach; null if none was given. */
  targetAccuracy: z.number().nullable(),
  /**
   * Settings whose values differ, each with the value in every contender; null for a contender without the
   * setting.
   */
  differing: z.array(z.strictObject({ path: z.string(), values: z.array(z.unknown()) })),
  contenders: z.array(
    z.strictObject({
      label: z.string(),
      /** Folders that the runs of this contender were read from. */
      sources: z.array(z.string()),
      policy: z.string(),
      seeds: z.array(z.int().nonnegative()),
      virtualTime: z.boolean(),
      figures: estimatesSchema,
      /** The contender that it is compared with: the first one with the same data. Null for the first one. */
      baseline: z.string().nullable(),
      /** Differences of the figures from those of the baseline, paired by seed. */
      differences: estimatesSchema,
      /** Null without a target accuracy, or if the model was not tested. */
      target: z
        .strictObject({
          reachedSeeds: z.array(z.int().nonnegative()),
          costs: costsSchema,
          /**
           * Differences of the costs from those of the baseline, over the seeds that reached the target in
           * both.
           */
          differences: costsSchema,
        })
        .nullable(),
    }),
  ),
});

export type ComparisonResult = Readonly<z.output<typeof comparisonSchema>>;
export type ComparedContender = ComparisonResult['contenders'][number];
