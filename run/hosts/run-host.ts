import type { EventListener } from '#emulator/embedded/virtual-ports.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import type { RunFollower } from '#run/follow/run-follower.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';

/** A new epoch of a run, which continues from the state that the follower has read. */
export interface EpochOfRun {
  readonly record: RunRecord;
  readonly follower: RunFollower;
  readonly epoch: number;
}

/** An epoch of a run that this process follows, with the callbacks for its progress. */
export interface ExecutedRun extends EpochOfRun {
  readonly signal: AbortSignal;
  readonly listener: EventListener;
  /** To be called after every event that may have made progress. */
  readonly onProgress: () => Promise<void>;
  /** Shows a message to the user during the run. */
  readonly notice: (text: string) => void;
}

/** A host of runs: the functions, the queues between them, and the objects they share. */
export interface RunHost {
  /** The value of the option `--target`: `embedded` or `aws`. */
  readonly target: string;
  readonly objects: ObjectStore;
  /** The endpoint that alone holds the run's objects; absent if this process stores them. */
  readonly endpoint?: string;
  /** Whether the run's times are virtual. */
  readonly virtualTime: boolean;
  /** Parameters of the virtual cloud; absent on other hosts. */
  readonly cloud?: CloudParameters;
  /** Whether this process runs the encoder and must have its engine. */
  readonly encodesHere: boolean;
  /** Starts the run and returns; absent if the run cannot continue without this process. */
  readonly begin?: (run: EpochOfRun) => Promise<void>;
  /** Executes the run until it is finished or the signal aborts. */
  execute(run: ExecutedRun): Promise<void>;
  /**
   * Repairs an interrupted run whose objects may be damaged or lost after a power cut: takes it back to its
   * last complete round. Returns a one-line description of the damage, or undefined if there is none.
   */
  readonly restore?: (record: RunRecord) => Promise<string | undefined>;
  close(): Promise<void>;
}
