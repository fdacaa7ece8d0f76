import FlatQueue from 'flatqueue';
import { gammaOfDevice, powerOfDevice } from '#shared/channel/radio-channel.ts';
import { ascendingOrder } from '#shared/scheduling/ascending-order.ts';
import { type DeviceColumn, requireFact } from '#shared/scheduling/context/round-context.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { gammasOf } from '#shared/scheduling/ranked-devices.ts';
import { type LinkProblem, payloadNats } from '#shared/scheduling/round-problem.ts';
import { sizeWithinDelay } from '#shared/scheduling/size-within-delay.ts';
import { NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Energy queues (OCEAN: Xu and Wang, "Client selection and bandwidth allocation in wireless federated
 * learning networks: a long-term perspective", IEEE Trans. Wireless Commun. 20(2), 2021): minimises
 *
 *     sum over S of q_n E_n - V |S|,     q_n <- max(q_n + E_n - E_budget, 0),
 *
 * with the delay budget as each round's deadline. The original adapts the transmit power to the deadline.
 * Here power is fixed, so E_n is P_n D(S) plus the energy of computing, with the split of the band in which
 * all devices finish at the same time. As in the original, devices are ordered by rising q_n P_n / gamma_n,
 * and the prefix of this order with the least cost is scheduled.
 */
export const energy: SchedulingPolicy = {
  summary: 'least queued energy per device scheduled, within the delay budget',
  needs: ['energyQueues', 'computeJoules'],
  allocate(round, context) {
    const { problem, ranked, minimumDevices } = round;
    const { count } = ranked;
    const queues = requireFact('energy', context, 'energyQueues', count);
    const compute = requireFact('energy', context, 'computeJoules', count);
    const priority = Float64Array.from({ length: count }, (_, device) => {
      return (queues[device] * powerOfDevice(problem, device)) / gammaOfDevice(problem, device);
    });
    const falling = Float64Array.from({ length: count }, (_, device) => -gammaOfDevice(problem, device));
    const order = Array.from(ascendingOrder(priority, ascendingOrder(falling)));
    const prefixes = energyOfPrefixes(problem, order, queues, compute, context.energyV ?? 0);
    const gammaHz = gammasOf(problem, order);
    const most = Math.max(sizeWithinDelay(problem, gammaHz, problem.delayBudgetSeconds), minimumDevices);
    const size = cheapestPrefix(prefixes, minimumDevices, most);
    if (size === 0) return NOBODY;
    const { delaySeconds, bandwidthHz } = splitBand(problem, order.slice(0, size));
    const places = Array.from({ length: size }, (_, place) => place).sort(
      (left, right) => order[left] - order[right],
    );
    return {
      selected: places.map((place) => order[place]),
      delaySeconds,
      bandwidthHz: Float64Array.from(places, (place) => bandwidthHz[place]),
    };
  },
};

/**
 * Cost [J^2] of the first k devices of an order: W(k) D(k) + J(k) - V k, with D(k) [s] their least delay and
 * J(k) the sum of q_n times the energy of computing.
 */
interface PrefixCosts {
  /** W(k) = sum of q_n P_n [J W] by size k, from 0. */
  readonly queuedWatts: Float64Array;
  /** J(k) - V k [J^2] by size, from 0. */
  readonly fixed: Float64Array;
  readonly delaySeconds: (size: number) => number;
}

function energyOfPrefixes(
  problem: LinkProblem,
  order: readonly number[],
  queues: DeviceColumn,
  compute: DeviceColumn,
  v: number,
): PrefixCosts {
  const queuedWatts = new Float64Array(order.length + 1);
  const fixed = new Float64Array(order.length + 1);
  order.forEach((device, index) => {
    queuedWatts[index + 1] = queuedWatts[index] + queues[device] * powerOfDevice(problem, device);
    fixed[index + 1] = fixed[index] + queues[device] * compute[device] - v;
  });
  let nearNats: number | undefined;
  const delaySeconds = (size: number) => {
    const seconds = splitBand(problem, order.slice(0, size), nearNats).delaySeconds;
    if (seconds > 0) nearNats = payloadNats(problem) / seconds;
    return seconds;
  };
  return { queuedWatts, fixed, delaySeconds };
}

/** Costs that differ by less than this fraction of their terms count as equal. */
const ROUNDING = 1e-12;

/**
 * The size from `least` to `most` of least cost. D(k) rises with k, so no size of a range that starts at
 * `low` costs less than the least of W(k) D(low) + J(k) - V k in the range: the range's bound. The range with
 * the least bound is halved, until no bound is below the best cost found.
 */
function cheapestPrefix({ queuedWatts, fixed, delaySeconds }: PrefixCosts, least: number, most: number) {
  let best = { size: least, cost: Number.POSITIVE_INFINITY };
  const evaluate = (size: number): number => {
    const seconds = size === 0 ? 0 : delaySeconds(size);
    const cost = queuedWatts[size] * seconds + fixed[size];
    if (cost <= best.cost) best = { size, cost };
    return seconds;
  };
  /**
   * Open ranges, the least bound first. The sizes `low` and `high` are evaluated, those between them are not.
   */
  const open = new FlatQueue<{ readonly low: number; readonly high: number; readonly lowSeconds: number }>();
  const add = (low: number, high: number, lowSeconds: number) => {
    let bound = Number.POSITIVE_INFINITY;
    for (let size = low + 1; size < high; size++) {
      bound = Math.min(bound, queuedWatts[size] * lowSeconds + fixed[size]);
    }
    const rounding = ROUNDING * (queuedWatts[high] * lowSeconds + Math.abs(best.cost));
    if (bound < best.cost - rounding) open.push({ low, high, lowSeconds }, bound);
  };
  const leastSeconds = evaluate(least);
  if (most > least) evaluate(most);
  add(least, most, leastSeconds);
  for (let bound = open.peekValue(); bound !== undefined && bound < best.cost; bound = open.peekValue()) {
    const range = open.pop();
    if (range === undefined) break;
    const middle = Math.floor((range.low + range.high) / 2);
    const middleSeconds = evaluate(middle);
    add(range.low, middle, range.lowSeconds);
    add(middle, range.high, middleSeconds);
  }
  return best.size;
}
