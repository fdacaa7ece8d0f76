import { spawnSync } from 'node:child_process';
import type { Measured } from '#bench/performance/figures.ts';
import { ROOT } from '#bench/performance/measured-process.ts';

/** The benches of the emulator, whose lines are kept as they are: each names its own peers. */
const BENCHES: readonly (readonly string[])[] = [
  ['bench/emulator/kernel.ts'],
  ['bench/emulator/mm-c.ts', '--turns', '3'],
  ['bench/emulator/rounds.ts', '--policies', 'all-in,set-expansion'],
];

/** Events of the kernel, M/M/c beside SimPy, and a round of a million devices. */
export async function measureEmulator(): Promise<Measured> {
  const lines = BENCHES.flatMap((bench) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, bench, { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${bench.join(' ')} ended with status ${status}: ${stderr}`);
    return [`$ node ${bench.join(' ')}`, ...stdout.trimEnd().split('\n')];
  });
  return { figures: [], lines };
}
