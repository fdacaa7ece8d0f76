import { type ExampleSet, exampleCount, selectExamples } from '#shared/data/example-set.ts';
import { GrowingInts } from '#shared/data/growing-ints.ts';
import { DataError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import type { Bucket, LabelledRow } from './labelled-example.ts';
import { NameIndex, sortedNames } from './name-index.ts';

/** Most classes of a task. More are ids, dates or scores in nearly all cases, and fill heads and records. */
export const MOST_CLASSES = 1000;

/** The one label of rows without a target: the texts of a language model. */
export const NEXT_TOKEN = 'next token';

/** Encodes and packs the rows of one bucket. */
export interface ExampleCollector<Row> {
  add(row: Row, label: number): void;
  examples(): ExampleSet;
}

export interface LabelledOptions<Row> {
  /** Name of the data in errors. */
  readonly subject: string;
  /** Makes an empty collector. */
  readonly collector: () => ExampleCollector<Row>;
  /** Fraction of the rows that become the test set, where nothing else names one. */
  readonly testFraction: number;
  readonly hasTestSet: boolean;
  /** Name of the score of a regression. */
  readonly scoreName?: string | undefined;
  readonly seed: number;
  readonly trainLimit: number | undefined;
  readonly testLimit: number | undefined;
  /** Called after each row with the number of rows so far. */
  readonly onRow: (rows: number) => void;
}

/** The values of the column by which training rows are dealt out. */
export interface Groups {
  readonly names: readonly string[];
  /** Index of each training row's value in `names`. */
  readonly ofRow: Int32Array;
}

export interface LabelledExamples {
  /** Classes that were found, in their order. */
  readonly labelNames: readonly string[];
  readonly train: ExampleSet;
  readonly test: ExampleSet;
  /** Absent where rows have no groups. */
  readonly groups?: Groups;
  /** Mean and standard deviation of the training scores; absent where rows have labels. */
  readonly score?: ScoreScale;
}

export interface ScoreScale {
  readonly mean: number;
  readonly deviation: number;
}

interface OpenPart<Row> {
  readonly collector: ExampleCollector<Row>;
  readonly groups: GrowingInts;
  readonly scores: number[];
}

interface Part {
  readonly examples: ExampleSet;
  /** Group index of each row; empty where rows have none. */
  readonly groups: Int32Array;
  /** Score of each row; empty where rows have labels. */
  readonly scores: Float64Array;
}

/**
 * Collects labelled rows as a training and a test set. Classes are found in the rows and sorted, so the order
 * of the rows does not matter to them.
 *
 * @throws DataError for one class, for more than {@link MOST_CLASSES}, and for a split without rows.
 */
export async function collectLabelled<Row extends LabelledRow>(
  rows: AsyncIterable<Row>,
  options: LabelledOptions<Row>,
): Promise<LabelledExamples> {
  const { subject, onRow } = options;
  const labels = new NameIndex();
  const groups = new NameIndex();
  const buckets = new Map<Bucket, OpenPart<Row>>();
  let count = 0;
  for await (const row of rows) {
    const bucket = buckets.get(row.bucket) ?? {
      collector: options.collector(),
      groups: new GrowingInts(),
      scores: [],
    };
    buckets.set(row.bucket, bucket);
    if (row.target === undefined) {
      bucket.collector.add(row, 0);
    } else if (typeof row.target === 'number') {
      bucket.collector.add(row, 0);
      bucket.scores.push(row.target);
    } else {
      bucket.collector.add(row, labels.indexOf(row.target));
    }
    if (labels.size > MOST_CLASSES) throw tooManyClasses(subject, count + 1);
    if (row.group !== undefined) bucket.groups.push(groups.indexOf(row.group));
    onRow(++count);
  }
  if (count === 0) {
    throw new DataError('holds no rows.', { subject, remedy: 'Name files with a header and rows.' });
  }
  const partOf = (name: Bucket): Part | undefined => {
    const bucket = buckets.get(name);
    return (
      bucket && {
        examples: bucket.collector.examples(),
        groups: bucket.groups.values(),
        scores: Float64Array.from(bucket.scores),
      }
    );
  };
  const { train, test } = splitParts(partOf, options);
  return {
    ...withTargets(train, test, labels, options),
    ...(train.groups.length === 0 ? {} : { groups: { names: groups.names, ofRow: train.groups } }),
  };
}

function withTargets<Row>(
  train: Part,
  test: Part,
  labels: NameIndex,
  options: LabelledOptions<Row>,
): Omit<LabelledExamples, 'groups'> {
  if (labels.size > 0) {
    return withFoundLabels(train.examples, test.examples, labels.names, options.subject);
  }
  if (train.scores.length > 0) return withScores(train, test, options);
  return { labelNames: [NEXT_TOKEN], train: train.examples, test: test.examples };
}

function splitParts<Row>(
  partOf: (name: Bucket) => Part | undefined,
  options: LabelledOptions<Row>,
): { readonly train: Part; readonly test: Part } {
  const { subject, hasTestSet, trainLimit, testLimit } = options;
  const all = partOf('undecided');
  if (!hasTestSet && all !== undefined) return splitByFraction(all, options);
  const train = partOf('train');
  const test = partOf('test') ?? partOf('validation');
  if (train !== undefined && test !== undefined) {
    return { train: firstRows(train, trainLimit), test: firstRows(test, testLimit) };
  }
  throw new DataError(`has no ${train === undefined ? 'training' : 'test'} rows.`, {
    subject,
    remedy:
      train === undefined
        ? 'Name the training rows with --data, or with train in the split column.'
        : 'Name test rows with --test-data or in the split column, or leave both out to test on a fraction.',
  });
}

function splitByFraction<Row>(
  all: Part,
  { subject, seed, testFraction, trainLimit, testLimit }: LabelledOptions<Row>,
): { readonly train: Part; readonly test: Part } {
  const count = exampleCount(all.examples);
  if (count < 2) {
    throw new DataError('has one row, which cannot be split into training and test rows.', {
      subject,
      remedy: 'Name test rows with --test-data.',
    });
  }
  const testRows = Math.min(count - 1, Math.max(1, Math.round(testFraction * count)));
  const order = randomPermutation(randomStream(seed, 'split'), count);
  const take = (begin: number, end: number, limit = count): Part =>
    selectRows(all, order.slice(begin, Math.min(end, begin + limit)).sort());
  return { train: take(testRows, count, trainLimit), test: take(0, testRows, testLimit) };
}

function firstRows(part: Part, limit: number | undefined): Part {
  const count = exampleCount(part.examples);
  if (limit === undefined || limit >= count) return part;
  return selectRows(
    part,
    Int32Array.from({ length: limit }, (_, row) => row),
  );
}

function selectRows({ examples, groups, scores }: Part, rows: Int32Array): Part {
  return {
    examples: selectExamples(examples, rows),
    groups: groups.length === 0 ? groups : rows.map((row) => groups[row]),
    scores: scores.length === 0 ? scores : Float64Array.from(rows, (row) => scores[row]),
  };
}

/** Standardises the scores of both sets by the training scores. */
function withScores<Row>(
  train: Part,
  test: Part,
  { subject, scoreName = 'score' }: LabelledOptions<Row>,
): Pick<LabelledExamples, 'labelNames' | 'train' | 'test' | 'score'> {
  const { scores } = train;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  const deviation = Math.sqrt(variance);
  if (!(deviation > 0 && Number.isFinite(deviation))) {
    throw new DataError(`every training row has the score ${scores[0]}, or scores are too large.`, {
      subject,
      remedy: 'Check --score-column.',
    });
  }
  const standardized = ({ examples, scores: raw }: Part): ExampleSet => ({
    ...examples,
    scores: Float32Array.from(raw, (score) => (score - mean) / deviation),
  });
  return {
    labelNames: [scoreName],
    train: standardized(train),
    test: standardized(test),
    score: { mean, deviation },
  };
}

/** Numbers the labels that the two sets have in their sorted order. */
function withFoundLabels(
  train: ExampleSet,
  test: ExampleSet,
  names: readonly string[],
  subject: string,
): Pick<LabelledExamples, 'labelNames' | 'train' | 'test'> {
  requireSeveralClasses(train, names, subject);
  const present = new Set([...train.labels, ...test.labels]);
  const labelNames = sortedNames(names.filter((_, index) => present.has(index)));
  const position = new Map(labelNames.map((name, index) => [name, index]));
  const renumbered = Int32Array.from(names, (name) => position.get(name) ?? -1);
  const relabel = (set: ExampleSet): ExampleSet => ({
    ...set,
    labels: set.labels.map((label) => renumbered[label]),
  });
  return { labelNames, train: relabel(train), test: relabel(test) };
}

function requireSeveralClasses({ labels }: ExampleSet, names: readonly string[], subject: string): void {
  const found = new Set(labels);
  if (found.size === 1) {
    throw new DataError(`every training row has the label ${quoted(names[labels[0]])}.`, {
      subject,
      remedy: 'Give rows of at least two classes; check --label-column.',
    });
  }
  if (found.size === labels.length && labels.length > 2) {
    throw new DataError(`every one of the ${labels.length} training rows has a label of its own.`, {
      subject,
      remedy: 'Check --label-column: it seems to hold ids or scores.',
    });
  }
}

function tooManyClasses(subject: string, rows: number): DataError {
  return new DataError(`its first ${rows} rows have more than ${MOST_CLASSES} classes.`, {
    subject,
    remedy: 'Check --label-column: it seems to hold ids or scores.',
  });
}
