import type { ReportContent, ReportTable } from '#report/content/report-content.ts';
import type { PointSummary } from '#study/output/point-summary.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { rawPoints } from '#study/points/points.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { NamedPoint } from './named-point.ts';
import { pointNames } from './point-names.ts';
import { pointWarnings } from './point-warnings.ts';
import { accuracyFigures, roundFigures } from './round-figures.ts';
import { settingsTable } from './settings-table.ts';
import { answerOf, byRoundTime } from './study-answer.ts';
import { costBars, timeAndCost, timeBlocks } from './study-charts.ts';
import { controlTable, metricsTable } from './study-tables.ts';
import { sweepFigures } from './sweep-figures.ts';

/** The report of a study: the fastest point and its stages, then time, cost, sweeps, rounds and tables. */
export function studyContent(
  study: StudyResult,
  about: string | undefined,
  unfinished?: { readonly finished: number; readonly total: number },
): ReportContent {
  const named = namedPoints(study.points);
  const ordered = isNumericSweep(study) ? named : byRoundTime(named);
  const fastest = byRoundTime(named)[0];
  const runs = unfinished?.finished ?? study.points.length * study.repeats;
  const left = unfinished === undefined ? '' : `Unfinished, ${runs} of ${unfinished.total} runs so far. `;
  const facts = [
    ...(about === undefined ? [] : [about]),
    `${counted(study.points.length, 'point')}, ${counted(study.repeats, 'run')} of each (${runs} in all). ${study.parameters}. Simulated, not measured.`,
  ];
  return {
    title: titleOf(study),
    answer: `${left}${answerOf(named, fastest)}`,
    facts,
    warnings: pointWarnings(study.points),
    sections: [
      { title: 'Time and cost', blocks: [...timeAndCost(named), ...accuracyFigures(study, named)] },
      { title: 'Where the time goes', blocks: timeBlocks(ordered, fastest) },
      { title: 'Cost of a round', blocks: [costBars(ordered)] },
      { title: 'Effect of the settings', blocks: sweepFigures(study, named) },
      { title: 'Round by round', blocks: roundFigures(named) },
      { title: 'Numbers', blocks: [metricsTable(named), controlTable(study, named), ...settings(study)] },
    ],
  };
}

/** The report of a study without a finished run. */
export function emptyStudyContent(plan: StudyPlan, total: number): ReportContent {
  return {
    title: titleOf(plan),
    answer: `None of ${counted(total, 'run')} is finished yet.`,
    sections: [
      { title: 'Settings', blocks: [settingsTable(plan.settings, 'settings-given', 'Settings given')] },
    ],
  };
}

function titleOf({ preset }: StudyPlan): string {
  return preset === null ? 'airtune study' : `airtune study ${preset}`;
}

function namedPoints(points: readonly PointSummary[]): readonly NamedPoint[] {
  const names = pointNames(points);
  const several = new Set(points.map(({ policy }) => policy)).size > 1;
  return points.map((point, index) => ({
    name: names[index],
    point,
    ...(several ? { group: point.policy } : {}),
  }));
}

/** Whether the points differ only in one number, by which the charts then sort them. */
function isNumericSweep({ sweeps, sweepMode }: StudyResult): boolean {
  const numeric = sweeps.every(({ values }) => values.every((value) => typeof value === 'number'));
  return numeric && (sweeps.length === 1 || sweepMode === 'list');
}

function settings(study: StudyResult): readonly ReportTable[] {
  return [
    settingsTable(study.settings, 'settings-given', 'Settings given'),
    settingsTable(completeSettings(study), 'settings', 'All settings of the first point'),
  ];
}

/** The complete settings of the first point, as an example. The base settings alone need not be valid. */
function completeSettings({ settings, sweeps, sweepMode, models }: StudyResult): StudySettings {
  const [first] = rawPoints(settings, sweeps, sweepMode);
  return parseStudy(first.settings, 'settings', models);
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
