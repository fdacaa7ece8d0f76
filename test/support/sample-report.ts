import type { Figure, LinePoint } from '#report/content/figures.ts';
import type { ReportContent } from '#report/content/report-content.ts';

/** A name that would break out of HTML, scripts, CSV and LaTeX if any of them let it. */
export const HOSTILE = `</script><img src=x onerror="alert(1)">'=1+1 & \\input{x}%$`;

const ROUNDS = Array.from({ length: 12 }, (_, index) => index + 1);

const AXES = [
  { id: 'rounds', name: 'round', unit: '' },
  { id: 'seconds', name: 'virtual time', unit: 's' },
] as const;

function learned(place: number): readonly LinePoint[] {
  return ROUNDS.map((round) => {
    const y = 50 + (30 - 5 * place) * (1 - Math.exp(-round / 4));
    return { x: [round, 20 * round], y, low: y - 2, high: y + 1 };
  });
}

/** One figure of each kind. */
export const SAMPLE_FIGURES: readonly Figure[] = [
  {
    kind: 'lines',
    id: 'accuracy',
    title: 'Test accuracy',
    x: AXES,
    y: { name: 'test accuracy', unit: '%' },
    series: [
      { name: 'exact', group: 'exact', points: learned(0) },
      { name: HOSTILE, group: 'greedy', points: learned(1) },
    ],
    references: [{ name: 'chance', value: 51 }],
  },
  {
    kind: 'lines',
    id: 'loss',
    title: 'Loss',
    x: AXES,
    y: { name: 'loss', unit: '' },
    series: [
      {
        name: 'exact',
        group: 'exact',
        points: ROUNDS.map((round) => ({ x: [round, 20 * round], y: 1 / round })),
      },
    ],
  },
  {
    kind: 'bars',
    id: 'stages',
    title: 'A round by stage',
    value: { name: 'time of a round', unit: 's' },
    parts: [{ name: 'Uplink', tone: 'radio1' }, { name: 'Waiting', tone: 'waiting1' }, { name: HOSTILE }],
    bars: [
      { name: '8 replicas', group: 'exact', values: [1, 2, 0.5] },
      { name: '2 replicas', group: 'greedy', values: [1, 8, 0.5] },
    ],
  },
  {
    kind: 'boxes',
    id: 'spread',
    title: 'Spread',
    value: { name: 'time of a round', unit: 's' },
    boxes: [
      { name: 'exact', low: 1, lowerQuartile: 2, median: 3, upperQuartile: 4, high: 6, outliers: [9] },
      { name: HOSTILE, low: 2, lowerQuartile: 3, median: 4, upperQuartile: 5, high: 7 },
    ],
    references: [{ name: 'budget', value: 5 }],
  },
  {
    kind: 'scatter',
    id: 'time-and-cost',
    title: 'Time and cost',
    x: { name: 'time', unit: 's' },
    y: { name: 'cost', unit: 'USD' },
    better: { x: 'less', y: 'less' },
    points: [
      { name: '8 replicas', group: 'exact', x: 3, y: 0.004 },
      { name: '2 replicas', group: 'exact', x: 9, y: 0.002 },
      { name: HOSTILE, group: 'greedy', x: 10, y: 0.005 },
    ],
  },
  {
    kind: 'spans',
    id: 'round-drawn',
    title: 'A round, drawn',
    parts: [
      { name: 'Queue', tone: 'waiting1' },
      { name: 'Uplink', tone: 'radio1' },
    ],
    rounds: ROUNDS.map((round) => ({ round, seconds: 2 + (round % 3) })),
    traced: [2, 5].map((round) => ({
      round,
      rows: [
        { name: 'device 0', spans: [{ part: 0, startSeconds: 0, endSeconds: 1 }] },
        {
          name: HOSTILE,
          worst: true,
          spans: [
            { part: 0, startSeconds: 0, endSeconds: 0.5 },
            { part: 1, startSeconds: 0.5, endSeconds: round },
          ],
        },
      ],
    })),
  },
];

/** A report with a figure of each kind, and hostile text wherever text can be. */
export const SAMPLE_REPORT: ReportContent = {
  title: `A sample ${HOSTILE}`,
  answer: `84.2 % after 4 min 10 s of virtual time ${HOSTILE}.`,
  facts: [HOSTILE],
  warnings: [HOSTILE],
  groupName: 'Policy',
  sections: [
    {
      title: `Everything ${HOSTILE}`,
      text: HOSTILE,
      blocks: [
        ...SAMPLE_FIGURES,
        {
          kind: 'table',
          id: 'ranked',
          title: 'Stages',
          note: HOSTILE,
          columns: [{ name: 'stage' }, { name: 'time', unit: 's', bar: true }, { name: HOSTILE }],
          rows: [
            ['Uplink', 4, HOSTILE],
            [HOSTILE, { value: 2, low: 1, high: 3 }, null],
          ],
        },
        {
          kind: 'table',
          id: 'closed',
          title: 'All settings',
          columns: [{ name: 'setting' }, { name: 'value' }],
          rows: ROUNDS.map((round) => [`a.setting.${round}`, HOSTILE]),
          closed: true,
        },
      ],
    },
  ],
};
