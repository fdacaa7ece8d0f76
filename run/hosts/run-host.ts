import type { EventListener } from '#emulator/embedded/virtual-ports.ts';
import type { RunFollower } from '#run/follow/run-follower.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';

/** A run that is to go on from what its follower has seen. */
export interface StartedRun {
  readonly record: RunRecord;
  readonly follower: RunFollower;
  readonly epoch: number;
}

/** What a host is given to carry a run along. */
export interface CarriedRun extends StartedRun {
  readonly signal: AbortSignal;
  readonly listener: EventListener;
  /** To be called after anything that may have brought the run along. */
  readonly onProgress: () => Promise<void>;
  /** Tells the person something that they should know while it goes on. */
  readonly notice: (text: string) => void;
}

/** Where a run takes place: the functions, the queues between them, and the objects they share. */
export interface RunHost {
  /** `embedded` or `aws`. */
  readonly target: string;
  readonly objects: ObjectStore;
  /** The endpoint that alone holds what the run stores; absent where the host itself keeps it. */
  readonly endpoint?: string;
  /** Whether its times are virtual. */
  readonly virtualTime: boolean;
  /** Whether this process runs the encoder, so that its engine must be here. */
  readonly encodesHere: boolean;
  /** Sets the run going and leaves it to itself; absent where a run ends with this process. */
  readonly begin?: (run: StartedRun) => Promise<void>;
  /** Carries the run on until it is finished, or until the signal aborts. */
  carry(run: CarriedRun): Promise<void>;
  /**
   * Where objects may be damaged or lost by a power cut: brings those of an interrupted run back to its last whole round.
   * Returns what was wrong as one line, undefined when nothing was.
   */
  readonly restore?: (record: RunRecord) => Promise<string | undefined>;
  close(): Promise<void>;
}
