import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { achievableRate } from '#shared/channel/rate.ts';
import { minimumDelay } from '#shared/scheduling/minimum-delay.ts';
import { spectralEfficiency } from '#shared/scheduling/spectral-efficiency.ts';
import { links } from './rounds.ts';

const total = (hertz: Float64Array) => hertz.reduce((sum, value) => sum + value, 0);

describe('the split with the least delay', () => {
  test('uses the whole band and lets every device finish at the same instant', () => {
    fc.assert(
      fc.property(links(1, 40), (link) => {
        const { delaySeconds, bandwidthHz } = minimumDelay(link);
        expect(Math.abs(total(bandwidthHz) / link.bandwidthHz - 1)).toBeLessThan(1e-9);
        bandwidthHz.forEach((hertz, device) => {
          const seconds = link.payloadBits / achievableRate(link, device, hertz);
          expect(Math.abs(seconds / delaySeconds - 1)).toBeLessThan(1e-12);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('has the closed form B/N each for equal gains', () => {
    fc.assert(
      fc.property(links(1, 40), (link) => {
        const channelGain = link.channelGain.map(() => link.channelGain[0]);
        const count = channelGain.length;
        const equal = { ...link, channelGain };
        const share = link.bandwidthHz / count;
        const { delaySeconds, bandwidthHz } = minimumDelay(equal);
        const expected = link.payloadBits / achievableRate(equal, 0, share);
        expect(Math.abs(delaySeconds / expected - 1)).toBeLessThan(1e-13);
        for (const hertz of bandwidthHz) expect(Math.abs(hertz / share - 1)).toBeLessThan(1e-12);
      }),
    );
  });

  test('grows with another device, a larger payload and less power', () => {
    fc.assert(
      fc.property(links(2, 30), (link) => {
        const { delaySeconds } = minimumDelay(link);
        const fewer = minimumDelay({ ...link, channelGain: link.channelGain.slice(1) });
        expect(fewer.delaySeconds).toBeLessThan(delaySeconds * (1 + 1e-13));
        const larger = minimumDelay({ ...link, payloadBits: 3 * link.payloadBits });
        expect(Math.abs(larger.delaySeconds / delaySeconds - 3)).toBeLessThan(1e-12);
        const power = Number(link.powerWatts);
        expect(minimumDelay({ ...link, powerWatts: power / 2 }).delaySeconds).toBeGreaterThan(delaySeconds);
      }),
    );
  });

  test('does not depend on the order of the devices, nor on whether power or gain is larger', () => {
    fc.assert(
      fc.property(links(2, 30), fc.integer({ min: 1, max: 29 }), (link, turn) => {
        const shift = turn % link.channelGain.length;
        const channelGain = [...link.channelGain.slice(shift), ...link.channelGain.slice(0, shift)];
        const turned = minimumDelay({ ...link, channelGain });
        const straight = minimumDelay(link);
        expect(Math.abs(turned.delaySeconds / straight.delaySeconds - 1)).toBeLessThan(1e-13);
        const byPower = minimumDelay({
          ...link,
          powerWatts: link.channelGain.map((gain) => gain * Number(link.powerWatts)),
          channelGain: link.channelGain.map(() => 1),
        });
        expect(Math.abs(byPower.delaySeconds / straight.delaySeconds - 1)).toBeLessThan(1e-13);
      }),
    );
  });
});

describe('the spectral efficiency', () => {
  const load = fc.double({ min: -600, max: -1e-9, noNaN: true }).map(Math.exp);

  test('solves ln(1 + u) = a*u over the whole range of loads', () => {
    fc.assert(
      fc.property(load, (a) => {
        const s = spectralEfficiency(a, 1 - a);
        // exp(s) - 1 = s/a, on the logarithm's scale: the residual is in units of s.
        const residual = Math.log(Math.expm1(s) / s) + Math.log(a);
        const bound = s < 1 ? 1e-14 : 1e-14 * s;
        if (s < 700) expect(Math.abs(residual)).toBeLessThan(bound);
        expect(s).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('rises steadily as the load falls, across the seam of series and iteration', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 0.14, noNaN: true }), (slack) => {
        const further = slack * (1 + 1e-12);
        expect(spectralEfficiency(1 - further, further)).toBeGreaterThan(
          spectralEfficiency(1 - slack, slack) * (1 - 1e-15),
        );
      }),
    );
  });

  test('keeps its digits where the load nears one', () => {
    fc.assert(
      fc.property(fc.double({ min: -34, max: -12, noNaN: true }).map(Math.exp), (slack) => {
        // s = 2t - t^2/3 + t^3/9 - ..., t = -ln(1 - slack)
        const t = -Math.log1p(-slack);
        const expected = 2 * t - t ** 2 / 3 + t ** 3 / 9;
        expect(Math.abs(spectralEfficiency(1 - slack, slack) / expected - 1)).toBeLessThan(1e-15);
      }),
    );
  });
});
