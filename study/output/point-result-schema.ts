import * as z from 'zod';
import { STAGES } from '#shared/protocol/stages.ts';
import type { PointResult } from '#study/model/run-point.ts';

const finite = z.number();
const amount = finite.nonnegative();
const count = z.int().nonnegative();
/** Whole nanoseconds; may exceed the largest exact integer. */
const nanoseconds = amount.refine(Number.isInteger, 'is not a whole number of nanoseconds');

const quantiles = z.strictObject({ mean: amount, p50: amount, p90: amount, p99: amount, max: amount });
const stages = <T extends z.ZodType>(value: T) => z.record(z.enum(STAGES), value);

const latency = z.strictObject({
  roundNanoseconds: nanoseconds,
  devices: count,
  stages: stages(quantiles),
  completion: quantiles,
  completionCurve: z.array(amount),
  criticalPathNanoseconds: stages(nanoseconds),
});

const usage = z.strictObject({
  queueRequests: amount,
  functionRequests: amount,
  functionGigabyteSeconds: amount,
  storePuts: amount,
  storeGets: amount,
  containerHours: amount,
  transferGigabytes: amount,
});

const bill = z.strictObject({
  queueUsd: amount,
  functionUsd: amount,
  storeUsd: amount,
  containerUsd: amount,
  transferUsd: amount,
  totalUsd: amount,
});

const control = z.strictObject({
  accountSeconds: finite,
  nextAccountSeconds: finite,
  pricingQueueSeconds: finite,
  delayLimitSeconds: finite.nullable(),
  forcedSeconds: amount,
});

const controlSummary = z.strictObject({
  rounds: count,
  budgetSeconds: amount,
  meanDevices: amount,
  meanDelaySeconds: amount,
  firstDevices: count,
  firstDelaySeconds: amount,
  emptyRounds: count,
  forcedRounds: count,
  forcedSeconds: amount,
  possible: z
    .strictObject({
      devicesPerRound: amount.nullable(),
      devicesPerRoundAsSpent: amount.nullable(),
      share: amount.nullable(),
    })
    .nullable(),
});

const round = z.strictObject({
  round: count,
  controlV: finite,
  delaySeconds: amount,
  delayBudgetSeconds: amount,
  queueSeconds: amount,
  nextQueueSeconds: amount,
  control,
  joules: amount,
  scheduled: count,
  answered: count,
  commitMs: amount,
  coldStarts: count,
  latency,
  usage,
  bill,
});

/** The file of one finished run of a point, in a study's folder. */
export const pointResultSchema = z.strictObject({
  rounds: z.array(round).min(1),
  outcome: z.strictObject({
    events: count,
    endMs: amount,
    deadLetters: count,
    timeouts: count,
    expiredMessages: count,
    peakConcurrency: count,
    littleImbalance: finite,
  }),
  control: controlSummary,
}) satisfies z.ZodType<PointResult>;
