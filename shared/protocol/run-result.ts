import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import { evaluationSchema } from './records.ts';
import { runRecordSchema } from './run-record.ts';
import { STAGES } from './stages.ts';

/** Version of result.json and of the lines of metrics.jsonl; it rises when a field changes its meaning or goes. */
export const RESULT_VERSION = 2;

const count = z.int().nonnegative();
const seconds = z.number();
const secondsByStage = z.partialRecord(z.enum(STAGES), seconds);

/** One round: a line of metrics.jsonl, and an entry of result.json. */
export const roundMetricsSchema = z.object({
  /** From 1. */
  round: z.int().positive(),
  policy: z.string(),
  selected: z.array(count),
  answered: z.array(count),
  /** Mean over the mini-batches that were answered; null if none was. */
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().nullable(),
  /** D_t, the planned radio delay of the slowest device. */
  delaySeconds: seconds,
  delayBudgetSeconds: seconds,
  /** The paper's virtual queue, which starts at 0, after the round. */
  queueSeconds: seconds,
  /** The account after the round: the delay of all rounds so far less their budgets. */
  accountSeconds: seconds,
  /** q of the objective V*U - q*D, by which the round's delay was priced. */
  pricingQueueSeconds: seconds,
  /** The most that the round's delay could be; null without a limit. */
  delayLimitSeconds: seconds.nullable(),
  /** By how much `minimumDevices` forced the delay over the limit. */
  forcedSeconds: seconds,
  controlV: z.number(),
  objective: z.number(),
  /** From the start of the round to its commit. */
  roundSeconds: seconds,
  /** Timeline of the device that answered last, by stage; adds up to the round until its close. */
  timeSplitSeconds: secondsByStage,
  criticalDevice: count.nullable(),
  /** Mean of the timelines of all devices that answered, by stage; adds up to the same time. */
  meanTimeSplitSeconds: secondsByStage,
  /** Tokens of a mini-batch inside the encoder, padding included. */
  meanTokens: z.number(),
  /** Test of the model after this round, if one was due; `ownMixAccuracy` only if a device holds a tested label. */
  testAccuracy: z.number().optional(),
  testLoss: z.number().optional(),
  ownMixAccuracy: z.number().optional(),
  averagedHeadAccuracy: z.number().optional(),
});

export type RoundMetrics = Readonly<z.output<typeof roundMetricsSchema>>;

/** How a run kept its delay budget, beside what was possible. */
const controlSchema = z.object({
  rounds: count,
  budgetSeconds: seconds,
  meanDevices: z.number(),
  meanDelaySeconds: seconds,
  firstDevices: count,
  firstDelaySeconds: seconds,
  emptyRounds: count,
  forcedRounds: count,
  forcedSeconds: seconds,
  possible: z
    .object({
      devicesPerRound: z.number().nullable(),
      devicesPerRoundAsSpent: z.number().nullable(),
      share: z.number().nullable(),
    })
    .nullable(),
  warnings: z.array(z.string()).readonly(),
});

/** result.json of a finished run. */
export const runResultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(RESULT_VERSION),
  run: z.string(),
  target: z.string(),
  /** Whether the times are those of the virtual cloud; else they are measured. */
  virtualTime: z.boolean(),
  /** Engine and backend of the encoder, and the tokens that fill it. */
  engine: z.string(),
  fillTokens: count,
  config: runConfigSchema,
  payloadBits: runRecordSchema.shape.payloadBits,
  labelNames: runRecordSchema.shape.labelNames,
  /** Accuracy of always guessing the test set's most frequent label; null if the model was not tested. */
  chance: z.number().nullable(),
  control: controlSchema,
  rounds: z.array(roundMetricsSchema),
  evaluations: z.array(evaluationSchema),
});

export type RunResult = Readonly<z.output<typeof runResultSchema>>;

/**
 * Reads the value of a result.json.
 *
 * @throws ConfigError naming the version of a file of another version, else the field that is missing or wrong.
 */
export function parseRunResult(value: unknown, path: string): RunResult {
  const versioned = z.object({ version: z.unknown() }).safeParse(value);
  // Before anything else: the fields of another version may have another meaning.
  if (versioned.success && versioned.data.version !== RESULT_VERSION) {
    throw new ConfigError(
      `is of version ${String(versioned.data.version)}; this is version ${RESULT_VERSION}.`,
      {
        subject: path,
        remedy: 'Read it with the airtune that wrote it.',
      },
    );
  }
  return parseStrict(runResultSchema, value, path);
}
