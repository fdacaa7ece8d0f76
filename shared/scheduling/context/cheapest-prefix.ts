import FlatQueue from 'flatqueue';
import { leastDelaySeconds, rateOfBand } from '#shared/scheduling/minimum-delay.ts';
import { type LinkProblem, payloadNats } from '#shared/scheduling/round-problem.ts';

/** Costs that differ by less than this fraction of their terms count as equal. */
export const COST_ROUNDING = 1e-12;

/**
 * The cost [J^2] of the first k devices of an order: W(k) D(k) + F(k), with D(k) [s] their least delay.
 */
export interface PrefixCosts {
  /** gamma [Hz] of the devices, in order. */
  readonly gammaHz: Float64Array;
  /** W(k) [J W] by size, from 0; never falls with k. */
  readonly queuedWatts: Float64Array;
  /** F(k) [J^2] by size, from 0. */
  readonly fixed: Float64Array;
}

/** A size with the cost of its prefix. */
export interface PricedSize {
  readonly size: number;
  readonly cost: number;
}

/** Sizes, none of which is evaluated; their delays are at least `lowSeconds`. */
interface OpenRange {
  readonly fewest: number;
  readonly most: number;
  readonly lowSeconds: number;
}

/**
 * The size from `least` to `most` of least cost; of evaluated sizes with equal costs the largest. D(k) rises
 * with k, and is at least {@link leastSeconds}, so a size that follows an evaluated one costs at least
 *
 *     W(k) max(D(evaluated), leastSeconds(k)) + F(k).
 *
 * Only sizes for which this bound is below the best cost are open. The range of open sizes with the least
 * bound is halved until none is left.
 */
export function cheapestPrefix(
  link: LinkProblem,
  costs: PrefixCosts,
  least: number,
  most: number,
): PricedSize {
  const { gammaHz, queuedWatts, fixed } = costs;
  const bounds = leastSeconds(link, gammaHz, most);
  let best: PricedSize = { size: least, cost: Number.POSITIVE_INFINITY };
  const evaluate = (size: number): number => {
    let seconds = 0;
    if (size > 0) {
      seconds = payloadNats(link) / rateOfBand(gammaHz.subarray(0, size), link.bandwidthHz).natsPerSecond;
    }
    const cost = queuedWatts[size] * seconds + fixed[size];
    if (cost < best.cost || (cost === best.cost && size > best.size)) best = { size, cost };
    return seconds;
  };
  const bound = (size: number, lowSeconds: number) =>
    queuedWatts[size] * Math.max(lowSeconds, bounds[size]) + fixed[size];
  const open = new FlatQueue<OpenRange>();
  const add = (fewest: number, most: number, lowSeconds: number) => {
    const rounding = COST_ROUNDING * (queuedWatts[most] * lowSeconds + Math.abs(best.cost));
    let lowest = Number.POSITIVE_INFINITY;
    let first = most + 1;
    let last = most;
    for (let size = fewest; size <= most; size++) {
      const cost = bound(size, lowSeconds);
      if (!(cost < best.cost - rounding)) continue;
      lowest = Math.min(lowest, cost);
      first = Math.min(first, size);
      last = size;
    }
    if (first <= most) open.push({ fewest: first, most: last, lowSeconds }, lowest);
  };
  const lowSeconds = evaluate(least);
  let promising = least;
  for (let size = least + 1; size <= most; size++) {
    if (bound(size, lowSeconds) <= bound(promising, lowSeconds)) promising = size;
  }
  if (promising > least) evaluate(promising);
  add(least + 1, most, lowSeconds);
  for (let lowest = open.peekValue(); lowest !== undefined && lowest < best.cost; lowest = open.peekValue()) {
    const range = open.pop();
    if (range === undefined) break;
    const middle = Math.floor((range.fewest + range.most) / 2);
    const middleSeconds = evaluate(middle);
    add(range.fewest, middle - 1, range.lowSeconds);
    add(middle + 1, range.most, middleSeconds);
  }
  return best;
}

/** A lower bound on D(k) [s] for each size from 0 to `most`. */
function leastSeconds(link: LinkProblem, gammaHz: Float64Array, most: number): Float64Array {
  const seconds = new Float64Array(most + 1);
  let sumHz = 0;
  for (let size = 1; size <= most; size++) {
    sumHz += gammaHz[size - 1];
    seconds[size] = leastSecondsOf(link, size, sumHz);
  }
  return seconds;
}

/** Lower bound on the delay [s] of `size` devices, with the sum of their gamma [Hz] or a larger number. */
export function leastSecondsOf(link: LinkProblem, size: number, sumHz: number): number {
  return leastDelaySeconds(payloadNats(link), link.bandwidthHz, size, sumHz) * (1 - COST_ROUNDING);
}
