import * as z from 'zod';
import { runConfigSchema } from '#shared/config/run-config.ts';
import type { HeadSettings, HeadSize } from '#shared/model/head/head.ts';
import { runPluginsSchema } from './run-plugins.ts';

/** Version of the records and keys that a run keeps in the object store. */
export const RUN_RECORD_VERSION = 4;

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** The settings and sizes that are fixed when a run is prepared. Functions read it before the first round. */
export const runRecordSchema = z.strictObject({
  version: z.literal(RUN_RECORD_VERSION),
  run: z.string(),
  config: runConfigSchema,
  plugins: runPluginsSchema.default({}),
  /** Hash that names the prepared model parts, shards and test set. */
  prepared: z.string().regex(/^[0-9a-f]{64}$/),
  hiddenSize: z.int().positive(),
  /** Tokens of the longest example inside the encoder. */
  sequenceTokens: z.int().positive(),
  /** Names of the labels; for a regression, the name of the score. */
  labelNames: z.array(z.string()).min(1),
  /**
   * Mean and standard deviation of the training scores of a regression. Heads predict standardised scores,
   * (score - mean) / deviation. Absent for a classification.
   */
  score: z.strictObject({ mean: z.number(), deviation: z.number().positive() }).optional(),
  /**
   * Names of the tensors of a language model's final norm, which the devices train, [hidden size] each.
   * Absent for other tasks.
   */
  finalNorm: z.array(z.string()).min(1).optional(),
  /**
   * Rows of the language model's output matrix, if the devices train it (`head.train` is `all`). Absent
   * otherwise.
   */
  vocabularySize: z.int().positive().optional(),
  /**
   * Number of training examples of each label on each device, for tests under the device's own label mix. The
   * examples themselves are only in the device's shard.
   */
  labelCounts: z.array(z.array(count)),
  /** Size of each payload of one device in a round. [bit] */
  payloadBits: z.strictObject({
    embeddings: z.int().positive(),
    features: z.int().positive(),
    gradients: z.int().positive(),
  }),
  /**
   * Law of the channel: mean delay of the best plans as a function of the price of delay. The scheduler uses
   * it to keep the delay budget. Null when the policy does not use it, or when it follows from the last
   * rounds (correlated fading).
   */
  controlLaw: z
    .strictObject({
      /** [utility/s] */
      prices: z.array(z.number()),
      meanDelaySeconds: z.array(seconds),
      /** Only with `minimumDevices` above 0: mean delay of the smallest allowed plans [s]. */
      leastDelaySeconds: seconds.optional(),
      /** Only for policies that look ahead: D(0), D(1), ... of drawn rounds [s]. */
      delayCurves: z.array(z.array(seconds)).optional(),
    })
    .nullable(),
});
export type RunRecord = z.output<typeof runRecordSchema>;

/**
 * The numbers of rounds after which a run tests its model, ascending: 0, every multiple of `evaluateEvery`,
 * and the last round.
 */
export function evaluationRounds({ config }: Pick<RunRecord, 'config'>): readonly number[] {
  const { rounds, evaluateEvery } = config.training;
  const all = Array.from({ length: rounds + 1 }, (_, done) => done);
  return all.filter((done) => done % evaluateEvery === 0 || done === rounds);
}

/** L = L_e + L_f + L_g, the size of all three payloads of a device in a round. [bit] */
export function totalPayloadBits(record: Pick<RunRecord, 'payloadBits'>): number {
  const { embeddings, features, gradients } = record.payloadBits;
  return embeddings + features + gradients;
}

export interface HeadForm {
  readonly settings: HeadSettings;
  readonly size: HeadSize;
}

/** Kind and size of the heads of this run; they are equal for all devices. */
export function headForm(
  record: Pick<RunRecord, 'config' | 'hiddenSize' | 'labelNames' | 'finalNorm' | 'vocabularySize'>,
): HeadForm {
  const { hiddenSize: width } = record.config.head;
  const size = { featureCount: record.hiddenSize, labelCount: record.labelNames.length };
  const { finalNorm, vocabularySize } = record;
  if (finalNorm !== undefined)
    return { settings: { kind: 'language', norm: finalNorm, vocabularySize }, size };
  return {
    settings: width === 0 ? { kind: 'linear' } : { kind: 'hidden', width, activation: 'tanh' },
    size,
  };
}
