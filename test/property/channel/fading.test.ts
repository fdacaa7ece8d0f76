import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FadingSettings, fadingPower, scatterOfRound } from '#shared/channel/fading.ts';
import { channelOfRound, drawScenario, nextChannelRound, roundChannel } from '#shared/channel/scenario.ts';
import { channelSettings } from '#shared/channel/settings.ts';
import { shadowingGain } from '#shared/channel/shadowing.ts';

const DEFAULT_CHANNEL = channelSettings.parse({});

const fadings: fc.Arbitrary<FadingSettings> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({ kind: fc.constant('rayleigh' as const), correlation: fc.constantFrom(0, 0.3, 0.99) }),
  fc.record({
    kind: fc.constant('rician' as const),
    kFactorDb: fc.constantFrom(-10, 0, 12),
    correlation: fc.constantFrom(0, 0.9),
  }),
);
const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('the channel of a round', () => {
  test('is the same whether named or reached step by step, to the last bit', () => {
    fc.assert(
      fc.property(fadings, fc.nat(1000), fc.nat(12), (fading, seed, round) => {
        const scenario = drawScenario({ ...DEFAULT_CHANNEL, fading }, seed, 5);
        let channel = channelOfRound(scenario, 0);
        for (let t = 0; t < round; t++) channel = nextChannelRound(scenario, channel);
        expect(channel).toEqual(channelOfRound(scenario, round));
        const alone = roundChannel({ ...DEFAULT_CHANNEL, fading }, seed, 5, round);
        expect(alone.channelGain).toEqual(channel.channelGain);
      }),
    );
  });

  test('does not change for a device when others are added', () => {
    fc.assert(
      fc.property(fadings, fc.nat(1000), fc.nat(6), (fading, seed, round) => {
        const settings = { ...DEFAULT_CHANNEL, fading, shadowing: { standardDeviationDb: 6 } };
        const few = roundChannel(settings, seed, 4, round).channelGain;
        const many = roundChannel(settings, seed, 9, round).channelGain;
        expect(many.slice(0, 4)).toEqual(few);
      }),
    );
  });

  test('differs by round and by seed', () => {
    const gains = (seed: number, round: number) => roundChannel(DEFAULT_CHANNEL, seed, 3, round).channelGain;
    expect(gains(1, 0)).not.toEqual(gains(1, 1));
    expect(gains(1, 0)).not.toEqual(gains(2, 0));
  });
});

describe('fading', () => {
  const power = (fading: FadingSettings, round = 0) =>
    fadingPower(fading, scatterOfRound(fading, 40_000, 7, round));

  test.each<[string, FadingSettings]>([
    ['rayleigh', { kind: 'rayleigh', correlation: 0 }],
    ['rician', { kind: 'rician', kFactorDb: 6, correlation: 0 }],
    ['correlated rayleigh, after ten rounds', { kind: 'rayleigh', correlation: 0.8 }],
  ])('%s has mean power one', (_, fading) => {
    expect(Math.abs(mean(power(fading, 10)) - 1)).toBeLessThan(0.03);
  });

  test('Rayleigh power is exponential: e^-x of the devices lie above x', () => {
    const samples = power({ kind: 'rayleigh', correlation: 0 });
    for (const x of [0.1, 0.5, 1, 2, 4]) {
      const above = samples.filter((value) => value > x).length / samples.length;
      expect(Math.abs(above - Math.exp(-x))).toBeLessThan(0.012);
    }
  });

  test('Rician power varies by (2K + 1)/(K + 1)^2, and not at all without fading', () => {
    const samples = power({ kind: 'rician', kFactorDb: 6, correlation: 0 });
    const k = 10 ** 0.6;
    const variance = mean(samples.map((value) => (value - 1) ** 2));
    expect(Math.abs(variance / ((2 * k + 1) / (k + 1) ** 2) - 1)).toBeLessThan(0.06);
    expect(new Set(power({ kind: 'none' }))).toEqual(new Set([1]));
  });

  test('Gauss-Markov correlation falls as rho to the lag', () => {
    const fading: FadingSettings = { kind: 'rayleigh', correlation: 0.8 };
    const first = scatterOfRound(fading, 40_000, 3, 4);
    for (const lag of [1, 3]) {
      const later = scatterOfRound(fading, 40_000, 3, 4 + lag);
      const products = first.real.map(
        (real, device) => real * later.real[device] + first.imaginary[device] * later.imaginary[device],
      );
      expect(Math.abs(mean(products) - 0.8 ** lag)).toBeLessThan(0.02);
    }
  });
});

describe('shadowing', () => {
  test('is log-normal with the given deviation in dB, and nothing at 0 dB', () => {
    const levels = Array.from(
      { length: 20_000 },
      (_, device) => 10 * Math.log10(shadowingGain({ standardDeviationDb: 8 }, 1, device)),
    );
    expect(Math.abs(mean(levels))).toBeLessThan(0.2);
    expect(Math.abs(Math.sqrt(mean(levels.map((level) => level ** 2))) - 8)).toBeLessThan(0.2);
    expect(shadowingGain({ standardDeviationDb: 0 }, 1, 0)).toBe(1);
  });
});
