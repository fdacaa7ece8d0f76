import { roundMetrics } from '#run/output/round-metrics.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import type { RunFollower } from './run-follower.ts';
import type { RunObserver } from './run-observer.ts';
import type { RunProgress } from './run-progress.ts';

/**
 * Shows and writes the metrics of rounds as a run stores them. If a test is due after a round, the round is
 * recorded once the test is stored.
 */
export class ProgressRecorder {
  readonly rounds: RoundMetrics[] = [];
  readonly #follower: RunFollower;
  readonly #output: RunOutput;
  readonly #progress: RunProgress;
  readonly #observers: readonly RunObserver[];
  readonly #due: ReadonlySet<number>;

  constructor(
    record: RunRecord,
    follower: RunFollower,
    output: RunOutput,
    progress: RunProgress,
    observers: readonly RunObserver[] = [],
  ) {
    this.#observers = observers;
    this.#follower = follower;
    this.#output = output;
    this.#progress = progress;
    this.#due = new Set(evaluationRounds(record));
  }

  /** Reads the rounds of earlier epochs, and starts the metrics file with them. */
  async begin(): Promise<void> {
    await this.#follower.poll();
    this.rounds.push(...this.#complete());
    await this.#output.startMetrics(this.rounds);
  }

  /** Records the complete rounds that the follower has read since the last call. */
  async update(): Promise<void> {
    for (const metrics of this.#complete()) {
      this.rounds.push(metrics);
      this.#progress.round(metrics);
      await this.#output.addMetrics(metrics);
      for (const observer of this.#observers) await observer.round(metrics);
    }
  }

  #complete(): readonly RoundMetrics[] {
    const { commits, evaluations } = this.#follower;
    const complete: RoundMetrics[] = [];
    for (const commit of commits.slice(this.rounds.length)) {
      const done = commit.round + 1;
      const evaluation = evaluations.find(({ rounds }) => rounds === done);
      if (this.#due.has(done) && evaluation === undefined) break;
      complete.push(roundMetrics(commit, evaluation));
    }
    return complete;
  }
}
