import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';
const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..');

/** Whether the Python of AIRTUNE_PYTHON (python3 by default) has these modules; a notice says so when it has not. */
export function pythonHas(...modules: readonly string[]): boolean {
  try {
    execFileSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      `skipped: ${PYTHON} lacks some of ${modules.join(', ')} (set AIRTUNE_PYTHON to one that has them)\n`,
    );
    return false;
  }
}

/** What a script of this repository prints. Throws when it fails. */
export function runPython(script: string, ...args: readonly string[]): string {
  return execFileSync(PYTHON, [resolve(REPOSITORY_ROOT, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
