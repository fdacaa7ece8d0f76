/** What one run of a piece of work took: by the wall clock, and of this process's processor time. */
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
  /** No pair begins once this many seconds have gone by since the first. */
  readonly seconds: number;
}

/**
 * Runs two pieces of work again and again, one right after the other, so that whatever else the machine does in these
 * moments meets both; who goes first changes with each pair. The first pair warms up and is not counted; at least one
 * is.
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
