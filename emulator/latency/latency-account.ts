import { QuantileSketch } from './quantile-sketch.ts';
import { byStage, STAGE_INDEX, STAGES, type Stage } from './stages.ts';

/** Times are kept in whole nanoseconds: sums are exact for rounds of up to 104 days. */
const NANOSECONDS = 1e6;

/** Quantiles of one quantity over the devices of a round, milliseconds. */
export interface Quantiles {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface RoundLatency {
  readonly roundNanoseconds: number;
  readonly devices: number;
  /** Over the devices, what each stage took. */
  readonly stages: Readonly<Record<Stage, Quantiles>>;
  /** Over the devices, the time until each was done with its own part: the round less the wait for the slowest. */
  readonly completion: Quantiles;
  /** The stages of the device that was done last, nanoseconds: whole numbers that add up to the round exactly. */
  readonly criticalPathNanoseconds: Readonly<Record<Stage, number>>;
}

/**
 * Splits the time of each device of a round among the stages. Every device has a cursor that starts at the start of the
 * round; `charge` gives the time from the cursor to `untilMs` to a stage and moves the cursor there. So nothing is
 * counted twice or left out, and the stages of a device add up to the round by construction.
 */
export class LatencyAccount {
  readonly #devices: number;
  readonly #startMs: number;
  readonly #cursors: Float64Array;
  readonly #spent: Float64Array;

  /** @param devices number of devices in the round, which are numbered from 0 */
  constructor(devices: number, startMs: number) {
    this.#devices = devices;
    this.#startMs = startMs;
    this.#cursors = new Float64Array(devices);
    this.#spent = new Float64Array(devices * STAGES.length);
  }

  /** Nanoseconds since the round's start of a time on the simulation's clock. */
  #ticks(timeMs: number): number {
    return Math.round((timeMs - this.#startMs) * NANOSECONDS);
  }

  /** Charges the time up to `untilMs` to a stage; a time before the cursor charges nothing. */
  charge(device: number, stage: Stage, untilMs: number): void {
    const until = this.#ticks(untilMs);
    const spent = until - this.#cursors[device];
    if (spent <= 0) return;
    this.#cursors[device] = until;
    this.#spent[device * STAGES.length + STAGE_INDEX[stage]] += spent;
  }

  /** What one device has spent in a stage so far, milliseconds. */
  spentMs(device: number, stage: Stage): number {
    return this.#spent[device * STAGES.length + STAGE_INDEX[stage]] / NANOSECONDS;
  }

  /**
   * Closes the round: each device waited for the slowest from its cursor on to `collectedMs`, when the last answer was in
   * or the deadline passed, and all shared what came after.
   */
  close(collectedMs: number, closedMs: number): RoundLatency {
    const critical = this.#lastDevice();
    const sketches = STAGES.map(() => new QuantileSketch());
    const completion = new QuantileSketch();
    for (let device = 0; device < this.#devices; device++) {
      this.charge(device, 'waitingForSlowest', collectedMs);
      this.charge(device, 'backwardAndAggregation', closedMs);
      let total = 0;
      sketches.forEach((sketch, stage) => {
        const spent = this.#spent[device * STAGES.length + stage];
        total += spent;
        sketch.add(spent / NANOSECONDS);
      });
      completion.add(
        (total - this.#spent[device * STAGES.length + STAGE_INDEX.waitingForSlowest]) / NANOSECONDS,
      );
    }
    return {
      roundNanoseconds: this.#ticks(closedMs),
      devices: this.#devices,
      stages: byStage((stage) => quantilesOf(sketches[stage])),
      completion: quantilesOf(completion),
      criticalPathNanoseconds: byStage((stage) =>
        critical < 0 ? 0 : this.#spent[critical * STAGES.length + stage],
      ),
    };
  }

  /** The device whose cursor is furthest, of several the first; -1 when there is none. */
  #lastDevice(): number {
    let last = -1;
    for (let device = 0; device < this.#devices; device++) {
      if (last < 0 || this.#cursors[device] > this.#cursors[last]) last = device;
    }
    return last;
  }
}

function quantilesOf(sketch: QuantileSketch): Quantiles {
  return {
    mean: sketch.mean,
    p50: sketch.quantile(0.5),
    p90: sketch.quantile(0.9),
    p99: sketch.quantile(0.99),
    max: sketch.maximum,
  };
}
