import { type EventSink, type LoggedSettings, reportEvent } from '#shared/protocol/log-events.ts';
import type { Commit } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';

/** Logs the start of a run with its settings. For images, `maxTokens` is the number of tokens of each. */
export function reportRun(
  sink: EventSink,
  { config, sequenceTokens, payloadBits, labelNames }: RunRecord,
): void {
  const { seed, lora, head, training, transport, device, channel, scheduling } = config;
  // The values of a measured channel would exceed the length of a log record.
  const { trace: _, ...drawnChannel } = channel;
  const settings: LoggedSettings = {
    seed,
    data: { maxTokens: sequenceTokens },
    lora,
    head,
    training,
    transport,
    device,
    channel: drawnChannel,
    scheduling,
  };
  reportEvent(sink, 'run-begun', {
    settings: JSON.stringify(settings),
    featureBits: payloadBits.features,
    labels: labelNames.length,
  });
}

/** Logs a committed round. */
export function reportRound(sink: EventSink, commit: Commit): void {
  reportEvent(sink, 'round-committed', {
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
