import * as z from 'zod';
import { ERROR_KINDS } from '#shared/errors.ts';
import { encoderSchema, meanStagesSchema, timelineSchema } from './message.ts';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/**
 * Whether a run continues, and its epoch. A `round.start` or `encoder.close-round` of another epoch, or of a
 * stopped run, has no effect.
 */
export const controlSchema = z.strictObject({
  status: z.enum(['running', 'stopped']),
  epoch: count,
});
export type Control = z.output<typeof controlSchema>;

/** How the delay budget was controlled in one round. */
const roundControlSchema = z.strictObject({
  /**
   * Account Z before and after the round: sum of delay minus budget over the rounds so far. A negative
   * account is unspent budget. [s]
   */
  accountSeconds: z.number(),
  nextAccountSeconds: z.number(),
  /**
   * q in the objective V*U(|S|) - q*D. [s] q/V is the price of the round's delay. It has no effect on
   * policies without a virtual queue.
   */
  pricingQueueSeconds: seconds,
  /** Upper limit of the round's delay; null without a limit. [s] */
  delayLimitSeconds: z.number().nullable(),
  /** Delay above the limit that `minimumDevices` made necessary. [s] */
  forcedSeconds: seconds,
});

/**
 * The scheduler's memory of the devices after a round. Each list has one value for each device, and only the
 * lists that the run's policy needs are present.
 */
const deviceMemorySchema = z.strictObject({
  lastServed: z.array(z.int().min(-1)).optional(),
  meanRates: z.array(seconds).optional(),
  energyQueues: z.array(seconds).optional(),
  losses: z.array(z.number().nullable()).optional(),
  gradientNorms: z.array(z.number().nullable()).optional(),
});

/**
 * The plan of a round: the scheduled devices, their bandwidths and rates, and the delay of the slowest one.
 */
export const planSchema = z.strictObject({
  round: count,
  policy: z.string(),
  controlV: z.number(),
  queueSeconds: seconds,
  objective: z.number(),
  /**
   * Scheduled devices in ascending order. Every other list of the plan has one value for each of them, in the
   * same order.
   */
  selected: z.array(count),
  bandwidthHz: z.array(z.number().positive()),
  rateBitsPerSecond: z.array(z.number().positive()),
  /**
   * For each scheduled device, the head that it starts from: the head after that many rounds, 0 for the
   * initial head.
   */
  headRounds: z.array(count),
  delaySeconds: seconds,
  delayBudgetSeconds: seconds,
  nextQueueSeconds: seconds,
  control: roundControlSchema,
  /** Weight of each scheduled device's gradient; null where all weights are equal. */
  weights: z.array(z.number().positive()).nullable(),
  /**
   * Energy of each scheduled device: transmit power times airtime, plus the energy of its computation. [J]
   */
  joules: z.array(z.number().nonnegative()),
  /** State that a policy plug-in keeps for the next round; absent for other policies. */
  policyState: z.json().optional(),
});
export type Plan = z.output<typeof planSchema>;

/** The devices whose gradients count in a round, in ascending order. */
export const closingSchema = z.strictObject({ round: count, answered: z.array(count) });
export type Closing = z.output<typeof closingSchema>;

/** Loss and LoRA gradient norm of each device whose answer counts, in ascending order of devices. */
export const answeredSchema = z.strictObject({
  round: count,
  devices: z.array(count),
  losses: z.array(z.number().nonnegative()),
  gradientNorms: z.array(z.number().nonnegative()),
});
export type Answered = z.output<typeof answeredSchema>;

/** A device's answer without its LoRA gradient. */
export const answerSchema = z.strictObject({
  device: count,
  loss: z.number().nonnegative(),
  /** Predictions of the mini-batch, one for each example or token, and the correct ones among them. */
  predictions: z.int().positive(),
  correct: count,
  /** L2 norm of its LoRA gradient. */
  gradientNorm: z.number().nonnegative(),
  /** Tokens of the mini-batch inside the encoder, padding included. */
  tokens: z.int().positive(),
  roundStartedAtMs: z.number(),
  timeline: timelineSchema,
});
export type Answer = z.output<typeof answerSchema>;

