import type { TimelineStage, TimelineStretch } from './message.ts';

/**
 * A device's way through the round, as stretches that join: what the message brought, the radio leg up to the time
 * the message was due, and the wait until it was taken up. A radio leg of no length leaves no stretch.
 */
export function arrivalTimeline(
  timeline: readonly TimelineStretch[],
  leg: TimelineStage | undefined,
  deliverAtMs: number,
  wait: TimelineStage,
  takenUpAtMs: number,
): TimelineStretch[] {
  return [
    ...timeline,
    ...(leg === undefined ? [] : [{ stage: leg, endsAtMs: deliverAtMs }]),
    { stage: wait, endsAtMs: Math.max(takenUpAtMs, deliverAtMs) },
  ];
}

/** Milliseconds spent in each stage of a timeline that begins at `startedAtMs`; they add up to its whole length. */
export function stageDurations(
  startedAtMs: number,
  timeline: readonly TimelineStretch[],
): ReadonlyMap<TimelineStage, number> {
  const durations = new Map<TimelineStage, number>();
  let previousMs = startedAtMs;
  for (const { stage, endsAtMs } of timeline) {
    durations.set(stage, (durations.get(stage) ?? 0) + endsAtMs - previousMs);
    previousMs = endsAtMs;
  }
  return durations;
}
