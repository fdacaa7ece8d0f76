import type { RoundList } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/** A run as its observers see it before its next round. */
export interface ObservedRun {
  readonly record: RunRecord;
  readonly virtualTime: boolean;
  /** Rounds of earlier processes; observers do not receive them again. */
  readonly done: readonly RoundMetrics[];
}

/** Receives the rounds of a run in order, each after it is committed. */
export interface RunObserver {
  /** Rounds whose traces it receives. A trace comes before the metrics of its round. */
  readonly traceRounds: RoundList;
  begin(run: ObservedRun): Promise<void>;
  trace(trace: RoundTrace): Promise<void>;
  round(metrics: RoundMetrics): Promise<void>;
  /** No more rounds follow: the run is finished, interrupted or failed. */
  end(): Promise<void>;
}
