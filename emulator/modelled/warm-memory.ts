import type { Unread } from '#shared/workload/object-requests.ts';
import type { RoundState } from './round-state.ts';

const SHARD_READ = 1;
const HAS_HEAD = 2;

/** What is known of each device from one round to the next. */
export class DeviceFlags {
  readonly #flags: Uint8Array;

  constructor(devices: number) {
    this.#flags = new Uint8Array(devices);
  }

  /** True the first time that it is asked for a device. */
  readsShard(device: number): boolean {
    const first = (this.#flags[device] & SHARD_READ) === 0;
    this.#flags[device] |= SHARD_READ;
    return first;
  }

  hasHead(device: number): boolean {
    return (this.#flags[device] & HAS_HEAD) !== 0;
  }

  /** The head of a device that answered counts from now on. */
  keepHead(device: number): void {
    this.#flags[device] |= HAS_HEAD;
  }
}

/**
 * What the environments of a function have read and keep. They are not told apart, as in an embedded run:
 * what one of them has read is there for all.
 */
export class FunctionMemory {
  #record = false;
  #model = false;

  /** True the first time. */
  readsRecord(): boolean {
    const first = !this.#record;
    this.#record = true;
    return first;
  }

  /** True the first time. */
  readsModel(): boolean {
    const first = !this.#model;
    this.#model = true;
    return first;
  }
}

/** What one replica of the encoder has read and keeps. */
export class ReplicaMemory extends FunctionMemory {
  readonly #name: number;
  #checkpointRound = -1;
  #planRound = -1;
  #missingRound = -1;
  #missingIndex = 0;

  constructor(replica: number) {
    super();
    // 0 stands for no replica.
    this.#name = replica + 1;
  }

  /** What a forward pass of this round needs and finds here from now on. */
  readsForForward({ round }: RoundState): Unread & { readonly checkpoint: boolean } {
    return { record: this.readsRecord(), model: this.readsModel(), checkpoint: this.readsCheckpoint(round) };
  }

  /** True when the checkpoint that a round begins with is read now. */
  readsCheckpoint(round: number): boolean {
    if (round <= this.#checkpointRound) return false;
    this.#checkpointRound = round;
    return true;
  }

  /** True when a round's plan is read now. */
  readsPlan(round: number): boolean {
    if (round <= this.#planRound) return false;
    this.#planRound = round;
    return true;
  }

  /** Whether the activations of a device are here. */
  holds(state: RoundState, index: number): boolean {
    return state.passAt[index] === this.#name;
  }

  hold(state: RoundState, index: number): void {
    state.passAt[index] = this.#name;
  }

  /**
   * The place of the device that was missing when the answers were last listed; undefined when they were not.
   */
  missingIn({ round }: RoundState): number | undefined {
    return this.#missingRound === round ? this.#missingIndex : undefined;
  }

  /** Notes the device in the middle of those that are missing. */
  noteMissing(state: RoundState): void {
    this.#missingRound = state.round;
    let before = Math.floor((state.plan.devices - state.answers) / 2);
    for (let index = 0; index < state.plan.devices; index++) {
      if (state.hasAnswered(index)) continue;
      if (before-- > 0) continue;
      this.#missingIndex = index;
      return;
    }
  }
}
