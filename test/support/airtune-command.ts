import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const COMMAND = join(import.meta.dirname, '../../cli/airtune.ts');

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
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
  /** Ends the process outright (SIGKILL) at this time after its start [ms], if it still runs. */
  readonly killedAfterMs?: number;
}

/** Runs the real command line in a separate process. */
export function airtune(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: options.cwd,
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    });
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
    child.on('close', (exitCode) => {
      clearTimeout(killer);
      resolve({ exitCode, stdout, stderr });
    });
    // A command that ends early does not read its input, which makes the write fail.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/**
 * Hashes of an output folder's adapter and heads by file name, those of the best state included. Two runs of
 * one seed have equal hashes.
 */
export function trainedFiles(outputFolder: string): Readonly<Record<string, string>> {
  const best = existsSync(join(outputFolder, 'best')) ? ['best/adapter', 'best/heads'] : [];
  return hashesOf(outputFolder, ['adapter', 'heads', ...best]);
}

/** The same without the best state, which depends on the rounds of the tests. */
export function lastTrainedFiles(outputFolder: string): Readonly<Record<string, string>> {
  return hashesOf(outputFolder, ['adapter', 'heads']);
}

function hashesOf(outputFolder: string, parts: readonly string[]): Readonly<Record<string, string>> {
  const entries = parts.flatMap((part) =>
    readdirSync(join(outputFolder, part))
      .sort()
      .map((name): [string, string] => {
        const bytes = readFileSync(join(outputFolder, part, name));
        return [`${part}/${name}`, createHash('sha256').update(bytes).digest('hex')];
      }),
  );
  return Object.fromEntries(entries);
}
