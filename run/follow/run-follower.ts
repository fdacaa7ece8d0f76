import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { type Commit, commitSchema, type Evaluation, evaluationSchema } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { decodeJson } from '#shared/protocol/stored-json.ts';

/** The rounds after which a run tests its model, ascending: before the first, as often as asked, after the last. */
export function evaluationRounds({ config }: RunRecord): readonly number[] {
  const { rounds, evaluateEvery } = config.training;
  const all = Array.from({ length: rounds + 1 }, (_, done) => done);
  return all.filter((done) => done % evaluateEvery === 0 || done === rounds);
}

/** Reads a run's progress from what it stores, wherever that is: rounds and tests, each once and in order. */
export class RunFollower {
  readonly commits: Commit[] = [];
  readonly evaluations: Evaluation[] = [];
  readonly #objects: ObjectStore;
  readonly #record: RunRecord;
  readonly #due: readonly number[];

  constructor(objects: ObjectStore, record: RunRecord) {
    this.#objects = objects;
    this.#record = record;
    this.#due = evaluationRounds(record);
  }

  /** True when every round is committed and every test is in. */
  get finished(): boolean {
    return (
      this.commits.length === this.#record.config.training.rounds &&
      this.evaluations.length === this.#due.length
    );
  }

  /** Takes in what is new and returns the rounds among it. */
  async poll(): Promise<readonly Commit[]> {
    const before = this.commits.length;
    const { run } = this.#record;
    while (this.commits.length < this.#record.config.training.rounds) {
      const key = runKeys.commit(run, this.commits.length);
      const bytes = await this.#objects.get(key);
      if (bytes === undefined) break;
      this.commits.push(decodeJson(commitSchema, bytes, key));
    }
    while (this.evaluations.length < this.#due.length) {
      const key = runKeys.evaluation(run, this.#due[this.evaluations.length]);
      const bytes = await this.#objects.get(key);
      if (bytes === undefined) break;
      this.evaluations.push(decodeJson(evaluationSchema, bytes, key));
    }
    return this.commits.slice(before);
  }
}
