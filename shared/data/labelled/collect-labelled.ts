import type { ExampleSet } from '#shared/data/example-set.ts';
import { GrowingInts } from '#shared/data/growing-ints.ts';
import { DataError } from '#shared/errors.ts';
import type { Bucket, LabelledRow } from './labelled-example.ts';
import { NameIndex } from './name-index.ts';
import { type TargetedExamples, type TargetOptions, withTargets } from './targets.ts';
import { type Part, type SplitOptions, trainAndTest } from './train-and-test.ts';

/** Maximum number of classes of a task. Labels with more values are usually ids, dates or scores. */
export const MOST_CLASSES = 1000;

/** Encodes and packs the rows of one bucket. */
export interface ExampleCollector<Row> {
  add(row: Row, label: number): void;
  examples(): ExampleSet;
}

export interface LabelledOptions<Row> extends SplitOptions, TargetOptions {
  /** Makes an empty collector. */
  readonly collector: () => ExampleCollector<Row>;
  /** Called after each row with the number of rows so far. */
  readonly onRow: (rows: number) => void;
}

/** The values of the column by which training rows are distributed over the devices. */
export interface Groups {
  readonly names: readonly string[];
  /** Index of each training row's value in `names`. */
  readonly ofRow: Int32Array;
}

export interface LabelledExamples extends TargetedExamples {
  /** Absent if rows have no groups. */
  readonly groups?: Groups;
}

interface OpenPart<Row> {
  readonly collector: ExampleCollector<Row>;
  readonly groups: GrowingInts;
  readonly scores: number[];
}

/**
 * Collects labelled rows as a training and a test set. The classes are the labels that occur, sorted, so
 * their numbers do not depend on the order of the rows.
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
  const split = trainAndTest(partOf, options);
  const { train } = split;
  return {
    ...withTargets(split, labels, options),
    ...(train.groups.length === 0 ? {} : { groups: { names: groups.names, ofRow: train.groups } }),
  };
}

function tooManyClasses(subject: string, rows: number): DataError {
  return new DataError(`its first ${rows} rows have more than ${MOST_CLASSES} classes.`, {
    subject,
    remedy: 'Check --label-column: it seems to hold ids or scores.',
  });
}
