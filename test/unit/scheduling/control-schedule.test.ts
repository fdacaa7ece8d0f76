import { describe, expect, test } from 'vitest';
import { type ControlSchedule, controlV } from '#shared/scheduling/control-schedule.ts';
import { delayBudgetSeconds } from '#shared/scheduling/delay-budget.ts';
import { thrownLine } from '#test/support/thrown.ts';

const firstRounds = (schedule: ControlSchedule) => [0, 1, 2, 3].map((round) => controlV(schedule, round));

describe('the control parameter V over the rounds', () => {
  test('constant', () => {
    expect(firstRounds({ kind: 'constant', initialV: 3 })).toEqual([3, 3, 3, 3]);
  });

  test('geometric falls by a ratio, and stays positive where it would underflow', () => {
    expect(firstRounds({ kind: 'geometric', initialV: 8, ratio: 0.5 })).toEqual([8, 4, 2, 1]);
    expect(controlV({ kind: 'geometric', initialV: 1, ratio: 0.5 }, 5000)).toBeGreaterThan(0);
  });

  test('harmonic', () => {
    expect(firstRounds({ kind: 'harmonic', initialV: 6, decay: 1 })).toEqual([6, 3, 2, 1.5]);
  });

  test('from a list, whose last value holds', () => {
    expect(firstRounds({ kind: 'list', values: [5, 5, 2] })).toEqual([5, 5, 2, 2]);
  });

  test('refuses a round that is none', () => {
    expect(thrownLine(() => controlV({ kind: 'constant', initialV: 1 }, -1))).toMatch(/^round: is -1/);
  });
});

describe('the delay budget', () => {
  test('is given in seconds per round, or per bit of the payload', () => {
    expect(delayBudgetSeconds({ secondsPerRound: 0.25 }, 1e6)).toBe(0.25);
    expect(delayBudgetSeconds({ secondsPerBit: 1e-7 }, 1e6)).toBeCloseTo(0.1, 12);
  });
});
