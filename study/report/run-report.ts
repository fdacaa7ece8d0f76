import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { describePossible } from '#shared/scheduling/control/control-summary.ts';
import type { ConvergenceTerms } from '#shared/scheduling/fit-convergence.ts';
import { lineChart, type Series } from './line-chart.ts';
import { escapeText, shortNumber } from './markup.ts';
import { page } from './page.ts';
import { COMMIT_PART, STAGE_PARTS } from './palette.ts';
import { meanCommitSeconds, meanStageSeconds } from './run-figures.ts';
import { settingsTable } from './settings-table.ts';
import { stackedBars } from './stacked-bars.ts';

/** The part of a round's metrics that a report shows. */
type ReportedRound = Pick<
  RoundMetrics,
  | 'round'
  | 'selected'
  | 'answered'
  | 'trainLoss'
  | 'trainAccuracy'
  | 'testAccuracy'
  | 'testLoss'
  | 'delaySeconds'
  | 'delayBudgetSeconds'
  | 'queueSeconds'
  | 'accountSeconds'
  | 'delayLimitSeconds'
  | 'roundSeconds'
  | 'timeSplitSeconds'
>;

/** The part of a run's result that a report shows. */
export interface ReportedRun
  extends Pick<RunResult, 'run' | 'target' | 'virtualTime' | 'engine' | 'chance' | 'control' | 'theorem1'> {
  readonly config: unknown;
  readonly rounds: readonly ReportedRound[];
}

/**
 * `report.html` of a run: learning, time and scheduling round by round, in one file that needs no network.
 */
export function runReport(run: ReportedRun): string {
  const { rounds, chance } = run;
  const chanceLine: readonly Series[] =
    chance === null ? [] : [{ name: 'chance', points: rounds.map(({ round }) => exact(round, chance)) }];
  const accuracy = [
    seriesOf('test accuracy', rounds, ({ testAccuracy }) => testAccuracy),
    seriesOf('training accuracy', rounds, ({ trainAccuracy }) => trainAccuracy),
    ...chanceLine,
  ];
  return page(`airtune run ${run.run}`, introduction(run), [
    chart(
      'Accuracy',
      'Of every device with its own head on the test set, and on the mini-batches.',
      'accuracy',
      accuracy,
    ),
    chart('Loss', 'Mean over the answered mini-batches, and on the test set.', 'loss', [
      seriesOf('training loss', rounds, ({ trainLoss }) => trainLoss),
      seriesOf('test loss', rounds, ({ testLoss }) => testLoss),
    ]),
    theoremChart(run),
    stackedBars(
      "Where a round's time goes",
      'Seconds of the critical path by stage, then of the commit, mean of all rounds.',
      's',
      [...STAGE_PARTS, COMMIT_PART],
      [
        {
          name: 'mean round',
          values: [...STAGES.map((stage) => meanStageSeconds(rounds, stage)), meanCommitSeconds(rounds)],
        },
      ],
    ),
    chart('Round time', 'From the start of a round to its commit.', 'round [s]', [
      seriesOf('round', rounds, ({ roundSeconds }) => roundSeconds),
    ]),
    chart('Devices', 'Scheduled, and of these those that answered in time.', 'devices', [
      seriesOf('scheduled', rounds, ({ selected }) => selected.length),
      seriesOf('answered', rounds, ({ answered }) => answered.length),
    ]),
    chart(
      'Radio delay',
      "Planned transmission of the slowest device, beside the budget's long-run average and the limit that keeps it.",
      'delay [s]',
      [
        seriesOf('delay', rounds, ({ delaySeconds }) => delaySeconds),
        seriesOf('budget', rounds, ({ delayBudgetSeconds }) => delayBudgetSeconds),
        seriesOf('limit', rounds, ({ delayLimitSeconds }) => delayLimitSeconds),
      ],
    ),
    chart(
      'Account and virtual queue',
      "Delay of the rounds so far less their budgets; the paper's virtual queue starts at 0 and forgets what is left over.",
      'overdrawn [s]',
      [
        seriesOf('account', rounds, ({ accountSeconds }) => accountSeconds),
        seriesOf('virtual queue', rounds, ({ queueSeconds }) => queueSeconds),
      ],
    ),
  ]);
}

function introduction({ rounds, target, engine, virtualTime, config, control }: ReportedRun): string {
  const last = rounds.findLast(({ testAccuracy }) => testAccuracy !== undefined);
  const accuracy =
    last?.testAccuracy === undefined
      ? ''
      : ` Test accuracy after round ${last.round}: ${shortNumber(last.testAccuracy)}.`;
  const time = virtualTime ? 'Times are those of the virtual cloud.' : 'Times are measured.';
  const facts = `${rounds.length} rounds on ${target}, engine ${engine}. ${time}${accuracy}`;
  return `<p>${escapeText(facts)}</p>${controlFacts(control)}${settingsTable(config, 'Settings')}`;
}

function controlFacts(control: ReportedRun['control']): string {
  const { meanDelaySeconds, budgetSeconds, firstDevices, firstDelaySeconds, warnings } = control;
  const facts =
    `Scheduled ${describePossible(control)}; radio delay ${shortNumber(meanDelaySeconds)} s a round ` +
    `(budget ${shortNumber(budgetSeconds)} s). Round 1: ${firstDevices} devices, ${shortNumber(firstDelaySeconds)} s.`;
  return [facts, ...warnings.map((warning) => `Warning: ${warning}`)]
    .map((line) => `<p>${escapeText(line)}</p>`)
    .join('');
}

function chart(title: string, note: string, yName: string, series: readonly Series[]): string {
  return lineChart({
    title,
    note,
    xName: 'round',
    yName,
    series: series.filter(({ points }) => points.length > 0),
  });
}

/** A chart of the training loss, the fitted loss and Theorem 1's terms. Empty for a run too short to fit. */
function theoremChart({ rounds, theorem1 }: ReportedRun): string {
  if (theorem1 === null) return '';
  const { constants, rounds: terms } = theorem1;
  const { contraction, floor, initialGap, loraScale, residual } = constants;
  const over = (value: (terms: ConvergenceTerms) => number): Series['points'] =>
    terms.map((term, index) => exact(index + 1, value(term)));
  return lineChart({
    title: 'Theorem 1 beside the loss',
    note:
      `Constants fitted to this run's training loss by least squares (root mean square left: ${shortNumber(residual)}): rho ` +
      `${shortNumber(contraction)}, initial gap ${shortNumber(initialGap)}, LoRA term ${shortNumber(loraScale)} for phi = 1, and ` +
      `${shortNumber(floor)} for optimum and head together. They describe this run; the theorem itself is a bound.`,
    xName: 'round',
    yName: 'loss',
    series: [
      seriesOf('training loss', rounds, ({ trainLoss }) => trainLoss),
      { name: 'fitted loss', points: over(({ loss }) => loss) },
      { name: 'floor + LoRA term', points: over(({ loraTerm }) => floor + loraTerm) },
    ],
  });
}

/** A series over the rounds; rounds without a value have no point. */
function seriesOf(
  name: string,
  rounds: readonly ReportedRound[],
  value: (round: ReportedRound) => number | null | undefined,
): Series {
  return {
    name,
    points: rounds.flatMap((round) => {
      const found = value(round);
      return found === null || found === undefined ? [] : [exact(round.round, found)];
    }),
  };
}

function exact(x: number, mean: number): Series['points'][number] {
  return { x, mean, low: null, high: null };
}
