import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '#shared/random/random-stream.ts';
import { bandwidthUntil, finishTogether } from '#shared/scheduling/context/finish-together.ts';
import { manyGains, rounds, roundsOf } from '#test/property/scheduling/rounds.ts';

const computing = fc.infiniteStream(fc.double({ min: 0, max: 10, noNaN: true }));

test('the common end is the least time by which the band is enough for computing and radio of all devices', () => {
  fc.assert(
    fc.property(rounds(1, 30), computing, (problem, seconds) => {
      const devices = Array.from(problem.channelGain, (_, device) => device);
      const compute = devices.map(() => seconds.next().value);
      const { endSeconds, bandwidthHz } = finishTogether(problem, devices, compute);
      const demandBy = (end: number) =>
        devices.reduce((sum, device) => sum + bandwidthUntil(problem, device, end, compute[device]), 0);
      const shortest = Math.min(...compute);
      const nearby = 1e-9 * endSeconds;
      expect(demandBy(endSeconds + nearby)).toBeLessThanOrEqual(problem.bandwidthHz * (1 + 1e-12));
      if (endSeconds - nearby > shortest) {
        expect(demandBy(endSeconds - nearby)).toBeGreaterThanOrEqual(problem.bandwidthHz * (1 - 1e-12));
      }
      const used = bandwidthHz.reduce((sum, hertz) => sum + hertz, 0);
      expect(used).toBeLessThanOrEqual(problem.bandwidthHz * (1 + 1e-9));
    }),
  );
});

test('thousands of devices end together too, with at most 1e-9 of the band unused', () => {
  const count = 9000;
  fc.assert(
    fc.property(
      roundsOf(manyGains(count)),
      fc.constantFrom(1e-6, 0.1, 3),
      fc.nat(),
      (problem, part, seed) => {
        const stream = randomStream(seed, 'policy');
        const devices = Array.from(problem.channelGain, (_, device) => device);
        const compute = devices.map(() => part * problem.delayBudgetSeconds * stream.uniform());
        const { endSeconds, bandwidthHz } = finishTogether(problem, devices, compute);
        const needed = devices.map((device) => bandwidthUntil(problem, device, endSeconds, compute[device]));
        const worst = needed.reduce(
          (most, hertz, device) => Math.max(most, Math.abs(bandwidthHz[device] / hertz - 1)),
          0,
        );
        expect(worst).toBeLessThanOrEqual(1e-12);
        const used = bandwidthHz.reduce((sum, hertz) => sum + hertz, 0);
        expect(used).toBeLessThanOrEqual(problem.bandwidthHz * (1 + 1e-12));
        if (used < problem.bandwidthHz * (1 - 1e-9)) {
          // Near a device's rate limit the demand jumps between neighbouring numbers.
          const before = devices.reduce(
            (sum, device) => sum + bandwidthUntil(problem, device, endSeconds * (1 - 1e-13), compute[device]),
            0,
          );
          expect(before).toBeGreaterThan(problem.bandwidthHz);
        }
      },
    ),
    { numRuns: 12 },
  );
});
