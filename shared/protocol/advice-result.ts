import * as z from 'zod';
import { estimateSchema } from './experiment-result.ts';

/** Version of advice.json. It rises when a field is removed or changes its meaning. */
export const ADVICE_VERSION = 1;

const changeSchema = z.strictObject({
  /** Name of the change, such as `accelerators`. */
  knob: z.string(),
  /** The changed settings, each with its value before and after; null for a setting without a value. */
  settings: z.array(z.strictObject({ path: z.string(), from: z.unknown(), to: z.unknown() })),
  /** Effect of the change, in one sentence. */
  sentence: z.string(),
  /** Mean reduction of a round's time, paired by seed; negative if the round becomes longer. [s] */
  savedSecondsPerRound: estimateSchema,
  /** Mean reduction of a round's cost, paired by seed; negative if the round becomes more expensive. [USD] */
  savedUsdPerRound: estimateSchema,
  /** Mean number of devices that answer in a round with the change. */
  answeredPerRound: z.number(),
  /**
   * Whether a round trains the model equally well with the change: the number of answering devices and the
   * encoding of their payloads stay the same. Otherwise training may need more or fewer rounds.
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
      /** Readable name, such as `8 replicas`. */
      label: z.string(),
      secondsPerRound: estimateSchema,
      usdPerRound: estimateSchema,
      answeredPerRound: z.number(),
      changes: z.array(changeSchema),
      /**
       * Names of the changes with `sameLearning` that save time, the largest saving first. A saving whose
       * interval holds 0 is none.
       */
      byTime: z.array(z.string()),
      /** Names of the changes with `sameLearning` that save cost, in the same way. */
      byDollars: z.array(z.string()),
    }),
  ),
});

export type Advice = Readonly<z.output<typeof adviceSchema>>;
export type AdvisedPoint = Advice['points'][number];
export type AdvisedChange = AdvisedPoint['changes'][number];
