/** In a full test run everything that a test needs must be there: what is missing fails instead of being left out. */
const FULL_RUN = process.env.AIRTUNE_TEST_ALL === '1';

/**
 * Whether tests can run, given what is missing here. Says on the console what is left out and why; in a full run
 * (`npm run test:all`) it throws instead.
 *
 * @param what the tests' subject
 * @param missing what keeps them from running, with the way to get it; undefined when nothing does
 */
export function requirement(what: string, missing: string | undefined): boolean {
  if (missing === undefined) return true;
  if (FULL_RUN) throw new Error(`${what}: ${missing}`);
  process.stderr.write(`skipped: ${what}: ${missing}\n`);
  return false;
}

/** Whether this is a full run, for tests that install or build for minutes; otherwise says what is left out. */
export function fullRunOnly(what: string): boolean {
  if (!FULL_RUN) process.stderr.write(`skipped: ${what}: part of the full run (npm run test:all)\n`);
  return FULL_RUN;
}
