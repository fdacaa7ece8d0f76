import { randomStream } from '#shared/random/random-stream.ts';
import type { DeviceFacts, RoundContext } from '#shared/scheduling/context/round-context.ts';

/** Everything that any policy may know of each device, drawn at random: no two devices are alike. */
export function benchContext(count: number): RoundContext {
  const stream = randomStream(2, 'fading', count);
  const column = (draw: () => number) => Float64Array.from({ length: count }, draw);
  const facts: Required<DeviceFacts> = {
    examples: column(() => 1 + Math.floor(200 * stream.uniform())),
    losses: column(() => stream.exponential()),
    gradientNorms: column(() => stream.exponential()),
    roundsSinceServed: column(() => 1 + Math.floor(20 * stream.uniform())),
    meanRates: column(() => 1e3 + 1e5 * stream.uniform()),
    energyQueues: column(() => 0.01 * stream.exponential()),
    computeSeconds: column(() => 0.01 * stream.exponential()),
    computeJoules: column(() => 1e-3 * stream.exponential()),
    joinProbabilities: column(() => 0.001 + 0.1 * stream.uniform()),
  };
  return { seed: 1, round: 20, deviceCount: Math.max(10, Math.floor(count / 100)), energyV: 1e-4, facts };
}
