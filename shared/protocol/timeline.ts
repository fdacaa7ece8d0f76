import type { Span } from './message.ts';
import type { Stage } from './stages.ts';

/**
 * A device's timeline when a message of its is claimed: the spans that the message carries, its radio transmission up to
 * its due time, its wait until it was claimed, and the part of that wait in which an instance was started.
 */
export function timelineAtClaim(
  message: { readonly timeline: readonly Span[]; readonly deliverAtMs: number },
  hop: { readonly radio: Stage | undefined; readonly wait: Stage },
  claimedAtMs: number,
  coldStartMs: number,
): Span[] {
  const { timeline, deliverAtMs } = message;
  // Clocks of different machines differ a little: no span may end before the one before it.
  const endsAtMs = Math.max(claimedAtMs, deliverAtMs);
  const startingFromMs = Math.max(endsAtMs - coldStartMs, deliverAtMs);
  return [
    ...timeline,
    ...(hop.radio === undefined ? [] : [{ stage: hop.radio, endsAtMs: deliverAtMs }]),
    { stage: hop.wait, endsAtMs: startingFromMs },
    ...(coldStartMs > 0 ? [{ stage: 'coldStart', endsAtMs } as const] : []),
  ];
}

/** Milliseconds spent in each stage of a timeline that begins at `startedAtMs`; their sum is its whole length. */
export function stageDurations(startedAtMs: number, timeline: readonly Span[]): ReadonlyMap<Stage, number> {
  const durations = new Map<Stage, number>();
  let previousMs = startedAtMs;
  for (const { stage, endsAtMs } of timeline) {
    durations.set(stage, (durations.get(stage) ?? 0) + endsAtMs - previousMs);
    previousMs = endsAtMs;
  }
  return durations;
}
