import * as z from 'zod';
import { runConfigSchema } from '#shared/config/run-config.ts';
import type { HeadSettings, HeadSize } from '#shared/model/head/head.ts';

/** Version of the records and keys that a run keeps in the object store. */
export const RUN_RECORD_VERSION = 3;

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** What is fixed when a run is prepared: all that its functions need to know before the first round. */
export const runRecordSchema = z.strictObject({
  version: z.literal(RUN_RECORD_VERSION),
  run: z.string(),
  config: runConfigSchema,
  /** Name of the prepared model parts, shards and test set. */
  prepared: z.string().regex(/^[0-9a-f]{64}$/),
  hiddenSize: z.int().positive(),
  /** Tokens of the longest example inside the encoder. */
  sequenceTokens: z.int().positive(),
  labelNames: z.array(z.string()).min(2),
  /** How many examples of each label each device holds, for tests under its own mix; the device keeps the examples. */
  labelCounts: z.array(z.array(count)),
  /** What one device sends and receives in a round. [bit] */
  payloadBits: z.strictObject({
    embeddings: z.int().positive(),
    features: z.int().positive(),
    gradients: z.int().positive(),
  }),
  /**
   * How the mean delay depends on its price, by which the scheduler keeps the budget; null where no policy asks for it,
   * or where it follows from the last rounds (correlated fading).
   */
  controlLaw: z
    .strictObject({
      /** [utility/s] */
      prices: z.array(z.number()),
      meanDelaySeconds: z.array(seconds),
    })
    .nullable(),
});
export type RunRecord = z.output<typeof runRecordSchema>;

/** The rounds after which a run tests its model, ascending: before the first, as often as asked, after the last. */
export function evaluationRounds({ config }: Pick<RunRecord, 'config'>): readonly number[] {
  const { rounds, evaluateEvery } = config.training;
  const all = Array.from({ length: rounds + 1 }, (_, done) => done);
  return all.filter((done) => done % evaluateEvery === 0 || done === rounds);
}

/** L = L_e + L_f + L_g, what the three legs of a device's round carry together. [bit] */
export function totalPayloadBits(record: Pick<RunRecord, 'payloadBits'>): number {
  const { embeddings, features, gradients } = record.payloadBits;
  return embeddings + features + gradients;
}

/** The form of every device's head in this run. */
export function headForm(record: Pick<RunRecord, 'config' | 'hiddenSize' | 'labelNames'>): {
  readonly settings: HeadSettings;
  readonly size: HeadSize;
} {
  const { hiddenSize: width } = record.config.head;
  return {
    settings: width === 0 ? { kind: 'linear' } : { kind: 'hidden', width, activation: 'tanh' },
    size: { featureCount: record.hiddenSize, labelCount: record.labelNames.length },
  };
}
