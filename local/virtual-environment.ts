import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessRunning } from '#shared/cloud/node/process-running.ts';
import { ServiceError } from '#shared/errors.ts';
import type { Python } from './find-python.ts';
import { CACHE_FOLDER, PROJECT_FOLDER } from './project-folders.ts';
import { runCommand } from './run-command.ts';

/** Number of last lines of a failed program's output that errors show. */
const TAIL_LINES = 3;

/**
 * Returns the interpreter of a virtual environment with exactly the packages of
 * `local/requirements/<name>.txt`. The environment is made on first use. Its folder is named after the file's
 * contents and the Python. It is completed in another folder and then renamed, so several processes may call
 * this at once. Run its programs with `-m`: scripts in `bin` contain the path of the folder before the
 * rename.
 *
 * @throws ServiceError if the packages cannot be installed.
 */
export async function ensureVirtualEnvironment(
  name: string,
  python: Python,
  log: (line: string) => void,
): Promise<string> {
  const folder = await environmentFolder(name, python);
  if (!(await exists(folder))) {
    log(`Installing ${name} into ${folder} (Python ${python.version}) ...`);
    await install(name, python, requirementsFile(name), folder);
  }
  return interpreterIn(folder);
}

/** The interpreter of the same environment if it is installed; undefined if it is not. */
export async function installedEnvironment(name: string, python: Python): Promise<string | undefined> {
  const folder = await environmentFolder(name, python);
  return (await exists(folder)) ? interpreterIn(folder) : undefined;
}

function requirementsFile(name: string): string {
  return join(PROJECT_FOLDER, 'local', 'requirements', `${name}.txt`);
}

async function environmentFolder(name: string, python: Python): Promise<string> {
  const requirements = await readFile(requirementsFile(name), 'utf8');
  const hash = createHash('sha256').update(`${python.version}\n${requirements}`).digest('hex').slice(0, 12);
  return join(CACHE_FOLDER, `${name}-${hash}`);
}

function interpreterIn(folder: string): string {
  return join(folder, 'bin', 'python');
}

async function install(name: string, python: Python, requirements: string, folder: string): Promise<void> {
  await mkdir(CACHE_FOLDER, { recursive: true });
  await removeAbandoned(`${name}~`);
  const aside = join(CACHE_FOLDER, `${name}~${process.pid}`);
  try {
    await run(name, python.command, ['-m', 'venv', '--clear', aside]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(name, join(aside, 'bin', 'python'), pip);
    await rename(aside, folder).catch(async (error: unknown) => {
      // Another process was faster; its installation is the same.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Removes the folders of interrupted installations. */
async function removeAbandoned(prefix: string): Promise<void> {
  for (const entry of await readdir(CACHE_FOLDER)) {
    if (entry.startsWith(prefix) && !isProcessRunning(Number(entry.slice(prefix.length)))) {
      await rm(join(CACHE_FOLDER, entry), { recursive: true, force: true });
    }
  }
}

async function run(name: string, command: string, args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runCommand(command, args);
  if (status === 0) return;
  const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-TAIL_LINES).join(' ');
  throw new ServiceError(`could not be installed: ${tail}`, {
    subject: name,
    remedy: 'Check the network and the package index that pip uses, and try again.',
    retryable: true,
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
