import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type MeasuredRun, measuredConfigSchema, measuredRun } from './measured-run.ts';

const split = z.record(z.string(), z.number());

/** The part of a run's result.json that says what was run and how long it took. */
const resultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(2),
  run: z.string(),
  target: z.string(),
  virtualTime: z.boolean(),
  fillTokens: z.int(),
  config: measuredConfigSchema,
  payloadBits: z.object({ features: z.int() }),
  labelNames: z.array(z.string()),
  rounds: z.array(
    z.object({
      round: z.int(),
      answered: z.array(z.int()),
      timeSplitSeconds: split,
      meanTimeSplitSeconds: split,
      meanTokens: z.number(),
    }),
  ),
});

/**
 * Reads a run's result.json.
 *
 * @throws ConfigError when it is none, or when no round was answered
 */
export function parseMeasuredResult(value: unknown, subject: string): MeasuredRun {
  const result = parseStrict(resultSchema, value, subject);
  return measuredRun(
    {
      name: result.run,
      target: result.target,
      config: result.config,
      featureBits: result.payloadBits.features,
      labelCount: result.labelNames.length,
      batchTokens: result.virtualTime ? undefined : Math.max(1, result.fillTokens),
      rounds: result.rounds.map((round) => ({
        round: round.round,
        answered: round.answered.length,
        criticalSeconds: round.timeSplitSeconds,
        meanSeconds: round.meanTimeSplitSeconds,
        meanTokens: round.meanTokens,
      })),
    },
    subject,
  );
}
