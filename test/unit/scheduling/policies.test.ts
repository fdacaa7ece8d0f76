import { describe, expect, test } from 'vitest';
import { planRound } from '#shared/scheduling/plan-round.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';

const round: RoundProblem = {
  bandwidthHz: 1e7,
  noiseWattsPerHz: 4e-21,
  powerWatts: 0.1,
  payloadBits: 1e6,
  channelGain: [3e-14, 8e-12, 8e-12, 1e-13, 6e-11],
  delayBudgetSeconds: 0.1,
  controlV: 1e-2,
  queueSeconds: 0.2,
};
const context = { seed: 1, round: 0, deviceCount: 2 };

describe('the effect of the virtual queue on a plan', () => {
  test('an empty queue schedules everyone', () => {
    const plan = planRound('exact', { ...round, queueSeconds: 0 }, context);
    expect(plan.selected).toEqual([0, 1, 2, 3, 4]);
    expect(plan.objective).toBe(5 * round.controlV);
    expect(plan.nextQueueSeconds).toBeGreaterThan(0);
  });

  test('a long queue schedules no device and drains by the budget', () => {
    const plan = planRound('exact', { ...round, queueSeconds: 1e6 }, context);
    expect(plan).toMatchObject({ selected: [], delaySeconds: 0, objective: 0 });
    expect(plan.nextQueueSeconds).toBeCloseTo(1e6 - 0.1, 6);
  });

  test('a huge V schedules everyone in spite of it', () => {
    const plan = planRound('exact', { ...round, queueSeconds: 1e6, controlV: 1e300 }, context);
    expect(plan.selected.length).toBe(5);
    expect(plan.certificate?.relativeGap).toBeLessThan(1e-9);
  });

  test('a delay equal to the budget does not change the queue', () => {
    const plan = planRound('greedy', { ...round, delayBudgetSeconds: 0.3 }, context);
    expect(plan.delaySeconds).toBe(0.3);
    expect(plan.nextQueueSeconds).toBe(round.queueSeconds);
  });

  test('a minimum number of devices is kept against the objective', () => {
    const plan = planRound('exact', { ...round, queueSeconds: 1e6, minimumDevices: 2 }, context);
    expect(plan.selected).toEqual([1, 4]);
    expect(plan.objective).toBeLessThan(0);
  });
});

describe('who is scheduled', () => {
  test('of equal gains the earlier device', () => {
    const plan = planRound('exact', { ...round, queueSeconds: 1e6, minimumDevices: 2 }, context);
    expect(plan.selected).toContain(1);
    expect(plan.selected).not.toContain(2);
  });

  test('by received power, not by gain alone', () => {
    const powerWatts = [1e4, 0.1, 0.1, 0.1, 1e-6];
    const plan = planRound('exact', { ...round, powerWatts, queueSeconds: 1e6, minimumDevices: 1 }, context);
    expect(plan.selected).toEqual([0]);
  });

  test('round-robin gives everyone a turn', () => {
    const turns = [0, 1, 2, 3, 4].map(
      (index) => planRound('round-robin', round, { ...context, round: index }).selected,
    );
    expect(turns).toEqual([
      [0, 1],
      [2, 3],
      [0, 4],
      [1, 2],
      [3, 4],
    ]);
  });

  test('random depends on seed and round only, and takes no device twice', () => {
    const draw = (seed: number, index: number) =>
      planRound('random', round, { seed, round: index, deviceCount: 3 }).selected;
    expect(draw(1, 5)).toEqual(draw(1, 5));
    const draws = Array.from({ length: 40 }, (_, index) => draw(1, index));
    expect(new Set(draws.map(String)).size).toBeGreaterThan(5);
    for (const selected of draws) expect(new Set(selected).size).toBe(3);
    const counts = [0, 1, 2, 3, 4].map((device) => draws.filter((set) => set.includes(device)).length);
    for (const count of counts) expect(count).toBeGreaterThan(10);
  });

  test('asking the comparison policies for more devices than there are schedules all', () => {
    for (const policy of ['random', 'round-robin'] as const) {
      expect(planRound(policy, round, { ...context, deviceCount: 99 }).selected).toEqual([0, 1, 2, 3, 4]);
      expect(planRound(policy, round, { ...context, deviceCount: 0 }).selected).toEqual([]);
    }
  });

  test('static-share owns B/N each, however few are scheduled', () => {
    const plan = planRound('static-share', { ...round, delayBudgetSeconds: 0.08 }, context);
    expect(plan.selected).toEqual([1, 2, 4]);
    expect([...plan.bandwidthHz]).toEqual([2e6, 2e6, 2e6]);
  });
});
