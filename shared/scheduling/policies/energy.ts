import { gammaOfDevice, powerOfDevice } from '#shared/channel/radio-channel.ts';
import {
  COST_ROUNDING,
  cheapestPrefix,
  leastSecondsOf,
  type PrefixCosts,
} from '#shared/scheduling/context/cheapest-prefix.ts';
import { EnergyOrder } from '#shared/scheduling/context/energy-order.ts';
import { type DeviceColumn, requireFact } from '#shared/scheduling/context/round-context.ts';
import { ascendingDevices } from '#shared/scheduling/context/top-devices.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import { sizeWithinDelay } from '#shared/scheduling/size-within-delay.ts';
import { allocateBest, NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/** Of at least this many devices, the first FIRST_PART of the order is searched before all are ordered. */
const MANY_DEVICES = 10_000;
const FIRST_PART = 1 / 16;

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
    const v = context.energyV ?? 0;
    const order = new EnergyOrder(problem, queues);
    const search = (devices: Uint32Array) => {
      const costs = energyOfPrefixes(problem, devices, queues, compute, v);
      const within = sizeWithinDelay(problem, costs.gammaHz, problem.delayBudgetSeconds);
      const best = cheapestPrefix(problem, costs, minimumDevices, Math.max(within, minimumDevices));
      const rounding = COST_ROUNDING * (Math.abs(best.cost) + v * count);
      const isBest =
        devices.length === count ||
        within < devices.length ||
        costOfMore(problem, costs, order.gammaSumHz, v) > best.cost + rounding;
      return { devices, size: best.size, isBest };
    };
    const first = count >= MANY_DEVICES ? order.first(FIRST_PART) : undefined;
    const found = first !== undefined && first.length >= minimumDevices ? search(first) : undefined;
    const { devices, size } = found?.isBest ? found : search(order.all());
    return size === 0 ? NOBODY : allocateBest(round, ascendingDevices(devices.subarray(0, size)));
  },
};

/**
 * The cost of the first k devices of an order: W(k) D(k) + J(k) - V k, with W(k) the sum of q_n P_n and J(k)
 * the sum of q_n times the energy of computing.
 */
function energyOfPrefixes(
  problem: LinkProblem,
  order: Uint32Array,
  queues: DeviceColumn,
  compute: DeviceColumn,
  v: number,
): PrefixCosts {
  const gammaHz = new Float64Array(order.length);
  const queuedWatts = new Float64Array(order.length + 1);
  const fixed = new Float64Array(order.length + 1);
  for (let index = 0; index < order.length; index++) {
    const device = order[index];
    gammaHz[index] = gammaOfDevice(problem, device);
    queuedWatts[index + 1] = queuedWatts[index] + queues[device] * powerOfDevice(problem, device);
    fixed[index + 1] = fixed[index] + queues[device] * compute[device] - v;
  }
  return { gammaHz, queuedWatts, fixed };
}

/**
 * A lower bound on the cost [J^2] of every prefix that is longer than the given ones: W and J are at least
 * those of the longest given prefix, and the delay of k devices is at least k r, with 1/r from the sum of
 * gamma over all devices.
 */
function costOfMore(
  problem: LinkProblem,
  { queuedWatts, fixed }: PrefixCosts,
  gammaSumHz: number,
  v: number,
): number {
  const given = queuedWatts.length - 1;
  const perDevice = queuedWatts[given] * leastSecondsOf(problem, 1, gammaSumHz) - v;
  const size = perDevice > 0 ? given + 1 : problem.channelGain.length;
  return fixed[given] + v * given + size * perDevice;
}
