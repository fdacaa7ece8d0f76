import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bandwidthUntil, finishTogether } from '#shared/scheduling/context/finish-together.ts';
import { rounds } from '#test/property/scheduling/rounds.ts';

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
