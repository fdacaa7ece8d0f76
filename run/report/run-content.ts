import type { Figure, LinePoint, LineSeries, LinesFigure, Quantity, XAxis } from '#report/content/figures.ts';
import type { ReportContent, ReportSection } from '#report/content/report-content.ts';
import { durationText, quantityText, shortNumber } from '#report/page/numbers.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { describePossible } from '#shared/scheduling/control/control-summary.ts';
import type { ConvergenceTerms } from '#shared/scheduling/fit-convergence.ts';
import { meanCommitSeconds, meanStageSeconds } from '#study/report/run-figures.ts';
import { settingsTable } from '#study/report/settings-table.ts';
import { COMMIT_PART, STAGE_PARTS } from '#study/report/stage-parts.ts';
import { mainStages, radioOfBudget, rankingTable, rankStages } from '#study/report/stage-ranking.ts';

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
  | 'joules'
  | 'roundSeconds'
  | 'timeSplitSeconds'
>;

/** What a report shows of a run: its result, or as much of it as there is while the run goes on. */
export interface ReportedRun
  extends Pick<RunResult, 'run' | 'target' | 'virtualTime' | 'chance' | 'theorem1' | 'config'> {
  /** How far an unfinished run is; absent for a finished one. */
  readonly progress?: { readonly rounds: number; readonly state: 'running' | 'interrupted' };
  /** Null before the first round. */
  readonly control: RunResult['control'] | null;
  /** Absent while the run goes on. */
  readonly engine?: string;
  readonly rounds: readonly ReportedRound[];
  /** Absent while the run goes on. */
  readonly provenance?: RunResult['provenance'];
  /** Estimated cost of a round at list prices [USD]; absent where it is not known. */
  readonly usdPerRound?: number;
}

/** A round with the time, cost and energy from the start of the run to its end. */
interface Placed {
  readonly round: ReportedRound;
  readonly x: LinePoint['x'];
}

/** The report of a run: its answer, then learning, time, radio and settings. */
export function runContent(run: ReportedRun): ReportContent {
  const { rounds } = run;
  const placed = placedRounds(run);
  const lines = linesOver(run, placed);
  return {
    title: titleOf(run),
    answer: answerOf(run),
    facts: factsOf(run),
    warnings: run.control?.warnings ?? [],
    sections: [
      learning(run, lines),
      timeSection(rounds, lines),
      radioSection(lines),
      {
        title: 'Settings and origin',
        blocks: [
          settingsTable(run.config, 'settings', 'All settings of this run'),
          ...(run.provenance === undefined
            ? []
            : [settingsTable(run.provenance, 'provenance', 'Version, times, machine and hashes')]),
        ],
      },
    ],
  };
}

function titleOf({ run, target, config: { data, scheduling, training } }: ReportedRun): string {
  const subject = `${data.task}, ${scheduling.policy}, ${training.devices} devices`;
  // In its own folder, every embedded run has the same name.
  return target === 'embedded' ? `airtune run: ${subject}` : `airtune run ${run}: ${subject}`;
}

