import type { DeviceMemory } from './device-memory.ts';
import type { DeviceColumn, DeviceFacts } from './round-context.ts';

/** One column for each fact that stays the same over a run. */
export interface FixedFacts {
  readonly examples: DeviceColumn;
  readonly computeSeconds: DeviceColumn;
  readonly computeJoules: DeviceColumn;
  readonly joinProbabilities: DeviceColumn;
}

/** A round's facts: the fixed facts, and the memory of earlier rounds. */
export function deviceFacts(fixed: FixedFacts, memory: DeviceMemory, round: number): DeviceFacts {
  return {
    ...fixed,
    roundsSinceServed: memory.lastServed?.map((last) => round - last),
    meanRates: memory.meanRates,
    energyQueues: memory.energyQueues,
    losses: memory.losses?.map(orInfinite),
    gradientNorms: memory.gradientNorms?.map(orInfinite),
  };
}

function orInfinite(value: number | null): number {
  return value ?? Number.POSITIVE_INFINITY;
}
