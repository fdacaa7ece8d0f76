import type { TracedSpan } from '#shared/protocol/round-trace.ts';
import { STAGE_KINDS, STAGES, type Stage } from '#shared/protocol/stages.ts';

/** Nanoseconds in a millisecond. */
const NANOSECONDS = 1e6;

/** Keeps the spans of every device of one round. Times are whole nanoseconds since the start of the round. */
export class SpanRecorder {
  /** For each device the index in `STAGES` and the end of each span, in turn. */
  readonly #spans: readonly number[][];

  /** @param devices number of devices in the round, indexed from 0 */
  constructor(devices: number) {
    this.#spans = Array.from({ length: devices }, () => []);
  }

  /** Adds a span from the end of the device's last one. */
  add(device: number, stageIndex: number, endNanoseconds: number): void {
    this.#spans[device].push(stageIndex, endNanoseconds);
  }

  /** Removes all time after `toNanoseconds`; a span across it ends there. */
  rewind(device: number, toNanoseconds: number): void {
    const spans = this.#spans[device];
    while (spans.length > 0 && startOf(spans, spans.length - 2) >= toNanoseconds) spans.length -= 2;
    if (spans.length > 0 && spans[spans.length - 1] > toNanoseconds) spans[spans.length - 1] = toNanoseconds;
  }

  /** The spans of a device so far. [ms] */
  spansOf(device: number): TracedSpan[] {
    const spans = this.#spans[device];
    return Array.from({ length: spans.length / 2 }, (_, index) =>
      tracedSpan(STAGES[spans[2 * index]], startOf(spans, 2 * index), spans[2 * index + 1]),
    );
  }
}

/** A span between two times since the start of the round [ns]. */
export function tracedSpan(stage: Stage, startNanoseconds: number, endNanoseconds: number): TracedSpan {
  return {
    stage,
    kind: STAGE_KINDS[stage],
    startMs: startNanoseconds / NANOSECONDS,
    endMs: endNanoseconds / NANOSECONDS,
  };
}

/** Start of the span at an index: the end of the one before it. */
function startOf(spans: readonly number[], index: number): number {
  return index === 0 ? 0 : spans[index - 1];
}
