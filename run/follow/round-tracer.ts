import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { includesRound } from '#shared/protocol/round-list.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import type { RunFollower } from './run-follower.ts';
import type { RunObserver } from './run-observer.ts';
import { traceRound } from './trace-round.ts';

/**
 * Makes the traces that a run's observers request. A round is traced as soon as its commit is read, because
 * the answers may be deleted afterwards. Only reads stored objects, and takes none of the run's virtual time.
 */
export class RoundTracer {
  /** Requested rounds, counted from 1, whose answers no longer exist. */
  readonly missing: number[] = [];
  readonly #store: RunStore;
  readonly #record: RunRecord;
  readonly #follower: RunFollower;
  readonly #observers: readonly RunObserver[];
  readonly #virtualTime: boolean;
  #next = 0;

  constructor(
    objects: ObjectStore,
    record: RunRecord,
    follower: RunFollower,
    observers: readonly RunObserver[],
    virtualTime: boolean,
  ) {
    this.#store = new RunStore(objects);
    this.#record = record;
    this.#follower = follower;
    this.#observers = observers;
    this.#virtualTime = virtualTime;
  }

  /** Traces the rounds that the follower has read since the last call; a failed call may be repeated. */
  async update(): Promise<void> {
    const { rounds } = this.#record.config.training;
    for (; this.#next < this.#follower.commits.length; this.#next++) {
      const round = this.#next + 1;
      const asking = this.#observers.filter(({ traceRounds }) => includesRound(traceRounds, round, rounds));
      if (asking.length === 0) continue;
      const commit = this.#follower.commits[this.#next];
      const trace = await traceRound(this.#store, this.#record, commit, this.#virtualTime);
      if (trace === undefined) this.missing.push(round);
      else for (const observer of asking) await observer.trace(trace);
    }
  }
}
