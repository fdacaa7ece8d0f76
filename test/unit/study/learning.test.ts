import { describe, expect, it } from 'vitest';
import { type LearningCurve, learningCurve, nearestCurve } from '#study/learning/learning-curve.ts';
import { timedCurve } from '#study/learning/time-to-accuracy.ts';
import { runPoint } from '#study/model/run-point.ts';
import { STUDY_VERSION } from '#study/output/study-plan.ts';
import { summarise } from '#study/output/study-result.ts';
import { makePoints } from '#study/points/points.ts';

function curve(run: string, policy: string, devicesPerRound: number): LearningCurve {
  return {
    run,
    policy,
    devicesPerRound,
    chance: 0.5,
    tests: [
      { rounds: 2, accuracy: 0.6 },
      { rounds: 9, accuracy: 0.8 },
    ],
    theorem1: null,
    differences: [],
  };
}

describe('a learning curve', () => {
  const result = {
    run: 'r',
    chance: 0.5,
    theorem1: null,
    rounds: [
      { round: 1, policy: 'exact', answered: [0, 1, 2] },
      { round: 2, policy: 'exact', answered: [0], testAccuracy: 0.7 },
    ],
  };

  it('is read from the tests of a run', () => {
    expect(learningCurve(result, 'result.json')).toEqual({
      run: 'r',
      policy: 'exact',
      devicesPerRound: 2,
      chance: 0.5,
      tests: [{ rounds: 2, accuracy: 0.7 }],
      theorem1: null,
      differences: [],
    });
  });

  it('is refused for a run without a test', () => {
    const untested = { ...result, rounds: result.rounds.slice(0, 1) };
    expect(() => learningCurve(untested, 'result.json')).toThrow('holds no test of the model');
  });

  it('is chosen by policy first, then by the number of devices', () => {
    const curves = [curve('a', 'exact', 3), curve('b', 'exact', 30), curve('c', 'greedy', 10)];
    expect(nearestCurve(curves, 'exact', 25)?.run).toBe('b');
    expect(nearestCurve(curves, 'greedy', 1000)?.run).toBe('c');
    expect(nearestCurve(curves, 'all-in', 9)?.run).toBe('c');
    expect(nearestCurve([], 'exact', 1)).toBeUndefined();
  });
});

describe('time to accuracy', () => {
  it('is the sum of the simulated rounds, and of mean rounds beyond them', () => {
    const points = makePoints(
      { training: { devices: 5, rounds: 4 }, scheduling: { policy: 'greedy' } },
      [],
      'grid',
    );
    const results = points.map(({ settings }) => [runPoint(settings)]);
    const plan = {
      format: 'airtune-study',
      version: STUDY_VERSION,
      preset: null,
      settings: {},
      models: {},
      sweeps: [],
      sweepMode: 'grid',
      repeats: 1,
      warmUpRounds: 1,
      learning: [curve('a', 'greedy', 4)],
    } as const;
    const { points: summaries, timeToAccuracy } = summarise(
      { ...plan, sweeps: [], learning: [...plan.learning] },
      points,
      results,
    );
    const [point] = summaries;
    const rounds = results[0][0].rounds;
    const seconds = rounds.map(({ latency }) => latency.roundNanoseconds / 1e9);
    const commit = point.metrics.commitSeconds.mean;
    const timed = timedCurve(point, plan.learning);
    expect(timed).toEqual(timeToAccuracy[0]);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    expect(timed?.tests[0].seconds).toBeCloseTo(sum(seconds.slice(0, 2)) + 2 * commit, 9);
    expect(timed?.tests[1].seconds).toBeCloseTo((9 / 4) * (sum(seconds) + 4 * commit), 9);
    const usd = sum(rounds.map(({ bill }) => bill.totalUsd));
    expect(timed?.tests[1].usd).toBeCloseTo((9 / 4) * usd, 12);
  });
});
