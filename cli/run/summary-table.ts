import type { RunSummary } from '#run/execute/execute-run.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import { controlRows } from './control-rows.ts';
import { percent } from './terminal-progress.ts';

/** What a program may want to know of a finished run; all else is in its result.json. */
export function summaryRecord({ record, output, engine, rounds, evaluations }: RunSummary) {
  const last = evaluations.at(-1);
  return {
    run: record.run,
    output: output.directory,
    engine,
    rounds: rounds.length,
    trainLoss: rounds.findLast(({ trainLoss }) => trainLoss !== null)?.trainLoss ?? null,
    testAccuracy: last?.accuracy ?? null,
    ownMixAccuracy: last?.ownMixAccuracy ?? null,
    averagedHeadAccuracy: last?.averagedHeadAccuracy ?? null,
    chance: last?.chance ?? null,
  };
}

/** The closing table of a run: accuracy beside chance, delay beside its budget, where the time went. */
export function summaryTable({
  record,
  output,
  engine,
  virtualTime,
  control,
  rounds,
  evaluations,
}: RunSummary): string {
  const first = evaluations[0];
  const last = evaluations.at(-1);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows: (readonly [string, string])[] = [];
  if (first !== undefined && last !== undefined) {
    rows.push(
      [
        'test accuracy',
        `${percent(last.accuracy)} (before: ${percent(first.accuracy)}, chance: ${percent(last.chance)})`,
      ],
      ["  under each device's own labels", ownMix(last)],
      ['  of one averaged head', percent(last.averagedHeadAccuracy)],
    );
  }
  const losses = rounds.flatMap(({ trainLoss }) => (trainLoss === null ? [] : [trainLoss]));
  if (losses.length > 0) {
    rows.push(['training loss', `${losses[0].toFixed(4)} -> ${losses[losses.length - 1].toFixed(4)}`]);
  }
  const answered = mean(rounds.map(({ answered }) => answered.length));
  rows.push(
    ...controlRows(control, record.config.training.devices, answered),
    [
      'whole round',
      `${mean(rounds.map(({ roundSeconds }) => roundSeconds)).toFixed(4)} ${virtualTime ? 's of virtual time' : 's'}`,
    ],
    ['encoder', engine],
    ['output', output.directory],
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** The accuracy under each device's own labels, and of how many devices it is the mean where not of all. */
function ownMix({ ownMixAccuracy, ownMixChance, ownMixDevices, deviceAccuracy }: Evaluation): string {
  if (ownMixAccuracy === null || ownMixChance === null) {
    return 'none: no device holds a label that the test set has';
  }
  const all = deviceAccuracy.length;
  const devices =
    ownMixDevices === all
      ? ''
      : `, ${ownMixDevices} of ${all} devices: the others hold no label of the test set`;
  return `${percent(ownMixAccuracy)} (chance: ${percent(ownMixChance)}${devices})`;
}
