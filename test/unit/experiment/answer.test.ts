import { expect, test } from 'vitest';
import { answerSentence } from '#experiment/report/answer.ts';

const estimate = (mean: number, low: number, high: number) => ({ mean, low, high, values: [] });
const contender = (label: string, accuracy: number, difference?: readonly [number, number, number]) => ({
  label,
  seeds: 2,
  figures: { testAccuracy: estimate(accuracy, accuracy, accuracy) },
  differences: difference === undefined ? {} : { testAccuracy: estimate(...difference) },
});

test('a lead over the first contender has its interval', () => {
  const others = [contender('exact', 0.7), contender('greedy', 0.8, [0.1, 0.05, 0.15])];
  expect(answerSentence(others)).toBe(
    'greedy is the most accurate at the end: 80.0 % over 2 seeds, 10.0 points above exact (95 % interval 5.0 to 15.0).',
  );
});

test('the lead of the first contender is over the second best, and says where it is too close to tell', () => {
  const others = [
    contender('mine', 0.766),
    contender('exact', 0.755, [-0.011, -0.03, 0.009]),
    contender('greedy', 0.753, [-0.013, -0.031, 0.005]),
  ];
  expect(answerSentence(others)).toBe(
    'mine is the most accurate at the end: 76.6 % over 2 seeds, 1.1 points above exact (95 % interval -0.9 to 3.0: too close to tell).',
  );
});
