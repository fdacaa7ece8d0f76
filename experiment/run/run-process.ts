import { spawn } from 'node:child_process';
import { EXIT_CODES } from '#shared/errors.ts';

/** The `airtune` command line: program and first arguments. */
export interface AirtuneCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** How a process of `airtune run` ended. */
export interface RunEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** The line of its error output that states why it failed; empty if there is none. */
  readonly message: string;
}

/** Characters of error output that are kept: enough for the last lines. */
const KEPT_CHARACTERS = 8_192;

/**
 * Runs `airtune` with these arguments in a process of its own, and waits for its end. When the signal aborts,
 * the process is asked to save and end. It also saves and ends when this process dies.
 *
 * The process has a group of its own: Ctrl-C in a terminal reaches only this process, which passes it on
 * once. A second SIGINT would end the run before it has saved.
 */
export function runProcess(
  command: AirtuneCommand,
  args: readonly string[],
  signal: AbortSignal,
): Promise<RunEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, [...command.args, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    });
    let errors = '';
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      errors = (errors + text).slice(-KEPT_CHARACTERS);
    });
    const stop = (): void => {
      child.kill('SIGINT');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.on('error', (error) => {
      signal.removeEventListener('abort', stop);
      reject(error);
    });
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', stop);
      resolve({ exitCode, message: lastError(errors) });
    });
  });
}

/** The last line that the command line printed for an error, without its prefix. */
function lastError(errors: string): string {
  const lines = errors.split('\n').map((line) => line.trim());
  const own = lines.findLast((line) => line.startsWith('airtune: '));
  return own?.slice('airtune: '.length) ?? lines.findLast((line) => line !== '') ?? '';
}

/** Whether a run was stopped and can go on. */
export function wasInterrupted({ exitCode }: RunEnd): boolean {
  return exitCode === EXIT_CODES.interrupted || exitCode === null;
}
