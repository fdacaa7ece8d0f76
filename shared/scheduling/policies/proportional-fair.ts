import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { fixedSize, rateOfShare, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Proportional fair scheduling (Kelly, Maulloo and Tan, 1998; Viswanath, Tse and Laroia, IEEE Trans. Inf.
 * Theory 48(6), 2002): the K devices with the largest R_n / Rbar_n, where
 *
 *     Rbar_n <- (1 - 1/tau) Rbar_n + R_n/tau,     R_n = 0 in rounds without the device.
 *
 * Devices that were never scheduled come first.
 */
export const proportionalFair: SchedulingPolicy = {
  summary: 'the devicesPerRound devices with the largest ratio of rate to mean rate so far',
  needs: ['meanRates'],
  allocate(round, context) {
    const meanRates = requireFact('proportional-fair', context, 'meanRates', round.ranked.count);
    const size = fixedSize(round, context.deviceCount);
    const score = (device: number) => rateOfShare(round, device, size) / meanRates[device];
    return allocateBest(round, topDevices(round, score, size));
  },
};
