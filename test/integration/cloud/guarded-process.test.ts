import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { startGuarded } from '#local/guarded-process.ts';

/** Prints the id of its parent process, which is the guard, and runs until it is stopped. */
const PROGRAM = 'console.log(process.ppid); setInterval(() => {}, 1000)';

function processGroup(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }));
}

it('a guard is out of reach of a Ctrl-C in the terminal of who started it, from its first moment', async () => {
  const line = Promise.withResolvers<string>();
  const guarded = await startGuarded({
    command: [process.execPath, '-e', PROGRAM],
    environment: {},
    workingFolder: import.meta.dirname,
    onLine: line.resolve,
  });
  try {
    const guard = Number(await line.promise);
    expect(processGroup(guard)).toBe(guard);
  } finally {
    await guarded.stop();
  }
});
