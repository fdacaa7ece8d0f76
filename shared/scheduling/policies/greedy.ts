import { gammasOf } from '#shared/scheduling/ranked-devices.ts';
import { payloadNats } from '#shared/scheduling/round-problem.ts';
import { spectralEfficiency } from '#shared/scheduling/spectral-efficiency.ts';
import { allocatePrefix, NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Greedy strategy (GS, eq. 29): each device gets exactly the bandwidth that meets the budget, in order of falling gain,
 * while the band lasts. What is left of the band stays unused. Where a minimum number of devices needs more than the
 * band at that delay, the prefix of that size shares it best and the budget is exceeded.
 */
export const greedy: SchedulingPolicy = (round) => {
  const { problem, ranked } = round;
  const natsPerSecond = payloadNats(problem) / problem.delayBudgetSeconds;
  let usedHz = 0;
  let size = 0;
  while (size < ranked.count) {
    usedHz += bandwidthForRate(natsPerSecond, ranked.gammaHz[size]);
    if (!(usedHz <= problem.bandwidthHz)) break;
    size++;
  }
  if (size < round.minimumDevices) return allocatePrefix(round, round.minimumDevices);
  if (size === 0) return NOBODY;
  const selected = ranked.prefix(size);
  return {
    selected,
    delaySeconds: problem.delayBudgetSeconds,
    bandwidthHz: gammasOf(problem, selected).map((gammaHz) => bandwidthForRate(natsPerSecond, gammaHz)),
  };
};

/** B that carries c nat/s [Hz]; infinite where no bandwidth does. */
function bandwidthForRate(natsPerSecond: number, gammaHz: number): number {
  const reserve = gammaHz - natsPerSecond;
  if (reserve <= 0) return Number.POSITIVE_INFINITY;
  return natsPerSecond / spectralEfficiency(natsPerSecond / gammaHz, reserve / gammaHz);
}
