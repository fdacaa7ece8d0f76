import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface GuardedCommand {
  readonly command: readonly [program: string, ...args: string[]];
  /** Environment variables in addition to PATH, HOME and TMPDIR. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Receives the program's output line by line. */
  readonly onLine: (line: string) => void;
}

/** A program that ends when this process ends, even by SIGKILL. */
export interface GuardedProcess {
  /** Its exit status. */
  readonly ended: Promise<number>;
  /** Asks it to stop and kills it after a grace time; resolves when it has ended. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a program under the guard. Both have their own process groups, so a Ctrl-C in the terminal reaches
 * neither.
 */
export async function startGuarded(options: GuardedCommand): Promise<GuardedProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'airtune-guard-'));
  const { PATH = '', HOME = '' } = process.env;
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.ts'), folder, ...options.command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Signals from the terminal do not reach it, even while it starts.
    detached: true,
    cwd: options.workingFolder,
    // Temporary files of the program are removed with the guard's folder.
    env: { PATH: `${dirname(process.execPath)}:${PATH}`, HOME, TMPDIR: folder, ...options.environment },
  });
  for (const stream of [guard.stdout, guard.stderr]) splitLines(stream, options.onLine);
  const ended = new Promise<number>((resolve) => {
    guard.on('close', (status) => resolve(status ?? 1));
    guard.on('error', () => resolve(127));
  });
  return {
    ended,
    async stop() {
      guard.stdin.destroy();
      await ended;
    },
  };
}

function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
