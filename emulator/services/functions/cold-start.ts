import {
  type FunctionParameters,
  type FunctionPlatformParameters,
  virtualCpus,
} from '#emulator/parameters/function-parameters.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';

/**
 * Median duration of a cold start [ms]: creating the environment, then starting the runtime and loading the
 * bundle. The second part slows down in proportion below one virtual CPU; initialisation is assumed to use at
 * most one CPU.
 */
export function medianColdStartMs(
  platform: FunctionPlatformParameters,
  { memoryMegabytes, bundleMegabytes }: FunctionParameters,
): number {
  const initialisationMs = platform.coldStartRuntimeMs + bundleMegabytes * platform.coldStartMsPerMegabyte;
  return platform.coldStartPlatformMs + initialisationMs / Math.min(1, virtualCpus(memoryMegabytes));
}

/** One cold start [ms]: log-normal about the median. Consumes a random number even when the spread is 0. */
export function drawColdStartMs(medianMs: number, spread: number, random: RandomStream): number {
  return medianMs * Math.exp(spread * random.normal());
}
