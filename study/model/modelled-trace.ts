import type { ModelledTimes } from '#emulator/modelled/modelled-times.ts';
import type { ModelledRound } from '#emulator/modelled/round-book.ts';
import { ROUND_TRACE_VERSION, type RoundTrace } from '#shared/protocol/round-trace.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';

/** Nanoseconds in a millisecond. */
const NANOSECONDS = 1e6;

/** The trace of a modelled round, under the run's name. */
export function modelledTrace(
  run: string,
  { round, startedAtMs, commitMs, latency }: ModelledRound,
  times: ModelledTimes,
): RoundTrace {
  const closedMs = latency.roundNanoseconds / NANOSECONDS;
  return {
    format: 'airtune-round-trace',
    version: ROUND_TRACE_VERSION,
    run,
    round: round + 1,
    traceId: roundTraceId(run, round),
    virtualTime: true,
    startedAtMs,
    closedMs,
    committedMs: Math.round((closedMs + commitMs) * NANOSECONDS) / NANOSECONDS,
    ...times,
  };
}
