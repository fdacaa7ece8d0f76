import { powerOfDevice } from '#shared/channel/radio-channel.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';

/**
 * Energy of each scheduled device in a round [J]: transmit power times airtime L/R_n, plus the energy of its
 * computing.
 *
 * @param rateBitsPerSecond R_n by index in `selected`
 * @param computeJoules energy of computing by device
 */
export function roundJoules(
  link: LinkProblem,
  selected: readonly number[],
  rateBitsPerSecond: ArrayLike<number>,
  computeJoules: ArrayLike<number>,
): Float64Array {
  const joules = new Float64Array(selected.length);
  for (let index = 0; index < selected.length; index++) {
    const device = selected[index];
    joules[index] =
      (powerOfDevice(link, device) * link.payloadBits) / rateBitsPerSecond[index] + computeJoules[device];
  }
  return joules;
}
