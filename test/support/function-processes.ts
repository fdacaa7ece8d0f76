import { runCommand } from '../../local/run-command.ts';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes in which an emulator started below this one runs functions. */
export async function functionProcesses(): Promise<readonly number[]> {
  const entries = await allProcesses();
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  const isBelow = ({ parent }: ProcessEntry): boolean => {
    for (let pid = parent; pid > 1; pid = byPid.get(pid)?.parent ?? 0) if (pid === process.pid) return true;
    return false;
  };
  return entries
    .filter((entry) => {
      const parent = byPid.get(entry.parent)?.command ?? '';
      return /\bnode\b/.test(entry.command) && /-m ministack$/.test(parent) && isBelow(entry);
    })
    .map(({ pid }) => pid);
}

async function allProcesses(): Promise<readonly ProcessEntry[]> {
  const { stdout } = await runCommand('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command.trim() }];
  });
}
