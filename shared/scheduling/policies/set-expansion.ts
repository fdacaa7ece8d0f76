import { prefixDelays } from '../prefix-delays.ts';
import { roundObjective } from '../virtual-queue.ts';
import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * The paper's Algorithm 1: starting from nobody, add devices in order of falling gain while the objective
 * V*|S| - q*D*(S) does not fall. Not optimal, whatever Theorem 2 says: the objective need not be unimodal in |S|.
 */
export const setExpansion: SchedulingPolicy = (round) => {
  const { problem, ranked } = round;
  const delay = prefixDelays(problem, ranked.gammaHz);
  const objective = (size: number) =>
    roundObjective(problem.controlV, size, problem.queueSeconds, delay(size));
  let size = round.minimumDevices;
  let best = objective(size);
  while (size < ranked.count) {
    const next = objective(size + 1);
    if (next < best) break;
    best = next;
    size++;
  }
  return allocatePrefix(round, size);
};
