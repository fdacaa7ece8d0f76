import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = join(import.meta.dirname, '../..');

/** How often the peak memory of a running process is read. [ms] */
const MEMORY_PERIOD_MS = 50;

export interface ProcessMeasure {
  /** From the start to the end of the process. */
  readonly seconds: number;
  /** Peak resident memory; undefined where the system does not tell (/proc). */
  readonly peakMegabytes: number | undefined;
}

/** When a process wrote a line. */
export interface ProcessMoment {
  /** Since the start of the process. */
  readonly seconds: number;
  /** Processor time of all threads until then; NaN where the system does not tell. */
  readonly processorSeconds: number;
}

/**
 * Runs Node with these arguments and measures the process.
 *
 * @param onLine Receives each line of the error stream with its moment.
 * @param environment Variables beside those of this process.
 * @throws Error with the last line when the process fails.
 */
export async function measureNode(
  args: readonly string[],
  onLine: (line: string, at: ProcessMoment) => void = () => undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProcessMeasure> {
  const started = performance.now();
  const sinceStart = (): number => (performance.now() - started) / 1000;
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let peakMegabytes: number | undefined;
  const watch = setInterval(() => {
    peakMegabytes = peakOf(child.pid) ?? peakMegabytes;
  }, MEMORY_PERIOD_MS);
  let last = '';
  const closed = once(child, 'close');
  try {
    for await (const line of createInterface({ input: child.stderr })) {
      onLine(line, { seconds: sinceStart(), processorSeconds: processorSecondsOf(child.pid) });
      last = line;
    }
    const [status] = await closed;
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with status ${status}: ${last}`);
  } finally {
    clearInterval(watch);
  }
  return { seconds: sinceStart(), peakMegabytes };
}

/** Ticks of processor time in a second, as Linux counts them for programs. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process so far, of all its threads; NaN where the system does not tell. [s] */
function processorSecondsOf(pid: number | undefined): number {
  try {
    // The fields after the name, which is in parentheses: user and system time are the 12th and 13th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

/** Peak resident memory of a process, as Linux counts it. [MB] */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}
