import { type ExampleSet, exampleCount, selectExamples } from '#shared/data/example-set.ts';
import { DataError } from '#shared/errors.ts';
import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import type { Bucket } from './labelled-example.ts';

/** The rows of one bucket. */
export interface Part {
  readonly examples: ExampleSet;
  /** Group index of each row; empty if rows have no groups. */
  readonly groups: Int32Array;
  /** Score of each row; empty if rows have labels. */
  readonly scores: Float64Array;
}

export interface SplitOptions {
  /** Name of the data in errors. */
  readonly subject: string;
  /** Fraction of the rows that become the test set, if neither files nor a column decide. */
  readonly testFraction: number;
  /** Whether test rows are named separately. */
  readonly hasTestSet: boolean;
  readonly seed: number;
  readonly trainLimit: number | undefined;
  readonly testLimit: number | undefined;
}

export interface TrainAndTest {
  readonly train: Part;
  readonly test: Part;
}

/**
 * The training and the test rows: the buckets of these names, or a split of the undecided rows.
 *
 * @throws DataError if one of them has no rows
 */
export function trainAndTest(
  partOf: (name: Bucket) => Part | undefined,
  options: SplitOptions,
): TrainAndTest {
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

function splitByFraction(
  all: Part,
  { subject, seed, testFraction, trainLimit, testLimit }: SplitOptions,
): TrainAndTest {
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
