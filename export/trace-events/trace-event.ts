/**
 * Events of the Trace Event format, which Perfetto and chrome://tracing read. Times are microseconds, with
 * three decimals.
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
export type TraceEvent = SliceEvent | FlowEvent | NameEvent;

/** A box on a thread's track. Boxes of one thread do not overlap. */
export interface SliceEvent {
  readonly ph: 'X';
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, string | number | boolean>>;
}

/** Start (`s`) or finish (`f`) of an arrow. Each lies on the box that encloses its time on its thread. */
export interface FlowEvent {
  readonly ph: 's' | 'f';
  readonly name: string;
  readonly cat: string;
  readonly id: number;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** With `e`, a finish lies on the enclosing box and not on the next one. */
  readonly bp?: 'e';
}

/** Name or place in the order of a process or thread. */
export interface NameEvent {
  readonly ph: 'M';
  readonly name: 'process_name' | 'process_sort_index' | 'thread_name' | 'thread_sort_index';
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name: string } | { readonly sort_index: number };
}

/** A file in the format. */
export interface TraceEventFile {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string | number | boolean>>;
}
