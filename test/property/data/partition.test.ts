import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionByGroup } from '#shared/data/partition/by-group.ts';
import { partitionByQuantity } from '#shared/data/partition/by-quantity.ts';
import { partitionByLabel } from '#shared/data/partition/dirichlet.ts';
import { partitionEvenly } from '#shared/data/partition/even.ts';
import { dirichletSample, logGammaSample } from '#shared/data/partition/gamma.ts';
import { ConfigError } from '#shared/errors.ts';
import { randomStream } from '#shared/random/random-stream.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 40 });

function expectPartition(shards: readonly Int32Array[], exampleCount: number): void {
  const all = shards.flatMap((shard) => [...shard]).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: exampleCount }, (_, index) => index));
}

/** Share of class 1 in each shard. */
function mixes(shards: readonly Int32Array[], labels: Int32Array): number[] {
  return shards.map((shard) => shard.reduce((sum, row) => sum + labels[row], 0) / shard.length);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('even partition', () => {
  it('deals each example out once, in sizes that differ by at most one', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 300 }),
        (seed, devices, more) => {
          const shards = partitionEvenly(seed, devices + more, devices);
          expectPartition(shards, devices + more);
          const sizes = shards.map((shard) => shard.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(partitionEvenly(seed, devices + more, devices)).toEqual(shards);
        },
      ),
    );
  });

  it('differs from seed to seed', () => {
    expect(partitionEvenly(1, 100, 4)).not.toEqual(partitionEvenly(2, 100, 4));
  });

  it('gives every device about the mix of the whole', () => {
    const labels = Int32Array.from({ length: 4000 }, (_, row) => (row < 1000 ? 1 : 0));
    // 400 draws without replacement of a quarter: standard deviation 0.02.
    for (const mix of mixes(partitionEvenly(5, 4000, 10), labels))
      expect(Math.abs(mix - 0.25)).toBeLessThan(0.1);
  });

  it('refuses more devices than examples', () => {
    expect(() => partitionEvenly(1, 3, 4)).toThrow(ConfigError);
  });
});

describe('Dirichlet partition', () => {
  const cases = fc.record({
    seed: seeds,
    alpha: fc.double({ min: -4, max: 3, noNaN: true }).map((exponent) => 10 ** exponent),
    deviceCount: fc.integer({ min: 1, max: 30 }),
    minimumExamples: fc.integer({ min: 1, max: 5 }),
    classCount: fc.integer({ min: 1, max: 5 }),
    more: fc.integer({ min: 0, max: 200 }),
  });

  it('deals each example out once and leaves no device below the minimum', () => {
    fc.assert(
      fc.property(cases, ({ seed, alpha, deviceCount, minimumExamples, classCount, more }) => {
        const count = deviceCount * minimumExamples + more;
        const labels = Int32Array.from({ length: count }, (_, row) => (row * 7) % classCount);
        const options = { alpha, deviceCount, minimumExamples };
        const shards = partitionByLabel(seed, labels, options);
        expectPartition(shards, count);
        for (const shard of shards) expect(shard.length).toBeGreaterThanOrEqual(minimumExamples);
        expect(partitionByLabel(seed, labels, options)).toEqual(shards);
      }),
    );
  });

  it('gives even mixes for a large concentration and one class each for a small one', () => {
    const labels = Int32Array.from({ length: 6000 }, (_, row) => row % 2);
    const lean = (alpha: number) =>
      mean(
        mixes(partitionByLabel(3, labels, { alpha, deviceCount: 20, minimumExamples: 1 }), labels).map(
          (mix) => Math.max(mix, 1 - mix),
        ),
      );
    expect(lean(1000)).toBeLessThan(0.56);
    expect(lean(0.01)).toBeGreaterThan(0.95);
    expect(lean(1)).toBeGreaterThan(lean(1000));
    expect(lean(1)).toBeLessThan(lean(0.01));
  });

  it('refuses a minimum that cannot be met', () => {
    const options = { alpha: 1, deviceCount: 4, minimumExamples: 3 };
    expect(() => partitionByLabel(1, new Int32Array(11), options)).toThrow(ConfigError);
  });
});

describe('Gamma variates', () => {
  it.each([0.1, 0.5, 1, 2.5, 30])('of shape %d have mean and variance equal to the shape', (shape) => {
    const stream = randomStream(11, 'partition', Math.round(shape * 10));
    const values = Array.from({ length: 40_000 }, () => Math.exp(logGammaSample(stream, shape)));
    const average = mean(values);
    const variance = mean(values.map((value) => (value - average) ** 2));
    // Five standard errors; the fourth central moment of Gamma(k) is 3 k^2 + 6 k.
    expect(Math.abs(average - shape)).toBeLessThan(5 * Math.sqrt(shape / 40_000));
    expect(Math.abs(variance - shape)).toBeLessThan(5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / 40_000));
  });

  it('give Dirichlet shares that sum to one, however small alpha is', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.double({ min: -6, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (seed, exponent, count) => {
          const shares = dirichletSample(randomStream(seed, 'partition'), 10 ** exponent, count);
          expect(shares.every((share) => share >= 0)).toBe(true);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        },
      ),
    );
  });
});

describe('partition by quantity', () => {
  it('deals each example out once, at least one to each device', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (seed, deviceCount, more, alpha) => {
          const options = { alpha, deviceCount, minimumExamples: 1 };
          const shards = partitionByQuantity(seed, deviceCount + more, options);
          expectPartition(shards, deviceCount + more);
          expect(shards.every(({ length }) => length > 0)).toBe(true);
          expect(partitionByQuantity(seed, deviceCount + more, options)).toEqual(shards);
        },
      ),
    );
  });

  it('is more uneven for a smaller concentration', () => {
    const largest = (alpha: number) =>
      mean(
        Array.from({ length: 20 }, (_, seed) => {
          const shards = partitionByQuantity(seed, 1000, { alpha, deviceCount: 10, minimumExamples: 1 });
          return Math.max(...shards.map(({ length }) => length));
        }),
      );
    expect(largest(0.1)).toBeGreaterThan(2 * largest(100));
  });
});

describe('partition by the values of a column', () => {
  it('gives each device all rows of one value, and leaves out the values with the fewest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 10 }),
        (values, wanted) => {
          const names = Array.from({ length: 10 }, (_, value) => `user ${value}`);
          const counts = names.map((_, value) => values.filter((other) => other === value).length);
          const devices = Math.min(wanted, counts.filter((count) => count > 0).length);
          const groups = { names, ofRow: Int32Array.from(values) };
          const shards = partitionByGroup(groups, 'user', devices);
          expect(shards).toHaveLength(devices);
          for (const shard of shards) {
            const value = values[shard[0]];
            expect([...shard]).toEqual(values.flatMap((other, row) => (other === value ? [row] : [])));
          }
          const sizes = shards.map(({ length }) => length).toSorted((a, b) => b - a);
          expect(sizes).toEqual(counts.toSorted((a, b) => b - a).slice(0, devices));
        },
      ),
    );
  });

  it('needs a value for each device', () => {
    const groups = { names: ['a', 'b'], ofRow: Int32Array.of(0, 1, 0) };
    expect(() => partitionByGroup(groups, 'user', 3)).toThrow(ConfigError);
  });
});
