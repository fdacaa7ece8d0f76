import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import type { Span } from './message.ts';
import { SPAN_KINDS, STAGE_KINDS, STAGES } from './stages.ts';

/** Version of a round trace. It rises when a field is removed or changes its meaning. */
export const ROUND_TRACE_VERSION = 1;

/** Times are rounded to whole nanoseconds; smaller differences are rounding errors of sums. */
const NANOSECONDS_PER_MS = 1e6;

/**
 * The latest time that a Date can have [ms]. The limit keeps times finite when they are converted to other
 * units.
 */
const LATEST_MS = 8.64e15;
const durationMs = z.number().nonnegative().max(LATEST_MS);

/** A span of one stage, measured from the start of the round. [ms] It begins where the previous span ends. */
const tracedSpanSchema = z.strictObject({
  stage: z.enum(STAGES),
  kind: z.enum(SPAN_KINDS),
  startMs: durationMs,
  endMs: durationMs,
});

/** A scheduled device and its part of the round. */
const tracedDeviceSchema = z.strictObject({
  device: z.int().nonnegative(),
  /** Whether its answer counts. The spans of other devices end with their last message in the round. */
  answered: z.boolean(),
  /** Rate of its three radio transmissions; null if the plan of the round is no longer stored. [bit/s] */
  rateBitsPerSecond: z.number().positive().nullable(),
  /** Empty for a device of a real run that did not answer in time. */
  spans: z.array(tracedSpanSchema),
});

/**
 * The trace of one round: the spans of every scheduled device, and the critical path. The spans of a device
 * that answered add up to the time from the start of the round to its close.
 */
export const roundTraceSchema = z.strictObject({
  format: z.literal('airtune-round-trace'),
  version: z.literal(ROUND_TRACE_VERSION),
  run: z.string(),
  /** Number of the round, counted from 1. */
  round: z.int().positive(),
  /** The id that log records about the round carry. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  /** Whether the times are those of the virtual cloud. */
  virtualTime: z.boolean(),
  /** Start of the round: virtual time, or milliseconds since 1970-01-01 UTC. [ms] */
  startedAtMs: z.number().min(-LATEST_MS).max(LATEST_MS),
  /** Time from the start of the round until the encoder has stored the new LoRA. [ms] */
  closedMs: durationMs,
  /** Time from the start of the round to its commit by the scheduler. [ms] */
  committedMs: durationMs,
  /** Scheduled devices in ascending order. */
  devices: z.array(tracedDeviceSchema),
  /** The device that answered last; null when none answered. */
  criticalDevice: z.int().nonnegative().nullable(),
  /** The spans of the critical path, which add up to the time from the start of the round to its close. */
  criticalPath: z.array(tracedSpanSchema),
});

export type RoundTrace = Readonly<z.output<typeof roundTraceSchema>>;
export type TracedDevice = Readonly<z.output<typeof tracedDeviceSchema>>;
export type TracedSpan = Readonly<z.output<typeof tracedSpanSchema>>;

/** The spans of a timeline, relative to the start of the round. Spans without length are left out. */
export function tracedSpans(roundStartedAtMs: number, timeline: readonly Span[]): TracedSpan[] {
  const spans: TracedSpan[] = [];
  let startMs = 0;
  for (const { stage, endsAtMs } of timeline) {
    const endMs = Math.max(startMs, sinceMs(roundStartedAtMs, endsAtMs));
    if (endMs > startMs) spans.push({ stage, kind: STAGE_KINDS[stage], startMs, endMs });
    startMs = endMs;
  }
  return spans;
}

/** Time from the start of a round [ms], rounded to whole nanoseconds; 0 for a time before the start. */
export function sinceMs(roundStartedAtMs: number, timeMs: number): number {
  return Math.max(0, Math.round((timeMs - roundStartedAtMs) * NANOSECONDS_PER_MS) / NANOSECONDS_PER_MS);
}

/**
 * Validates the parsed JSON of a round trace.
 *
 * @throws ConfigError with both versions for a file of another version, else naming the wrong field.
 */
export function parseRoundTrace(value: unknown, path: string): RoundTrace {
  const versioned = z.object({ version: z.union([z.number(), z.string()]) }).safeParse(value);
  if (versioned.success && versioned.data.version !== ROUND_TRACE_VERSION) {
    throw new ConfigError(
      `is of version ${versioned.data.version}; this is version ${ROUND_TRACE_VERSION}.`,
      {
        subject: path,
        remedy: 'Read it with the airtune that wrote it.',
      },
    );
  }
  return parseStrict(roundTraceSchema, value, path);
}
