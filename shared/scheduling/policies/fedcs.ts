import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import { bandwidthUntil, finishTogether, radioSeconds } from '#shared/scheduling/context/finish-together.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { ascendingDevices, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/** C, the fraction of all devices that report their resources in a round. */
const ASKED_PART = 0.5;

/**
 * FedCS (Nishio and Yonetani, "Client selection for federated learning with heterogeneous resources in mobile
 * edge", ICC 2019): a random fraction of the devices report their resources, and the server adds one device
 * after the other, each time the one that lengthens the round least, until the deadline. The deadline here is
 * the delay budget, for computing and radio. In FDMA, a device lengthens the round more, the more bandwidth
 * it needs to meet the deadline. So devices are added in ascending order of that bandwidth, until the next
 * one does not fit the band.
 */
export const fedcs: SchedulingPolicy = {
  summary: 'FedCS: from a random half, the devices that add the least time, up to the delay budget',
  needs: ['computeSeconds'],
  allocate(round, context) {
    const { problem, ranked, minimumDevices } = round;
    const { count } = ranked;
    const compute = requireFact('fedcs', context, 'computeSeconds', count);
    const order = randomPermutation(randomStream(context.seed, 'policy', context.round), count);
    const askedCount = Math.max(minimumDevices, Math.ceil(ASKED_PART * count));
    const asked = ascendingDevices(order.subarray(0, askedCount));
    const neededHz = new Float64Array(count);
    for (const device of asked) {
      neededHz[device] = bandwidthUntil(problem, device, problem.delayBudgetSeconds, compute[device]);
    }
    const ascendingHz = Float64Array.from(asked, (device) => neededHz[device]).sort();
    let usedHz = 0;
    let size = 0;
    while (size < ascendingHz.length) {
      usedHz += ascendingHz[size];
      if (!(usedHz <= problem.bandwidthHz)) break;
      size++;
    }
    const selected = topDevices(round, (device) => -neededHz[device], Math.max(size, minimumDevices), asked);
    if (selected.length === 0) return NOBODY;
    if (size < minimumDevices) return allocateBest(round, selected);
    const end = finishTogether(problem, selected, compute);
    const delaySeconds = radioSeconds(
      end,
      selected.map((device) => compute[device]),
    );
    return { selected, delaySeconds, bandwidthHz: end.bandwidthHz };
  },
};
