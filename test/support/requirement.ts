/** In a full test run everything that a test needs must be there: what is missing fails instead of being left out. */
const EVERYTHING = process.env.AIRTUNE_TEST_ALL === '1';

/**
 * Whether tests can run, given what they lack here. Says on the console what is left out and why; in a full run
 * (`npm run test:all`) it throws instead.
 *
 * @param what the tests' subject
 * @param missing what keeps them from running, with the way to get it; undefined when nothing does
 */
export function requirement(what: string, missing: string | undefined): boolean {
  if (missing === undefined) return true;
  if (EVERYTHING) throw new Error(`${what}: ${missing}`);
  process.stderr.write(`skipped: ${what}: ${missing}\n`);
  return false;
}
