/**
 * Runs a program until it ends, or until the process that started this one lets go of its standard input: by
 * closing it or by ending in whatever way, SIGKILL included. Then the program and all it started are asked to stop,
 * killed after a grace time, and its run folder is removed.
 *
 *     node guard.ts RUN_FOLDER PROGRAM [ARGUMENT...]
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const GRACE_MS = 3000;

const [runFolder = '', program = '', ...programArguments] = process.argv.slice(2);

// A process group of its own: its functions' processes are stopped with it. This process is in another one than who started
// it, too, so that a Ctrl-C in the terminal reaches only the process that decides what to do about it.
const child = spawn(program, programArguments, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  console.error(error.message);
  finish(127);
});
child.on('exit', (status) => {
  signalGroup('SIGKILL');
  finish(status ?? 1);
});
process.stdin.resume();
process.stdin.on('close', stop);
process.on('SIGTERM', stop);
for (const ignored of ['SIGINT', 'SIGHUP'] as const) process.on(ignored, () => {});

function stop(): void {
  signalGroup('SIGTERM');
  setTimeout(() => signalGroup('SIGKILL'), GRACE_MS);
}

function signalGroup(signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

function finish(status: number): never {
  rmSync(runFolder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(status);
}
