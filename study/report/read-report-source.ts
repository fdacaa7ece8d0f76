import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import type { ReportedRun } from './run-report.ts';

/** Beyond any time or loss, and small enough for sums of such numbers to be finite. */
const LARGEST = 1e100;
const quantity = z.number().min(-LARGEST).max(LARGEST);
const seconds = quantity;
const count = quantity;
const fraction = z.number().min(0).max(1);

/** What a run's control amounts to; runs of earlier releases have none. */
const control = z.object({
  rounds: count,
  budgetSeconds: seconds,
  meanDevices: count,
  meanDelaySeconds: seconds,
  firstDevices: count,
  firstDelaySeconds: seconds,
  emptyRounds: count,
  forcedRounds: count,
  forcedSeconds: seconds,
  possible: z
    .object({
      devicesPerRound: count.nullable(),
      devicesPerRoundAsSpent: count.nullable(),
      share: quantity.nullable(),
    })
    .nullable(),
  warnings: z.array(z.string()),
});

/** The part of a run's result.json that a report shows; what else is in it is let be. */
const resultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(2),
  run: z.string(),
  target: z.string(),
  virtualTime: z.boolean(),
  engine: z.string(),
  config: z.unknown(),
  chance: fraction.nullable(),
  control: control.optional(),
  rounds: z.array(
    z.object({
      round: z.int(),
      selected: z.array(z.int()),
      answered: z.array(z.int()),
      trainLoss: quantity.nullable(),
      trainAccuracy: fraction.nullable(),
      testAccuracy: fraction.optional(),
      testLoss: quantity.optional(),
      delaySeconds: seconds,
      delayBudgetSeconds: seconds,
      queueSeconds: seconds,
      accountSeconds: seconds.optional(),
      delayLimitSeconds: seconds.nullable().optional(),
      roundSeconds: seconds,
      timeSplitSeconds: z.record(z.string(), seconds),
    }),
  ),
});

/** A run's result.json as a report needs it. @throws ConfigError naming what is wrong with the file */
export function parseReportedRun(value: unknown, path: string): ReportedRun {
  return parseStrict(resultSchema, value, path);
}
