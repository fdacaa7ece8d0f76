/** Kinds of computation in a round. The telemetry and the cost model account for each kind separately. */
export type WorkStage = 'schedule' | 'embed' | 'forward' | 'head' | 'backward' | 'aggregate' | 'evaluate';

/** A computation with its size, from which a cost model predicts its time. */
export interface Work {
  readonly stage: WorkStage;
  /** Floating point operations, counted as two per multiply-add. */
  readonly flops: number;
  /** Number of processed items: planned devices, embedded sequences, averaged gradients. */
  readonly items: number;
}

/** The result of a measured computation, with its time. */
export interface Measured<T> {
  readonly result: T;
  /** Time of the work: measured with the real clock, or charged by the cost model in virtual time. */
  readonly elapsedMs: number;
}

/** Values of a structured log record, by name. */
export type RecordFields = Readonly<Record<string, string | number | boolean>>;

/** Receives the log records and measurements of handlers. */
export interface Telemetry {
  /** Runs the task. Every record that is made during the task also carries these fields. */
  within<T>(fields: RecordFields, task: () => Promise<T>): Promise<T>;
  /** Runs the work and records or charges its time. */
  measure<T>(work: Work, task: () => T | Promise<T>): Promise<Measured<T>>;
  /** Writes one structured log record. */
  event(name: string, fields: RecordFields): void;
}
