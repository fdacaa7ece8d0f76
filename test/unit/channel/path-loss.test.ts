import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { dbmOfWatts, decibelsOfRatio, ratioOfDecibels, wattsOfDbm } from '#shared/channel/decibels.ts';
import { type LogDistanceModel, pathGain } from '#shared/channel/path-loss.ts';
import { rateBitsPerSecond, rateLimitBitsPerSecond, transferDelaySeconds } from '#shared/channel/rate.ts';
import { channelSettings, noiseWattsPerHz, transmitPowerWatts } from '#shared/channel/settings.ts';

const lossDb = (model: LogDistanceModel, metres: number, carrierHz: number) =>
  -decibelsOfRatio(pathGain({ kind: 'log-distance', model, carrierHz }, metres));

describe('path loss', () => {
  test("the paper's power law: zeta at d0, alpha decades of ten per decade of distance", () => {
    const law = {
      kind: 'power-law',
      referenceGainDb: -30,
      referenceDistanceMetres: 2,
      exponent: 3.5,
    } as const;
    expect(decibelsOfRatio(pathGain(law, 2))).toBeCloseTo(-30, 9);
    expect(decibelsOfRatio(pathGain(law, 200))).toBeCloseTo(-100, 9);
    expect(pathGain(law, 0.1)).toBe(pathGain(law, 2));
  });

  test('the 3GPP laws, at distances worked out by hand', () => {
    expect(lossDb('uma-los', 100, 2e9)).toBeCloseTo(28 + 44 + 6.0206, 4);
    expect(lossDb('uma-nlos', 100, 2e9)).toBeCloseTo(13.54 + 78.16 + 6.0206, 4);
    expect(lossDb('umi-los', 100, 1e9)).toBeCloseTo(74.4, 9);
    expect(lossDb('umi-nlos', 100, 10e9)).toBeCloseTo(22.4 + 70.6 + 21.3, 9);
    expect(lossDb('indoor-los', 10, 1e9)).toBeCloseTo(49.7, 9);
    expect(lossDb('indoor-nlos', 10, 1e9)).toBeCloseTo(55.6, 9);
    expect(lossDb('lte-macro', 1000, 2e9)).toBeCloseTo(128.1, 9);
  });

  test('without line of sight never less loss than with it', () => {
    for (const metres of [1, 3, 10, 30, 100, 1000]) {
      expect(lossDb('umi-nlos', metres, 3.5e9)).toBeGreaterThanOrEqual(lossDb('umi-los', metres, 3.5e9));
      expect(lossDb('indoor-nlos', metres, 3.5e9)).toBeGreaterThanOrEqual(
        lossDb('indoor-los', metres, 3.5e9),
      );
    }
  });
});

describe('decibels', () => {
  test('agree with published values', () => {
    expect(ratioOfDecibels(3)).toBeCloseTo(1.9953, 4);
    expect(wattsOfDbm(0)).toBeCloseTo(1e-3, 15);
    expect(wattsOfDbm(23)).toBeCloseTo(0.19953, 5);
    expect(wattsOfDbm(-174)).toBeCloseTo(3.9811e-21, 25);
    expect(dbmOfWatts(0.1)).toBeCloseTo(20, 12);
  });

  test('power and noise come out in watts from either unit', () => {
    const channel = (given: z.input<typeof channelSettings>) => channelSettings.parse(given);
    expect(transmitPowerWatts(channel({ powerWatts: [0.1, 0.2] }), 2)).toEqual(Float64Array.of(0.1, 0.2));
    expect(transmitPowerWatts(channel({ powerDbm: 30 }), 2)).toEqual(Float64Array.of(1, 1));
    expect(noiseWattsPerHz(channel({ noiseWattsPerHz: 4e-21 }))).toBe(4e-21);
    expect(noiseWattsPerHz(channel({}))).toBeCloseTo(3.98e-21, 23);
  });
});

describe('rate', () => {
  test('one bit per second per hertz at a signal-to-noise ratio of one; none without bandwidth', () => {
    expect(rateBitsPerSecond(5e6, 5e6)).toBeCloseTo(5e6, 3);
    expect(rateBitsPerSecond(0, 5e6)).toBe(0);
    expect(transferDelaySeconds(1e6, 5e6, 5e6)).toBeCloseTo(0.2, 12);
  });

  test('approaches gamma/ln 2 from below as the band widens', () => {
    const limit = rateLimitBitsPerSecond(1e6);
    expect(rateBitsPerSecond(1e12, 1e6)).toBeLessThan(limit);
    expect(rateBitsPerSecond(1e12, 1e6) / limit).toBeCloseTo(1, 5);
  });
});