/** The record of a finished round. Progress output, metrics and the next round read it. */
export const commitSchema = z.strictObject({
  round: count,
  policy: z.string(),
  controlV: z.number(),
  objective: z.number(),
  selected: z.array(count),
  answered: z.array(count),
  /**
   * Mean training loss and accuracy over the mini-batches of the devices that answered; null when none
   * answered.
   */
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().nullable(),
  delaySeconds: seconds,
  delayBudgetSeconds: seconds,
  /** The paper's virtual queue before and after the round. It starts at 0. [s] */
  queueSeconds: seconds,
  nextQueueSeconds: seconds,
  control: roundControlSchema,
  /** Sum of the energy of all scheduled devices. [J] */
  joules: z.number().nonnegative(),
  /** Loss and LoRA gradient norm of each device in `answered`. */
  losses: z.array(z.number().nonnegative()),
  gradientNorms: z.array(z.number().nonnegative()),
  memory: deviceMemorySchema,
  policyState: z.json().optional(),
  startedAtMs: z.number(),
  closedAtMs: z.number(),
  /** The device that answered last and its timeline, from the start of the round to its end. */
  criticalDevice: count.nullable(),
  criticalPath: timelineSchema,
  meanStagesMs: meanStagesSchema,
  meanTokens: z.number().nonnegative(),
  encoder: encoderSchema,
  /**
   * For each device, the number of rounds after which its newest committed head was made; 0 for the initial
   * head.
   */
  headRounds: z.array(count),
});
export type Commit = z.output<typeof commitSchema>;

const accuracy = z.number().min(0).max(1);
const correlation = z.number().min(-1).max(1);
const perplexity = z.number().min(1).max(1e100);

/** How well heads predict scores, in the unit of the scores. */
const scoreMetricsSchema = z.strictObject({
  /** Mean squared error. */
  squaredError: seconds,
  /** Correlation of predictions and scores, and of their ranks; 0 where one of them is constant. */
  pearson: correlation,
  spearman: correlation,
});

/**
 * Result of a test of the model after a number of rounds. A regression has `scores`; its accuracies and
 * metrics of labels are null, absent or empty.
 */
export const evaluationSchema = z.strictObject({
  rounds: count,
  examples: z.int().positive(),
  /** Accuracy and loss of each device's own head on the whole test set. */
  deviceAccuracy: z.array(accuracy),
  deviceLoss: z.array(seconds),
  /** Mean of `deviceAccuracy` and of `deviceLoss`; the accuracy is the main result of a test. */
  accuracy: accuracy.nullable(),
  loss: seconds,
  /** Accuracy of always guessing the most frequent label of the test set. */
  chance: accuracy.nullable(),
  /**
   * Metrics of the devices' own heads, each the mean over the heads: F1 averaged over labels, F1 of the
   * second of two labels (null for more), Matthews correlation. Absent in records of earlier versions.
   */
  macroF1: accuracy.optional(),
  binaryF1: accuracy.nullable().optional(),
  matthews: correlation.optional(),
  /**
   * Precision, recall and F1 of each label, each the mean over the heads, and the label's test examples, in
   * the order of the run's labels.
   */
  labels: z
    .array(z.strictObject({ precision: accuracy, recall: accuracy, f1: accuracy, examples: count }))
    .optional(),
  /**
   * Metrics of a regression: the mean over the devices' own heads, those of one averaged head, and the
   * variance of the test scores.
   */
  scores: z
    .strictObject({
      ownHeads: scoreMetricsSchema,
      averagedHead: scoreMetricsSchema,
      /** Squared error of always guessing the mean of the test scores. */
      variance: seconds,
    })
    .optional(),
  /**
   * Figures of a language task. `accuracy` is the share of correct tokens. It and `loss` are those of the
   * average of all devices' final norms; if devices train the output matrix, too, they are the means over the
   * devices' own heads.
   */
  language: z
    .strictObject({
      /** exp(loss), 1e100 at most. */
      perplexity,
      /** Predicted tokens of the test set. */
      tokens: z.int().positive(),
      /** Perplexity of one averaged head; only if devices train the output matrix. */
      averagedHeadPerplexity: perplexity.optional(),
    })
    .optional(),
  /**
   * Number of devices with at least one training example of a label that the test set has. Only these have an
   * accuracy under their own label mix.
   */
  ownMixDevices: count,
  /**
   * Means over these devices of the accuracy of the device's own head, and of the accuracy of always guessing
   * the most frequent label. Each label of the test set is weighted by its share among the device's training
   * examples. Null when there is no such device.
   */
  ownMixAccuracy: accuracy.nullable(),
  ownMixChance: accuracy.nullable(),
  /** Accuracy of one head that is the average of all devices' heads. */
  averagedHeadAccuracy: accuracy.nullable(),
});
export type Evaluation = z.output<typeof evaluationSchema>;

/** Why an epoch of a run ended before its last round: the fields of the error that the command line shows. */
export const failureSchema = z.strictObject({
  epoch: count,
  kind: z.enum(ERROR_KINDS),
  message: z.string(),
  subject: z.string().optional(),
  remedy: z.string().optional(),
});
export type Failure = z.output<typeof failureSchema>;
