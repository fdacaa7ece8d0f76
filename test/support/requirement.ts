import { FULL_RUN } from './full-run.ts';

/**
 * Whether tests can run. If not, prints the skipped tests and the reason; in a full run (`npm run test:all`)
 * a missing requirement is a failure: it throws instead.
 *
 * @param what Subject of the tests.
 * @param missing The missing requirement and how to install it; undefined if nothing is missing.
 */
export function requirement(what: string, missing: string | undefined): boolean {
  if (missing === undefined) return true;
  if (FULL_RUN) throw new Error(`${what}: ${missing}`);
  process.stderr.write(`skipped: ${what}: ${missing}\n`);
  return false;
}

/**
 * Whether this is a full run, for tests that install or build for minutes. In other runs prints what is
 * skipped.
 */
export function fullRunOnly(what: string): boolean {
  if (!FULL_RUN) process.stderr.write(`skipped: ${what}: part of the full run (npm run test:all)\n`);
  return FULL_RUN;
}
