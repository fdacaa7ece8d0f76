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

/**
 * Rounds whose least memory is compared with that of the last ones. Before them caches and pools fill up and
 * V8 compiles the code. V8 collects array buffers every few hundred rounds: what is least is what remains.
 */
const SETTLED = { from: 1000, to: 2000 };
const LAST = { from: ROUNDS - 1000, to: ROUNDS };

/** The quick start with few devices and short texts: a round takes a tenth of the time, and keeps as much. */
const SMALL = ['--devices', '2', '--batch-size', '2', '--set', 'data.maxTokens=8'];

interface Reading {
  readonly round: number;
  readonly megabytes: number;
}

/** Resident memory over the rounds of a long small run, on Linux. Other load changes nothing. */
export async function measureGrowth(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-growth-'));
  const readings: Reading[] = [];
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
  const least = ({ from, to }: typeof LAST): number =>
    Math.min(
      ...readings.filter(({ round }) => round > from && round <= to).map(({ megabytes }) => megabytes),
    );
  const named = ({ from, to }: typeof LAST): string => `of rounds ${from + 1} to ${to}`;
  return {
    figures: [
      {
        task: `A small run: least memory ${named(LAST)}`,
        value: least(LAST),
        unit: 'MB',
        peer: { name: named(SETTLED), value: least(SETTLED) },
        ratio: least(LAST) / least(SETTLED),
        target: { bound: 'at most', value: 1.05 },
      },
    ],
    lines: linesOf(readings),
  };
}

/** Readings in a line. */
const PER_LINE = 10;

function linesOf(readings: readonly Reading[]): string[] {
  const lines: string[] = [];
  for (let start = 0; start < readings.length; start += PER_LINE) {
    const shown = readings.slice(start, start + PER_LINE);
    const values = shown.map(({ megabytes }) => megabytes.toFixed(0)).join(' ');
    lines.push(`MB after rounds ${shown[0].round} to ${shown[shown.length - 1].round}: ${values}`);
  }
  return lines;
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
