import type { TimelineStretch } from './message.ts';
import type { Stage } from './stages.ts';

/**
 * A device's way through the round, as stretches that join: what the message brought, the radio leg up to the time
 * the message was due, the wait until it was taken up, and the part of that wait in which an instance was started.
 */
export function arrivalTimeline(
  message: { readonly timeline: readonly TimelineStretch[]; readonly deliverAtMs: number },
  leg: Stage | undefined,
  wait: Stage,
  takenUpAtMs: number,
  coldStartMs: number,
): TimelineStretch[] {
  const { timeline, deliverAtMs } = message;
  // Clocks of different machines differ a little: no stretch may end before the one before it.
  const endsAtMs = Math.max(takenUpAtMs, deliverAtMs);
  const startingFromMs = Math.max(endsAtMs - coldStartMs, deliverAtMs);
  return [
    ...timeline,
    ...(leg === undefined ? [] : [{ stage: leg, endsAtMs: deliverAtMs }]),
    { stage: wait, endsAtMs: startingFromMs },
    ...(coldStartMs > 0 ? [{ stage: 'coldStart', endsAtMs } as const] : []),
  ];
}

/** Milliseconds spent in each stage of a timeline that begins at `startedAtMs`; they add up to its whole length. */
export function stageDurations(
  startedAtMs: number,
  timeline: readonly TimelineStretch[],
): ReadonlyMap<Stage, number> {
  const durations = new Map<Stage, number>();
  let previousMs = startedAtMs;
  for (const { stage, endsAtMs } of timeline) {
    durations.set(stage, (durations.get(stage) ?? 0) + endsAtMs - previousMs);
    previousMs = endsAtMs;
  }
  return durations;
}
