import { gammaOfDevice, powerOfDevice } from '#shared/channel/radio-channel.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { type BandwidthSplit, splitBand } from '#shared/scheduling/minimum-delay.ts';
import { NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Energy queues (OCEAN: Xu and Wang, "Client selection and bandwidth allocation in wireless federated
 * learning networks: a long-term perspective", IEEE Trans. Wireless Commun. 20(2), 2021): minimises
 *
 *     sum over S of q_n E_n - V |S|,     q_n <- max(q_n + E_n - E_budget, 0),
 *
 * with the delay budget as each round's deadline. The original adapts the transmit power to the deadline.
 * Here power is fixed, so E_n = P_n D(S) + computing, with the split of the band in which all devices finish
 * at the same time. As in the original, devices are tried in the order of rising q_n P_n / gamma_n, their
 * energy queue over their channel, and the best prefix is used. O(|S|^2).
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
    const order = Array.from({ length: count }, (_, device) => device).sort(
      (left, right) =>
        priority[left] - priority[right] ||
        gammaOfDevice(problem, right) - gammaOfDevice(problem, left) ||
        left - right,
    );
    const v = context.energyV ?? 0;
    let queuedWatts = 0;
    let queuedJoules = 0;
    let best: { readonly size: number; readonly cost: number } = { size: 0, cost: 0 };
    let chosen: BandwidthSplit | undefined;
    let seconds = 0;
    for (let size = 1; size <= count; size++) {
      const device = order[size - 1];
      queuedWatts += queues[device] * powerOfDevice(problem, device);
      queuedJoules += queues[device] * compute[device];
      const nats = seconds === 0 ? undefined : (problem.payloadBits * Math.LN2) / seconds;
      const split = splitBand(problem, order.slice(0, size), nats);
      seconds = split.delaySeconds;
      if (seconds > problem.delayBudgetSeconds && size > minimumDevices) break;
      const cost = queuedWatts * seconds + queuedJoules - v * size;
      if (cost <= best.cost || size <= minimumDevices) {
        best = { size, cost };
        chosen = split;
      }
    }
    if (chosen === undefined) return NOBODY;
    const { delaySeconds, bandwidthHz } = chosen;
    const places = Array.from({ length: best.size }, (_, place) => place).sort(
      (left, right) => order[left] - order[right],
    );
    return {
      selected: places.map((place) => order[place]),
      delaySeconds,
      bandwidthHz: Float64Array.from(places, (place) => bandwidthHz[place]),
    };
  },
};
