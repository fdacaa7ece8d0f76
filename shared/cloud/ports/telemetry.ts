/** The kinds of computation a round is made of; each has its own line in the latency account and the cost model. */
export type WorkStage = 'schedule' | 'embed' | 'forward' | 'head' | 'backward' | 'aggregate' | 'evaluate';

/** A piece of computation, sized so that a cost model can predict how long it takes. */
export interface Work {
  readonly stage: WorkStage;
  /** Floating point operations, counted as two per multiply-add. */
  readonly flops: number;
  /** Number of items worked on: devices planned, sequences embedded, gradients reduced. */
  readonly items: number;
}

export interface Measured<T> {
  readonly result: T;
  /** What the work took: measured with the real clock, charged by the cost model under virtual time. */
  readonly elapsedMs: number;
}

/** Values of a structured log record, by name. */
export type RecordFields = Readonly<Record<string, string | number | boolean>>;

/** Where handlers report what they do. */
export interface Telemetry {
  /** Does the task; every record made in its course carries these fields too, whoever makes it. */
  within<T>(fields: RecordFields, task: () => Promise<T>): Promise<T>;
  /** Does the work and accounts for its time. */
  measure<T>(work: Work, task: () => T | Promise<T>): Promise<Measured<T>>;
  /** One structured log record. */
  event(name: string, fields: RecordFields): void;
}
