import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';

/** The part of a round's metrics that a report shows. */
export type ReportedRound = Pick<
  RoundMetrics,
  | 'round'
  | 'selected'
  | 'answered'
  | 'trainLoss'
  | 'trainAccuracy'
  | 'testAccuracy'
  | 'testLoss'
  | 'delaySeconds'
  | 'delayBudgetSeconds'
  | 'queueSeconds'
  | 'accountSeconds'
  | 'delayLimitSeconds'
  | 'joules'
  | 'roundSeconds'
  | 'timeSplitSeconds'
>;

/** What a report shows of a run: its result, or as much of it as there is while the run goes on. */
export interface ReportedRun
  extends Pick<RunResult, 'run' | 'target' | 'virtualTime' | 'chance' | 'theorem1'> {
  /** How far an unfinished run is; absent for a finished one. */
  readonly progress?: {
    readonly state: 'running' | 'interrupted';
    /** Rounds that it will have; absent where its settings are not known. */
    readonly rounds?: number;
  };
  /** Null before the first round. */
  readonly control: RunResult['control'] | null;
  /** Absent where a run over the wire is not finished. */
  readonly config?: RunResult['config'];
  /** Absent while the run goes on. */
  readonly engine?: string;
  readonly rounds: readonly ReportedRound[];
  /** Absent while the run goes on. */
  readonly provenance?: RunResult['provenance'];
  /** Rounds whose devices can be shown. */
  readonly traces?: readonly RoundTrace[];
  /** Estimated cost of a round at list prices [USD]; absent where it is not known. */
  readonly usdPerRound?: number;
}
