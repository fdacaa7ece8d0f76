import type { TracedSpan } from '#shared/protocol/round-trace.ts';
import type { Stage } from '#shared/protocol/stages.ts';

/** Time in each stage of a device's spans. [s] */
export function tracedSeconds(spans: readonly TracedSpan[]): ReadonlyMap<Stage, number> {
  const seconds = new Map<Stage, number>();
  for (const { stage, startMs, endMs } of spans) {
    seconds.set(stage, (seconds.get(stage) ?? 0) + (endMs - startMs) / 1000);
  }
  return seconds;
}
