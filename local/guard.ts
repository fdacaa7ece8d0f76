/**
 * Runs a program until it ends, or until this process's standard input closes. The input closes when the
 * parent process closes it or ends, even by SIGKILL. Then the program and all processes it started get
 * SIGTERM, and SIGKILL after a grace time, and its run folder is removed.
 *
 *     node guard.ts RUN_FOLDER PROGRAM [ARGUMENT...]
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const GRACE_MS = 3000;

const [runFolder = '', program = '', ...programArguments] = process.argv.slice(2);

// The program gets its own process group, so that the processes it starts are stopped with it. The guard is
// not in its parent's group either: a Ctrl-C in the terminal reaches only the parent, which decides how to
// react.
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
    // The process group has already ended.
  }
}

function finish(status: number): never {
  rmSync(runFolder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(status);
}
