import { describe, expect, test } from 'vitest';
import type { FadingSettings } from '#shared/channel/fading.ts';
import { channelOfRound, drawScenario, lastChannelRounds, radioChannel } from '#shared/channel/scenario.ts';
import { channelSettings } from '#shared/channel/settings.ts';
import { controlLaw, priceOfMeanDelay } from '#shared/scheduling/control/control-law.ts';
import { delayCurve } from '#shared/scheduling/control/delay-curve.ts';
import { drawControlLaw, lawOfRounds } from '#shared/scheduling/control/draw-law.ts';
import { growthSteps } from '#shared/scheduling/control/growth-steps.ts';
import { lawOfLastRounds, roundsNeeded } from '#shared/scheduling/control/law-of-last-rounds.ts';
import { DEVICE_COUNT } from '#shared/scheduling/utility.ts';

const RULE = { utility: DEVICE_COUNT, search: 'all-sizes' } as const;
const question = { rule: RULE, payloadBits: 1e6, minimumDevices: 0 };
const scenarioOf = (fading: FadingSettings, seed: number, devices: number) =>
  drawScenario({ ...channelSettings.parse({}), fading }, seed, devices);
const rayleigh = { kind: 'rayleigh', correlation: 0 } as const;

describe('the law of a channel', () => {
  test('is drawn the same every time, from streams that no round uses', () => {
    const scenario = scenarioOf(rayleigh, 3, 12);
    const law = drawControlLaw(scenario, question);
    expect(drawControlLaw(scenarioOf(rayleigh, 3, 12), question)).toEqual(law);
    const rounds = Array.from({ length: 54 }, (_, round) =>
      radioChannel(scenario, channelOfRound(scenario, round)),
    );
    expect(lawOfRounds(rounds, question)).not.toEqual(law);
  });

  test.each([
    [10, 0.14],
    [100, 0.05],
    [1000, 0.015],
  ])(
    'is that of many more rounds, of %i devices but for %f in the logarithm of the price',
    (devices, error) => {
      const squares = Array.from({ length: 8 }, (_, seed) => {
        const scenario = scenarioOf(rayleigh, seed, devices);
        const rounds = Array.from({ length: devices < 100 ? 600 : 60 }, (_, round) =>
          radioChannel(scenario, channelOfRound(scenario, round)),
        );
        const many = lawOfRounds(rounds, question);
        const seconds = many.meanDelaySeconds[Math.floor(many.meanDelaySeconds.length / 2)];
        const drawn = priceOfMeanDelay(drawControlLaw(scenario, question), seconds);
        return Math.log(drawn / priceOfMeanDelay(many, seconds)) ** 2;
      });
      const rms = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
      expect(rms).toBeLessThan(error);
    },
  );

  test('of 30,000 devices from a sample and some hundred sizes is that of all devices and sizes to 2 %', () => {
    const scenario = scenarioOf(rayleigh, 5, 30_000);
    const sampled = drawControlLaw(scenario, question);
    const curve = delayCurve(radioChannel(scenario, channelOfRound(scenario, 0)), question.payloadBits, 0);
    const whole = controlLaw([growthSteps(curve, RULE)], 0);
    const most = curve.delaySeconds[curve.delaySeconds.length - 1];
    for (const part of [0.02, 0.05, 0.1, 0.2]) {
      const ratio = priceOfMeanDelay(sampled, part * most) / priceOfMeanDelay(whole, part * most);
      expect(Math.abs(Math.log(ratio))).toBeLessThan(0.05);
    }
  });

  test('of correlated fading comes from the last eight rounds, with the same bits from any first round', () => {
    const fading = { kind: 'rayleigh', correlation: 0.9 } as const;
    const scenario = scenarioOf(fading, 7, 15);
    expect(roundsNeeded(scenario)).toBe(8);
    expect(roundsNeeded(scenarioOf(rayleigh, 7, 15))).toBe(1);
    const law = lawOfLastRounds(scenario, lastChannelRounds(scenario, 20, 8), question);
    const alone = Array.from({ length: 8 }, (_, index) =>
      radioChannel(scenario, channelOfRound(scenario, 13 + index)),
    );
    expect(law).toEqual(lawOfRounds(alone, question));
    expect(lastChannelRounds(scenario, 2, 8)).toHaveLength(3);
  });

  test('prices a budget that all devices meet at nothing, and less than any step costs at the dearest', () => {
    const law = { prices: [5, 2], meanDelaySeconds: [1, 4] };
    expect(priceOfMeanDelay(law, 4)).toBe(0);
    expect(priceOfMeanDelay(law, 3.9)).toBeCloseTo(2, 6);
    expect(priceOfMeanDelay(law, 0.5)).toBeCloseTo(5, 6);
    expect(priceOfMeanDelay(law, -7)).toBeCloseTo(5, 6);
  });
});
