import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const COMMAND = join(import.meta.dirname, '../../cli/airtune.ts');

export interface ProcessResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Closes the output after its first piece, as `| head -1` does. */
  readonly readOnce?: boolean;
  /** The same for the error output, as when a terminal closes. */
  readonly readErrorOutputOnce?: boolean;
  /**
   * Called with all error output so far whenever there is more; lets a test act at a certain point of a run.
   */
  readonly onErrorOutput?: (stderr: string) => void;
  /** Sends this signal as soon as the error output matches. */
  readonly interrupt?: { readonly when: RegExp; readonly signal: NodeJS.Signals };
  /** The process has a channel to this one, as an experiment's runs have, which closes while it starts. */
  readonly orphaned?: boolean;
  /** Ends the process outright (SIGKILL) at this time after its start [ms], if it still runs. */
  readonly killedAfterMs?: number;
}

/**
 * Runs the command line in a process of its own, for claims about processes: signals, kills, closed pipes,
 * several processes at once, time and memory of a start. For all others `airtune` is enough, and takes a
 * quarter of the processor time or less.
 */
export function airtuneProcess(
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: options.cwd,
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe', ...(options.orphaned ? (['ipc'] as const) : [])],
    }) as ChildProcessWithoutNullStreams;
    if (options.orphaned) child.disconnect();
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    const killer =
      options.killedAfterMs === undefined
        ? undefined
        : setTimeout(() => child.kill('SIGKILL'), options.killedAfterMs);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (options.readOnce) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (options.readErrorOutputOnce) child.stderr.destroy();
      options.onErrorOutput?.(stderr);
      if (!interrupted && options.interrupt?.when.test(stderr)) {
        interrupted = true;
        child.kill(options.interrupt.signal);
      }
    });
    child.on('error', reject);
    // Not the event `close` of the process: Node leaves it out after the channel was closed here.
    const streamsClosed = [once(child.stdout, 'close'), once(child.stderr, 'close')];
    child.on('exit', async (exitCode) => {
      clearTimeout(killer);
      await Promise.all(streamsClosed);
      resolve({ exitCode, stdout, stderr });
    });
    // A command that ends early does not read its input, which makes the write fail.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}