function answerOf(run: ReportedRun): string {
  const { rounds, virtualTime, control, progress } = run;
  const seconds = rounds.reduce((sum, { roundSeconds }) => sum + roundSeconds, 0);
  if (rounds.length === 0) {
    return progress?.state === 'interrupted'
      ? 'The run was interrupted before its first round ended.'
      : 'The first round is not finished yet.';
  }
  const tested = rounds.findLast(({ testAccuracy }) => testAccuracy !== undefined);
  const trained = rounds.findLast(({ trainLoss }) => trainLoss !== null);
  const result =
    tested?.testAccuracy !== undefined
      ? `${quantityText(100 * tested.testAccuracy, '%')} of the test set right`
      : trained === undefined
        ? 'No device answered'
        : `Training loss ${shortNumber(trained.trainLoss ?? 0)}`;
  const clock = virtualTime ? ' of virtual time' : '';
  const done =
    progress === undefined
      ? `${rounds.length} rounds`
      : `${rounds.length} of ${progress.rounds} rounds, ${progress.state}`;
  const stages = mainStages(rankStages((stage) => meanStageSeconds(rounds, stage)));
  const radio = control === null ? '' : radioOfBudget(control.meanDelaySeconds / control.budgetSeconds);
  const parts = [`${result} after ${durationText(seconds)}${clock} (${done})`, stages, radio];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

function factsOf({
  rounds,
  target,
  engine,
  virtualTime,
  control,
  chance,
  usdPerRound,
}: ReportedRun): readonly string[] {
  const time = virtualTime ? 'Times are those of the virtual cloud.' : 'Times are measured.';
  const where = engine === undefined ? `On ${target}.` : `On ${target}, engine ${engine}.`;
  const guess =
    chance === null
      ? ''
      : ` Guessing the most frequent label would be right in ${quantityText(100 * chance, '%')}.`;
  const cost =
    usdPerRound === undefined
      ? ''
      : ` Estimated cost at list prices: ${quantityText(usdPerRound * rounds.length, 'USD')}.`;
  if (control === null) return [`${where} ${time}${guess}`];
  const { meanDelaySeconds, budgetSeconds, firstDevices, firstDelaySeconds } = control;
  return [
    `${where} ${time}${guess}${cost}`,
    `Scheduled ${describePossible(control)}; radio delay ${quantityText(meanDelaySeconds, 's')} a round ` +
      `(budget ${quantityText(budgetSeconds, 's')}). Round 1: ${firstDevices} devices, ${quantityText(firstDelaySeconds, 's')}.`,
  ];
}

function placedRounds({ rounds, usdPerRound }: ReportedRun): readonly Placed[] {
  let seconds = 0;
  let joules = 0;
  return rounds.map((round, index) => {
    seconds += round.roundSeconds;
    joules += round.joules;
    const dollars = usdPerRound === undefined ? [] : [usdPerRound * (index + 1)];
    return { round, x: [round.round, seconds, ...dollars, joules] };
  });
}

/** Makes line charts over the run's x axes. */
type Lines = (
  head: { readonly id: string; readonly title: string; readonly note: string; readonly wide?: boolean },
  y: Quantity,
  series: readonly {
    readonly name: string;
    readonly reference?: boolean;
    value(round: ReportedRound): number | null | undefined;
  }[],
  references?: LinesFigure['references'],
) => readonly Figure[];

function linesOver({ virtualTime, usdPerRound }: ReportedRun, placed: readonly Placed[]): Lines {
  const x: readonly [XAxis, ...XAxis[]] = [
    { id: 'rounds', name: 'round', unit: '' },
    { id: 'seconds', name: virtualTime ? 'virtual time' : 'time', unit: 's', scale: 'linear' },
    ...(usdPerRound === undefined
      ? []
      : [{ id: 'dollars', name: 'cost so far', unit: 'USD', scale: 'linear' } as const]),
    { id: 'joules', name: 'energy of the devices so far', unit: 'J', scale: 'linear' },
  ];
  return (head, y, series, references = []) => {
    const lines = series
      .map(
        ({ name, reference = false, value }): LineSeries => ({
          name,
          reference,
          points: placed.flatMap((place): LinePoint[] => {
            const found = value(place.round);
            return found === null || found === undefined ? [] : [{ x: place.x, y: found }];
          }),
        }),
      )
      .filter(({ points }) => points.length > 0);
    return lines.length === 0 ? [] : [{ kind: 'lines', ...head, x, y, series: lines, references }];
  };
}

function learning({ chance, theorem1, rounds }: ReportedRun, lines: Lines): ReportSection {
  const hundredfold = (value: number | null | undefined): number | null =>
    value == null ? null : 100 * value;
  return {
    title: 'Learning',
    blocks: [
      ...lines(
        {
          id: 'accuracy',
          title: 'Accuracy',
          note: 'Test: every device with its own head on the common test set. Training: on the mini-batches.',
          wide: true,
        },
        { name: 'accuracy', unit: '%' },
        [
          { name: 'test', value: ({ testAccuracy }) => hundredfold(testAccuracy) },
          { name: 'training', value: ({ trainAccuracy }) => hundredfold(trainAccuracy) },
        ],
        chance === null ? [] : [{ name: 'chance', value: 100 * chance }],
      ),
      ...lines(
        { id: 'loss', title: 'Loss', note: 'Mean over the answered mini-batches, and on the test set.' },
        { name: 'loss', unit: '', scale: 'linear' },
        [
          { name: 'test', value: ({ testLoss }) => testLoss },
          { name: 'training', value: ({ trainLoss }) => trainLoss },
        ],
      ),
      ...(theorem1 === null ? [] : theoremFigure(theorem1, rounds, lines)),
    ],
  };
}

/** The training loss beside the fitted loss and the terms of Theorem 1. */
function theoremFigure(
  { constants, rounds: terms }: NonNullable<ReportedRun['theorem1']>,
  rounds: readonly ReportedRound[],
  lines: Lines,
): readonly Figure[] {
  const { contraction, floor, initialGap, loraScale, residual } = constants;
  const over = (value: (term: ConvergenceTerms) => number) => (round: ReportedRound) => {
    const term = terms[rounds.indexOf(round)];
    return term === undefined ? null : value(term);
  };
  return lines(
    {
      id: 'theorem-1',
      title: 'Theorem 1 beside the loss',
      note:
        `Constants fitted to this run's training loss by least squares (root mean square left: ${shortNumber(residual)}): rho ` +
        `${shortNumber(contraction)}, initial gap ${shortNumber(initialGap)}, LoRA term ${shortNumber(loraScale)} for phi = 1, and ` +
        `${shortNumber(floor)} for optimum and head together. They describe this run; the theorem itself is a bound.`,
    },
    { name: 'loss', unit: '', scale: 'linear' },
    [
      { name: 'training loss', value: ({ trainLoss }) => trainLoss },
      { name: 'fitted loss', value: over(({ loss }) => loss) },
      { name: 'floor + LoRA term', value: over(({ loraTerm }) => floor + loraTerm) },
    ],
  );
}

function timeSection(rounds: readonly ReportedRound[], lines: Lines): ReportSection {
  if (rounds.length === 0) return { title: 'Where the time goes', blocks: [] };
  const ranked = rankStages((stage) => meanStageSeconds(rounds, stage));
  const ordered = rounds.toSorted((left, right) => left.roundSeconds - right.roundSeconds);
  const median = ordered[Math.floor((ordered.length - 1) / 2)];
  const slowest = ordered[ordered.length - 1];
  const bars = [
    { name: 'Mean of all rounds', rounds },
    { name: `Median, round ${median.round}`, rounds: [median] },
    { name: `Slowest, round ${slowest.round}`, rounds: [slowest] },
  ];
  return {
    title: 'Where the time goes',
    blocks: [
      ...(ranked.length > 0 ? [rankingTable(ranked, 'all rounds')] : []),
      {
        kind: 'bars',
        id: 'stages',
        title: 'A round by stage',
        note: 'Critical path of the mean, the median and the slowest round; then the commit.',
        value: { name: 'time of a round', unit: 's', scale: 'linear' },
        parts: [...STAGE_PARTS, COMMIT_PART],
        bars: (rounds.length > 1 ? bars : bars.slice(0, 1)).map(({ name, rounds: of }) => ({
          name,
          values: [...STAGES.map((stage) => Math.max(0, meanStageSeconds(of, stage))), meanCommitSeconds(of)],
        })),
      },
      ...lines(
        { id: 'round-time', title: 'Round time', note: 'From the start of a round to its commit.' },
        { name: 'time of a round', unit: 's' },
        [{ name: 'round', value: ({ roundSeconds }) => roundSeconds }],
      ),
    ],
  };
}

function radioSection(lines: Lines): ReportSection {
  return {
    title: 'Radio and devices',
    blocks: [
      ...lines(
        {
          id: 'radio-delay',
          title: 'Radio delay',
          note: "Planned transmission of the slowest device, beside the budget's long-run average and the limit that keeps it.",
        },
        { name: 'delay', unit: 's' },
        [
          { name: 'delay', value: ({ delaySeconds }) => delaySeconds },
          { name: 'budget', reference: true, value: ({ delayBudgetSeconds }) => delayBudgetSeconds },
          { name: 'limit', reference: true, value: ({ delayLimitSeconds }) => delayLimitSeconds },
        ],
      ),
      ...lines(
        { id: 'devices', title: 'Devices', note: 'Scheduled, and of these those that answered in time.' },
        { name: 'devices', unit: '', scale: 'linear' },
        [
          { name: 'scheduled', value: ({ selected }) => selected.length },
          { name: 'answered', value: ({ answered }) => answered.length },
        ],
      ),
      ...lines(
        {
          id: 'account',
          title: 'Account and virtual queue',
          note: "Delay of the rounds so far less their budgets; the paper's virtual queue starts at 0 and forgets what is left over.",
        },
        { name: 'overdrawn', unit: 's', scale: 'linear' },
        [
          { name: 'account', value: ({ accountSeconds }) => accountSeconds },
          { name: 'virtual queue', value: ({ queueSeconds }) => queueSeconds },
        ],
      ),
    ],
  };
}
