import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { TEST_METRIC_NAMES } from '#shared/config/test-metrics.ts';
import { ConfigError } from '#shared/errors.ts';
import { evaluationSchema } from './records.ts';
import { runPluginsSchema } from './run-plugins.ts';
import { runRecordSchema } from './run-record.ts';
import { STAGES } from './stages.ts';

/**
 * Version of result.json and of the lines of metrics.jsonl. It rises when a field is removed or changes its
 * meaning.
 */
export const RESULT_VERSION = 2;

const count = z.int().nonnegative();
/** Larger than any time, loss or objective, and small enough that sums of such numbers stay finite. */
const LARGEST = 1e100;
const quantity = z.number().min(-LARGEST).max(LARGEST);
const seconds = quantity;
const fraction = z.number().min(0).max(1);
const secondsByStage = z.partialRecord(z.enum(STAGES), seconds);

/** One round: a line of metrics.jsonl, and an entry of result.json. */
export const roundMetricsSchema = z.object({
  /** Number of the round, counted from 1. */
  round: z.int().positive(),
  policy: z.string(),
  selected: z.array(count),
  answered: z.array(count),
  /** Mean over the mini-batches of the devices that answered; null when none answered. */
  trainLoss: quantity.nullable(),
  trainAccuracy: fraction.nullable(),
  /** D_t, the planned radio delay of the slowest device. */
  delaySeconds: seconds,
  delayBudgetSeconds: seconds,
  /** The paper's virtual queue after the round. It starts at 0. */
  queueSeconds: seconds,
  /** Account Z after the round: sum of delay minus budget over the rounds so far. */
  accountSeconds: seconds,
  /** q in the objective V*U - q*D; q/V is the price of the round's delay. */
  pricingQueueSeconds: seconds,
  /** Upper limit of the round's delay; null without a limit. */
  delayLimitSeconds: seconds.nullable(),
  /** Delay above the limit that `minimumDevices` made necessary. */
  forcedSeconds: seconds,
  controlV: quantity,
  objective: quantity,
  /**
   * Energy of all scheduled devices: transmit power times airtime, plus the energy of their computation. [J]
   */
  joules: quantity,
  /** Time from the start of the round to its commit. [s] */
  roundSeconds: seconds,
  /**
   * Time of the critical path in each stage. The sum is the time from the start of the round to its close.
   */
  timeSplitSeconds: secondsByStage,
  criticalDevice: count.nullable(),
  /**
   * Mean time in each stage over all devices that answered. The sum is the same as that of
   * `timeSplitSeconds`.
   */
  meanTimeSplitSeconds: secondsByStage,
  /** Mean tokens of a mini-batch inside the encoder, padding included. */
  meanTokens: quantity,
  /**
   * Test of the model after this round, when one was due. `ownMixAccuracy` is present only if a device has
   * training examples of a label of the test set.
   */
  testAccuracy: fraction.optional(),
  testLoss: quantity.optional(),
  ownMixAccuracy: fraction.optional(),
  averagedHeadAccuracy: fraction.optional(),
  /** Perplexity of a language task. */
  testPerplexity: quantity.optional(),
  /** Means over the devices' own heads, of a regression only. */
  testSquaredError: quantity.optional(),
  testPearson: quantity.optional(),
  testSpearman: quantity.optional(),
});

export type RoundMetrics = Readonly<z.output<typeof roundMetricsSchema>>;

