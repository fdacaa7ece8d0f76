import type { Measured } from '#bench/performance/figures.ts';
import { copyGigabytesPerSecond, plainProductGflops } from '#bench/performance/machine.ts';

/** The machine's own limits. */
export async function measureLimits(): Promise<Measured> {
  return {
    figures: [
      {
        task: 'Plain products of 2048 x 2048 matrices, 32 bits, all cores, the fastest',
        value: await plainProductGflops(),
        unit: 'GFLOP/s',
      },
      {
        task: 'Copy of 512 MiB by one thread (bytes read and written)',
        value: copyGigabytesPerSecond(),
        unit: 'GB/s',
      },
    ],
    lines: [],
  };
}
