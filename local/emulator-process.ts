import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError } from '#shared/errors.ts';

/** A running AWS emulator on this machine. */
export interface Emulator {
  readonly endpoint: string;
  /** Ends the emulator and all processes it started; resolves when they have ended. May be called twice. */
  stop(): Promise<void>;
}

export interface EmulatorStartOptions {
  /** Port to listen on; a free port by default. */
  readonly port?: number;
  /** Receives a line for each long step, as an installation. */
  readonly log?: (line: string) => void;
  /** Additional environment variables of the emulator. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface EmulatorCommand {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Folder that only this emulator uses; it is removed when the emulator has ended. */
  readonly runFolder: string;
  readonly endpoint: string;
  /** A path of the endpoint that answers 200 once the emulator is ready. */
  readonly healthPath: string;
  readonly startSeconds: number;
}

const POLL_MS = 25;
const HEALTH_TIMEOUT_MS = 2000;
const TAIL_BYTES = 500;

/**
 * Starts an emulator and waits until it answers. A guard process ends it when this process ends, even by
 * SIGKILL.
 *
 * @throws ServiceError with the end of its log if it does not answer in time.
 */
export async function startEmulatorProcess(options: EmulatorCommand): Promise<Emulator> {
  // Functions are CommonJS bundles. Without this file, a package.json in a parent folder could make them ES
  // modules.
  await writeFile(join(options.runFolder, 'package.json'), '{"type":"commonjs"}\n');
  const log = await open(join(options.runFolder, 'emulator.log'), 'a+');
  const guard = spawn(
    process.execPath,
    [join(import.meta.dirname, 'guard.ts'), options.runFolder, ...options.command],
    {
      stdio: ['pipe', log.fd, log.fd],
      env: childEnvironment(options.environment),
      cwd: options.runFolder,
      // Signals from the terminal do not reach it, even while it starts.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => {
    guard.on('exit', () => resolve());
    guard.on('error', () => resolve());
  });
  const stop = async () => {
    guard.stdin?.destroy();
    await ended;
  };
  try {
    if (await becomesReady(guard, options)) return { endpoint: options.endpoint, stop };
    await stop();
    throw new ServiceError(`did not answer at ${options.endpoint}; it said last: ${await endOf(log)}`, {
      subject: options.name,
      remedy: 'Try again; if it stays, start it by hand.',
      retryable: true,
    });
  } finally {
    await log.close();
  }
}

/** The end of a log as one line. Reads by the handle, because the file is removed with the run folder. */
async function endOf(log: FileHandle): Promise<string> {
  const { size } = await log.stat();
  const { buffer, bytesRead } = await log.read({
    buffer: Buffer.alloc(TAIL_BYTES),
    position: Math.max(0, size - TAIL_BYTES),
  });
  const text = buffer.toString('utf8', 0, bytesRead).replace(/\s+/g, ' ').trim();
  return text === '' ? 'nothing.' : text;
}

async function becomesReady(guard: ChildProcess, options: EmulatorCommand): Promise<boolean> {
  const deadline = performance.now() + options.startSeconds * 1000;
  while (guard.exitCode === null && guard.signalCode === null && performance.now() < deadline) {
    if (await answers(options.endpoint + options.healthPath)) return true;
    await pause(POLL_MS);
  }
  return false;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Environment of the emulator: without the user's AWS settings, and with this process's Node first on the
 * PATH.
 */
function childEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  return { PATH: `${dirname(process.execPath)}:${PATH}`, HOME, LANG, ...extra };
}
