import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { Checkpoint } from '#shared/model/checkpoint.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { runKeys } from './keys.ts';
import {
  type AnswerWithGradient,
  answerFormat,
  checkpointFormat,
  headFormat,
  jsonFormat,
  type RecordFormat,
} from './record-format.ts';
import {
  type Answered,
  answeredSchema,
  type Closing,
  type Commit,
  type Control,
  closingSchema,
  commitSchema,
  controlSchema,
  type Evaluation,
  evaluationSchema,
  type Failure,
  failureSchema,
  type Plan,
  planSchema,
} from './records.ts';
import { type RunRecord, runRecordSchema } from './run-record.ts';
import { Decision, ReplaceableRecord } from './stored-record.ts';

const FORMATS = {
  run: jsonFormat<RunRecord>(runRecordSchema),
  control: jsonFormat<Control>(controlSchema),
  plan: jsonFormat<Plan>(planSchema),
  closing: jsonFormat<Closing>(closingSchema),
  answered: jsonFormat<Answered>(answeredSchema),
  commit: jsonFormat<Commit>(commitSchema),
  evaluation: jsonFormat<Evaluation>(evaluationSchema),
  failure: jsonFormat<Failure>(failureSchema),
} as const;

/**
 * The records of runs in an object store. One method declares one kind of record: its key, its format, and
 * whether it can be replaced.
 */
export class RunStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** The settings and sizes that were fixed when the run was prepared. */
  run(run: string): Decision<RunRecord> {
    return this.#decision(runKeys.run(run), FORMATS.run);
  }

  /** Whether the run continues, and in which epoch. */
  control(run: string): ReplaceableRecord<Control> {
    return new ReplaceableRecord(this.#objects, runKeys.control(run), FORMATS.control);
  }

  plan(run: string, round: number): Decision<Plan> {
    return this.#decision(runKeys.plan(run, round), FORMATS.plan);
  }

  /** One device's answer of a round, with its LoRA gradient. */
  answer(run: string, round: number, device: number): Decision<AnswerWithGradient> {
    return this.#decision(runKeys.answer(run, round, device), answerFormat);
  }

  /** The devices whose answers count in the round. */
  closing(run: string, round: number): Decision<Closing> {
    return this.#decision(runKeys.closing(run, round), FORMATS.closing);
  }

  /** Loss and gradient norm of each answer that counts in the round. */
  answered(run: string, round: number): Decision<Answered> {
    return this.#decision(runKeys.answered(run, round), FORMATS.answered);
  }

  commit(run: string, round: number): Decision<Commit> {
    return this.#decision(runKeys.commit(run, round), FORMATS.commit);
  }

  /** LoRA and optimiser state after this many rounds. */
  checkpoint(run: string, rounds: number): Decision<Checkpoint> {
    return this.#decision(runKeys.checkpoint(run, rounds), checkpointFormat);
  }

  /** The parameters of a device's head after this many rounds. */
  head(run: string, device: number, rounds: number): Decision<NamedTensors> {
    return this.#decision(runKeys.head(run, device, rounds), headFormat);
  }

  /** Result of the test after this many rounds. */
  evaluation(run: string, rounds: number): Decision<Evaluation> {
    return this.#decision(runKeys.evaluation(run, rounds), FORMATS.evaluation);
  }

  /** Why an epoch of the run ended before its last round. */
  failure(run: string, epoch: number): Decision<Failure> {
    return this.#decision(runKeys.failure(run, epoch), FORMATS.failure);
  }

  #decision<Value>(key: string, format: RecordFormat<Value>): Decision<Value> {
    return new Decision(this.#objects, key, format);
  }
}
