import * as z from 'zod';

const microseconds = z.number().nonnegative();
const place = { pid: z.int().positive(), tid: z.int().nonnegative() };
const named = { name: z.string().min(1), cat: z.string().min(1) };

const slice = z.strictObject({
  ph: z.literal('X'),
  ...named,
  ...place,
  ts: microseconds,
  dur: z.number().positive(),
  args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
const flow = z.strictObject({
  ph: z.enum(['s', 'f']),
  ...named,
  ...place,
  id: z.int().positive(),
  ts: microseconds,
  bp: z.literal('e').optional(),
});
const metadata = z.strictObject({
  ph: z.literal('M'),
  name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
  ...place,
  args: z.union([z.strictObject({ name: z.string().min(1) }), z.strictObject({ sort_index: z.number() })]),
});
const file = z.strictObject({
  traceEvents: z.array(z.discriminatedUnion('ph', [slice, flow, metadata])),
  displayTimeUnit: z.enum(['ms', 'ns']),
  otherData: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

type Slice = z.output<typeof slice>;

/** What a viewer shows of a file. */
export interface ShownTrace {
  /** Slices by `process / thread`, in the order of time. */
  readonly slices: ReadonlyMap<string, readonly Slice[]>;
  /** Arrows as `message: process / thread -> process / thread`. */
  readonly arrows: readonly string[];
}

/** Tolerance of times: half a nanosecond. [us] */
const TOLERANCE = 0.0005;

/**
 * Reads a file by the rules of the Trace Event format as Perfetto applies them. Every thread with slices has
 * a name; slices of a thread do not overlap (others are dropped or shown below each other); each arrow has
 * one start and one finish, in this order of time, and both lie inside a slice.
 *
 * @throws Error naming the rule that is broken.
 */
export function readTraceEvents(text: string): ShownTrace {
  const { traceEvents } = file.parse(JSON.parse(text));
  const names = new Map<string, string>();
  const threads = new Map<string, Slice[]>();
  for (const event of traceEvents) {
    const key = `${event.pid} ${event.tid}`;
    if (event.ph === 'M' && 'name' in event.args) {
      names.set(event.name === 'process_name' ? `${event.pid}` : key, event.args.name);
    }
    if (event.ph === 'X') threads.set(key, [...(threads.get(key) ?? []), event]);
  }
  const titleOf = (pid: number, tid: number): string => {
    const [process, thread] = [names.get(`${pid}`), names.get(`${pid} ${tid}`)];
    if (process === undefined || thread === undefined) throw new Error(`Thread ${pid} ${tid} has no name.`);
    return `${process} / ${thread}`;
  };
  const slices = new Map<string, readonly Slice[]>();
  for (const list of threads.values()) {
    const sorted = list.toSorted((left, right) => left.ts - right.ts);
    for (const [index, { ts }] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before !== undefined && ts < before.ts + before.dur - TOLERANCE) {
        throw new Error(`Slices overlap at ${ts} us: ${before.name} and ${sorted[index].name}.`);
      }
    }
    slices.set(titleOf(sorted[0].pid, sorted[0].tid), sorted);
  }
  const arrows = new Map<number, { s?: z.output<typeof flow>; f?: z.output<typeof flow> }>();
  for (const event of traceEvents) {
    if (event.ph !== 's' && event.ph !== 'f') continue;
    const arrow = arrows.get(event.id) ?? {};
    if (arrow[event.ph] !== undefined) throw new Error(`Arrow ${event.id} has two ends of one kind.`);
    arrows.set(event.id, { ...arrow, [event.ph]: event });
    const inside = threads
      .get(`${event.pid} ${event.tid}`)
      ?.some(({ ts, dur }) => event.ts >= ts - TOLERANCE && event.ts < ts + dur);
    if (!inside) throw new Error(`Arrow ${event.id} (${event.name}) lies on no slice at ${event.ts} us.`);
  }
  return {
    slices,
    arrows: [...arrows.entries()].map(([id, { s, f }]) => {
      if (s === undefined || f === undefined) throw new Error(`Arrow ${id} lacks an end.`);
      if (f.ts < s.ts) throw new Error(`Arrow ${id} (${s.name}) points back in time.`);
      return `${s.name}: ${titleOf(s.pid, s.tid)} -> ${titleOf(f.pid, f.tid)}`;
    }),
  };
}
