import type { RunFollower } from '#run/follow/run-follower.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import { bestTest } from '#shared/protocol/test-target.ts';

/**
 * Deletes the objects that a run no longer needs: payloads and answers of committed rounds, and checkpoints
 * and heads of earlier rounds. Three kinds of states stay: the newest two, so that a run whose newest objects
 * are damaged can go back by one round; the best tested state; and states whose test is not stored yet.
 */
export class RoundDiscard {
  readonly #objects: ObjectStore;
  readonly #record: RunRecord;
  readonly #follower: RunFollower;
  /** Rounds before the newest two whose state is kept. */
  #kept: readonly number[];

  constructor(objects: ObjectStore, record: RunRecord, follower: RunFollower) {
    this.#objects = objects;
    this.#record = record;
    this.#follower = follower;
    // Earlier processes may have kept the states of all tests.
    this.#kept = evaluationRounds(record).filter((done) => done < follower.commits.length - 1);
  }

  /** Deletes the objects that are not needed after the commit of this round. */
  async round(round: number): Promise<void> {
    const { run } = this.#record;
    const needed = this.#neededRounds();
    const candidates = [...new Set([...this.#kept, ...(round === 0 ? [] : [round - 1])])];
    this.#kept = candidates.filter((done) => needed.includes(done));
    const keep = new Set(needed.flatMap((done) => this.#stateKeys(done)));
    const replaced = candidates
      .filter((done) => !needed.includes(done))
      .flatMap((done) => this.#stateKeys(done))
      .filter((key) => !keep.has(key));
    await this.#objects.delete([
      ...(await this.#objects.list(runKeys.payloads(run, round))),
      ...(await this.#objects.list(runKeys.answers(run, round))),
      ...new Set(replaced),
    ]);
  }

  #neededRounds(): readonly number[] {
    const { commits, evaluations } = this.#follower;
    const done = commits.length;
    const best = bestTest(this.#record, evaluations);
    const untested = evaluationRounds(this.#record)
      .slice(evaluations.length)
      .filter((rounds) => rounds <= done);
    return [done, done - 1, ...(best === undefined ? [] : [best.rounds]), ...untested];
  }

  /** The checkpoint and the newest heads after this many rounds. Initial heads are not stored. */
  #stateKeys(rounds: number): readonly string[] {
    const { run } = this.#record;
    const headRounds = this.#follower.commits[rounds - 1]?.headRounds ?? [];
    const heads = headRounds.flatMap((madeAfter, device) =>
      madeAfter === 0 ? [] : [runKeys.head(run, device, madeAfter)],
    );
    return [runKeys.checkpoint(run, rounds), ...heads];
  }
}
