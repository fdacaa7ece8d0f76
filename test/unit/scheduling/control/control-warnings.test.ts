import { describe, expect, test } from 'vitest';
import {
  type ControlSummary,
  controlSummary,
  describePossible,
} from '#shared/scheduling/control/control-summary.ts';
import { controlWarnings } from '#shared/scheduling/control/control-warnings.ts';

const summary: ControlSummary = {
  rounds: 5,
  budgetSeconds: 0.1,
  meanDevices: 16.73,
  meanDelaySeconds: 0.1,
  firstDevices: 16,
  firstDelaySeconds: 0.09,
  emptyRounds: 0,
  forcedRounds: 0,
  forcedSeconds: 0,
  possible: { devicesPerRound: 16.8, devicesPerRoundAsSpent: 16.8, share: 16.73 / 16.8 },
};
const facts = {
  policy: 'exact',
  initialQueue: 'placeholder',
  debt: 0.2,
  minimumDevices: 0,
  steadyChannel: false,
} as const;

describe("the summary and the warnings of a run's control", () => {
  test('the devices, compared with the possible ones', () => {
    expect(describePossible(summary)).toBe(
      '16.73 devices a round of at most 16.80 possible within the budget, 99.6 %',
    );
    expect(describePossible({ ...summary, meanDelaySeconds: 0.103 })).toContain('with the delay spent');
    expect(describePossible({ ...summary, possible: null })).toBe('16.73 devices a round');
    const none = { devicesPerRound: null, devicesPerRoundAsSpent: null, share: null };
    expect(describePossible({ ...summary, possible: none })).toContain('no policy keeps the budget');
  });

  test('nothing to warn of within the promise: the budget and its debt', () => {
    expect(controlWarnings(summary, facts)).toEqual([]);
    expect(controlWarnings({ ...summary, meanDelaySeconds: 0.104 }, facts)).toEqual([]);
  });

  test.each([
    ['a policy without a queue', { policy: 'all-in' }, /^over budget by 11 %: policy all-in ignores/],
    [
      'a queue from zero',
      { initialQueue: 'zero' },
      /^over budget by 11 %: .*round 1, which took 3.00 budgets/,
    ],
    ['a minimum', { minimumDevices: 7 }, /^over budget by 11 %: minimumDevices = 7 needs more/],
  ] as const)('over budget, by %s', (_, change, line) => {
    const over = { ...summary, meanDelaySeconds: 0.111, firstDelaySeconds: 0.3 };
    expect(controlWarnings(over, { ...facts, ...change })[0]).toMatch(line);
  });

  test.each([
    [
      'rounds that are all alike',
      { steadyChannel: true },
      /^4 of 5 rounds scheduled no device: equal gains: the linear objective alternates .*policy=convergence/,
    ],
    [
      'a queue from zero',
      { initialQueue: 'zero' },
      /^4 of 5 rounds scheduled no device: the virtual queue recovers/,
    ],
    ['a budget that nobody meets', { policy: 'greedy' }, /^4 of 5 .* no device meets the budget/],
  ] as const)('rounds without devices, by %s', (_, change, line) => {
    expect(controlWarnings({ ...summary, emptyRounds: 4 }, { ...facts, ...change })[0]).toMatch(line);
  });

  test('the excess that a minimum forces, and that no policy could avoid it', () => {
    const possible = { devicesPerRound: null, devicesPerRoundAsSpent: null, share: null };
    const forced = { ...summary, forcedRounds: 3, forcedSeconds: 0.25, possible };
    expect(controlWarnings(forced, { ...facts, minimumDevices: 7 })).toEqual([
      'minimumDevices = 7 forced 3 of 5 rounds over the limit, by 0.250 s in all. No policy keeps the budget with so many; lower minimumDevices.',
    ]);
  });

  test('means of the rounds, with round 1 apart', () => {
    const rounds = [
      { scheduled: 4, delaySeconds: 0.3, delayBudgetSeconds: 0.2, forcedSeconds: 0.1 },
      { scheduled: 0, delaySeconds: 0, delayBudgetSeconds: 0.2, forcedSeconds: 0 },
    ];
    expect(controlSummary(rounds, () => null)).toMatchObject({
      meanDevices: 2,
      meanDelaySeconds: 0.15,
      firstDevices: 4,
      firstDelaySeconds: 0.3,
      emptyRounds: 1,
      forcedRounds: 1,
    });
  });
});
