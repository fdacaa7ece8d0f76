import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { rateBitsPerSecond } from '#shared/channel/rate.ts';
import type { RankedRound } from '#shared/scheduling/policies/scheduling-policy.ts';

/**
 * The `size` devices of the highest score, as ascending indices; of equal scores the stronger channel, then the earlier
 * device. O(N log N).
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
  const scores = new Float64Array(ranked.count);
  for (const device of devices) scores[device] = score(device);
  return [...devices]
    .sort(
      (left, right) =>
        // Not a difference: two infinite scores are equal.
        Number(scores[right] > scores[left]) - Number(scores[right] < scores[left]) ||
        gammaOfDevice(problem, right) - gammaOfDevice(problem, left) ||
        left - right,
    )
    .slice(0, size)
    .sort((left, right) => left - right);
}

/** How many devices a policy of a fixed number schedules: K, at least the minimum and at most all. */
export function fixedSize({ ranked, minimumDevices }: RankedRound, deviceCount: number): number {
  return Math.max(Math.min(deviceCount, ranked.count), minimumDevices);
}

/** R_n of a device with an equal share of the band among `size` [bit/s]: what policies rank rates by. */
export function rateOfShare({ problem }: RankedRound, device: number, size: number): number {
  return rateBitsPerSecond(problem.bandwidthHz / Math.max(1, size), gammaOfDevice(problem, device));
}
