import * as z from 'zod';
import { byStage } from '#emulator/latency/stages.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import { STAGES, type Stage } from '#shared/protocol/stages.ts';
import {
  type MeasuredRun,
  MOST_ROUNDS,
  measuredConfigSchema,
  measuredRun,
  type RoundMeasurements,
  type SecondsByStage,
} from './measured-run.ts';

/** JSON inside a field of a log record, whose fields are flat. */
const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const milliseconds = z.number().nonnegative();

const begunSchema = z.object({
  event: z.literal('run-begun'),
  run: z.string(),
  settings: jsonText,
  featureBits: z.int().positive(),
  labels: z.int().positive(),
});

const committedSchema = z.object({
  event: z.literal('round-committed'),
  run: z.string(),
  round: z.int().nonnegative().max(MOST_ROUNDS),
  answered: z.int().nonnegative(),
  meanStagesMs: jsonText.pipe(z.partialRecord(z.enum(STAGES), milliseconds)),
  meanTokens: z.number().nonnegative(),
  fillTokens: z.int().nonnegative(),
  ...byStage(() => milliseconds.default(0)),
});

type Begun = z.output<typeof begunSchema>;
type Committed = z.output<typeof committedSchema>;

/**
 * Reads what a deployed scheduler logged: lines that hold a JSON record each, with whatever stands before it, among
 * other lines.
 *
 * @param run Which run, where the logs hold several.
 * @throws ConfigError when a record of a run is damaged, when the logs do not hold the run's beginning and rounds, or hold several and none was named
 */
export function parseMeasuredLogs(
  lines: Iterable<string>,
  run: string | undefined,
  subject: string,
): MeasuredRun {
  const begun = new Map<string, Begun>();
  const committed = new Map<string, Committed[]>();
  for (const line of lines) {
    const record = jsonIn(line);
    switch (eventOf(record)) {
      case 'run-begun': {
        const start = parseStrict(begunSchema, record, `a record run-begun in ${subject}`);
        begun.set(start.run, start);
        break;
      }
      case 'round-committed': {
        const round = parseStrict(committedSchema, record, `a record round-committed in ${subject}`);
        const rounds = committed.get(round.run) ?? [];
        rounds.push(round);
        committed.set(round.run, rounds);
      }
    }
  }
  const { settings, featureBits, labels, run: name } = requireRun(begun, run, subject);
  const rounds = committed.get(name) ?? [];
  return measuredRun(
    {
      name,
      target: 'logs',
      config: parseStrict(measuredConfigSchema, settings, `settings of ${name} in ${subject}`),
      featureBits,
      labelCount: labels,
      batchTokens: Math.max(1, rounds.at(-1)?.fillTokens ?? 1),
      rounds: rounds.map(measurements),
    },
    subject,
  );
}

function measurements(record: Committed): RoundMeasurements {
  const seconds = (ms: Readonly<Partial<Record<Stage, number>>>): SecondsByStage =>
    byStage((stage) => (ms[STAGES[stage]] ?? 0) / 1000);
  return {
    round: record.round + 1,
    answered: record.answered,
    criticalSeconds: seconds(record),
    meanSeconds: seconds(record.meanStagesMs),
    meanTokens: record.meanTokens,
  };
}

function requireRun(begun: ReadonlyMap<string, Begun>, run: string | undefined, subject: string): Begun {
  const found = run === undefined ? [...begun.values()] : [begun.get(run)].filter((one) => one !== undefined);
  if (found.length === 1) return found[0];
  const names = [...begun.keys()].join(', ');
  throw new ConfigError(
    found.length === 0 ? "holds no record of the run's beginning." : `holds several runs: ${names}.`,
    {
      subject,
      remedy:
        begun.size === 0
          ? "Give the scheduler's log from before the run began, a record a line."
          : `Choose one of them with --run: ${names}.`,
    },
  );
}

function eventOf(record: unknown): unknown {
  return typeof record === 'object' && record !== null && 'event' in record ? record.event : undefined;
}

/** The JSON object in a line; log services put times and names before it. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
}
