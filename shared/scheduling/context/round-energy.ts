import { powerOfDevice } from '#shared/channel/radio-channel.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';

/** Energy of each scheduled device in a round: transmit power times airtime L/R_n, and its computing [J]. */
export function roundJoules(
  link: LinkProblem,
  selected: readonly number[],
  rateBitsPerSecond: ArrayLike<number>,
  computeJoules: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(
    selected,
    (device, index) =>
      (powerOfDevice(link, device) * link.payloadBits) / rateBitsPerSecond[index] + computeJoules[device],
  );
}
