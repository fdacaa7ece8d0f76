import { requireSst2 } from '#bench/learning/sst2-run.ts';
import type { Measured } from '#bench/performance/figures.ts';
import { timedRun } from '#bench/performance/timed-run.ts';

/** Peak memory of a MiniLM run of ten devices, on Linux. */
export async function measureMemory(): Promise<Measured> {
  const { peakMegabytes } = await timedRun(requireSst2(), 10, 6);
  if (peakMegabytes === undefined)
    return { figures: [], lines: ['This system does not tell the peak memory.'] };
  return {
    figures: [
      {
        task: 'MiniLM, 10 devices, 6 rounds: peak resident memory of the process',
        value: peakMegabytes,
        unit: 'MB',
        target: { bound: 'at most', value: 900 },
      },
    ],
    lines: [],
  };
}
