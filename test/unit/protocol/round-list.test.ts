import { expect, test } from 'vitest';
import { ConfigError } from '#shared/errors.ts';
import { countRounds, includesRound, parseRoundList, requireRounds } from '#shared/protocol/round-list.ts';

const parse = (text: string) => parseRoundList(text, '--trace-rounds');
const roundsOf = (text: string, rounds: number): readonly number[] =>
  Array.from({ length: rounds }, (_, index) => index + 1).filter((round) =>
    includesRound(parse(text), round, rounds),
  );

test.each([
  ['1,5,10-12', [1, 5, 10, 11, 12]],
  [' 3 - 5 , 4', [3, 4, 5]],
  ['last', [14]],
  ['all', Array.from({ length: 14 }, (_, index) => index + 1)],
])('%s of 14 rounds', (text, rounds) => {
  expect(roundsOf(text, 14)).toEqual(rounds);
  expect(countRounds(parse(text), 14)).toBe(rounds.length);
});

test.each(['', '0', '5-3', '1,,2', 'first', '1.5', '-2', '1e3'])('%j is refused by its part', (text) => {
  expect(() => parse(text)).toThrow(ConfigError);
  expect(() => parse(text)).toThrow(/is not a round/);
});

test('a list that names a round that the run does not have is refused with both numbers', () => {
  expect(() => requireRounds(parse('2,38-41'), 40, '--trace-rounds')).toThrow(/names round 41; there are 40/);
  expect(() => requireRounds(parse('40'), 40, '--trace-rounds')).not.toThrow();
  expect(() => requireRounds(parse('all'), 40, '--trace-rounds')).not.toThrow();
});
