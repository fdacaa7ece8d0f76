import { LatencyAccount } from '#emulator/latency/latency-account.ts';
import { SpanRecorder } from '#emulator/latency/span-recorder.ts';

/** The part of a round's plan that affects the cloud. */
export interface ModelledPlan {
  /** Number of scheduled devices. */
  readonly devices: number;
  /** Numbers of the scheduled devices, in ascending order. */
  readonly selected: ArrayLike<number>;
  /** Achievable rate of each scheduled device [bit/s]. */
  readonly rateBitsPerSecond: Float64Array;
  /** Planned transmission time of the slowest [s]. */
  readonly delaySeconds: number;
  /** Computing time of each scheduled device, which delays its messages [s]; 0 if left out. */
  readonly computeSeconds?: Float64Array;
}

/** Devices whose missing answers are counted together: about the square root of a million. */
const GROUP = 1024;

/** The state of one modelled round in progress. */
export class RoundState {
  readonly round: number;
  readonly plan: ModelledPlan;
  readonly startedAtMs: number;
  #account: LatencyAccount;
  /** The spans of the devices; undefined for a round that is not traced. */
  readonly spans: SpanRecorder | undefined;
  /** Which replica holds each device's activations: 0 for none, else the replica's index plus 1. */
  readonly replicaOfPass: Uint16Array;
  readonly #answered: Uint8Array;
  /** Number of devices of each group that have answered. */
  readonly #answeredOfGroup: Uint16Array;
  /** The kind of message that each device's timeline has reached. */
  readonly #progress: Uint8Array;
  #answers = 0;
  closed = false;
  /** A device that starts after this time skips its work. */
  deadlineMs = Number.POSITIVE_INFINITY;

  constructor(round: number, plan: ModelledPlan, startedAtMs: number, isTraced: boolean) {
    this.round = round;
    this.plan = plan;
    this.startedAtMs = startedAtMs;
    this.spans = isTraced ? new SpanRecorder(plan.devices) : undefined;
    this.#account = new LatencyAccount(plan.devices, startedAtMs, this.spans);
    this.replicaOfPass = new Uint16Array(plan.devices);
    this.#answered = new Uint8Array(plan.devices);
    this.#answeredOfGroup = new Uint16Array(Math.ceil(plan.devices / GROUP));
    this.#progress = new Uint8Array(plan.devices);
  }

  /** The latency account; of no device once `dropAccount` was called. */
  get account(): LatencyAccount {
    return this.#account;
  }

  get answers(): number {
    return this.#answers;
  }

  get complete(): boolean {
    return this.#answers === this.plan.devices;
  }

  /** Number of the device at an index among the scheduled ones. */
  deviceAt(index: number): number {
    return this.plan.selected[index];
  }

  hasAnswered(index: number): boolean {
    return this.#answered[index] === 1;
  }

  /**
   * The latency account, if a message of this kind is the device's first and the round still waits for it.
   * Undefined for a copy or a late message, which is processed or dropped without being charged.
   */
  accountFor(index: number, kind: number, claimedMs: number): LatencyAccount | undefined {
    if (this.closed || this.#progress[index] !== kind) return undefined;
    this.#progress[index] = kind + 1;
    this.#account.rewind(index, claimedMs);
    return this.#account;
  }

  /**
   * Drops the account of a closed round, whose late messages are no longer charged. With a million devices it
   * is 100 MB, and the round's state is kept until two more rounds have begun.
   */
  dropAccount(): void {
    this.#account = new LatencyAccount(0, this.startedAtMs);
  }

  answer(index: number): void {
    if (this.#answered[index] === 1) return;
    this.#answered[index] = 1;
    this.#answeredOfGroup[Math.floor(index / GROUP)]++;
    this.#answers++;
  }

  /**
   * Index of the middle one of the devices whose answers are missing, or of the later of two middle ones. If
   * no answer is missing, the number of devices.
   */
  middleMissing(): number {
    const { devices } = this.plan;
    let before = Math.floor((devices - this.#answers) / 2);
    let index = 0;
    for (const answered of this.#answeredOfGroup) {
      const missing = Math.min(GROUP, devices - index) - answered;
      if (missing > before) break;
      before -= missing;
      index += GROUP;
    }
    for (; index < devices; index++) {
      if (this.#answered[index] === 0 && before-- === 0) return index;
    }
    return devices;
  }

  /** The device's computing time [ms]. */
  computeMs(index: number): number {
    return 1000 * (this.plan.computeSeconds?.[index] ?? 0);
  }

  /** Radio time of a hop of this many bits [ms]. */
  radioMs(index: number, bits: number): number {
    return (1000 * bits) / this.plan.rateBitsPerSecond[index];
  }
}
