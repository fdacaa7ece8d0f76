import { readFileSync } from 'node:fs';

/** Memory and processor time of this process and of those that it started. */
export interface FamilyUsage {
  /** Sum of the processes' peaks of resident memory [MB]. */
  readonly peakMegabytes: number;
  /** User and system time [ms]. */
  readonly processorMs: number;
}

/** Clock ticks of Linux in a second. */
const TICKS_PER_SECOND = 100;

export function familyUsage(): FamilyUsage {
  const { user, system } = process.cpuUsage();
  const own = { peakMegabytes: process.resourceUsage().maxRSS / 1000, processorMs: (user + system) / 1000 };
  return children().reduce((sum, pid) => {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(procFile(`${pid}/status`))?.[1];
    // The fields after the name, which is in brackets; the 12th and 13th are times.
    const fields = procFile(`${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return {
      peakMegabytes: sum.peakMegabytes + Number(peak ?? 0) / 1000,
      processorMs: sum.processorMs + (1000 * ticks) / TICKS_PER_SECOND,
    };
  }, own);
}

/** Ids of the child processes; none on systems without /proc. */
function children(): readonly string[] {
  const { pid } = process;
  return procFile(`${pid}/task/${pid}/children`)
    .split(' ')
    .filter((id) => id !== '');
}

function procFile(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}
