import { byStage, STAGE_INDEX, STAGES, type Stage } from '#shared/protocol/stages.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import type { SpanRecorder } from './span-recorder.ts';

/** Times are stored in whole nanoseconds: sums are exact for rounds of up to 104 days. */
const NANOSECONDS = 1e6;

/** Places in a device's row: when its message is due, its cursor, and its time in each stage. */
const DUE = 0;
const CURSOR = 1;
const FIRST_STAGE = 2;
const ROW = FIRST_STAGE + STAGES.length;

/** Number of steps of a reported cumulative distribution. */
const CURVE_STEPS = 40;

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
  /** Number of devices that answered; only their time is counted. */
  readonly devices: number;
  /** Time in each stage, over the devices. */
  readonly stages: Readonly<Record<Stage, Quantiles>>;
  /** Time from the start of the round until a device's answer was computed, over the devices. */
  readonly completion: Quantiles;
  /** Quantiles of the completion time at the fractions 0, 1/40, ... 1 of the devices [ms]. */
  readonly completionCurve: readonly number[];
  /** Stages of the device that finished last [ns]: whole numbers that sum to the round's time exactly. */
  readonly criticalPathNanoseconds: Readonly<Record<Stage, number>>;
}

/**
 * Divides each device's time in a round among the stages. Every device has a cursor that starts at the start
 * of the round. `charge` assigns the time from the cursor to `untilMs` to a stage and moves the cursor there.
 * So no time is counted twice or left out, and a device's stages sum to the round's time by construction. It
 * also holds when the message that each device's timeline now depends on is due.
 */
export class LatencyAccount {
  readonly #devices: number;
  readonly #startMs: number;
  /**
   * Of each device, when its message is due [ms], its cursor and its time in each stage [ns]. A row for each
   * device, because a message reads or changes several of one device's numbers, in one or two cache lines.
   */
  readonly #rows: Float64Array;
  readonly #recorder: SpanRecorder | undefined;
  #criticalDevice: number | undefined;

  /**
   * @param devices number of devices in the round, indexed from 0
   * @param recorder Receives every charge, for a round that is traced.
   */
  constructor(devices: number, startMs: number, recorder?: SpanRecorder) {
    this.#recorder = recorder;
    this.#devices = devices;
    this.#startMs = startMs;
    this.#rows = new Float64Array(ROW * devices);
  }

  /** The device that finished last, once the round is closed; undefined if none answered. */
  get criticalDevice(): number | undefined {
    return this.#criticalDevice;
  }

  /** When the message that the device's timeline now depends on is due [ms]. */
  dueMs(device: number): number {
    return this.#rows[ROW * device + DUE];
  }

  setDueMs(device: number, timeMs: number): void {
    this.#rows[ROW * device + DUE] = timeMs;
  }

  /**
   * Charges the time from the cursor to `untilMs` to a stage; a time before the cursor charges nothing.
   *
   * @param stage Index of the stage, as in STAGE_INDEX: a large round charges too often to look names up.
   */
  charge(device: number, stage: number, untilMs: number): void {
    const until = this.#ticks(untilMs);
    const row = ROW * device;
    const spent = until - this.#rows[row + CURSOR];
    if (spent <= 0) return;
    this.#rows[row + CURSOR] = until;
    this.#rows[row + FIRST_STAGE + stage] += spent;
    this.#recorder?.add(device, stage, until);
  }

  /**
   * Removes the time charged after `toMs`. Of two copies of a message, the later one may finish first; the
   * device's timeline then continues before the end of the stage that was charged for the first copy.
   */
  rewind(device: number, toMs: number): void {
    const to = Math.max(0, this.#ticks(toMs));
    const row = ROW * device;
    let excess = this.#rows[row + CURSOR] - to;
    if (excess <= 0) return;
    this.#rows[row + CURSOR] = to;
    this.#recorder?.rewind(device, to);
    for (let at = row + ROW - 1; excess > 0 && at >= row + FIRST_STAGE; at--) {
      const taken = Math.min(excess, this.#rows[at]);
      this.#rows[at] -= taken;
      excess -= taken;
    }
  }

  /** Time that one device has spent in a stage so far [ms]. */
  spentMs(device: number, stage: Stage): number {
    return this.#spentTicks(device, STAGE_INDEX[stage]) / NANOSECONDS;
  }

  /**
   * Closes the round. Each device that answered has waited for the slowest from its cursor to `collectedMs`,
   * when the last answer arrived or the deadline passed; the time from there to `closedMs` is aggregation for
   * all of them.
   */
  close(
    collectedMs: number,
    closedMs: number,
    answered: (device: number) => boolean = () => true,
  ): RoundLatency {
    const completion = new QuantileSketch();
    const stages = STAGES.map(() => new QuantileSketch());
    let critical = -1;
    let latest = -1;
    for (let device = 0; device < this.#devices; device++) {
      if (!answered(device)) continue;
      const row = ROW * device;
      const done = this.#rows[row + CURSOR];
      if (done > latest) {
        critical = device;
        latest = done;
      }
      completion.add(done / NANOSECONDS);
      this.charge(device, STAGE_INDEX.waitingForSlowest, collectedMs);
      this.charge(device, STAGE_INDEX.backwardAndAggregation, closedMs);
      for (let stage = 0; stage < STAGES.length; stage++) {
        stages[stage].add(this.#rows[row + FIRST_STAGE + stage] / NANOSECONDS);
      }
    }
    this.#criticalDevice = critical < 0 ? undefined : critical;
    return {
      roundNanoseconds: this.#ticks(closedMs),
      devices: completion.count,
      stages: byStage((_, index) => quantilesOf(stages[index])),
      completion: quantilesOf(completion),
      completionCurve: Array.from({ length: CURVE_STEPS + 1 }, (_, step) =>
        completion.quantile(step / CURVE_STEPS),
      ),
      criticalPathNanoseconds:
        critical < 0
          ? this.#pathWithoutAnswer(collectedMs, closedMs)
          : byStage((_, index) => this.#spentTicks(critical, index)),
    };
  }

  #spentTicks(device: number, stage: number): number {
    return this.#rows[ROW * device + FIRST_STAGE + stage];
  }

  /**
   * The critical path of a round without an answer: waiting until `collectedMs`, then aggregation of nothing.
   */
  #pathWithoutAnswer(collectedMs: number, closedMs: number): Readonly<Record<Stage, number>> {
    const waited = this.#ticks(collectedMs);
    return {
      ...byStage(() => 0),
      waitingForSlowest: waited,
      backwardAndAggregation: this.#ticks(closedMs) - waited,
    };
  }

  /** A simulation time in nanoseconds since the start of the round. */
  #ticks(timeMs: number): number {
    return Math.round((timeMs - this.#startMs) * NANOSECONDS);
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
