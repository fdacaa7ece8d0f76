import type { ReportSection } from '#report/content/report-content.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { meanCommitSeconds, meanStageSeconds } from '#study/report/run-figures.ts';
import { COMMIT_PART, STAGE_PARTS } from '#study/report/stage-parts.ts';
import { rankingTable, rankStages } from '#study/report/stage-ranking.ts';
import type { ReportedRun } from './reported-run.ts';
import { roundSpans } from './round-spans.ts';
import type { Lines } from './run-lines.ts';

/** Stages of the mean, median and slowest round, round times, and the spans of traced rounds. */
export function timeSection({ rounds, traces = [] }: ReportedRun, lines: Lines): ReportSection {
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
      ...roundSpans(rounds, traces),
    ],
  };
}
