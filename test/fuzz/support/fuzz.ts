import { expect } from 'vitest';
import { AirtuneError } from '#shared/errors.ts';
import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';
import { inputCount } from '#test/support/input-count.ts';

/** Number of inputs for each target: small by default; `AIRTUNE_FUZZ_INPUTS=20000` for a long search. */
const INPUTS = Number(process.env.AIRTUNE_FUZZ_INPUTS ?? inputCount(60));
/**
 * The first seed; input n of a target has the seed FIRST + n, and can be repeated alone with
 * AIRTUNE_FUZZ_INPUTS=1.
 */
const FIRST_SEED = Number(process.env.AIRTUNE_FUZZ_SEED ?? 1);
/** Prints each seed before its input is tried. If an input never ends, its seed is the last one printed. */
const TRACE = process.env.AIRTUNE_FUZZ_TRACE !== undefined;
/** Time limit for one input; small files take less even on a busy machine. */
const LIMIT_MS = 20_000;

export interface FuzzCounts {
  readonly inputs: number;
  readonly accepted: number;
}

/**
 * Runs a target on many inputs. An input must either be refused by an AirtuneError in one line, or be
 * accepted with a result that passes `check`. Another error, a wrong result or a timeout fails the test and
 * prints the seed.
 *
 * @param attempt Makes an input from a random stream and gives it to the code under test.
 * @param check Throws for a result that should not have been accepted.
 */
export async function fuzz<T>(
  target: string,
  attempt: (random: RandomStream) => Promise<T> | T,
  check: (result: T) => void = () => {},
): Promise<FuzzCounts> {
  let accepted = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + INPUTS; seed++) {
    if (TRACE) process.stderr.write(`${target} ${seed}\n`);
    const where = `${target}, AIRTUNE_FUZZ_SEED=${seed} AIRTUNE_FUZZ_INPUTS=1`;
    const begunMs = performance.now();
    try {
      check(await attempt(randomStream(seed, 'dataset')));
      accepted++;
    } catch (error) {
      if (!(error instanceof AirtuneError)) throw new Error(`${where}: ${describe(error)}`, { cause: error });
      expect(error.line.split('\n'), where).toHaveLength(1);
      expect(error.line.length, `${where}: ${error.line.slice(0, 500)}`).toBeLessThan(1500);
    }
    expect(performance.now() - begunMs, where).toBeLessThan(LIMIT_MS);
  }
  console.info(`fuzz ${target}: seeds ${FIRST_SEED} to ${FIRST_SEED + INPUTS - 1}, ${accepted} accepted`);
  return { inputs: INPUTS, accepted };
}

/** Fails for a number that is not finite anywhere in a value. */
export function requireFinite(value: unknown, path = 'result'): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${path} is ${value}`);
  if (ArrayBuffer.isView(value) || typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) requireFinite(inner, `${path}.${key}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
