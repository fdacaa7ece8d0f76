import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { fixedSize, rateOfShare, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Best norm with the channel's compression, BN2-C (Amiri et al., IEEE Trans. Wireless Commun. 20(6), 2021):
 * the K devices whose update has the largest norm after the compression that their channel requires.
 *
 * A device with a share B/K of the band transmits the fraction r_n = min(1, R_n D_budget / L) of its payload
 * within the budget. If the entries of a gradient have equal magnitudes, a fraction r of them has sqrt(r) of
 * the norm, so the score is ||g_n|| sqrt(r_n), with g_n the device's last gradient. The original sends the
 * compressed update; this policy uses only the ranking, and the whole gradient is sent.
 */
export const carriedNorm: SchedulingPolicy = {
  summary:
    'BN2-C: the devicesPerRound devices with the largest gradient norm that their channel can transmit',
  needs: ['gradientNorms'],
  allocate(round, context) {
    const { payloadBits, delayBudgetSeconds } = round.problem;
    const norms = requireFact('carried-norm', context, 'gradientNorms', round.ranked.count);
    const size = fixedSize(round, context.deviceCount);
    const score = (device: number) => {
      const carried = (rateOfShare(round, device, size) * delayBudgetSeconds) / payloadBits;
      return norms[device] * Math.sqrt(Math.min(1, carried));
    };
    return allocateBest(round, topDevices(round, score, size));
  },
};