/** How the run kept its delay budget, compared with the clairvoyant bound. */
const controlSchema = z.object({
  rounds: count,
  budgetSeconds: seconds,
  meanDevices: quantity,
  meanDelaySeconds: seconds,
  firstDevices: count,
  firstDelaySeconds: seconds,
  emptyRounds: count,
  forcedRounds: count,
  forcedSeconds: seconds,
  possible: z
    .object({
      devicesPerRound: quantity.nullable(),
      devicesPerRoundAsSpent: quantity.nullable(),
      share: quantity.nullable(),
    })
    .nullable(),
  warnings: z.array(z.string()).readonly(),
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Origin of the result. Under virtual time, with the same engine on the same machine, the results of two runs
 * with equal settings differ only in these fields.
 */
const provenanceSchema = z.object({
  /** Version of airtune. */
  airtune: z.string(),
  /** Start and end of the process that finished the run, as ISO 8601 texts. */
  startedAt: z.string(),
  finishedAt: z.string(),
  /** Time from start to end, measured with a monotonic clock. */
  wallSeconds: seconds,
  /** Whether an earlier process had begun the run. The time of that process is not included. */
  resumed: z.boolean(),
  modelSha256: sha256,
  dataSha256: sha256,
  /** The machine of that process. */
  machine: z.object({
    platform: z.string(),
    processor: z.string(),
    processors: count,
    memoryBytes: count,
    node: z.string(),
  }),
});

export type RunProvenance = Readonly<z.output<typeof provenanceSchema>>;

/** The data of the run: examples, labels, lengths of texts, and examples per device. */
const dataSummarySchema = z.object({
  trainExamples: count,
  testExamples: count,
  /** Training examples that the partition gives to no device. */
  unusedExamples: count,
  /** Name, mean and deviation of the training scores, for a regression. */
  score: z.object({ name: z.string(), mean: quantity, deviation: quantity }).optional(),
  /** Each label with its number of examples; empty for a regression. */
  labels: z.array(z.object({ name: z.string(), trainExamples: count, testExamples: count })),
  /** Tokens of the training texts, special tokens included; `atLimit` texts have the maximum length. */
  tokens: z.object({ mean: quantity, longest: count, atLimit: count }).optional(),
  examplesOfDevice: z.object({ least: count, median: count, most: count }),
});

export type DataSummary = Readonly<z.output<typeof dataSummarySchema>>;

/** Theorem 1: its constants, fitted to the training loss, and its terms in each round. */
const theoremSchema = z.object({
  constants: z.object({
    contraction: quantity,
    floor: quantity,
    initialGap: quantity,
    loraScale: quantity,
    residual: quantity,
  }),
  rounds: z.array(
    z.object({
      participationFactor: quantity.nullable(),
      initialTerm: quantity,
      loraTerm: quantity,
      loss: quantity,
    }),
  ),
});

const parameter = quantity.optional();

/** Parameters of the virtual cloud by part, and by group in a part; the emulator checks names and ranges. */
const virtualCloudSchema = z.record(
  z.string(),
  z.record(z.string(), z.union([parameter, z.record(z.string(), parameter)])),
);

/** result.json of a finished run. */
export const runResultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(RESULT_VERSION),
  run: z.string(),
  target: z.string(),
  /** True when the times are virtual, false when they are measured. */
  virtualTime: z.boolean(),
  /** Engine and backend of the encoder, and the number of tokens of a full batch. */
  engine: z.string(),
  fillTokens: count,
  config: runConfigSchema,
  /** The plug-ins that the settings name, each with the hash of its files; absent if there are none. */
  plugins: runPluginsSchema.optional(),
  /** Parameters of the virtual cloud; absent where the times are measured. */
  cloud: virtualCloudSchema.optional(),
  payloadBits: runRecordSchema.shape.payloadBits,
  labelNames: runRecordSchema.shape.labelNames,
  /** Mean and deviation of the training scores; absent for a classification. */
  score: runRecordSchema.shape.score,
  /** Names of the final norm's tensors, which devices train; only in language tasks. */
  finalNorm: runRecordSchema.shape.finalNorm,
  /** Rows of the output matrix; only in language tasks whose devices train it. */
  vocabularySize: runRecordSchema.shape.vocabularySize,
  /** Absent in results of earlier versions of airtune. */
  data: dataSummarySchema.optional(),
  /** The best test, whose state is in `best/`: its number of rounds, and the metric that chose it. */
  best: z.object({ rounds: count, metric: z.enum(TEST_METRIC_NAMES), value: quantity }).optional(),
  /** Accuracy of always guessing the test set's most frequent label; null if the model was not tested. */
  chance: fraction.nullable(),
  control: controlSchema,
  /** Null when too few rounds have a loss. */
  theorem1: theoremSchema.nullable(),
  rounds: z.array(roundMetricsSchema),
  evaluations: z.array(evaluationSchema),
  provenance: provenanceSchema,
});

export type RunResult = Readonly<z.output<typeof runResultSchema>>;

/**
 * Checks the version of a result.json before any other field is read, because the fields of another version
 * may have another meaning. A value without a version passes; `parseRunResult` then reports that it is not a
 * result.
 *
 * @throws ConfigError with both versions.
 */
export function requireResultVersion(value: unknown, path: string): void {
  const versioned = z.object({ version: z.union([quantity, z.string()]) }).safeParse(value);
  if (!versioned.success || versioned.data.version === RESULT_VERSION) return;
  throw new ConfigError(`is of version ${versioned.data.version}; this is version ${RESULT_VERSION}.`, {
    subject: path,
    remedy: 'Read it with the airtune that wrote it.',
  });
}

/**
 * Validates the parsed JSON of a result.json.
 *
 * @throws ConfigError with both versions for a file of another version, else naming the field that is missing
 * or wrong.
 */
export function parseRunResult(value: unknown, path: string): RunResult {
  requireResultVersion(value, path);
  return parseStrict(runResultSchema, value, path);
}
