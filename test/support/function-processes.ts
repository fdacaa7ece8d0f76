import { runCommand } from '#local/run-command.ts';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Descendant Node processes in which MiniStack runs functions. */
export async function functionProcesses(): Promise<readonly number[]> {
  const { below, parentOf } = await processTree();
  return below
    .filter((entry) => /\bnode\b/.test(entry.command) && /-m ministack$/.test(parentOf(entry)?.command ?? ''))
    .map(({ pid }) => pid);
}

/** Descendant processes that run `airtune worker`, without their guards. */
export async function workerProcesses(): Promise<readonly number[]> {
  const { below } = await processTree();
  return below
    .filter(({ command }) => /airtune\.ts worker/.test(command) && !command.includes('guard.ts'))
    .map(({ pid }) => pid);
}

/** All descendants of this process. */
async function processTree(): Promise<{
  readonly below: readonly ProcessEntry[];
  readonly parentOf: (entry: ProcessEntry) => ProcessEntry | undefined;
}> {
  const { stdout } = await runCommand('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const entries = stdout.split('\n').flatMap((line): readonly ProcessEntry[] => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command.trim() }];
  });
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  const isBelow = ({ parent }: ProcessEntry): boolean => {
    for (let pid = parent; pid > 1; pid = byPid.get(pid)?.parent ?? 0) if (pid === process.pid) return true;
    return false;
  };
  return { below: entries.filter(isBelow), parentOf: ({ parent }) => byPid.get(parent) };
}
