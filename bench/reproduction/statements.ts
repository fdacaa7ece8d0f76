import { meanOf } from '#experiment/statistics/bootstrap.ts';
import type { Estimate } from '#shared/protocol/experiment-result.ts';
import type { PlanningResult } from '#shared/protocol/planning-result.ts';
import {
  budgetsIn,
  contendersIn,
  differenceOf,
  estimateOf,
  type PanelData,
  roughnessOf,
} from './panel-data.ts';

export type Verdict = 'holds' | 'holds in part' | 'does not hold' | 'not run';

/** A statement beside its evidence from one panel. */
export interface Finding {
  readonly statement: string;
  readonly source: 'paper' | 'this project';
  /** The panel that it was looked at in. */
  readonly evidence: string;
  readonly figures: string;
  readonly verdict: Verdict;
  /** Why it does not hold, or holds in part; empty otherwise. */
  readonly why: string;
}

/** Seeds that a verdict takes. */
const FEWEST_SEEDS = 3;

const PROPOSED = 'set-expansion';
const PAPER_CONTROL = 'set-expansion from q0 = 0';

/** Statements on curves, judged for one panel of figure 3 or 4. */
export function curveFindings(data: PanelData): readonly Finding[] {
  const evidence = data.panel.title;
  const finding = (
    statement: string,
    source: Finding['source'],
    differences: readonly (readonly [string, Estimate | undefined])[],
  ): Finding => ({ statement, source, evidence, ...aboveZero(differences) });
  const over = (left: string, rights: readonly string[]) =>
    rights.map((right) => [`over ${right}`, differenceOf(data, left, right, 'testAccuracy')] as const);
  const limited = contendersIn(data).filter((name) => name !== 'all-in');
  return [
    finding(
      'All-in without a delay constraint has the best test accuracy.',
      'paper',
      over('all-in', limited),
    ),
    closeToAllIn(data),
    finding(
      'The proposed scheme is above GS and AABA in test accuracy.',
      'paper',
      over(PROPOSED, ['greedy', 'equal-share']),
    ),
    finding('GS is above AABA in test accuracy.', 'paper', over('greedy', ['equal-share'])),
    moreDevices(data),
    finding(
      "A queue that starts at the backlog the budget needs is above the paper's q0 = 0 in test accuracy.",
      'this project',
      over(PROPOSED, [PAPER_CONTROL]),
    ),
    finding(
      "`convergence` is above the paper's q0 = 0 and above the proposed scheme's other form in test accuracy.",
      'this project',
      over('convergence', [PAPER_CONTROL, PROPOSED]),
    ),
  ];
}

/** Judges differences: all of them must be above 0 with their intervals, which take several seeds. */
function aboveZero(
  differences: readonly (readonly [string, Estimate | undefined])[],
): Pick<Finding, 'figures' | 'verdict' | 'why'> {
  const known = differences.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const figures = known.map(({ name, value }) => `${points(value)} ${name}`).join('; ');
  const seeds = Math.min(...known.map(({ value }) => value.values.length));
  if (known.length < differences.length || seeds < FEWEST_SEEDS) {
    return { figures, verdict: 'not run', why: `it takes ${FEWEST_SEEDS} seeds of every scheme` };
  }
  const sure = known.filter(({ value: { low } }) => low !== null && low > 0);
  if (sure.length === known.length) return { figures, verdict: 'holds', why: '' };
  const lower = known.filter(({ value: { high } }) => high !== null && high < 0);
  const open = known.filter((one) => !sure.includes(one) && !lower.includes(one));
  const names = (some: readonly { readonly name: string }[]): string =>
    some.map(({ name }) => name.replace('over ', '')).join(', ');
  const why = [
    ...(lower.length === 0 ? [] : [`it is below ${names(lower)}`]),
    ...(open.length === 0 ? [] : [`no difference is shown from ${names(open)}: the interval holds 0`]),
  ].join('; ');
  return { figures, verdict: sure.length > 0 ? 'holds in part' : 'does not hold', why };
}

/** "Close" is taken as less than half the gap between all-in and the worst scheme with a constraint. */
function closeToAllIn(data: PanelData): Finding {
  const statement = 'The proposed scheme is close to All-in in test accuracy.';
  const head = { statement, source: 'paper', evidence: data.panel.title } as const;
  const gap = differenceOf(data, 'all-in', PROPOSED, 'testAccuracy');
  const others = ['greedy', 'equal-share'].flatMap(
    (name) => differenceOf(data, 'all-in', name, 'testAccuracy') ?? [],
  );
  if (gap === undefined || gap.values.length < FEWEST_SEEDS || others.length < 2)
    return { ...head, figures: '', verdict: 'not run', why: '' };
  const widest = Math.max(...others.map(({ mean }) => mean));
  const figures = `${points(gap)} below All-in; the worse of GS and AABA is ${(100 * widest).toFixed(1)} below`;
  if (gap.mean <= widest / 2) return { ...head, figures, verdict: 'holds', why: '' };
  return {
    ...head,
    figures,
    verdict: gap.mean < widest ? 'holds in part' : 'does not hold',
    why: 'closeness is taken as less than half the gap of the worse of GS and AABA',
  };
}

