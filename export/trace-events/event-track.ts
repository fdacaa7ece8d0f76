import type { NameEvent, SliceEvent, TraceEvent } from './trace-event.ts';

/** Microseconds in a millisecond. */
const MICROSECONDS = 1000;

/** A box that an arrow may begin or end on. */
export interface PlacedSlice extends Pick<SliceEvent, 'pid' | 'tid' | 'ts' | 'dur'> {}

/** A box to draw. Times are from the start of the file. [ms] */
export interface SliceContent {
  readonly name: string;
  readonly category: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly args: SliceEvent['args'];
}

/** Collects events. Processes and threads are named when they are first used. */
export class EventTracks {
  readonly events: TraceEvent[] = [];
  readonly #named = new Set<string>();
  #arrows = 0;

  /** Names a process, and a thread of it, and places both by their numbers. */
  name(pid: number, process: string, tid: number, thread: string): void {
    this.#nameOnce('process', { pid, tid: 0 }, process, pid);
    this.#nameOnce('thread', { pid, tid }, thread, tid);
  }

  slice(pid: number, tid: number, { name, category, startMs, endMs, args }: SliceContent): PlacedSlice {
    const ts = microseconds(startMs);
    // From the rounded end, so that boxes that touch still touch: a rounded length could overlap the next.
    const dur = microseconds((microseconds(endMs) - ts) / MICROSECONDS);
    const placed = { pid, tid, ts, dur };
    this.events.push({ ph: 'X', name, cat: category, ...placed, args });
    return placed;
  }

  /** An arrow for a message, from the end of one box to the start of another. */
  arrow(name: string, from: PlacedSlice, to: PlacedSlice): void {
    const arrow = { name, cat: 'message', id: ++this.#arrows };
    // The end of a box is outside it. A nanosecond earlier is inside.
    const ts = Math.max(from.ts, microseconds((from.ts + from.dur) / MICROSECONDS - 1e-6));
    this.events.push({ ph: 's', ...arrow, pid: from.pid, tid: from.tid, ts });
    this.events.push({ ph: 'f', bp: 'e', ...arrow, pid: to.pid, tid: to.tid, ts: to.ts });
  }

  #nameOnce(
    kind: 'process' | 'thread',
    place: Pick<NameEvent, 'pid' | 'tid'>,
    name: string,
    index: number,
  ): void {
    const key = `${kind} ${place.pid} ${place.tid}`;
    if (this.#named.has(key)) return;
    this.#named.add(key);
    this.events.push({ ph: 'M', name: `${kind}_name`, ...place, args: { name } });
    this.events.push({ ph: 'M', name: `${kind}_sort_index`, ...place, args: { sort_index: index } });
  }
}

/** Milliseconds as microseconds, in whole nanoseconds. */
function microseconds(ms: number): number {
  return Math.round(ms * MICROSECONDS * 1000) / 1000;
}
