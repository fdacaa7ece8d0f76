import * as z from 'zod';
import { estimateSchema } from './experiment-result.ts';

/** Version of advice.json. It rises when a field is removed or changes its meaning. */
export const ADVICE_VERSION = 1;

const changeSchema = z.strictObject({
  /** Name of the knob, such as `accelerators`. */
  knob: z.string(),
  /** Settings that it changes, with the value before and after; null where the setting has none. */
  settings: z.array(z.strictObject({ path: z.string(), from: z.unknown(), to: z.unknown() })),
  /** Its effect, in one sentence. */
  sentence: z.string(),
  /** Mean seconds that a round takes less, paired by seed; negative for a longer round. */
  savedSecondsPerRound: estimateSchema,
  /** Mean dollars that a round costs less, paired by seed; negative for a dearer round. */
  savedUsdPerRound: estimateSchema,
  /** Mean number of devices that answer in a round with the change. */
  answeredPerRound: z.number(),
  /**
   * Whether the model learns the same from a round: as many devices answer, and their payloads are encoded
   * alike. A change that alters learning may need more or fewer rounds.
   */
  sameLearning: z.boolean(),
});

/** advice.json: the effect of one change at a time, for each point of a study. */
export const adviceSchema = z.strictObject({
  format: z.literal('airtune-advice'),
  version: z.literal(ADVICE_VERSION),
  seeds: z.int().positive(),
  points: z.array(
    z.strictObject({
      label: z.string(),
      secondsPerRound: estimateSchema,
      usdPerRound: estimateSchema,
      answeredPerRound: z.number(),
      changes: z.array(changeSchema),
      /** Names of the changes with `sameLearning` that save time, the most saved first. */
      byTime: z.array(z.string()),
      /** Names of the changes with `sameLearning` that save dollars, the most saved first. */
      byDollars: z.array(z.string()),
    }),
  ),
});

export type Advice = Readonly<z.output<typeof adviceSchema>>;
export type AdvisedPoint = Advice['points'][number];
export type AdvisedChange = AdvisedPoint['changes'][number];
