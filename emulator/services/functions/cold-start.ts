import {
  type FunctionParameters,
  type FunctionPlatformParameters,
  virtualCpus,
} from '#emulator/parameters/function-parameters.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';

/**
 * Median time of a cold start, milliseconds: making the environment, then starting the runtime and loading the bundle,
 * which a share of a virtual CPU slows in proportion. Initialisation is taken to use one CPU at most.
 */
export function medianColdStartMs(
  platform: FunctionPlatformParameters,
  { memoryMegabytes, bundleMegabytes }: FunctionParameters,
): number {
  const initialisationMs = platform.coldStartRuntimeMs + bundleMegabytes * platform.coldStartMsPerMegabyte;
  return platform.coldStartPlatformMs + initialisationMs / Math.min(1, virtualCpus(memoryMegabytes));
}

/** One cold start, milliseconds: log-normal about the median. Draws from the stream even when the spread is 0. */
export function drawColdStartMs(medianMs: number, spread: number, random: RandomStream): number {
  return medianMs * Math.exp(spread * random.normal());
}
