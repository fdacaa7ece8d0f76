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
    const asked = order.subarray(0, Math.max(minimumDevices, Math.ceil(ASKED_PART * count)));
    /** By device; infinite for those that are not asked. */
    const neededHz = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    for (const device of asked) neededHz[device] = 0;
    const ascendingHz = new Float64Array(asked.length);
    let filled = 0;
    // In the order of the devices, which memory serves faster than a random order.
    for (let device = 0; device < count; device++) {
      if (neededHz[device] > 0) continue;
      neededHz[device] = bandwidthUntil(problem, device, problem.delayBudgetSeconds, compute[device]);
      ascendingHz[filled++] = neededHz[device];
    }
    ascendingHz.sort();
    let usedHz = 0;
    let size = 0;
    while (size < ascendingHz.length) {
      usedHz += ascendingHz[size];
      if (!(usedHz <= problem.bandwidthHz)) break;
      size++;
    }
    const wanted = Math.max(size, minimumDevices);
    if (wanted === 0) return NOBODY;
    const cheapest = devicesWithin(neededHz, ascendingHz[wanted - 1]);
    // More devices than wanted only if several need the same bandwidth.
    const selected =
      cheapest.length === wanted
        ? cheapest
        : topDevices(round, (device) => -neededHz[device], wanted, ascendingDevices(asked));
    if (size < minimumDevices) return allocateBest(round, selected);
    const end = finishTogether(problem, selected, compute);
    const delaySeconds = radioSeconds(
      end,
      selected.map((device) => compute[device]),
    );
    return { selected, delaySeconds, bandwidthHz: end.bandwidthHz };
  },
};

/** The devices that need at most the given bandwidth, in ascending order. */
function devicesWithin(neededHz: Float64Array, mostHz: number): readonly number[] {
  const devices: number[] = [];
  for (let device = 0; device < neededHz.length; device++) {
    if (neededHz[device] <= mostHz) devices.push(device);
  }
  return devices;
}
