import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Measured } from '#bench/performance/figures.ts';
import { ROOT } from '#bench/performance/measured-process.ts';

/** Rounds of the run, and how often its memory is read. */
const ROUNDS = 5000;
const EVERY = 100;

/** Rounds after which memory must not grow: caches and pools are full, and V8 has compiled the code. */
const SETTLED = 1000;

/** The quick start with few devices and short texts: a round takes a tenth of the time, and keeps as much. */
const SMALL = ['--devices', '2', '--batch-size', '2', '--set', 'data.maxTokens=8'];

/** Resident memory over the rounds of a long small run, on Linux. Other load changes nothing. */
export async function measureGrowth(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-growth-'));
  const readings: { readonly round: number; readonly megabytes: number }[] = [];
  try {
    const child = spawn(
      process.execPath,
      [
        ...['bin/airtune.cjs', 'run', '--rounds', String(ROUNDS), '--out', join(folder, 'out')],
        ...[...SMALL, '--set', `training.evaluateEvery=${ROUNDS}`],
      ],
      { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const closed = once(child, 'close');
    for await (const line of createInterface({ input: child.stderr })) {
      const round = Number(/^round +(\d+)\//.exec(line)?.[1]);
      if (round % EVERY === 0) readings.push({ round, megabytes: residentMegabytes(child.pid) });
    }
    await closed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const at = (round: number): number =>
    readings.find((reading) => reading.round >= round)?.megabytes ?? Number.NaN;
  const last = readings.at(-1)?.megabytes ?? Number.NaN;
  return {
    figures: [
      {
        task: `A small run: memory after ${ROUNDS} rounds by that after ${SETTLED}`,
        value: last,
        unit: 'MB',
        peer: { name: `after ${SETTLED} rounds`, value: at(SETTLED) },
        ratio: last / at(SETTLED),
        target: { bound: 'at most', value: 1.05 },
      },
    ],
    lines: readings.map(({ round, megabytes }) => `round ${round}: ${megabytes.toFixed(0)} MB`),
  };
}

/** Resident memory of a process; NaN where the system does not tell. [MB] */
function residentMegabytes(pid: number | undefined): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return Number.NaN;
  }
}
