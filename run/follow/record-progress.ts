import { roundMetrics } from '#run/output/round-metrics.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { mapInOrder } from '#shared/cloud/in-order.ts';
import { type DeviceMetrics, deviceMetrics } from '#shared/protocol/device-metrics.ts';
import type { Commit } from '#shared/protocol/records.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import type { RunFollower } from './run-follower.ts';
import type { RunObserver } from './run-observer.ts';
import type { RunProgress } from './run-progress.ts';

interface RecorderParts {
  readonly record: RunRecord;
  readonly store: RunStore;
  readonly follower: RunFollower;
  readonly output: RunOutput;
  readonly progress: RunProgress;
  readonly observers: readonly RunObserver[];
}

/** A committed round, and the test after it if one was due. */
interface CompleteRound {
  readonly commit: Commit;
  readonly metrics: RoundMetrics;
}

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
  readonly #store: RunStore;
  readonly #record: RunRecord;
  readonly #due: ReadonlySet<number>;

  constructor({ record, store, follower, output, progress, observers }: RecorderParts) {
    this.#store = store;
    this.#record = record;
    this.#observers = observers;
    this.#follower = follower;
    this.#output = output;
    this.#progress = progress;
    this.#due = new Set(evaluationRounds(record));
  }

  /** Reads the rounds of earlier epochs, and starts the metrics file with them. */
  async begin(): Promise<void> {
    await this.#follower.poll();
    const complete = this.#complete();
    const { requestsInParallel } = this.#record.config.server;
    const devices = await mapInOrder(complete, requestsInParallel, ({ commit }) => this.#devicesOf(commit));
    this.rounds.push(...complete.map(({ metrics }) => metrics));
    await this.#output.startMetrics(this.rounds, devices);
  }

  /** Records the complete rounds that the follower has read since the last call. */
  async update(): Promise<void> {
    for (const { commit, metrics } of this.#complete()) {
      const devices = await this.#devicesOf(commit);
      this.rounds.push(metrics);
      this.#progress.round(metrics);
      await this.#output.addMetrics(metrics, devices);
      for (const observer of this.#observers) await observer.round(metrics);
    }
  }

  async #devicesOf(commit: Commit): Promise<DeviceMetrics> {
    return deviceMetrics(commit, await this.#store.plan(this.#record.run, commit.round).read());
  }

  #complete(): readonly CompleteRound[] {
    const { commits, evaluations } = this.#follower;
    const complete: CompleteRound[] = [];
    for (const commit of commits.slice(this.rounds.length)) {
      const done = commit.round + 1;
      const evaluation = evaluations.find(({ rounds }) => rounds === done);
      if (this.#due.has(done) && evaluation === undefined) break;
      complete.push({ commit, metrics: roundMetrics(commit, evaluation) });
    }
    return complete;
  }
}