/** Orders of devices a round and of accuracy, by Kendall's rank correlation over the schemes. */
function moreDevices(data: PanelData): Finding {
  const statement = 'Schemes that schedule more devices perform better (Theorem 1).';
  const head = { statement, source: 'paper', evidence: data.panel.title } as const;
  const schemes = contendersIn(data).flatMap((name) => {
    const devices = estimateOf(data, name, 'devicesPerRound')?.mean;
    const accuracy = estimateOf(data, name, 'testAccuracy')?.mean;
    return devices === undefined || accuracy === undefined ? [] : [{ name, devices, accuracy }];
  });
  const isEnough = contendersIn(data).every(
    (name) => (estimateOf(data, name, 'testAccuracy')?.values.length ?? 0) >= FEWEST_SEEDS,
  );
  if (schemes.length < 3 || !isEnough) return { ...head, figures: '', verdict: 'not run', why: '' };
  const pairs = schemes.flatMap((left, index) =>
    schemes
      .slice(index + 1)
      .map((right) => Math.sign((left.devices - right.devices) * (left.accuracy - right.accuracy))),
  );
  const tau = meanOf(pairs);
  const figures = `${schemes
    .toSorted((left, right) => right.devices - left.devices)
    .map(
      ({ name, devices, accuracy }) =>
        `${name} ${devices.toFixed(1)} devices, ${(100 * accuracy).toFixed(1)} %`,
    )
    .join('; ')}; Kendall's tau ${tau.toFixed(2)}`;
  if (tau === 1) return { ...head, figures, verdict: 'holds', why: '' };
  return {
    ...head,
    figures,
    verdict: tau > 0 ? 'holds in part' : 'does not hold',
    why: 'which devices take part, and when, matters beside their number',
  };
}

/** Statements on the delay budget, judged for one panel of figure 5. */
export function budgetFindings(data: PanelData): readonly Finding[] {
  const budgets = budgetsIn(data);
  const at = (figure: 'devicesPerRound' | 'testAccuracy' | 'trainLoss', contender = PROPOSED) =>
    budgets.flatMap((budget) => estimateOf(data, contender, figure, budget)?.mean ?? []);
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
  const tight = ['greedy', 'equal-share'].map(
    (name) => [`over ${name}`, differenceOf(data, PROPOSED, name, 'testAccuracy', budgets[0])] as const,
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
  ];
}

const BUDGET_STATEMENTS = [
  'With a larger budget, more devices are scheduled and test accuracy rises (proposed scheme).',
  'The gain of a larger budget falls from step to step (proposed scheme).',
  'The proposed scheme is above GS and AABA under the tightest budget.',
] as const;

/** Statements on the time to plan a round. */
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

/** The statement that the curves of figure 4 are smoother than those of figure 3. */
export function smoothnessFinding(language: PanelData | undefined, images: PanelData | undefined): Finding {
  const statement = 'Curves on CIFAR-10 are smoother than those on language data.';
  const [rough, smooth] = [language, images].map((data) =>
    data === undefined ? undefined : roughnessOf(data, PROPOSED),
  );
  const evidence = [language, images].flatMap((data) => data?.panel.title ?? []).join(' beside ');
  if (rough === undefined || smooth === undefined) return notRun(statement, evidence);
  const holds = (smooth.high ?? smooth.mean) < (rough.low ?? rough.mean);
  return {
    statement,
    source: 'paper',
    evidence,
    figures: `mean step of the training loss, relative to the loss: ${rough.mean.toFixed(3)} and ${smooth.mean.toFixed(3)}`,
    verdict: holds ? 'holds' : smooth.mean < rough.mean ? 'holds in part' : 'does not hold',
    why: holds ? '' : 'the intervals of the two overlap, or the order is the opposite one',
  };
}

export function notRun(statement: string, evidence: string): Finding {
  return { statement, source: 'paper', evidence, figures: '', verdict: 'not run', why: '' };
}

/** A difference of accuracies in points with its interval. */
function points({ mean, low, high }: Estimate): string {
  const show = (value: number): string => (100 * value).toFixed(1);
  const by = `${mean > 0 ? '+' : ''}${show(mean)}`;
  return low === null || high === null ? `${by} (one seed)` : `${by} (${show(low)} to ${show(high)})`;
}
