import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { Commit } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';

type Events = Pick<Telemetry, 'event'>;

/**
 * One record of a run that begins: what a study needs to simulate the same run, so that logs alone can be compared with
 * it. Like the other records it carries run, round and trace of the message that is worked on.
 */
export function reportRun(telemetry: Events, { config, payloadBits, labelNames }: RunRecord): void {
  const { seed, data, lora, head, training, transport, device, channel, scheduling } = config;
  telemetry.event('run-begun', {
    settings: JSON.stringify({
      seed,
      data: { maxTokens: data.maxTokens },
      lora,
      head,
      training,
      transport,
      device,
      channel,
      scheduling,
    }),
    featureBits: payloadBits.features,
    labels: labelNames.length,
  });
}

/**
 * One record of a committed round, as dashboards and calibrations read it: devices, delay, the critical path by stage,
 * and the mean of all devices' ways [ms].
 */
export function reportRound(telemetry: Events, commit: Commit): void {
  telemetry.event('round-committed', {
    selected: commit.selected.length,
    answered: commit.answered.length,
    delaySeconds: commit.delaySeconds,
    joules: commit.joules,
    roundMs: commit.closedAtMs - commit.startedAtMs,
    ...Object.fromEntries(stageDurations(commit.startedAtMs, commit.criticalPath)),
    meanStagesMs: JSON.stringify(commit.meanStagesMs),
    meanTokens: commit.meanTokens,
    fillTokens: commit.encoder.fillTokens,
  });
}
