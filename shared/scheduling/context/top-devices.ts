import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { rateBitsPerSecond } from '#shared/channel/rate.ts';
import type { RankedRound } from '#shared/scheduling/policies/scheduling-policy.ts';

/**
 * The `size` devices of the highest score, as ascending indices; of equal scores the stronger channel, then the earlier
 * device. Only the values are sorted, natively: a million devices take a tenth of the time of sorting their indices.
 *
 * @param among the devices to choose from; all where left out
 */
export function topDevices(
  { problem, ranked }: RankedRound,
  score: (device: number) => number,
  size: number,
  among?: readonly number[],
): number[] {
  const devices = among ?? Array.from({ length: ranked.count }, (_, device) => device);
  if (size <= 0) return [];
  const scores = Float64Array.from(devices, score);
  const threshold = scores.slice().sort()[Math.max(0, devices.length - size)];
  const above: number[] = [];
  const equal: number[] = [];
  devices.forEach((device, index) => {
    if (scores[index] > threshold) above.push(device);
    else if (scores[index] === threshold) equal.push(device);
  });
  equal.sort((left, right) => gammaOfDevice(problem, right) - gammaOfDevice(problem, left) || left - right);
  return [...above, ...equal.slice(0, size - above.length)].sort((left, right) => left - right);
}

/** How many devices a policy of a fixed number schedules: K, at least the minimum and at most all. */
export function fixedSize({ ranked, minimumDevices }: RankedRound, deviceCount: number): number {
  return Math.max(Math.min(deviceCount, ranked.count), minimumDevices);
}

/** R_n of a device with an equal share of the band among `size` [bit/s]: what policies rank rates by. */
export function rateOfShare({ problem }: RankedRound, device: number, size: number): number {
  return rateBitsPerSecond(problem.bandwidthHz / Math.max(1, size), gammaOfDevice(problem, device));
}
