import { randomStream } from '#shared/random/random-stream.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import {
  ascendingDevices,
  fixedSize,
  rateOfShare,
  topDevices,
} from '#shared/scheduling/context/top-devices.ts';
import { weightedSample } from '#shared/scheduling/context/weighted-sample.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Fraction of a round's devices that are drawn from those that never answered: 0.9 in the first round,
 * multiplied by 0.98 in every further round, down to 0.3.
 */
const FIRST_EXPLORATION = 0.9;
const EXPLORATION_DECAY = 0.98;
const LEAST_EXPLORATION = 0.3;
/** Exponent of T/t_n in the utility of a device that takes longer than T. */
const SLOWNESS = 2;
/** The factor 0.1 of the term ln t / L_n, a confidence bound that rises while the device is not scheduled. */
const STALENESS = 0.1;

/**
 * Oort (Lai, Zhu, Madhyastha and Chowdhury, "Oort: Efficient federated learning via guided participant
 * selection", OSDI 2021). A fraction of the K scheduled devices are drawn, by their speed, from the devices
 * that never answered. The others are the devices with the largest
 *
 *     (|D_n| * loss_n + sqrt(0.1 ln t / L_n)) * (T/t_n)^2 if t_n > T,
 *
 * without the last factor if t_n <= T. loss_n is the mean loss of the last mini-batch, in place of the
 * original's root mean square loss. t is the round, and L_n the round in which the device was last scheduled,
 * both from 1. t_n is the computing time plus L/R_n with a share B/K of the band. T, the preferred duration,
 * is the delay budget. The original's pacer, which changes T, is left out: the budget is fixed.
 */
export const oort: SchedulingPolicy = {
  summary: 'statistical utility of the last loss, less for slow devices, with exploration',
  needs: ['examples', 'losses', 'roundsSinceServed'],
  allocate(round, context) {
    const { problem, ranked } = round;
    const { count } = ranked;
    const examples = requireFact('oort', context, 'examples', count);
    const losses = requireFact('oort', context, 'losses', count);
    const since = requireFact('oort', context, 'roundsSinceServed', count);
    const size = fixedSize(round, context.deviceCount);
    const seconds = Float64Array.from({ length: count }, (_, device) => {
      const radio = problem.payloadBits / rateOfShare(round, device, size);
      return radio + (context.facts?.computeSeconds?.[device] ?? 0);
    });
    const isKnown = (device: number) => losses[device] < Number.POSITIVE_INFINITY;
    const known: number[] = [];
    for (let device = 0; device < count; device++) if (isKnown(device)) known.push(device);
    const part = Math.max(LEAST_EXPLORATION, FIRST_EXPLORATION * EXPLORATION_DECAY ** context.round);
    const exploring = Math.min(count - known.length, Math.ceil(part * size));
    const exploiting = Math.min(known.length, size - exploring);
    const utility = (device: number) => {
      const servedIn = Math.max(1, context.round + 1 - since[device]);
      const statistical =
        examples[device] * losses[device] + Math.sqrt((STALENESS * Math.log(context.round + 1)) / servedIn);
      const slow = problem.delayBudgetSeconds / seconds[device];
      return slow < 1 ? statistical * slow ** SLOWNESS : statistical;
    };
    const exploited = topDevices(round, utility, exploiting, known);
    const stream = randomStream(context.seed, 'policy', context.round);
    const speeds = seconds.map((time) => 1 / time);
    const explored = weightedSample(stream, speeds, size - exploited.length, (device) => !isKnown(device));
    return allocateBest(round, ascendingDevices([...exploited, ...explored]));
  },
};
