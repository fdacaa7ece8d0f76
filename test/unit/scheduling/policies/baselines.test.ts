import { describe, expect, test } from 'vitest';
import { rateBitsPerSecond } from '#shared/channel/rate.ts';
import type { DeviceFacts, RoundContext } from '#shared/scheduling/context/round-context.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { thrownLine } from '#test/support/thrown.ts';

/**
 * gamma = P|h|^2/N0 of 4, 3, 2 and 1 MHz: rates by hand with shares of 1 MHz are log2(5), log2(4), log2(3),
 * log2(2).
 */
const problem: RoundProblem = {
  bandwidthHz: 2e6,
  noiseWattsPerHz: 1e-20,
  powerWatts: 1,
  payloadBits: 1e6,
  channelGain: [4e-14, 3e-14, 2e-14, 1e-14],
  delayBudgetSeconds: 1,
  controlV: 1,
  queueSeconds: 0,
};
const selectedBy = (policy: PolicyName, facts: DeviceFacts, change: Partial<RoundContext> = {}) =>
  planRound(policy, problem, { seed: 1, round: 4, deviceCount: 2, facts, ...change }).selected;

describe('rules of baselines on rounds worked by hand', () => {
  test('best-channel takes the K strongest', () => {
    expect(selectedBy('best-channel', {})).toEqual([0, 1]);
  });

  test('proportional-fair takes the largest R / Rbar', () => {
    // log2(5)/4 = 0.58, log2(4)/1 = 2, log2(3)/2 = 0.79, log2(2)/1.2 = 0.83, in Mbit/s.
    expect(selectedBy('proportional-fair', { meanRates: [4e6, 1e6, 2e6, 1.2e6] })).toEqual([1, 3]);
    expect(selectedBy('proportional-fair', { meanRates: [4e6, 1e6, 0, 0] })).toEqual([2, 3]);
  });

  test('age takes the largest rounds since served times rate', () => {
    // 1 * 2.32, 1 * 2, 3 * 1.58, 2 * 1.
    expect(selectedBy('age', { roundsSinceServed: [1, 1, 3, 2] })).toEqual([0, 2]);
    expect(selectedBy('age', { roundsSinceServed: [1, 1, 3, 4] })).toEqual([2, 3]);
  });

  test('power-of-choice takes the highest last losses of its candidates, drawn by data size', () => {
    const losses = [0.1, 0.4, 0.2, 0.3];
    // With K = 2 all four are candidates; a device without data comes last.
    expect(selectedBy('power-of-choice', { examples: [1, 1, 1, 1], losses })).toEqual([1, 3]);
    expect(selectedBy('power-of-choice', { examples: [5, 0, 5, 0], losses }, { deviceCount: 1 })).toEqual([
      2,
    ]);
    const unheard = [0.1, 0.4, Number.POSITIVE_INFINITY, 0.3];
    expect(selectedBy('power-of-choice', { examples: [1, 1, 1, 1], losses: unheard })).toEqual([1, 2]);
  });

  test('update-norm (BN2) takes the largest gradient norms', () => {
    expect(selectedBy('update-norm', { gradientNorms: [1, 5, 2, 9] })).toEqual([1, 3]);
  });

  test('channel-then-norm (BC-BN2) takes them of the 2K strongest channels', () => {
    expect(selectedBy('channel-then-norm', { gradientNorms: [1, 5, 2, 9] }, { deviceCount: 1 })).toEqual([1]);
  });

  test('carried-norm (BN2-C) takes the largest norm times the root of the part that the channel carries', () => {
    // Within 1 s a share of 1 MHz carries 2.32, 2, 1.58 and 1 Mbit of 4: roots 0.76, 0.71, 0.63, 0.5.
    const facts = { gradientNorms: [5, 5.5, 6, 6.5] };
    const large = { ...problem, payloadBits: 4e6 };
    const context = { seed: 1, round: 0, deviceCount: 2, facts };
    // 3.81, 3.89, 3.78, 3.25.
    expect(planRound('carried-norm', large, context).selected).toEqual([0, 1]);
    expect(selectedBy('carried-norm', facts)).toEqual([2, 3]);
  });

  test('oort exploits examples times loss, cut for slow devices, and explores those never heard', () => {
    const examples = [10, 10, 10, 10];
    const roundsSinceServed = [1, 1, 1, 1];
    const known = { examples, losses: [0.1, 0.5, 0.4, 0.3], roundsSinceServed };
    expect(selectedBy('oort', known)).toEqual([1, 2]);
    // Device 1 computes for 2 s with a budget of 1 s: 5 * (1/2.5)^2 = 0.8.
    expect(selectedBy('oort', { ...known, computeSeconds: [0, 2, 0, 0] })).toEqual([2, 3]);
    const some = { ...known, losses: [Number.POSITIVE_INFINITY, 0.5, 0.4, 0.3] };
    expect(selectedBy('oort', some, { round: 200 })).toEqual([0, 1]);
  });

  test('fedcs adds the devices that need the least band until the deadline, from a random half', () => {
    const computeSeconds = [0, 0, 0, 0];
    const asked = selectedBy('fedcs', { computeSeconds });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(2);
    // No device that computes past the deadline.
    expect(selectedBy('fedcs', { computeSeconds: [2, 2, 2, 2] })).toEqual([]);
  });

  test('latency-budgeted lets computing and radio end together, and adds until rounds times duration rises', () => {
    const facts = { computeSeconds: [0.5, 0, 0, 0] };
    const plan = planRound('latency-budgeted', problem, { seed: 1, round: 0, deviceCount: 1, facts });
    const ends = plan.selected.map(
      (device, index) =>
        facts.computeSeconds[device] +
        1e6 / rateBitsPerSecond(plan.bandwidthHz[index], problem.channelGain[device] / 1e-20),
    );
    for (const end of ends) expect(end).toBeCloseTo(ends[0], 9);
    expect(plan.bandwidthHz.reduce((sum, hertz) => sum + hertz, 0)).toBeCloseTo(2e6, 0);
    // Alone with 2 MHz device 1 takes 0.38 s, (1 + phi(1)) = 3 times; two take 0.54 s, 1 + 1/2 + 1/3 times.
    expect(plan.selected.length).toBeGreaterThan(1);
    expect(plan.selected).not.toContain(0);
  });

  test('energy takes devices in the order of queue times power over channel while each is worth its energy', () => {
    const facts = { energyQueues: [10, 0, 1, 0], computeJoules: [0, 0, 0, 0] };
    const context = { seed: 1, round: 0, deviceCount: 2, facts };
    // Nothing queued costs nothing, within the budget as deadline; devices 2 and 0 cost D > 0.5 J s and more.
    expect(planRound('energy', problem, { ...context, energyV: 0.1 }).selected).toEqual([1, 3]);
    expect(planRound('energy', problem, { ...context, energyV: 0 }).selected).toEqual([1, 3]);
    const rich = { ...problem, delayBudgetSeconds: 100 };
    expect(planRound('energy', rich, { ...context, energyV: 1e3 }).selected).toEqual([0, 1, 2, 3]);
  });

  test('inverse-probability weighs gradients by 1/(N p): sure devices always, with 1/N', () => {
    const facts = { joinProbabilities: [1, 1, 0.5, 1e-9] };
    const draws = Array.from({ length: 200 }, (_, round) =>
      planRound('inverse-probability', problem, { seed: 1, round, deviceCount: 1, facts }),
    );
    for (const { selected, weights } of draws) {
      expect(selected.slice(0, 2)).toEqual([0, 1]);
      expect(weights?.slice(0, 2)).toEqual([0.25, 0.25]);
      if (selected.includes(2)) expect(weights?.[2]).toBe(0.5);
    }
    const joined = draws.filter(({ selected }) => selected.includes(2)).length;
    expect(joined).toBeGreaterThan(70);
    expect(joined).toBeLessThan(130);
  });
});

describe('missing facts of a policy', () => {
  const lineOf = (policy: PolicyName, facts: DeviceFacts) => thrownLine(() => selectedBy(policy, facts));

  test.each([
    ['proportional-fair', {}, /^policy proportional-fair: needs the mean of each device's rate/],
    ['age', { roundsSinceServed: [1, 2] }, /^roundsSinceServed: has 2 values for 4 devices/],
    ['update-norm', { gradientNorms: [1, Number.NaN, 1, 1] }, /^gradientNorms\[1\]: is NaN/],
    ['energy', { energyQueues: [0, 0, 0, 0] }, /^policy energy: needs the energy of each device's computing/],
    [
      'inverse-probability',
      { joinProbabilities: [1, 0, 1, 1] },
      /^joinProbabilities\[1\]: is 0: its gradient/,
    ],
    ['fedcs', { computeSeconds: [0, -1, 0, 0] }, /^computeSeconds\[1\]: is -1/],
  ] as const)('%s', (policy, facts, line) => {
    expect(lineOf(policy, facts)).toMatch(line);
  });
});
