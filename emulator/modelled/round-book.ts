import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { RoundLatency } from '#emulator/latency/latency-account.ts';
import type { CloudAssembly } from '#emulator/services/assembly/cloud-assembly.ts';
import { type Usage, usageSince } from '#emulator/services/prices/bill.ts';
import { type ModelledTimes, modelledTimes } from './modelled-times.ts';
import { type ModelledPlan, RoundState } from './round-state.ts';
import type { DeviceFlags } from './warm-memory.ts';
import type { Workload } from './workload.ts';

/** The result of a modelled round. */
export interface ModelledRound {
  readonly round: number;
  readonly startedAtMs: number;
  /** Time from the round's close at the encoder until the scheduler could start the next one [ms]. */
  readonly commitMs: number;
  readonly scheduled: number;
  readonly answered: number;
  readonly latency: RoundLatency;
  /** Usage since the previous round. */
  readonly usage: Usage;
  readonly coldStarts: number;
  /** The spans of every device; undefined for a round that is not traced. */
  readonly times: ModelledTimes | undefined;
}

export interface RoundBookOptions {
  /** Stopped when the last round is committed. */
  readonly simulation: Simulation;
  readonly cloud: CloudAssembly<number>;
  readonly workload: Workload;
  readonly devices: DeviceFlags;
  readonly rounds: number;
  /** Plans a round; called once for each, in order. */
  readonly plan: (round: number) => ModelledPlan;
  /** Whether the spans of a round's devices are kept. */
  readonly isTraced: (round: number) => boolean;
  /** Called at the end of each round. */
  readonly onRound: (round: ModelledRound) => void;
}

/** Older rounds are forgotten; their messages are ignored. */
const REMEMBERED_ROUNDS = 2;

/**
 * The rounds of a modelled run: started by the scheduler, closed by the encoder, committed by the scheduler.
 */
export class RoundBook {
  readonly #options: RoundBookOptions;
  readonly #states: RoundState[] = [];
  #startMs = 0;
  #closed:
    | {
        readonly answered: number;
        readonly latency: RoundLatency;
        readonly times: ModelledTimes | undefined;
        readonly atMs: number;
      }
    | undefined;
  #committed = 0;
  #usage: Usage;
  #coldStarts = 0;

  constructor(options: RoundBookOptions) {
    this.#options = options;
    this.#usage = options.cloud.usage();
  }

  /** Rounds committed so far. */
  get committed(): number {
    return this.#committed;
  }

  /** When the last committed round ended, and the next one may start. */
  get committedAtMs(): number {
    return this.#startMs;
  }

  /** The state of a round; undefined if it has been forgotten. */
  stateOf(round: number): RoundState | undefined {
    for (const state of this.#states) if (state.round === round) return state;
    return undefined;
  }

  /** Plans a round and starts its latency account. */
  begin(round: number): RoundState {
    const { plan, isTraced } = this.#options;
    const state = new RoundState(round, plan(round), this.#startMs, isTraced(round));
    this.#states.push(state);
    if (this.#states.length > REMEMBERED_ROUNDS) this.#states.shift();
    return state;
  }

  /**
   * Closes a round: at `collectedMs` all answers had arrived or its time was up, and at `closedMs` the new
   * LoRA was stored.
   */
  close(state: RoundState, collectedMs: number, closedMs: number): void {
    const latency = state.account.close(collectedMs, closedMs, (index) => state.hasAnswered(index));
    const times = modelledTimes(state, latency);
    state.dropAccount();
    this.#closed = { answered: state.answers, latency, times, atMs: closedMs };
  }

  /**
   * Commits a closed round. True if there is another round to start. After the last round it stops the
   * simulation. A round that is not the next one to commit has no effect.
   */
  commit(round: number, atMs: number): boolean {
    const { simulation, cloud, workload, devices, rounds, onRound } = this.#options;
    const closed = this.#closed;
    const state = this.stateOf(round);
    if (round !== this.#committed || closed === undefined || state === undefined) return false;
    const usage = cloud.usage();
    onRound({
      round,
      startedAtMs: state.startedAtMs,
      commitMs: atMs - closed.atMs,
      scheduled: state.plan.devices,
      answered: closed.answered,
      latency: closed.latency,
      usage: {
        ...usageSince(this.#usage, usage),
        transferGigabytes: (state.plan.devices * workload.hopBits.features) / 8e9,
      },
      coldStarts: cloud.coldStarts - this.#coldStarts,
      times: closed.times,
    });
    for (let index = 0; index < state.plan.devices; index++) {
      if (state.hasAnswered(index)) devices.keepHead(state.deviceAt(index));
    }
    this.#usage = usage;
    this.#coldStarts = cloud.coldStarts;
    this.#startMs = atMs;
    this.#closed = undefined;
    if (++this.#committed < rounds) return true;
    simulation.stop();
    return false;
  }
}
