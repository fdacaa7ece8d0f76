import type { Telemetry } from '../../shared/cloud/ports/telemetry.ts';
import type { Commit } from '../../shared/protocol/records.ts';
import { stageDurations } from '../../shared/protocol/timeline.ts';

/**
 * One record of a committed round, as dashboards read it: devices, delay, and the critical path by stage [ms], under
 * the trace id that all messages of the round carry.
 */
export function reportRound(
  telemetry: Pick<Telemetry, 'event'>,
  { run, traceId }: { readonly run: string; readonly traceId: string },
  commit: Commit,
): void {
  telemetry.event('round-committed', {
    run,
    traceId,
    round: commit.round,
    selected: commit.selected.length,
    answered: commit.answered.length,
    delaySeconds: commit.delaySeconds,
    roundMs: commit.closedAtMs - commit.startedAtMs,
    ...Object.fromEntries(stageDurations(commit.startedAtMs, commit.criticalPath)),
  });
}
