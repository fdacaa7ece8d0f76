import type { RunConfig } from '#shared/config/run-config.ts';
import { type ExampleSet, exampleCount } from '#shared/data/example-set.ts';
import type { DataSummary } from '#shared/protocol/run-result.ts';
import type { TaskExamples } from './load-examples.ts';

/** Counts the examples, labels and tokens of a run's data, and how they lie over the devices. */
export function dataSummary(
  config: RunConfig,
  { labelNames, train, test, score }: TaskExamples,
  shards: readonly Int32Array[],
): DataSummary {
  const sizes = shards.map((rows) => rows.length).toSorted((left, right) => left - right);
  const counts = { train: labelCounts(train, labelNames.length), test: labelCounts(test, labelNames.length) };
  return {
    trainExamples: exampleCount(train),
    testExamples: exampleCount(test),
    unusedExamples: exampleCount(train) - sizes.reduce((sum, size) => sum + size, 0),
    labels:
      score === undefined
        ? labelNames.map((name, label) => ({
            name,
            trainExamples: counts.train[label],
            testExamples: counts.test[label],
          }))
        : [],
    ...(score === undefined ? {} : { score: { name: labelNames[0], ...score } }),
    ...(train.kind === 'tokens' ? { tokens: tokenLengths(train.offsets, config.data.maxTokens) } : {}),
    examplesOfDevice: {
      least: sizes[0],
      median: sizes[Math.floor(sizes.length / 2)],
      most: sizes[sizes.length - 1],
    },
  };
}

function tokenLengths(offsets: Int32Array, maxTokens: number): NonNullable<DataSummary['tokens']> {
  const rows = offsets.length - 1;
  let longest = 0;
  let atLimit = 0;
  for (let row = 0; row < rows; row++) {
    const length = offsets[row + 1] - offsets[row];
    longest = Math.max(longest, length);
    if (length >= maxTokens) atLimit++;
  }
  return { mean: offsets[rows] / rows, longest, atLimit };
}

/** Number of examples of each label. */
export function labelCounts({ labels }: Pick<ExampleSet, 'labels'>, classCount: number): number[] {
  const counts = Array.from({ length: classCount }, () => 0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Labels that a line names; those beyond are counted. */
const MOST_NAMED = 6;

/** The summary in two or three lines. */
export function dataSummaryLines(summary: DataSummary): readonly string[] {
  const { trainExamples, testExamples, unusedExamples, labels, score, tokens, examplesOfDevice } = summary;
  const { least, median, most } = examplesOfDevice;
  const number = (value: number): string => value.toLocaleString('en');
  const percent = (count: number): string => `${((100 * count) / trainExamples).toFixed(0)} %`;
  const named = labels
    .toSorted((left, right) => (labels.length > MOST_NAMED ? right.trainExamples - left.trainExamples : 0))
    .slice(0, MOST_NAMED)
    .map(({ name, trainExamples: count }) => `${name} ${percent(count)}`);
  const more = labels.length > MOST_NAMED ? [`and ${labels.length - MOST_NAMED} more`] : [];
  const spread =
    least === most ? number(most) : `${number(least)} to ${number(most)} (median ${number(median)})`;
  return [
    `data: ${number(trainExamples)} training and ${number(testExamples)} test examples; ${
      score === undefined
        ? `${labels.length} labels: ${[...named, ...more].join(', ')}`
        : `${score.name} ${score.mean.toPrecision(3)} on average, deviation ${score.deviation.toPrecision(3)}`
    }`,
    `      ${[
      ...(tokens === undefined
        ? []
        : [
            `${tokens.mean.toFixed(0)} tokens on average, ${tokens.longest} at most` +
              (tokens.atLimit === 0 ? '' : ` (${number(tokens.atLimit)} examples fill the limit)`),
          ]),
      `${spread} examples a device`,
      ...(unusedExamples === 0
        ? []
        : [`${number(unusedExamples)} of further values left out (more --devices take them)`]),
    ].join('; ')}`,
  ];
}
