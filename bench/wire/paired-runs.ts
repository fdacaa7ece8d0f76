/** Cost of one execution: wall time, and processor time of this process. */
export interface RunCost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

export interface PairedCost {
  readonly ours: RunCost;
  readonly reference: RunCost;
}

export interface PairLimits {
  readonly pairs: number;
  /** Seconds after the first pair from which no further pair begins. */
  readonly seconds: number;
}

/**
 * Runs two functions repeatedly in pairs, one directly after the other, so that other load affects both
 * alike. The order changes with each pair. The first pair is a warm-up and not counted; at least one pair is
 * counted.
 */
export async function runInPairs(
  ours: () => Promise<void>,
  reference: () => Promise<void>,
  { pairs, seconds }: PairLimits,
): Promise<readonly PairedCost[]> {
  await ours();
  await reference();
  const costs: PairedCost[] = [];
  const began = performance.now();
  while (costs.length === 0 || (costs.length < pairs && performance.now() - began < 1000 * seconds)) {
    if (costs.length % 2 === 0) {
      const first = await costOf(ours);
      costs.push({ ours: first, reference: await costOf(reference) });
    } else {
      const first = await costOf(reference);
      costs.push({ ours: await costOf(ours), reference: first });
    }
  }
  return costs;
}

/** The quantile of numbers by linear interpolation: 0 is the smallest, 0.5 the median, 1 the largest. */
export function quantile(numbers: readonly number[], level: number): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const position = level * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (position - Math.floor(position)) * (above - below);
}

async function costOf(work: () => Promise<void>): Promise<RunCost> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallSeconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1e6 };
}
