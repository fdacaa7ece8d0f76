import { ConfigError } from '#shared/errors.ts';

/** Most seeds of an experiment. */
const MOST_SEEDS = 1000;
/** The largest seed of a run. */
const LARGEST_SEED = 2 ** 52;

/**
 * Parses seeds: `1..5`, `1,2,7`, or both as in `1..3,10`.
 *
 * @throws ConfigError for text that is no list of seeds, and for a seed that is named twice
 */
export function parseSeeds(text: string, subject: string): readonly number[] {
  const seeds = text.split(',').flatMap((part) => seedsOf(part.trim(), text, subject));
  return requireSeeds(seeds, subject);
}

/** Checks a list of seeds. @throws ConfigError if it is empty, too long, or names a seed twice */
export function requireSeeds(seeds: readonly number[], subject: string): readonly number[] {
  if (seeds.length === 0 || seeds.length > MOST_SEEDS) {
    throw new ConfigError(`has ${seeds.length} seeds.`, { subject, remedy: `Give 1 to ${MOST_SEEDS}.` });
  }
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice === undefined) return seeds;
  throw new ConfigError(`${twice} is named twice.`, { subject, remedy: 'Name every seed once.' });
}

function seedsOf(part: string, text: string, subject: string): readonly number[] {
  const ends = part.split('..').map(numberOf);
  const first = ends[0];
  const last = ends.at(-1);
  if (first === undefined || last === undefined || ends.length > 2 || last < first) {
    throw new ConfigError(`${JSON.stringify(text)} is no list of seeds.`, {
      subject,
      remedy: 'For example 1..5, or 1,2,7.',
    });
  }
  if (last - first >= MOST_SEEDS) {
    throw new ConfigError(`are ${last - first + 1}.`, { subject, remedy: `Give 1 to ${MOST_SEEDS}.` });
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function numberOf(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= LARGEST_SEED ? value : undefined;
}
