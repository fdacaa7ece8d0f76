import { ConfigError } from '#shared/errors.ts';

/** Consecutive rounds, counted from 1, both ends included. */
interface RoundRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A choice of rounds, made before the number of rounds is known. It is plain data, so that it can be passed
 * to worker threads.
 */
export type RoundList = 'all' | 'last' | readonly RoundRange[];

/**
 * Parses a list of rounds: `all`, `last`, or numbers and ranges such as `1,5,10-12`.
 *
 * @param option Names the option in errors.
 * @throws ConfigError naming the part that is not a round or a range.
 */
export function parseRoundList(text: string, option: string): RoundList {
  const list = text.trim();
  if (list === 'all' || list === 'last') return list;
  return list.split(',').map((part) => {
    const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = match?.[2] === undefined ? first : Number(match[2]);
    if (match !== null && first >= 1 && last >= first && Number.isSafeInteger(last)) return { first, last };
    throw new ConfigError(`${JSON.stringify(part.trim())} is not a round.`, {
      subject: option,
      remedy: 'Give rounds, counted from 1, as in 1,5,10-12; or all, or last.',
    });
  });
}

/** Whether a list names a round, counted from 1, of a run with this many rounds. */
export function includesRound(list: RoundList, round: number, rounds: number): boolean {
  if (list === 'all') return true;
  if (list === 'last') return round === rounds;
  return list.some(({ first, last }) => round >= first && round <= last);
}

/** The number of a run's rounds that a list names. `rounds` is the number of rounds of the run. */
export function countRounds(list: RoundList, rounds: number): number {
  if (list === 'all') return rounds;
  if (list === 'last') return Math.min(1, rounds);
  const named = new Set<number>();
  for (const { first, last } of list) {
    for (let round = first; round <= Math.min(last, rounds); round++) named.add(round);
  }
  return named.size;
}

/**
 * Refuses a list with a round that the run does not have.
 *
 * @throws ConfigError naming the round and the number of rounds.
 */
export function requireRounds(list: RoundList, rounds: number, option: string): void {
  if (typeof list === 'string') return;
  const beyond = list.find(({ last }) => last > rounds);
  if (beyond === undefined) return;
  throw new ConfigError(`names round ${beyond.last}; there are ${rounds}.`, {
    subject: option,
    remedy: `Name rounds from 1 to ${rounds}, or all, or last.`,
  });
}
