import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { rateBitsPerSecond } from '#shared/channel/rate.ts';
import type { RankedRound } from '#shared/scheduling/policies/scheduling-policy.ts';
import { kthLargest } from './kth-largest.ts';

/**
 * The `size` devices with the highest scores, as ascending indices. Ties go to the stronger channel, then to
 * the lower index. Takes O(N), plus the sorting of the chosen devices and of ties.
 *
 * @param among the devices to choose from; all if left out
 */
export function topDevices(
  { problem, ranked }: RankedRound,
  score: (device: number) => number,
  size: number,
  among?: readonly number[],
): number[] {
  const devices = among ?? Array.from({ length: ranked.count }, (_, device) => device);
  if (size <= 0 || devices.length === 0) return [];
  const scores = devices.map(score);
  const threshold = kthLargest(scores, size);
  const above: number[] = [];
  const equal: number[] = [];
  devices.forEach((device, index) => {
    if (scores[index] > threshold) above.push(device);
    else if (scores[index] === threshold) equal.push(device);
  });
  equal.sort((left, right) => gammaOfDevice(problem, right) - gammaOfDevice(problem, left) || left - right);
  const chosen = equal.slice(0, size - above.length);
  return chosen.length === 0 && isAscending(above) ? above : ascendingDevices(above.concat(chosen));
}

function isAscending(devices: readonly number[]): boolean {
  return devices.every((device, index) => index === 0 || devices[index - 1] < device);
}

/** Device indices in ascending order, by the native sort of numbers. */
export function ascendingDevices(devices: Iterable<number>): number[] {
  return Array.from(Uint32Array.from(devices).sort());
}

/**
 * Number of devices that a policy with a fixed number K schedules: K, or all devices if there are fewer, but
 * at least the minimum number of the round.
 */
export function fixedSize({ ranked, minimumDevices }: RankedRound, deviceCount: number): number {
  return Math.max(Math.min(deviceCount, ranked.count), minimumDevices);
}

/**
 * R_n of a device with the share 1/size of the band [bit/s]. Policies that rank devices by rate use it,
 * because the final split is not known yet.
 */
export function rateOfShare({ problem }: RankedRound, device: number, size: number): number {
  return rateBitsPerSecond(problem.bandwidthHz / Math.max(1, size), gammaOfDevice(problem, device));
}
