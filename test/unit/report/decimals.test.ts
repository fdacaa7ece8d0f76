import { describe, expect, test } from 'vitest';
import { fixed, intervalPlaces, significant } from '#report/page/decimals.ts';

describe('a number', () => {
  test.each([
    [0, '0'],
    [1234.5, '1235'],
    [12.345, '12.3'],
    [0.00012345, '0.000123'],
    [1e21, '1000000000000000000000'],
    [-(2 ** 80), '-1208925819614629174706176'],
  ])('%d has no exponent', (value, text) => {
    expect(significant(value, 3)).toBe(text);
  });

  test('keeps its places', () => {
    expect(fixed(2, 4)).toBe('2.0000');
    expect(fixed(1e21, 4)).toBe('1000000000000000000000');
  });

  test('that rounds to 0 has no sign', () => {
    expect(fixed(-3.7e-15, 1)).toBe('0.0');
    expect(fixed(-0.04, 1)).toBe('0.0');
    expect(fixed(-0.06, 1)).toBe('-0.1');
  });

  test('beside its interval has the decimals of the interval', () => {
    expect(intervalPlaces(84.4, 2.9, 3)).toBe(1);
    expect(intervalPlaces(0, 1.5, 3)).toBe(1);
    expect(intervalPlaces(84.4, 1e-6, 3)).toBe(1);
    expect(intervalPlaces(84.4, 0, 3)).toBe(1);
  });
});
