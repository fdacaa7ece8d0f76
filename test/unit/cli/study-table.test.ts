import { describe, expect, it } from 'vitest';
import { seconds } from '#cli/study/study-table.ts';

const interval = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half });

describe('a time with its confidence interval', () => {
  it('has no digits that the interval leaves open', () => {
    expect(seconds(interval(6.7634, 0.2249))).toBe('6.76 +-0.22 s');
    expect(seconds(interval(54.44, 101.3))).toBe('54 +-101 s');
    expect(seconds(interval(12_070, 12_034))).toBe('12070 +-12034 s');
  });

  it('has four digits at most, however narrow the interval is', () => {
    expect(seconds(interval(15.7634, 0.0095))).toBe('15.76 +-0.01 s');
    expect(seconds(interval(14.62, 0))).toBe('14.62 +-0.00 s');
    expect(seconds(interval(0.0123, 0))).toBe('0.01230 +-0.00000 s');
  });

  it('has four digits where there is no interval', () => {
    expect(seconds({ mean: 848.51, low: null, high: null })).toBe('848.5 s');
    expect(seconds({ mean: 0, low: null, high: null })).toBe('0.000 s');
  });
});
