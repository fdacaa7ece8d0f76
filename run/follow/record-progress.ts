import { type RoundMetrics, roundMetrics } from '#run/output/round-metrics.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import type { RunFollower } from './run-follower.ts';
import type { RunProgress } from './run-progress.ts';

/** Turns what a run stores into metrics, shown and written as they come: a round once its test, if due, is in. */
export class ProgressRecorder {
  readonly rounds: RoundMetrics[] = [];
  readonly #follower: RunFollower;
  readonly #output: RunOutput;
  readonly #progress: RunProgress;
  readonly #due: ReadonlySet<number>;

  constructor(record: RunRecord, follower: RunFollower, output: RunOutput, progress: RunProgress) {
    this.#follower = follower;
    this.#output = output;
    this.#progress = progress;
    this.#due = new Set(evaluationRounds(record));
  }

  /** Takes in what an earlier epoch left, and begins the metrics file with it. */
  async begin(): Promise<void> {
    await this.#follower.poll();
    this.rounds.push(...this.#complete());
    await this.#output.startMetrics(this.rounds);
  }

  async update(): Promise<void> {
    await this.#follower.poll();
    for (const metrics of this.#complete()) {
      this.rounds.push(metrics);
      this.#progress.round(metrics);
      await this.#output.addMetrics(metrics);
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
