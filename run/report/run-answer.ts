import { durationText, quantityText, shortNumber } from '#report/page/numbers.ts';
import { describePossible } from '#shared/scheduling/control/control-summary.ts';
import { meanStageSeconds } from '#study/report/run-figures.ts';
import { mainStages, radioOfBudget, rankStages } from '#study/report/stage-ranking.ts';
import type { ReportedRun } from './reported-run.ts';

/** The title of a run's report. */
export function titleOf({ run, target, config }: ReportedRun): string {
  // In its own folder, every embedded run has the same name.
  const name = target === 'embedded' ? 'airtune run' : `airtune run ${run}`;
  if (config === undefined) return name;
  const { data, scheduling, training } = config;
  return `${name}: ${data.task}, ${scheduling.policy}, ${training.devices} devices`;
}

/** The sentence at the top: the accuracy or loss of the run, its duration, and its longest stages. */
export function answerOf(run: ReportedRun): string {
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
    tested?.testPerplexity !== undefined
      ? `Test perplexity ${shortNumber(tested.testPerplexity)}`
      : tested?.testAccuracy !== undefined
        ? `${quantityText(100 * tested.testAccuracy, '%')} of the test set right`
        : trained === undefined
          ? 'No device answered'
          : `Training loss ${shortNumber(trained.trainLoss ?? 0)}`;
  const clock = virtualTime ? ' of virtual time' : '';
  const done =
    progress === undefined
      ? `${rounds.length} rounds`
      : `${rounds.length}${progress.rounds === undefined ? '' : ` of ${progress.rounds}`} rounds, ${progress.state}`;
  const stages = mainStages(rankStages((stage) => meanStageSeconds(rounds, stage)));
  const radio = control === null ? '' : radioOfBudget(control.meanDelaySeconds / control.budgetSeconds);
  const parts = [`${result} after ${durationText(seconds)}${clock} (${done})`, stages, radio];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

/** The sentences below the answer: host, clock, chance, cost and how the delay budget was kept. */
export function factsOf({
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
