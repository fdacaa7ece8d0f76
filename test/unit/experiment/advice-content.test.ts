import { expect, test } from 'vitest';
import { adviceContent } from '#experiment/report/advice-content.ts';
import type { AdvisedChange, AdvisedPoint } from '#shared/protocol/advice-result.ts';

const estimate = (mean: number) => ({ mean, low: mean, high: mean, values: [mean] });

const change = (knob: string, seconds: number, usd: number): AdvisedChange => ({
  knob,
  settings: [],
  sentence: `${knob}: a sentence.`,
  savedSecondsPerRound: estimate(seconds),
  savedUsdPerRound: estimate(usd),
  answeredPerRound: 10,
  sameLearning: true,
});

const point = (label: string, byTime: readonly string[], byDollars: readonly string[]): AdvisedPoint => ({
  label,
  secondsPerRound: estimate(10),
  usdPerRound: estimate(0.1),
  answeredPerRound: 10,
  changes: [change('faster', 2, -0.1), change('cheaper', -1, 0.05), change('idle', 0, 0)],
  byTime: [...byTime],
  byDollars: [...byDollars],
});

const advice = (points: AdvisedPoint[]) =>
  adviceContent({ format: 'airtune-advice', version: 1, seeds: 3, points });

test('the answer on a single point is the sentence of its best change', () => {
  expect(advice([point('as set', ['faster'], ['cheaper'])]).answer).toBe(
    'as set, for time: faster: a sentence. For cost: cheaper: a sentence.',
  );
  expect(advice([point('as set', [], [])]).answer).toBe(
    'as set: no single change makes a round shorter or cheaper.',
  );
});

test('the answer on several points names the best change with its points', () => {
  const points = [
    point('1 replica', ['faster'], ['cheaper']),
    point('2 replicas', ['faster'], []),
    point('4 replicas', ['other'], ['cheaper']),
  ];
  expect(advice(points).answer).toBe(
    'Best single change for time: faster (at 1 replica; 2 replicas), other (at 4 replicas). For cost: cheaper (at 1 replica; 4 replicas), none (at 2 replicas).',
  );
  expect(advice([points[0], { ...points[0], byDollars: ['faster'] }]).answer).toBe(
    'Best single change for time: faster at every point. For cost: cheaper (at 1 replica), faster (at 1 replica).',
  );
});

test('changes without effect are named in a sentence and have no row', () => {
  const [section] = advice([point('as set', ['faster'], ['cheaper'])]).sections;
  expect(section.text).toBe(
    'A round takes 10.00 s and costs $0.100. Neither time nor cost changes with "idle".',
  );
  expect(
    section.blocks.flatMap((block) => (block.kind === 'table' ? block.rows.map(([name]) => name) : [])),
  ).toEqual(['faster', 'cheaper']);
});
