import { LatencyAccount } from '#emulator/latency/latency-account.ts';

/** What the scheduler decided for one round, as far as the cloud is concerned. */
export interface ModelledPlan {
  /** Number of scheduled devices. */
  readonly devices: number;
  /** Their numbers, in ascending order. */
  readonly selected: ArrayLike<number>;
  /** Achievable rate of each scheduled device [bit/s]. */
  readonly rateBitsPerSecond: Float64Array;
  /** Planned transmission time of the slowest [s]. */
  readonly delaySeconds: number;
  /** Own computing of each scheduled device, which delays its messages [s]; none where left out. */
  readonly computeSeconds?: Float64Array;
}

/** One modelled round while it is going on. */
export class RoundState {
  readonly round: number;
  readonly plan: ModelledPlan;
  readonly startedAtMs: number;
  readonly account: LatencyAccount;
  /** When the message that a device's way now depends on is due. */
  readonly dueMs: Float64Array;
  /** Where each device's activations are: 0 nowhere, else the replica's number plus 1. */
  readonly passAt: Uint16Array;
  readonly #answered: Uint8Array;
  /** The kind of message that each device's way has come to. */
  readonly #progress: Uint8Array;
  #answers = 0;
  closed = false;
  /** From then on a device need not begin. */
  deadlineMs = Number.POSITIVE_INFINITY;

  constructor(round: number, plan: ModelledPlan, startedAtMs: number) {
    this.round = round;
    this.plan = plan;
    this.startedAtMs = startedAtMs;
    this.account = new LatencyAccount(plan.devices, startedAtMs);
    this.passAt = new Uint16Array(plan.devices);
    this.dueMs = new Float64Array(plan.devices);
    this.#answered = new Uint8Array(plan.devices);
    this.#progress = new Uint8Array(plan.devices);
  }

  get answers(): number {
    return this.#answers;
  }

  get complete(): boolean {
    return this.#answers === this.plan.devices;
  }

  /** Number of the device at a place among those scheduled. */
  deviceAt(index: number): number {
    return this.plan.selected[index];
  }

  hasAnswered(index: number): boolean {
    return this.#answered[index] === 1;
  }

  /**
   * The account, when a message of this kind is the device's first and the round still waits for it;
   * undefined when it is a copy or comes too late, and is worked on or dropped without being accounted for.
   */
  accountFor(index: number, kind: number, takenUpMs: number): LatencyAccount | undefined {
    if (this.closed || this.#progress[index] !== kind) return undefined;
    this.#progress[index] = kind + 1;
    this.account.rewind(index, takenUpMs);
    return this.account;
  }

  answer(index: number): void {
    this.#answers += 1 - this.#answered[index];
    this.#answered[index] = 1;
  }

  /** The device's own computing, milliseconds. */
  computeMs(index: number): number {
    return 1000 * (this.plan.computeSeconds?.[index] ?? 0);
  }

  /** Time that a leg of this many bits takes a device on the radio, milliseconds. */
  radioMs(index: number, bits: number): number {
    return (1000 * bits) / this.plan.rateBitsPerSecond[index];
  }
}
