import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { Commit, Evaluation } from '#shared/protocol/records.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { reachesTarget } from '#shared/protocol/test-target.ts';

/** Reads a run's progress from its object store: rounds and tests, each once and in order. */
export class RunFollower {
  readonly commits: Commit[] = [];
  readonly evaluations: Evaluation[] = [];
  readonly #store: RunStore;
  readonly #record: RunRecord;
  readonly #due: readonly number[];

  constructor(objects: ObjectStore, record: RunRecord) {
    this.#store = new RunStore(objects);
    this.#record = record;
    this.#due = evaluationRounds(record);
  }

  /** Number of rounds of the run: the number in its settings, or fewer when a test has reached the target. */
  get rounds(): number {
    const last = this.evaluations.at(-1);
    return last !== undefined && reachesTarget(this.#record, last)
      ? last.rounds
      : this.#record.config.training.rounds;
  }

  /** True when every round is committed and every test is stored. */
  get finished(): boolean {
    const { rounds } = this;
    const due = this.#due.filter((done) => done <= rounds);
    return this.commits.length === rounds && this.evaluations.length === due.length;
  }

  /** Reads new rounds and tests, and returns the new rounds. */
  async poll(): Promise<readonly Commit[]> {
    const before = this.commits.length;
    const { run } = this.#record;
    while (this.commits.length < this.#record.config.training.rounds) {
      const commit = await this.#store.commit(run, this.commits.length).read();
      if (commit === undefined) break;
      this.commits.push(commit);
    }
    while (this.evaluations.length < this.#due.length) {
      const evaluation = await this.#store.evaluation(run, this.#due[this.evaluations.length]).read();
      if (evaluation === undefined) break;
      this.evaluations.push(evaluation);
    }
    return this.commits.slice(before);
  }
}
