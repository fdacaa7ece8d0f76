import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { requirement } from './requirement.ts';

const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';
const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..');

/** Whether the Python of AIRTUNE_PYTHON (python3 by default) has these modules, as a requirement of tests. */
export function pythonHas(...modules: readonly string[]): boolean {
  const what = `comparisons with Python's ${modules.join(', ')}`;
  try {
    execFileSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
    return true;
  } catch {
    return requirement(
      what,
      `${PYTHON} lacks some of them (npm run test:python installs them and prints its path)`,
    );
  }
}

/** Runs a Python script of this repository and returns its output. @throws if it fails. */
export function runPython(script: string, ...args: readonly string[]): string {
  return execFileSync(PYTHON, [resolve(REPOSITORY_ROOT, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
