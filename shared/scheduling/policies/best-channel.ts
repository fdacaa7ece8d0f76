import { fixedSize } from '#shared/scheduling/context/top-devices.ts';
import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/** Opportunistic scheduling: the K devices with the largest P_n|h_n|^2, with the best split of the band. */
export const bestChannel: SchedulingPolicy = {
  summary: 'the devicesPerRound devices with the strongest channel',
  allocate: (round, { deviceCount }) => allocatePrefix(round, fixedSize(round, deviceCount)),
};
