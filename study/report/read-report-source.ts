import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import type { ReportedRun } from './run-report.ts';

const seconds = z.number();

const count = z.number();

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
      share: z.number().nullable(),
    })
    .nullable(),
  warnings: z.array(z.string()),
});

/** Theorem 1's terms with constants that were fitted to the run. */
const theorem1 = z.object({
  constants: z.object({
    contraction: z.number(),
    floor: z.number(),
    initialGap: z.number(),
    loraScale: z.number(),
    residual: z.number(),
  }),
  rounds: z.array(
    z.object({
      participationFactor: z.number().nullable(),
      initialTerm: z.number(),
      loraTerm: z.number(),
      loss: z.number(),
    }),
  ),
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
  chance: z.number().nullable(),
  control: control.optional(),
  theorem1: theorem1.nullable().optional(),
  rounds: z.array(
    z.object({
      round: z.int(),
      selected: z.array(z.int()),
      answered: z.array(z.int()),
      trainLoss: z.number().nullable(),
      trainAccuracy: z.number().nullable(),
      testAccuracy: z.number().optional(),
      testLoss: z.number().optional(),
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
