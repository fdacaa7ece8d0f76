import { describe, expect, test } from 'vitest';
import { budgetFindings } from '#bench/reproduction/budget-statements.ts';
import { commonSeeds, type PanelData, placesIn } from '#bench/reproduction/panel-data.ts';
import { PANELS } from '#bench/reproduction/panels.ts';
import { parseTable } from '#bench/reproduction/result-table.ts';
import { seedsText } from '#bench/reproduction/seeds-text.ts';

const HEADER =
  'contender,budget_s_per_bit,seed,round,scheduled_devices,planned_delay_s,delay_budget_s,train_loss,test_accuracy,test_loss,chance';

/** A panel whose runs have one round, with this test accuracy. */
function panelOf(
  runs: readonly (readonly [contender: string, budget: string, seed: number, accuracy: number])[],
): PanelData {
  const lines = runs.flatMap(([contender, budget, seed, accuracy]) => [
    `${contender},${budget},${seed},0,,,0.05,,0.1,4,0.1`,
    `${contender},${budget},${seed},1,${budget === '' ? 2 : Number(budget)},0.05,0.05,1,${accuracy},1,0.1`,
  ]);
  return { panel: PANELS[0], runs: parseTable(`${[HEADER, ...lines].join('\n')}\n`) };
}

describe('seeds of a panel', () => {
  test('are named once where all runs have the same', () => {
    const data = panelOf(
      [1, 2].flatMap((seed) => [['a', '', seed, 0.5] as const, ['b', '', seed, 0.6] as const]),
    );
    expect(seedsText(data)).toBe('Seeds 1, 2');
  });

  test('are named with the contenders that have more', () => {
    const data = panelOf([
      ['a', '', 3, 0.5],
      ['a', '', 1, 0.5],
      ['b', '', 1, 0.5],
      ['c', '', 1, 0.5],
      ['c', '', 3, 0.5],
    ]);
    expect(seedsText(data)).toBe('Seeds 1; 3 too for a, c');
    expect(commonSeeds(placesIn(data))).toEqual([1]);
  });

  test('are named with the delay budgets that have more', () => {
    const data = panelOf([
      ['a', '1e-8', 1, 0.5],
      ['a', '1e-8', 2, 0.5],
      ['b', '1e-8', 1, 0.5],
      ['b', '1e-8', 2, 0.5],
      ['a', '1e-7', 1, 0.5],
      ['a', '1e-7', 2, 0.5],
      ['b', '1e-7', 1, 0.5],
    ]);
    expect(seedsText(data)).toBe('Seeds 1; 2 too for all contenders at 1e-8 s/bit, and a at 1e-7 s/bit');
  });

  test('that only one budget has do not decide whether accuracy rises with the budget', () => {
    const paired = [
      ['set-expansion', '1', 1, 0.5],
      ['set-expansion', '2', 1, 0.6],
      ['set-expansion', '3', 1, 0.65],
    ] as const;
    const verdictOf = (data: PanelData) => budgetFindings(data)[0].verdict;
    expect(verdictOf(panelOf(paired))).toBe('holds');
    expect(verdictOf(panelOf([...paired, ['set-expansion', '1', 2, 0.99]]))).toBe('holds');
  });
});
