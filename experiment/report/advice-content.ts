import type { Block, ReportContent, ReportSection } from '#report/content/report-content.ts';
import type { Advice, AdvisedChange, AdvisedPoint } from '#shared/protocol/advice-result.ts';
import { estimateCell } from './figure-columns.ts';

/** The report of `airtune advise`: for each point its changes, ranked by time saved. */
export function adviceContent(advice: Advice): ReportContent {
  const [first] = advice.points;
  return {
    title: 'airtune advise',
    answer: adviceAnswer(first),
    facts: [
      `${advice.points.length} points, ${advice.seeds} seeds each. One thing is changed at a time; every change is modelled with the same seeds, so differences are paired.`,
    ],
    sections: advice.points.map((point, index) => section(point, index)),
  };
}

/** The best change of a point by time and by dollars, in one or two sentences. */
export function adviceAnswer({ label, changes, byTime, byDollars }: AdvisedPoint): string {
  const sentence = (knob: string | undefined) => changes.find((change) => change.knob === knob)?.sentence;
  const [fastest, cheapest] = [sentence(byTime[0]), sentence(byDollars[0])];
  if (fastest === undefined && cheapest === undefined) {
    return `${label}: no single change makes a round shorter or cheaper.`;
  }
  if (fastest === cheapest) return `${label}: ${fastest}`;
  return [
    ...(fastest === undefined ? [] : [`${label}, for time: ${fastest}`]),
    ...(cheapest === undefined ? [] : [`For cost: ${cheapest}`]),
  ].join(' ');
}

function section(
  { label, changes, secondsPerRound, usdPerRound }: AdvisedPoint,
  index: number,
): ReportSection {
  const same = changes.filter(({ sameLearning }) => sameLearning);
  const others = changes.filter(({ sameLearning }) => !sameLearning);
  const blocks: readonly Block[] = [
    ...table(`point-${index + 1}-same`, 'Changes that leave learning as it is', same),
    ...table(`point-${index + 1}-other`, 'Changes that also alter what is learnt in a round', others),
  ];
  return {
    title: label,
    text: `A round takes ${secondsPerRound.mean.toPrecision(4)} s and costs $${usdPerRound.mean.toPrecision(3)}.`,
    blocks,
  };
}

function table(id: string, title: string, changes: readonly AdvisedChange[]): readonly Block[] {
  if (changes.length === 0) return [];
  const ranked = changes.toSorted(
    (left, right) => right.savedSecondsPerRound.mean - left.savedSecondsPerRound.mean,
  );
  return [
    {
      kind: 'table',
      id,
      title,
      note: 'Ranked by time saved; a negative saving is a loss. In brackets 95 % bootstrap intervals of the mean.',
      columns: [
        { name: 'change' },
        { name: 'time saved a round', unit: 's' },
        { name: 'dollars saved a round', unit: 'USD' },
        { name: 'in a sentence' },
      ],
      rows: ranked.map(({ knob, savedSecondsPerRound, savedUsdPerRound, sentence }) => [
        knob,
        estimateCell(savedSecondsPerRound, 1),
        estimateCell(savedUsdPerRound, 1),
        sentence,
      ]),
    },
  ];
}
