import type { ReportTable } from '#report/content/report-content.ts';
import { shortNumber } from '#report/page/numbers.ts';
import { STAGES, type Stage } from '#shared/protocol/stages.ts';
import { STAGE_NAMES, STAGE_SETTINGS } from './stage-parts.ts';

/** A stage's part of a round's time. */
export interface StageShare {
  readonly stage: Stage;
  readonly seconds: number;
  /** Of the sum of all stages, from 0 to 1. */
  readonly share: number;
}

/** The stages that take time, the longest first. */
export function rankStages(secondsOf: (stage: Stage) => number): readonly StageShare[] {
  const total = STAGES.reduce((sum, stage) => sum + secondsOf(stage), 0);
  return STAGES.map((stage) => ({ stage, seconds: secondsOf(stage), share: secondsOf(stage) / (total || 1) }))
    .filter(({ seconds }) => seconds > 0)
    .sort((left, right) => right.seconds - left.seconds);
}

/** A table of the ranked stages with the settings that change each. */
export function rankingTable(ranked: readonly StageShare[], of: string): ReportTable {
  return {
    kind: 'table',
    id: 'stages-ranked',
    title: 'Stages, the longest first',
    note: `Time of the critical path, mean of ${of}. Without a stage, a round would be shorter by its share at most.`,
    columns: [
      { name: 'stage' },
      { name: 'time of a round', unit: 's', bar: true },
      { name: 'share', unit: '%' },
      { name: 'settings that change it' },
    ],
    rows: ranked.map(({ stage, seconds, share }) => [
      STAGE_NAMES[stage],
      seconds,
      100 * share,
      STAGE_SETTINGS[stage].join(', '),
    ]),
  };
}

/** The two longest stages in words, such as "34 % uplink of embeddings, 31 % waiting for the encoder". */
export function mainStages(ranked: readonly StageShare[]): string {
  return ranked
    .slice(0, 2)
    .map(({ stage, share }) => `${shortNumber(100 * share, 2)} % ${lowered(STAGE_NAMES[stage])}`)
    .join(', ');
}

/** How the radio delay kept its budget, in words. */
export function radioOfBudget(delayInBudgets: number): string {
  if (delayInBudgets <= 1 + 1e-6) return 'radio within budget';
  if (delayInBudgets < 2) return `radio ${shortNumber(100 * (delayInBudgets - 1), 2)} % over budget`;
  return `radio at ${shortNumber(delayInBudgets, 3)} budgets`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
