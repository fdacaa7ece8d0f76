import { describe, expect, test } from 'vitest';
import { isFlatPattern } from '#shared/data/text/flat-pattern.ts';

const GPT2 = String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const LLAMA_3 = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const GPT_4O = String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

describe('a pattern', () => {
  test.each([GPT2, LLAMA_3, GPT_4O, '', ' ', String.raw`\d{3}|[+*({|]+\(`, '(?<year>[0-9]+)-x?', '(a+)?b'])(
    'without repeats inside repeats is flat: %s',
    (pattern) => {
      expect(isFlatPattern(pattern)).toBe(true);
    },
  );

  test.each([
    '(a+)+$',
    '(a|a)*b',
    '((a?)?)*b',
    '(?:a*){2,30}b',
    '(?:a*)?*b',
    String.raw`(a*)\1b`,
    String.raw`(?<x>a*)\k<x>b`,
    'a*a*a*b',
    'a{0,99}a{0,99}a{99}b',
    '(a*b|c)d*e*f',
    '(a',
    'a)',
  ])('that may take longer is not: %s', (pattern) => {
    expect(isFlatPattern(pattern)).toBe(false);
  });
});
