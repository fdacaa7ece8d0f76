import { NOTHING_UNREAD, type UnreadForForward } from './encoder-requests.ts';
import type { RoundState } from './round-state.ts';

const SHARD_READ = 1;
const HAS_HEAD = 2;

/** Flags of each device that persist between rounds. */
export class DeviceFlags {
  readonly #flags: Uint8Array;

  constructor(devices: number) {
    this.#flags = new Uint8Array(devices);
  }

  /** True on the first call for a device, which then reads its shard from the store. */
  readsShard(device: number): boolean {
    const first = (this.#flags[device] & SHARD_READ) === 0;
    this.#flags[device] |= SHARD_READ;
    return first;
  }

  hasHead(device: number): boolean {
    return (this.#flags[device] & HAS_HEAD) !== 0;
  }

  /** Notes that a device has a stored head, because its answer was counted. */
  keepHead(device: number): void {
    this.#flags[device] |= HAS_HEAD;
  }
}

/**
 * Objects that a function's environments have read and keep in memory. As in an embedded run, environments
 * are not modelled individually: an object that one of them has read is available to all.
 */
export class FunctionMemory {
  #record = false;
  #model = false;

  /** True on the first call, when the run's record is read. */
  readsRecord(): boolean {
    const first = !this.#record;
    this.#record = true;
    return first;
  }

  /** True on the first call, when the model is read. */
  readsModel(): boolean {
    const first = !this.#model;
    this.#model = true;
    return first;
  }
}

/** Objects that one replica of the encoder has read and keeps in memory. */
export class ReplicaMemory extends FunctionMemory {
  readonly #name: number;
  #checkpointRound = -1;
  #planRound = -1;
  #missingRound = -1;
  #missingIndex = 0;

  constructor(replica: number) {
    super();
    // 0 means no replica.
    this.#name = replica + 1;
  }

  /** Objects that a forward pass of this round has to read; later calls find them in memory. */
  readsForForward({ round }: RoundState): UnreadForForward {
    const record = this.readsRecord();
    const model = this.readsModel();
    const checkpoint = this.readsCheckpoint(round);
    return record || model || checkpoint ? { record, model, checkpoint } : NOTHING_UNREAD;
  }

  /** True if the checkpoint at the start of a round is read now. */
  readsCheckpoint(round: number): boolean {
    if (round <= this.#checkpointRound) return false;
    this.#checkpointRound = round;
    return true;
  }

  /** True if a round's plan is read now. */
  readsPlan(round: number): boolean {
    if (round <= this.#planRound) return false;
    this.#planRound = round;
    return true;
  }

  /** Whether this replica holds the activations of a device. */
  holds(state: RoundState, index: number): boolean {
    return state.replicaOfPass[index] === this.#name;
  }

  hold(state: RoundState, index: number): void {
    state.replicaOfPass[index] = this.#name;
  }

  /**
   * Index of a device whose answer was missing when this replica last listed the round's answers; undefined
   * if it has not listed them.
   */
  missingIn({ round }: RoundState): number | undefined {
    return this.#missingRound === round ? this.#missingIndex : undefined;
  }

  /** Remembers the middle one of the devices whose answers are missing. */
  noteMissing(state: RoundState): void {
    this.#missingRound = state.round;
    this.#missingIndex = state.middleMissing();
  }
}
