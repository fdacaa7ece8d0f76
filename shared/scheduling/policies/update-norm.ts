import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { fixedSize, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Best L2 norm, BN2 (Amiri, Gunduz, Kulkarni and Poor, "Convergence of update aware device scheduling for
 * federated learning at the wireless edge", IEEE Trans. Wireless Commun. 20(6), 2021): the K devices with the
 * largest update norm. The original computes all updates before choosing. Here the norm of each device's last
 * LoRA gradient is used instead; devices without one so far come first.
 */
export const updateNorm: SchedulingPolicy = {
  summary: 'BN2: the devicesPerRound devices with the largest last gradient norm',
  needs: ['gradientNorms'],
  allocate(round, context) {
    const norms = requireFact('update-norm', context, 'gradientNorms', round.ranked.count);
    return allocateBest(
      round,
      topDevices(round, (device) => norms[device], fixedSize(round, context.deviceCount)),
    );
  },
};
