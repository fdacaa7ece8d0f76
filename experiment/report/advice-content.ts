import { isSaving } from '#experiment/advise/advise-point.ts';
import type { Block, ReportContent, ReportSection, ReportTable } from '#report/content/report-content.ts';
import type { Advice, AdvisedChange, AdvisedPoint } from '#shared/protocol/advice-result.ts';
import { estimateCell } from './figure-columns.ts';

/** The report of `airtune advise`: the best changes of all points, then every change of each point. */
export function adviceContent(advice: Advice): ReportContent {
  const { points, seeds } = advice;
  const repeats = seeds === 1 ? 'one seed each' : `${seeds} seeds each`;
  return {
    title: 'airtune advise',
    answer: adviceAnswer(points),
    facts: [
      `${points.length === 1 ? 'One point' : `${points.length} points`}, ${repeats}. One thing is changed at a time; every change is modelled with the same seeds, so differences are paired.`,
    ],
    sections: [
      ...(points.length > 1 ? [{ title: 'Best changes', blocks: [overview(points)] }] : []),
      ...points.map(section),
    ],
  };
}

/**
 * The best change by time and by dollars: as a sentence for a single point, else by name, with the points
 * that it is the best of.
 */
export function adviceAnswer(points: readonly AdvisedPoint[]): string {
  const [only] = points;
  if (points.length === 1) return pointAnswer(only);
  const time = bestOf(points, ({ byTime }) => byTime[0]);
  const cost = bestOf(points, ({ byDollars }) => byDollars[0]);
  return time === cost
    ? `Best single change for time and for cost: ${time}.`
    : `Best single change for time: ${time}. For cost: ${cost}.`;
}

function pointAnswer({ label, changes, byTime, byDollars }: AdvisedPoint): string {
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

/** Such as `accelerators x 2 (at 4 replicas; 8 replicas), bandwidth x 2 (at 1 replica)`. */
function bestOf(points: readonly AdvisedPoint[], best: (point: AdvisedPoint) => string | undefined): string {
  const labels = new Map<string, string[]>();
  for (const point of points) {
    const change = best(point);
    const name = change ?? 'none';
    labels.set(name, [...(labels.get(name) ?? []), point.label]);
  }
  if (labels.size === 1) return `${[...labels.keys()].join('')} at every point`;
  return [...labels].map(([name, own]) => `${name} (at ${own.join('; ')})`).join(', ');
}

function overview(points: readonly AdvisedPoint[]): ReportTable {
  const change = ({ changes }: AdvisedPoint, knob: string | undefined): AdvisedChange | undefined =>
    changes.find((one) => one.knob === knob);
  return {
    kind: 'table',
    id: 'best-changes',
    title: 'Best change of each point that leaves learning as it is',
    columns: [
      { name: 'point' },
      { name: 'a round takes', unit: 's', bar: true },
      { name: 'for time' },
      { name: 'time saved a round', unit: 's' },
      { name: 'a round costs', unit: 'USD', bar: true },
      { name: 'for cost' },
      { name: 'dollars saved a round', unit: 'USD' },
    ],
    rows: points.map((point) => [
      point.label,
      point.secondsPerRound.mean,
      point.byTime[0] ?? 'nothing',
      estimateCell(change(point, point.byTime[0])?.savedSecondsPerRound, 1),
      point.usdPerRound.mean,
      point.byDollars[0] ?? 'nothing',
      estimateCell(change(point, point.byDollars[0])?.savedUsdPerRound, 1),
    ]),
  };
}

function section(
  { label, changes, secondsPerRound, usdPerRound }: AdvisedPoint,
  index: number,
): ReportSection {
  const effective = changes.filter(hasEffect);
  const without = changes.filter((change) => !hasEffect(change)).map(({ knob }) => `"${knob}"`);
  const none = without.length === 0 ? '' : ` Neither time nor cost changes with ${without.join(', ')}.`;
  const same = effective.filter(({ sameLearning }) => sameLearning);
  const others = effective.filter(({ sameLearning }) => !sameLearning);
  return {
    title: label,
    text: `A round takes ${secondsPerRound.mean.toPrecision(4)} s and costs $${usdPerRound.mean.toPrecision(3)}.${none}`,
    blocks: [
      ...table(`point-${index + 1}-same`, 'Changes that leave learning as it is', same, false),
      ...table(`point-${index + 1}-other`, 'Changes that also alter what is learnt in a round', others, true),
    ],
  };
}

/** Whether a change saves or loses time or dollars, with the whole interval. */
function hasEffect({ savedSecondsPerRound, savedUsdPerRound }: AdvisedChange): boolean {
  return [savedSecondsPerRound, savedUsdPerRound].some(
    (saved) => isSaving(saved) || (saved.high ?? saved.mean) < 0,
  );
}

function table(
  id: string,
  title: string,
  changes: readonly AdvisedChange[],
  closed: boolean,
): readonly Block[] {
  if (changes.length === 0) return [];
  const ranked = changes.toSorted(
    (left, right) => right.savedSecondsPerRound.mean - left.savedSecondsPerRound.mean,
  );
  return [
    {
      kind: 'table',
      id,
      title,
      closed,
      note: 'Ranked by time saved; a negative saving is a loss. In brackets 95 % bootstrap intervals of the mean.',
      columns: [
        { name: 'change' },
        { name: 'time saved a round', unit: 's', signed: true },
        { name: 'dollars saved a round', unit: 'USD', signed: true },
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
