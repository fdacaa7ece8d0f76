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
  | 'testPerplexity'
  | 'delaySeconds'
  | 'delayBudgetSeconds'
  | 'queueSeconds'
  | 'accountSeconds'
  | 'delayLimitSeconds'
  | 'joules'
  | 'roundSeconds'
  | 'timeSplitSeconds'
>;

/** The run that a report shows: its result, or the part of it that exists during the run. */
export interface ReportedRun
  extends Pick<RunResult, 'run' | 'target' | 'virtualTime' | 'chance' | 'theorem1'> {
  /** State of an unfinished run; absent for a finished run. */
  readonly progress?: {
    readonly state: 'running' | 'interrupted';
    /** Number of rounds in its settings; absent if they are not known. */
    readonly rounds?: number;
  };
  /** Null before the first round. */
  readonly control: RunResult['control'] | null;
  /** Absent for an unfinished run on another host than the embedded one. */
  readonly config?: RunResult['config'];
  /** Absent for an unfinished run. */
  readonly engine?: string;
  readonly rounds: readonly ReportedRound[];
  /** Absent for an unfinished run. */
  readonly provenance?: RunResult['provenance'];
  /** Rounds whose devices can be shown. */
  readonly traces?: readonly RoundTrace[];
  /** Estimated cost of a round at list prices [USD]; absent if it is not known. */
  readonly usdPerRound?: number;
}
