import { randomStream } from '#shared/random/random-stream.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { fixedSize, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { weightedSample } from '#shared/scheduling/context/weighted-sample.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * d / K: the number of candidates for each device to schedule. In the publication's experiments, 2 to 3 work
 * well.
 */
const CANDIDATES_PER_DEVICE = 2;

/**
 * Power of choice (Cho, Wang and Joshi, "Client selection in federated learning", arXiv 2010.01243), in its
 * variant rpow-d: draws d = 2K candidates without replacement, with probabilities in proportion to |D_n|, and
 * schedules the K with the highest last reported loss. A device that never reported one has infinite loss.
 */
export const powerOfChoice: SchedulingPolicy = {
  summary: 'from candidates drawn by data size, the devicesPerRound devices with the highest last loss',
  needs: ['examples', 'losses'],
  allocate(round, context) {
    const { count } = round.ranked;
    const examples = requireFact('power-of-choice', context, 'examples', count);
    const losses = requireFact('power-of-choice', context, 'losses', count);
    const size = fixedSize(round, context.deviceCount);
    const stream = randomStream(context.seed, 'policy', context.round);
    const candidates = weightedSample(stream, examples, Math.min(count, CANDIDATES_PER_DEVICE * size));
    return allocateBest(
      round,
      topDevices(round, (device) => losses[device], size, candidates),
    );
  },
};
