import { prefixDelays } from '../prefix-delays.ts';
import { roundObjective } from '../virtual-queue.ts';
import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/** The best prefix of all sizes, the largest of equally good ones. */
export const exact: SchedulingPolicy = (round) => {
  const { problem, ranked } = round;
  const delay = prefixDelays(problem, ranked.gammaHz);
  let best = Number.NEGATIVE_INFINITY;
  let bestSize = round.minimumDevices;
  for (let size = round.minimumDevices; size <= ranked.count; size++) {
    const objective = roundObjective(problem.controlV, size, problem.queueSeconds, delay(size));
    if (objective >= best) {
      best = objective;
      bestSize = size;
    }
  }
  return { ...allocatePrefix(round, bestSize), certificate: { upperBound: best, relativeGap: 0 } };
};
