import * as z from 'zod';
import { estimateSchema, estimatesSchema } from './experiment-result.ts';

/** Version of comparison.json. It rises when a field is removed or changes its meaning. */
export const COMPARISON_VERSION = 1;

/** What reaching a target costs, over the seeds that reached it. Names carry their unit. */
export const TARGET_COSTS = {
  rounds: 'rounds',
  radioSeconds: 'planned radio delay [s]',
  seconds: 'time of the rounds [s], virtual or measured',
  radioBits: 'payload bits over the radio',
  joules: 'energy of the scheduled devices [J]',
  usd: 'cost at list prices [USD]',
} as const;

export type TargetCost = keyof typeof TARGET_COSTS;

export const TARGET_COST_NAMES = [
  'rounds',
  'radioSeconds',
  'seconds',
  'radioBits',
  'joules',
  'usd',
] as const satisfies readonly TargetCost[];

const costsSchema = z.partialRecord(z.enum(TARGET_COST_NAMES), estimateSchema);

/** comparison.json: a comparison of finished runs, studies or experiments. */
export const comparisonSchema = z.strictObject({
  format: z.literal('airtune-comparison'),
  version: z.literal(COMPARISON_VERSION),
  /** Test accuracy to reach; null where none was named. */
  targetAccuracy: z.number().nullable(),
  /**
   * Settings whose values differ, each with the value of every contender; null where it has no such setting.
   */
  differing: z.array(z.strictObject({ path: z.string(), values: z.array(z.unknown()) })),
  contenders: z.array(
    z.strictObject({
      label: z.string(),
      /** Folders that its runs are from. */
      sources: z.array(z.string()),
      policy: z.string(),
      seeds: z.array(z.int().nonnegative()),
      virtualTime: z.boolean(),
      figures: estimatesSchema,
      /** Contender that it is compared with: the first one with the same data; null for that one itself. */
      baseline: z.string().nullable(),
      /** Paired by seed. */
      differences: estimatesSchema,
      /** Null without a target, or where the model was not tested. */
      target: z
        .strictObject({
          reachedSeeds: z.array(z.int().nonnegative()),
          costs: costsSchema,
          /** Over the seeds that reached it in both contenders. */
          differences: costsSchema,
        })
        .nullable(),
    }),
  ),
});

export type ComparisonResult = Readonly<z.output<typeof comparisonSchema>>;
export type ComparedContender = ComparisonResult['contenders'][number];
