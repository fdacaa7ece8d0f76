import { describe, expect, test } from 'vitest';
import { minimumDelay } from '#shared/scheduling/minimum-delay.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { roundWarnings } from '#shared/scheduling/round-warnings.ts';
import { thrownLine } from '#test/support/thrown.ts';

const round: RoundProblem = {
  bandwidthHz: 1e7,
  noiseWattsPerHz: 4e-21,
  powerWatts: 0.1,
  payloadBits: 1e6,
  channelGain: [1e-11, 1e-12, 1e-13],
  delayBudgetSeconds: 0.1,
  controlV: 1,
  queueSeconds: 1,
};
const context = { seed: 1, round: 0, deviceCount: 2 };
const lineOf = (change: Partial<RoundProblem>) =>
  thrownLine(() => planRound('exact', { ...round, ...change }, context));

describe('a round that cannot be planned is refused in one line that names the thing', () => {
  test.each([
    ['a zero gain', { channelGain: [1e-11, 0] }, /^channelGain\[1\]: is 0: no bandwidth can serve/],
    ['a negative gain', { channelGain: [-1e-11] }, /^channelGain\[0\]: is -1e-11/],
    ['a gain that is no number', { channelGain: [1e-11, 1e-11, Number.NaN] }, /^channelGain\[2\]: is NaN/],
    ['an infinite gain', { channelGain: [Number.POSITIVE_INFINITY] }, /^channelGain\[0\]: is Infinity/],
    ['no devices', { channelGain: [] }, /^channelGain: there are no devices/],
    ['too few powers', { powerWatts: [0.1, 0.1] }, /^powerWatts: has 2 values for 3 devices/],
    ['a zero power', { powerWatts: [0.1, 0, 0.1] }, /^powerWatts\[1\]: is 0/],
    ['no bandwidth', { bandwidthHz: 0 }, /^bandwidthHz: is 0/],
    ['a noise in dBm', { noiseWattsPerHz: -174 }, /^noiseWattsPerHz: is -174.*-174 dBm\/Hz/],
    ['no payload', { payloadBits: 0 }, /^payloadBits: is 0/],
    ['no budget', { delayBudgetSeconds: 0 }, /^delayBudgetSeconds: is 0/],
    ['V of zero', { controlV: 0 }, /^controlV: is 0/],
    ['a negative queue', { queueSeconds: -1 }, /^queueSeconds: is -1/],
    ['more devices asked for than there are', { minimumDevices: 4 }, /^minimumDevices: is 4; there are 3/],
    ['a gain that underflows', { channelGain: [1e-322], noiseWattsPerHz: 1e10 }, /^channelGain\[0\]: gives/],
  ])('%s', (_, change, line) => {
    expect(lineOf(change)).toMatch(line);
  });

  test('a missing gain, as a hole in the list', () => {
    const channelGain = new Array<number>(2);
    channelGain[0] = 1e-11;
    expect(lineOf({ channelGain })).toMatch(/^channelGain\[1\]: is undefined/);
  });

  test('the bandwidth split refuses the same', () => {
    expect(thrownLine(() => minimumDelay({ ...round, channelGain: [1e-11, -1] }))).toMatch(
      /channelGain\[1\]/,
    );
  });

  test('a device count that is none', () => {
    expect(thrownLine(() => planRound('random', round, { ...context, deviceCount: 1.5 }))).toMatch(
      /^deviceCount: is 1.5/,
    );
  });
});

describe('a round that is probably not meant is planned with a warning', () => {
  test('none for an ordinary round', () => {
    expect(roundWarnings(round)).toEqual([]);
  });

  test('a link beyond 100 bit/s/Hz: some unit is wrong', () => {
    const [warning] = roundWarnings({ ...round, noiseWattsPerHz: 4e-48, powerWatts: 100 });
    expect(warning).toMatch(/device 0 would reach \d+ bit\/s\/Hz.*W, not mW/);
  });

  test('a budget that no device meets, by band or by any bandwidth', () => {
    for (const delayBudgetSeconds of [1e-3, 1e-12]) {
      const impossible = { ...round, delayBudgetSeconds };
      expect(roundWarnings(impossible)).toEqual([
        expect.stringMatching(/^no device can meet delayBudgetSeconds.*the best one \(0\)/),
      ]);
      for (const policy of ['greedy', 'equal-share', 'static-share'] as const) {
        const plan = planRound(policy, impossible, context);
        expect(plan.selected).toEqual([]);
        expect(plan.delaySeconds).toBe(0);
      }
    }
  });
});
