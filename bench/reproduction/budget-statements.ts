import type { PlanningResult } from '#shared/protocol/planning-result.ts';
import { aboveZero, type Finding, notRun } from './finding.ts';
import {
  budgetsIn,
  commonSeeds,
  differenceOf,
  estimateOf,
  type PanelData,
  placesIn,
  withSeeds,
} from './panel-data.ts';

const PROPOSED = 'set-expansion';

const BUDGET_STATEMENTS = [
  'With a larger budget, more devices are scheduled and test accuracy rises (proposed scheme).',
  'The gain of a larger budget falls from step to step (proposed scheme).',
  'The proposed scheme is above GS and AABA under the tightest budget.',
  'The proposed scheme is above GS and AABA under the larger budgets.',
] as const;

/** Verdicts on the statements about the delay budget, for one panel of figure 5. */
export function budgetFindings(data: PanelData): readonly Finding[] {
  const budgets = budgetsIn(data);
  const proposed = placesIn(data).filter(({ contender }) => contender === PROPOSED);
  const paired = withSeeds(data, commonSeeds(proposed));
  const at = (figure: 'devicesPerRound' | 'testAccuracy') =>
    budgets.flatMap((budget) => estimateOf(paired, PROPOSED, figure, budget)?.mean ?? []);
  const [devices, accuracy] = [at('devicesPerRound'), at('testAccuracy')];
  const evidence = data.panel.title;
  const list = (values: readonly number[], digits: number, scale = 1): string =>
    values.map((value) => (value * scale).toFixed(digits)).join(', ');
  const places = budgets.join(', ');
  if (budgets.length < 3 || accuracy.length < budgets.length) {
    return BUDGET_STATEMENTS.map((statement) => notRun(statement, evidence));
  }
  const rises = (values: readonly number[]): number =>
    values.slice(1).filter((value, index) => value > values[index]).length / (values.length - 1);
  const rising = Math.min(rises(devices), rises(accuracy));
  const gains = accuracy.slice(1).map((value, index) => value - accuracy[index]);
  const falling = gains.slice(1).filter((gain, index) => gain <= gains[index]).length / (gains.length - 1);
  const others = ['greedy', 'equal-share'];
  const [tightest, ...larger] = budgets;
  const tight = others.map(
    (name) => [`over ${name}`, differenceOf(data, PROPOSED, name, 'testAccuracy', tightest)] as const,
  );
  const wide = larger.flatMap((budget) =>
    others.map(
      (name) =>
        [`over ${name} at ${budget}`, differenceOf(data, PROPOSED, name, 'testAccuracy', budget)] as const,
    ),
  );
  return [
    {
      statement: BUDGET_STATEMENTS[0],
      source: 'paper',
      evidence,
      figures: `at ${places} s/bit: ${list(devices, 1)} devices; ${list(accuracy, 1, 100)} %`,
      verdict: rising === 1 ? 'holds' : rising > 0.5 ? 'holds in part' : 'does not hold',
      why: rising === 1 ? '' : 'not every step to a larger budget raises both',
    },
    {
      statement: BUDGET_STATEMENTS[1],
      source: 'paper',
      evidence,
      figures: `gains from budget to budget: ${list(gains, 1, 100)} points`,
      verdict: falling === 1 ? 'holds' : falling > 0 ? 'holds in part' : 'does not hold',
      why:
        falling === 1
          ? ''
          : 'not every gain is smaller than the one before; budgets do not grow by a constant factor',
    },
    { statement: BUDGET_STATEMENTS[2], source: 'paper', evidence, ...aboveZero(tight) },
    { statement: BUDGET_STATEMENTS[3], source: 'paper', evidence, ...aboveZero(wide) },
  ];
}

/** Verdicts on the statements about the time to plan a round, by delay budget. */
export function planningFindings(result: PlanningResult): readonly Finding[] {
  const cells = result.cells.filter(({ contender }) => contender === PROPOSED);
  const means = cells.map(({ planningSeconds }) => planningSeconds.mean);
  const longest = cells.map(({ planningSeconds }) => planningSeconds.most);
  const microseconds = (values: readonly number[]): string =>
    values.map((value) => (1e6 * value).toFixed(0)).join(', ');
  const places = cells.map(({ secondsPerBit }) => secondsPerBit).join(', ');
  const evidence = `${result.devices} devices, ${result.rounds} rounds, ${result.seeds.length} seeds`;
  const rises = means.slice(1).every((mean, index) => mean > means[index]);
  const first = longest[0] > Math.max(...longest.slice(1));
  return [
    {
      statement: 'The mean time to plan a round rises with the delay budget.',
      source: 'paper',
      evidence,
      figures: `at ${places} s/bit: ${microseconds(means)} us`,
      verdict: rises ? 'holds' : 'does not hold',
      why: '',
    },
    {
      statement: 'The longest plan is that of the tightest budget.',
      source: 'paper',
      evidence,
      figures: `longest at ${places} s/bit: ${microseconds(longest)} us`,
      verdict: first ? 'holds' : 'does not hold',
      why: first
        ? ''
        : 'the queue starts where the budget needs it, so no early round takes every device; single longest times also depend on the machine',
    },
  ];
}
