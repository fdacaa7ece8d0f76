import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { fixedSize, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/** K_c / K: the number of candidates for each device to schedule. */
const CANDIDATES_PER_DEVICE = 2;

/**
 * Best channel, best norm, BC-BN2 (Amiri et al., IEEE Trans. Wireless Commun. 20(6), 2021): of the K_c = 2K
 * devices with the strongest channels, the K with the largest norm of the last LoRA gradient. Devices without
 * a gradient so far come first.
 */
export const channelThenNorm: SchedulingPolicy = {
  summary:
    'BC-BN2: from the strongest channels, the devicesPerRound devices with the largest last gradient norm',
  needs: ['gradientNorms'],
  allocate(round, context) {
    const { count, prefix } = round.ranked;
    const norms = requireFact('channel-then-norm', context, 'gradientNorms', count);
    const size = fixedSize(round, context.deviceCount);
    const candidates = prefix(Math.min(count, CANDIDATES_PER_DEVICE * size));
    return allocateBest(
      round,
      topDevices(round, (device) => norms[device], size, candidates),
    );
  },
};
