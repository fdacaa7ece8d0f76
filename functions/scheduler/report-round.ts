import type { Telemetry } from '../../shared/cloud/ports/telemetry.ts';
import type { Commit } from '../../shared/protocol/records.ts';
import { stageDurations } from '../../shared/protocol/timeline.ts';

/**
 * One record of a committed round, as dashboards read it: devices, delay, and the critical path by stage [ms]. Run,
 * round and trace are those of the message that is worked on.
 */
export function reportRound(telemetry: Pick<Telemetry, 'event'>, commit: Commit): void {
  telemetry.event('round-committed', {
    selected: commit.selected.length,
    answered: commit.answered.length,
    delaySeconds: commit.delaySeconds,
    roundMs: commit.closedAtMs - commit.startedAtMs,
    ...Object.fromEntries(stageDurations(commit.startedAtMs, commit.criticalPath)),
  });
}
