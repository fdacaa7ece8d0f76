import {
  bandwidthAt,
  type CommonRate,
  demandOfEach,
  rateOfNats,
} from '#shared/scheduling/bandwidth-demand.ts';
import { greatestCommonRate } from '#shared/scheduling/common-rate.ts';
import { payloadNats, type RoundProblem } from '#shared/scheduling/round-problem.ts';
import { DEVICE_COUNT, type Utility } from '#shared/scheduling/utility.ts';
import { roundObjective } from '#shared/scheduling/virtual-queue.ts';
import { EACH, type Fineness, type PrefixDemand } from './prefix-demand.ts';

/** A prefix of the ranked devices, with its delay and objective. */
export interface PrefixValue {
  readonly size: number;
  /** The greatest common rate; undefined for the empty prefix. */
  readonly rate: CommonRate | undefined;
  /** D*(size) [s]. */
  readonly delaySeconds: number;
  /** V * U(size) - q * D*(size). */
  readonly objective: number;
}

/** Bounds on D*(k + 1) - D*(k) [s] for every k of a range of sizes. */
export interface IncrementBounds {
  readonly least: number;
  readonly most: number;
}

/** Delays and objectives of one round's prefixes, and bounds on the delay's increments, at one fineness. */
export class PrefixValues {
  readonly problem: RoundProblem;
  readonly fineness: Fineness;
  readonly utility: Utility;
  readonly #gammaHz: Float64Array;
  readonly #demandOf: PrefixDemand;

  /**
   * @param gammaHz by rank
   * @param demandOf the demand of a prefix of these devices, by its size
   * @param utility U of the objective
   */
  constructor(
    problem: RoundProblem,
    gammaHz: Float64Array,
    demandOf: PrefixDemand = (size) => demandOfEach(gammaHz, size),
    fineness: Fineness = EACH,
    utility: Utility = DEVICE_COUNT,
  ) {
    this.problem = problem;
    this.fineness = fineness;
    this.utility = utility;
    this.#gammaHz = gammaHz;
    this.#demandOf = demandOf;
  }

  /**
   * The value of a prefix.
   *
   * @param nearNats a guess of its common rate [nat/s]; it only saves Newton steps
   */
  at(size: number, nearNats?: number): PrefixValue {
    const { bandwidthHz, controlV, queueSeconds } = this.problem;
    const worth = this.utility.value(size);
    if (size === 0) return { size, rate: undefined, delaySeconds: 0, objective: controlV * worth };
    const band = {
      bandwidthHz,
      size,
      weakestHz: this.#gammaHz[size - 1],
      demandOf: this.#demandOf(size),
    };
    const rate = greatestCommonRate(band, nearNats);
    const delaySeconds = payloadNats(this.problem) / rate.natsPerSecond;
    const objective = roundObjective(controlV, worth, queueSeconds, delaySeconds);
    return { size, rate, delaySeconds, objective };
  }

  /** V * |U| + q * D of a prefix [s^2]: the magnitude of the objective's terms, for bounds on rounding. */
  scale({ size, delaySeconds }: PrefixValue): number {
    const { controlV, queueSeconds } = this.problem;
    return controlV * Math.abs(this.utility.value(size)) + queueSeconds * delaySeconds;
  }

  /** The value of the prefix whose size is halfway between those of two others. */
  between(left: PrefixValue, right: PrefixValue): PrefixValue {
    const size = Math.floor((left.size + right.size) / 2);
    // The delay is nearly linear in the size.
    const seconds = (left.delaySeconds + right.delaySeconds) / 2;
    return this.at(size, left.rate === undefined ? undefined : payloadNats(this.problem) / seconds);
  }

  /**
   * Bounds on every increment D*(k + 1) - D*(k), left.size <= k < right.size.
   *
   * With B_n = c/s_n and c = L*ln2/D, the bandwidths add up to the band if D is the root of
   *
   *     F_k(D) = r * sum_{n<=k} 1/s_n(D) - D,     r = L*ln2/B.
   *
   * F_k falls and is convex in D, and F_k(D_{k+1}) = -r/s_{k+1}(D_{k+1}), so the tangents of F_k at D_k and
   * D_{k+1} give
   *
   *     (r/s_{k+1}) / -F'_k(D_k) <= D_{k+1} - D_k <= (r/s_{k+1}) / -F'_k(D_{k+1}),     s_{k+1} at D_{k+1}.
   *
   * 1/s falls with D and rises as gamma falls. -F'_k = 1 + (c * G'_k(c) - G_k(c)) / B falls with D and rises
   * with k. So the extremes over the range are at its ends.
   */
  increments(left: PrefixValue, right: PrefixValue): IncrementBounds {
    const unbounded = { least: 0, most: Number.POSITIVE_INFINITY };
    if (left.rate === undefined || right.rate === undefined) return unbounded;
    const fast = rateOfNats(this.#gammaHz[right.size - 1], left.rate.natsPerSecond);
    if (fast === undefined) return unbounded;
    const slow = right.rate;
    const { caution } = this.fineness;
    const leastSeconds = this.#shareSeconds(slow, this.#gammaHz[left.size]);
    const mostSeconds = this.#shareSeconds(fast, this.#gammaHz[right.size - 1]);
    return {
      least: ((1 - caution) * leastSeconds) / this.#fall(right.size, fast),
      most: ((1 + caution) * mostSeconds) / this.#fall(left.size, slow),
    };
  }

  /** r/s_n [s]: how much a device would add to the delay if the other devices' shares did not change. */
  #shareSeconds(rate: CommonRate, gammaHz: number): number {
    const nats = payloadNats(this.problem);
    return ((nats / rate.natsPerSecond) * bandwidthAt(rate, gammaHz)) / this.problem.bandwidthHz;
  }

  /** -F'_k at a common rate. */
  #fall(size: number, rate: CommonRate): number {
    const { totalHz, hertzPerNat } = this.#demandOf(size)(rate);
    return 1 + (rate.natsPerSecond * hertzPerNat - totalHz) / this.problem.bandwidthHz;
  }
}
