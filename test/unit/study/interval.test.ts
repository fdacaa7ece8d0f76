import { describe, expect, it } from 'vitest';
import { randomStream } from '#shared/random/random-stream.ts';
import { intervalOf, studentT95 } from '#study/statistics/interval.ts';

describe('intervalOf', () => {
  it('agrees with a worked example', () => {
    // Mean 4, standard deviation sqrt(5/2), t(4) = 2.776: half width 2.776 * sqrt(2.5 / 5).
    const { mean, low, high } = intervalOf([2, 3, 4, 5, 6]);
    expect(mean).toBe(4);
    expect(high).toBeCloseTo(4 + 2.776 * Math.SQRT1_2, 10);
    expect(low).toBeCloseTo(4 - 2.776 * Math.SQRT1_2, 10);
  });

  it('knows no interval of one value', () => {
    expect(intervalOf([3])).toEqual({ mean: 3, low: null, high: null });
  });

  it('covers the truth in 95 of 100 cases', () => {
    const random = randomStream(1, 'emulator');
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const { low, high } = intervalOf(Array.from({ length: 4 }, () => random.normal()));
      if (low !== null && high !== null && low < 0 && high > 0) covered++;
    }
    // Four standard deviations of a binomial of 4000 with probability 0.95.
    expect(Math.abs(covered / 4000 - 0.95)).toBeLessThan(0.0138);
  });

  it('goes over from the table to the expansion without a step', () => {
    expect(studentT95(31)).toBeLessThan(studentT95(30));
    expect(studentT95(31)).toBeCloseTo(2.0395, 3);
    expect(studentT95(1_000_000)).toBeCloseTo(1.96, 3);
  });
});
