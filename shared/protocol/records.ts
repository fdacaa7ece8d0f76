import * as z from 'zod';
import { ERROR_KINDS } from '#shared/errors.ts';
import { encoderSchema, meanStagesSchema, timelineSchema } from './message.ts';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** Whether a run goes on. A message of another epoch, or one that finds the run stopped, has no effect. */
export const controlSchema = z.strictObject({
  status: z.enum(['running', 'stopped']),
  epoch: count,
});
export type Control = z.output<typeof controlSchema>;

/** What control did in a round. */
const roundControlSchema = z.strictObject({
  /** Z before and after the round: the delay of all rounds so far less their budgets; below 0 what is left over. [s] */
  accountSeconds: z.number(),
  nextAccountSeconds: z.number(),
  /** q of the objective V*U(|S|) - q*D, which prices the round's delay; for policies without a queue only reported. [s] */
  pricingQueueSeconds: seconds,
  /** The most that the round's delay could be; null without a limit. [s] */
  delayLimitSeconds: z.number().nullable(),
  /** By how much `minimumDevices` forced the delay over the limit. [s] */
  forcedSeconds: seconds,
});

/** A round's decision: who takes part, with how much of the band, and how long the slowest transmission takes. */
export const planSchema = z.strictObject({
  round: count,
  policy: z.string(),
  controlV: z.number(),
  queueSeconds: seconds,
  objective: z.number(),
  /** Scheduled devices in ascending order; the other arrays follow it. */
  selected: z.array(count),
  bandwidthHz: z.array(z.number().positive()),
  rateBitsPerSecond: z.array(z.number().positive()),
  /** The head each device starts from: its head after that many rounds, 0 for a fresh one. */
  headRounds: z.array(count),
  delaySeconds: seconds,
  delayBudgetSeconds: seconds,
  nextQueueSeconds: seconds,
  control: roundControlSchema,
});
export type Plan = z.output<typeof planSchema>;

/** Which devices' gradients a round is made of, in ascending order. */
export const closingSchema = z.strictObject({ round: count, answered: z.array(count) });
export type Closing = z.output<typeof closingSchema>;

/** What the encoder keeps of one device's answer beside its LoRA gradient. */
export const answerSchema = z.strictObject({
  device: count,
  loss: seconds,
  correct: count,
  examples: z.int().positive(),
  /** Of the mini-batch inside the encoder, padding included. */
  tokens: z.int().positive(),
  roundStartedAtMs: z.number(),
  timeline: timelineSchema,
});
export type Answer = z.output<typeof answerSchema>;

/** A finished round, as progress, metrics and the next round read it. */
export const commitSchema = z.strictObject({
  round: count,
  policy: z.string(),
  controlV: z.number(),
  objective: z.number(),
  selected: z.array(count),
  answered: z.array(count),
  /** Mean training loss and accuracy over the mini-batches that were answered; null when nobody was. */
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().nullable(),
  delaySeconds: seconds,
  delayBudgetSeconds: seconds,
  /** The paper's virtual queue, which starts at 0, before and after the round. */
  queueSeconds: seconds,
  nextQueueSeconds: seconds,
  control: roundControlSchema,
  startedAtMs: z.number(),
  closedAtMs: z.number(),
  /** The way of the device that answered last: its stretches join the start of the round to its end. */
  criticalDevice: count.nullable(),
  criticalPath: timelineSchema,
  meanStagesMs: meanStagesSchema,
  meanTokens: z.number().nonnegative(),
  encoder: encoderSchema,
  /** Each device's newest head that counts: after how many rounds it was made, 0 = none yet. */
  headRounds: z.array(count),
});
export type Commit = z.output<typeof commitSchema>;

const accuracy = z.number().min(0).max(1);

/** The model tested after a number of rounds. */
export const evaluationSchema = z.strictObject({
  rounds: count,
  examples: z.int().positive(),
  /** Every device's own head on the whole test set. */
  deviceAccuracy: z.array(accuracy),
  deviceLoss: z.array(seconds),
  /** The mean of `deviceAccuracy`: the headline figure. */
  accuracy,
  loss: seconds,
  /** Always guessing the test set's most frequent label. */
  chance: accuracy,
  /** Devices that hold a label which the test set has; only they have an accuracy under their own label mix. */
  ownMixDevices: count,
  /**
   * Mean over those devices: own heads, the test set weighted to the device's mix of the labels that it has; and always
   * guessing the most frequent label of that mix. Null when there is no such device.
   */
  ownMixAccuracy: accuracy.nullable(),
  ownMixChance: accuracy.nullable(),
  /** One head averaged from all devices' heads. */
  averagedHeadAccuracy: accuracy,
});
export type Evaluation = z.output<typeof evaluationSchema>;

/** Why an epoch of a run ended before its last round: the error, as the command line shows it. */
export const failureSchema = z.strictObject({
  epoch: count,
  kind: z.enum(ERROR_KINDS),
  message: z.string(),
  subject: z.string().optional(),
  remedy: z.string().optional(),
});
export type Failure = z.output<typeof failureSchema>;
