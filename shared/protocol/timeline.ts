import type { Span } from './message.ts';
import type { Stage } from './stages.ts';

/**
 * A device's timeline at the moment a message is claimed: the spans that the message carries, its radio
 * transmission until its due time, its wait until the claim, and the cold start of the claiming instance at
 * the end of that wait.
 */
export function timelineAtClaim(
  message: { readonly timeline: readonly Span[]; readonly deliverAtMs: number },
  hop: { readonly radio: Stage | undefined; readonly wait: Stage },
  claimedAtMs: number,
  coldStartMs: number,
): Span[] {
  const { timeline, deliverAtMs } = message;
  // The clocks of machines differ slightly. With the maxima, no span ends before the previous one.
  const endsAtMs = Math.max(claimedAtMs, deliverAtMs);
  const startingFromMs = Math.max(endsAtMs - coldStartMs, deliverAtMs);
  return [
    ...timeline,
    ...(hop.radio === undefined ? [] : [{ stage: hop.radio, endsAtMs: deliverAtMs }]),
    { stage: hop.wait, endsAtMs: startingFromMs },
    ...(coldStartMs > 0 ? [{ stage: 'coldStart', endsAtMs } as const] : []),
  ];
}

/**
 * Time spent in each stage of a timeline that begins at `startedAtMs`. [ms] The sum is the length of the
 * timeline.
 */
export function stageDurations(startedAtMs: number, timeline: readonly Span[]): ReadonlyMap<Stage, number> {
  const durations = new Map<Stage, number>();
  let previousMs = startedAtMs;
  for (const { stage, endsAtMs } of timeline) {
    durations.set(stage, (durations.get(stage) ?? 0) + endsAtMs - previousMs);
    previousMs = endsAtMs;
  }
  return durations;
}
