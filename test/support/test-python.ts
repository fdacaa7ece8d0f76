import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findPython } from '#local/find-python.ts';
import { ensureVirtualEnvironment, installedEnvironment } from '#local/virtual-environment.ts';
import { FULL_RUN } from './full-run.ts';
import { requirement } from './requirement.ts';

/** The same as in tools/test-environments.ts. */
const MINIMUM_PYTHON_MINOR = 12;

const run = promisify(execFile);

/**
 * The interpreter of an environment of `local/requirements/`; undefined, with a notice, if there is none.
 *
 * @param what the tests that need it, for the notice
 */
export async function environmentPython(name: string, what: string): Promise<string | undefined> {
  const python = await findPython(MINIMUM_PYTHON_MINOR);
  if (python === undefined) {
    requirement(
      what,
      `no Python 3.${MINIMUM_PYTHON_MINOR} or newer with venv was found (AIRTUNE_PYTHON names one)`,
    );
    return undefined;
  }
  if (FULL_RUN) return ensureVirtualEnvironment(name, python, () => {});
  const installed = await installedEnvironment(name, python);
  requirement(what, installed === undefined ? 'not installed (npm run test:python does it)' : undefined);
  return installed;
}

/** The interpreter that has pandas, TensorBoard and MLflow; undefined, with a notice, if there is none. */
export function exportPython(): Promise<string | undefined> {
  return environmentPython('export', 'tests with pandas, TensorBoard and MLflow');
}

/** Runs Python code and returns what it prints, as parsed JSON. @throws if it fails */
export async function pythonJson(python: string, code: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(python, ['-c', code, ...args], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}
