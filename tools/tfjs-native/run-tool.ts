import { spawn } from 'node:child_process';
import type { Environment } from '#shared/environment.ts';
import { ServiceError } from '#shared/errors.ts';

export interface ToolOptions {
  readonly folder?: string;
  readonly environment?: Environment;
  /** Time after which the tool and all processes it started are stopped [s]. */
  readonly limitSeconds: number;
}

/** Number of last output lines that errors show. */
const LAST_LINES = 15;

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

/**
 * Runs a program to its end and returns its output.
 *
 * @throws {@link ServiceError} with its last lines if it is missing, fails, or exceeds its time limit.
 */
export function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its own process group, so that processes it started end with it.
    const detached = process.platform !== 'win32';
    const child = spawn(command, [...args], {
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached,
    });
    let output = '';
    let expired = false;
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const stop = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(detached ? -child.pid : child.pid, 'SIGKILL');
      } catch {
        // It has already ended.
      }
    };
    const timer = setTimeout(() => {
      expired = true;
      stop();
    }, options.limitSeconds * 1000);
    process.once('exit', stop);
    const settle = (failure: string | undefined, cause?: unknown) => {
      clearTimeout(timer);
      process.removeListener('exit', stop);
      if (failure === undefined) resolve(output);
      else reject(new ServiceError(`${failure}.\n${lastLines(output)}`, { subject: command, cause }));
    };
    child.once('error', (cause) => settle('cannot be started', cause));
    child.once('close', (code) => {
      if (expired) settle(`did not end within ${options.limitSeconds} s`);
      else settle(code === 0 ? undefined : `failed with status ${code}`);
    });
  });
}

/** Whether a program of this name can be run. */
export async function hasTool(command: string): Promise<boolean> {
  return runTool(command, ['--version'], { limitSeconds: 20 }).then(
    () => true,
    () => false,
  );
}
