import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import { type LogRecord, loggedSettingsSchema, parseLogRecord } from '#shared/protocol/log-events.ts';
import { byStage, STAGES, type Stage } from '#shared/protocol/stages.ts';
import {
  type MeasuredRun,
  measuredRun,
  type RoundMeasurements,
  type SecondsByStage,
} from './measured-run.ts';

const BEGUN = 'run-begun';
const COMMITTED = 'round-committed';

type Begun = LogRecord<typeof BEGUN>;
type Committed = LogRecord<typeof COMMITTED>;

/** JSON text in a field of a log record; the fields of a record cannot be objects. */
const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const settingsText = jsonText.pipe(loggedSettingsSchema);
const meanStagesText = jsonText.pipe(z.partialRecord(z.enum(STAGES), z.number().nonnegative()));

/** Whether a log line may contain a record that {@link parseMeasuredLogs} reads. */
export function isMeasuredRecord(line: string): boolean {
  return [BEGUN, COMMITTED].some((event) => line.includes(JSON.stringify(event)));
}

/**
 * Reads the log of a deployed scheduler: each relevant line contains a JSON record, possibly after a prefix.
 * Other lines are ignored.
 *
 * @param run Name of the run, if the logs contain several.
 * @throws ConfigError when a record of a run is damaged, when the start or the rounds of the run are missing,
 * or when the logs contain several runs and none is named.
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
    const start = parseLogRecord(BEGUN, record, subject);
    if (start !== undefined) begun.set(start.run, start);
    const round = parseLogRecord(COMMITTED, record, subject);
    if (round !== undefined) committed.set(round.run, [...(committed.get(round.run) ?? []), round]);
  }
  const { settings, featureBits, labels, run: name } = requireRun(begun, run, subject);
  const rounds = committed.get(name) ?? [];
  return measuredRun(
    {
      name,
      target: 'logs',
      config: parseStrict(settingsText, settings, `settings of ${name} in ${subject}`),
      featureBits,
      labelCount: labels,
      batchTokens: Math.max(1, rounds.at(-1)?.fillTokens ?? 1),
      rounds: rounds.map((round) => measurements(round, subject)),
    },
    subject,
  );
}

function measurements(record: Committed, subject: string): RoundMeasurements {
  const meanStagesMs = parseStrict(meanStagesText, record.meanStagesMs, `meanStagesMs in ${subject}`);
  const seconds = (ms: Readonly<Partial<Record<Stage, number>>>): SecondsByStage =>
    byStage((stage) => (ms[stage] ?? 0) / 1000);
  return {
    round: record.round + 1,
    answered: record.answered,
    criticalSeconds: seconds(record),
    meanSeconds: seconds(meanStagesMs),
    meanTokens: record.meanTokens,
  };
}

function requireRun(begun: ReadonlyMap<string, Begun>, run: string | undefined, subject: string): Begun {
  const found = run === undefined ? [...begun.values()] : [begun.get(run)].filter((one) => one !== undefined);
  if (found.length === 1) return found[0];
  const names = [...begun.keys()].join(', ');
  throw new ConfigError(found.length === 0 ? 'holds no run-begun record.' : `holds several runs: ${names}.`, {
    subject,
    remedy:
      begun.size === 0
        ? "Give the scheduler's log from the start of the run on, one record a line."
        : `Choose one of them with --run: ${names}.`,
  });
}

/** The JSON object in a line, after the times and names that log services put before it. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
}
