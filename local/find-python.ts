import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '#shared/errors.ts';
import { runCommand } from './run-command.ts';

export interface Python {
  readonly command: string;
  readonly version: string;
}

/**
 * Script that prints an interpreter's version. It fails without venv and pip, which the installation needs.
 */
const PROBE = 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])';

/**
 * Finds a Python of version 3.`minimumMinor` or later that can make virtual environments. Order:
 * AIRTUNE_PYTHON; on the PATH `python3`, then `python3.14` down to the minimum; then pyenv's.
 *
 * @returns undefined if there is none.
 * @throws ConfigError if AIRTUNE_PYTHON names an unsuitable Python.
 */
export async function findPython(minimumMinor: number): Promise<Python | undefined> {
  const chosen = process.env.AIRTUNE_PYTHON;
  if (chosen !== undefined && chosen !== '') {
    const python = await probe(chosen, minimumMinor);
    if (python !== undefined) return python;
    throw new ConfigError(`is not a Python 3.${minimumMinor} or newer with the modules venv and ensurepip.`, {
      subject: `AIRTUNE_PYTHON=${chosen}`,
      remedy: 'Name another interpreter, or unset it.',
    });
  }
  for (const command of await candidates(minimumMinor)) {
    const python = await probe(command, minimumMinor);
    if (python !== undefined) return python;
  }
  return undefined;
}

async function candidates(minimumMinor: number): Promise<readonly string[]> {
  const named: string[] = [];
  for (let minor = 14; minor >= minimumMinor; minor--) named.push(`python3.${minor}`);
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const ofPyenv = (await readdir(versions).catch(() => []))
    .filter((name) => name.startsWith('3.'))
    .sort((left, right) => right.localeCompare(left, 'en', { numeric: true }));
  return ['python3', ...named, ...ofPyenv.map((name) => join(versions, name, 'bin', 'python3'))];
}

async function probe(command: string, minimumMinor: number): Promise<Python | undefined> {
  const { status, stdout } = await runCommand(command, ['-c', PROBE]);
  const version = stdout.trim();
  const [major, minor] = version.split('.').map(Number);
  return status === 0 && major === 3 && minor !== undefined && minor >= minimumMinor
    ? { command, version }
    : undefined;
}
