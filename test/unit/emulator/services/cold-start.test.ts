import { describe, expect, it } from 'vitest';
import { functionParameters, functionPlatformParameters } from '#emulator/parameters/function-parameters.ts';
import { drawColdStartMs, medianColdStartMs } from '#emulator/services/functions/cold-start.ts';
import { randomStream } from '#shared/random/random-stream.ts';

const PLATFORM = functionPlatformParameters.parse({
  coldStartPlatformMs: 100,
  coldStartRuntimeMs: 50,
  coldStartMsPerMegabyte: 10,
});

const medianMs = (memoryMegabytes: number, bundleMegabytes: number): number =>
  medianColdStartMs(PLATFORM, functionParameters.parse({ memoryMegabytes, bundleMegabytes }));

describe('a cold start', () => {
  it('takes as much longer as there is more to load', () => {
    expect(medianMs(1769, 0)).toBe(150);
    expect(medianMs(1769, 5)).toBe(200);
    expect(medianMs(1769, 10) - medianMs(1769, 5)).toBe(50);
  });

  it('is slowed by less than one virtual CPU, only for the code in the environment, and not sped up by more', () => {
    expect(medianMs(1770 / 2, 5)).toBeCloseTo(100 + (100 * 1769) / 885);
    expect(medianMs(2 * 1769, 5)).toBe(medianMs(1769, 5));
    expect(medianMs(10_240, 5)).toBe(medianMs(1769, 5));
  });

  it('is spread log-normally about its median', () => {
    const spread = 0.25;
    const random = randomStream(1, 'emulator');
    const logs = Array.from({ length: 10_000 }, () => Math.log(drawColdStartMs(200, spread, random) / 200));
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length);
    // Tolerance: four standard errors of each.
    expect(Math.abs(mean)).toBeLessThan((4 * spread) / Math.sqrt(logs.length));
    expect(Math.abs(deviation - spread)).toBeLessThan((4 * spread) / Math.sqrt(2 * logs.length));
  });
});
