import { ConfigError } from '#shared/errors.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Random participation with unbiased weights (Perazzone, Wang, Ji and Chan, "Communication-efficient device
 * scheduling for federated learning using Lyapunov optimization", 2025): each device n joins independently
 * with probability p_n, that is, if a uniform number u_n is below p_n. Its gradient weighs 1/(N p_n), so that
 * the expected sum is the mean over all devices. If fewer devices join than the minimum number, the devices
 * with the largest p_n - u_n are scheduled up to that number; the sum is then biased.
 */
export const inverseProbability: SchedulingPolicy = {
  summary: 'each device joins with its own probability p, its gradient weighted by 1/p',
  needs: ['joinProbabilities'],
  weighsGradients: true,
  allocate(round, context) {
    const { count } = round.ranked;
    const probabilities = requireFact('inverse-probability', context, 'joinProbabilities', count);
    const stream = randomStream(context.seed, 'policy', context.round);
    const margins = Float64Array.from({ length: count }, (_, device) => {
      const probability = probabilities[device];
      if (!(probability > 0 && probability <= 1)) {
        throw new ConfigError(`is ${probability}: its gradient would weigh 1/p.`, {
          subject: `joinProbabilities[${device}]`,
          remedy: 'Give a probability above 0 and at most 1.',
        });
      }
      return probability - stream.uniform();
    });
    const joined: number[] = [];
    margins.forEach((margin, device) => {
      if (margin > 0) joined.push(device);
    });
    const selected =
      joined.length >= round.minimumDevices
        ? joined
        : topDevices(round, (device) => margins[device], round.minimumDevices);
    const weights = selected.map((device) => 1 / (count * probabilities[device]));
    return { ...allocateBest(round, selected), weights };
  },
};
