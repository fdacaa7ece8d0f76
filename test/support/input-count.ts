import { FULL_RUN } from './full-run.ts';

/** A short run tries this part of a test's random inputs, but at least a few. */
const SHORT_RUN = 0.2;
const LEAST = 4;

/** A factor on the number of random inputs of every test, for a longer search. */
const FACTOR = Number(process.env.AIRTUNE_TEST_INPUTS ?? (FULL_RUN ? 1 : SHORT_RUN));

/**
 * Number of random inputs that a test tries: all of them in the full run, a fifth otherwise. The claim is
 * the same; `AIRTUNE_TEST_INPUTS=10` tries ten times as many as the full run.
 *
 * @param full Number in the full run.
 */
export function inputCount(full: number): number {
  return Math.max(Math.min(LEAST, full), Math.ceil(FACTOR * full));
}
