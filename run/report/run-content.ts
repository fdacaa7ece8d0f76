import type { ReportContent } from '#report/content/report-content.ts';
import { settingsTable } from '#study/report/settings-table.ts';
import { learning } from './learning-section.ts';
import { radioSection } from './radio-section.ts';
import type { ReportedRun } from './reported-run.ts';
import { answerOf, factsOf, titleOf } from './run-answer.ts';
import { linesOver, placedRounds } from './run-lines.ts';
import { timeSection } from './time-section.ts';

/** The report of a run: its answer, then learning, time, radio and settings. */
export function runContent(run: ReportedRun): ReportContent {
  const placed = placedRounds(run);
  const lines = linesOver(run, placed);
  return {
    title: titleOf(run),
    answer: answerOf(run),
    facts: factsOf(run),
    warnings: run.control?.warnings ?? [],
    sections: [
      learning(run, lines),
      timeSection(run, lines),
      radioSection(lines),
      {
        title: 'Settings and origin',
        blocks: [
          ...(run.config === undefined
            ? []
            : [settingsTable(run.config, 'settings', 'All settings of this run')]),
          ...(run.provenance === undefined
            ? []
            : [settingsTable(run.provenance, 'provenance', 'Version, times, machine and hashes')]),
        ],
      },
    ],
  };
}
